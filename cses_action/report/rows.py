"""Tables that the log and the summary share: their columns, and their rows as text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cses_action.planning.model import CertificateStatus, Plan, RoleCertificate
    from cses_action.resources import Certificate


Rows = tuple[tuple[str, ...], ...]

CHANGES = ("change", "what", "before", "after")
ROLES = ("role", "instances", "size")
CERTIFICATES = ("role", "certificate", "thumbprint", "status", "key vault", "version", "expires", "days left")


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
