"""The end of the platform: Cloud Services (extended support) retires on 31 March 2027."""

from __future__ import annotations

from datetime import date, datetime

RETIREMENT = date(2027, 3, 31)
"""Microsoft's list of retirements, https://azure.microsoft.com/updates/?id=486344."""


def retirement_notice(now: datetime) -> str:
    """Return the notice with the days that are left."""
    days = (RETIREMENT - now.date()).days
    when = f"in {days} days, on" if days > 0 else "today," if days == 0 else "since"
    verb = "retires" if days >= 0 else "has been retired"
    return (
        f"Azure Cloud Services (extended support) {verb} {when} {RETIREMENT:%-d %B %Y}. "
        "Plan the move, for example to virtual machine scale sets."
    )
