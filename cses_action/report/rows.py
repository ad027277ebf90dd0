"""Tables that the log and the summary share: their columns, and their rows as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cses_action.planning.model import CertificateStatus, Plan, RoleCertificate, Target
    from cses_action.resources import Certificate, Served


Rows = tuple[tuple[str, ...], ...]

CHANGES = ("change", "what", "before", "after")
ROLES = ("role", "instances", "size")
CERTIFICATES = ("role", "certificate", "thumbprint", "status", "key vault", "version", "expires", "days left")
PROOFS = (
    *("endpoint", "address", "thumbprint", "issuer", "names"),
    *("expires", "days left", "TLS", "cipher", "trusted"),
)
FEW_NAMES = 3


def change_rows(plan: Plan) -> Rows:
    """Return a row for each change."""
    return tuple((each.kind, each.subject, each.before, each.after) for each in plan.changes)


def role_rows(plan: Plan) -> Rows:
    """Return a row for each role as it is after the plan."""
    return tuple((each.name, str(each.instances), each.size) for each in plan.roles)


def certificate_rows(certificates: Iterable[CertificateStatus | RoleCertificate], now: datetime) -> Rows:
    """Return a row for each certificate that the configuration names: where it is, its last day, the days left."""
    return tuple(
        (each.role, each.name, str(each.thumbprint), each.status, *_place(each.certificate, now))
        for each in certificates
    )


def _place(certificate: Certificate | None, now: datetime) -> tuple[str, ...]:
    if certificate is None:
        return ("", "", "", "")
    expires, days = certificate.expires_on, certificate.days_left(now)
    until = (f"{expires:%Y-%m-%d}", str(days)) if expires else ("not known", "")
    return (certificate.vault.id.name, certificate.version, *until)


def proof_rows(proven: Iterable[tuple[Target, Served]], now: datetime) -> Rows:
    """Return a row for each https endpoint that serves what it should, with the certificate as it was served."""
    rows: list[tuple[str, ...]] = []
    for target, served in proven:
        expires = served.expires_on
        until = (f"{expires:%Y-%m-%d}", str((expires - now).days)) if expires else ("not known", "")
        more = f" and {len(served.names) - FEW_NAMES} more" if len(served.names) > FEW_NAMES else ""
        names = f"{', '.join(served.names[:FEW_NAMES])}{more}"
        trusted = {None: "not known", "": "yes"}.get(served.distrust, f"no: {served.distrust}")
        leaf = (str(served.thumbprint), served.issuer, names, *until)
        rows.append((target.endpoint, target.address, *leaf, served.protocol, served.cipher, trusted))
    return tuple(rows)
