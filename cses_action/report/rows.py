"""Tables that the log and the summary share: their columns, and their rows as text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cses_action.planning.model import Plan


Rows = tuple[tuple[str, ...], ...]

CHANGES = ("change", "what", "before", "after")
ROLES = ("role", "instances", "size")
CERTIFICATES = ("role", "certificate", "thumbprint", "key vault", "expires", "days left")


def change_rows(plan: Plan) -> Rows:
    """Return a row for each change."""
    return tuple((each.kind, each.subject, each.before, each.after) for each in plan.changes)


def role_rows(plan: Plan) -> Rows:
    """Return a row for each role as it is after the plan."""
    return tuple((each.name, str(each.instances), each.size) for each in plan.roles)


def certificate_rows(plan: Plan, now: datetime) -> Rows:
    """Return a row for each certificate that the configuration names, with its last day and the days left."""
    rows: list[tuple[str, ...]] = []
    for named in plan.certificates:
        certificate = named.certificate
        expires, days = certificate.expires_on, certificate.days_left(now)
        until = (f"{expires:%Y-%m-%d}", str(days)) if expires else ("not known", "")
        rows.append((named.role, named.name, str(certificate.thumbprint), certificate.vault.id.name, *until))
    return tuple(rows)
