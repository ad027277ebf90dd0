"""Which version of a certificate in a vault is good, and why another one is not. Pure, no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from cses_action.resources import Certificate

CLOCK_SKEW = timedelta(minutes=15)
"""Clocks differ, and Key Vault's own certificates begin ten minutes before they are made."""


class Choice(NamedTuple):
    """The version to use, and why others were passed over."""

    best: Certificate | None
    passed_over: tuple[tuple[Certificate, str], ...]
    """Those that are newer than the best one, or all if none is good, newest first, each with the reason."""

    @property
    def reasons(self) -> str:
        """Everything that was passed over, in words; empty if nothing was."""
        return "; ".join(f"version {each.version} {why}" for each, why in self.passed_over)


def newest_good(versions: Iterable[Certificate], now: datetime, minimum_days_left: int) -> Choice:
    """Return the newest good version of a certificate; the versions are given newest first, as a vault gives them."""
    passed_over: list[tuple[Certificate, str]] = []
    for each in versions:
        why = fault(each, now, minimum_days_left)
        if not why:
            return Choice(each, tuple(passed_over))
        passed_over.append((each, why))
    return Choice(None, tuple(passed_over))


def fault(certificate: Certificate, now: datetime, minimum_days_left: int) -> str:
    """Return why a version cannot be used, worded to follow its name; empty if it is good."""
    if not certificate.enabled:
        return "is disabled"
    days = certificate.days_left(now)
    if days is not None and days < 0:
        return ends(certificate, now)
    if days is not None and days < minimum_days_left:
        return f"{ends(certificate, now)}, and minimum-days-left is {minimum_days_left}"
    if starts_later(certificate, now):
        return f"is not valid before {certificate.not_before:%Y-%m-%d %H:%M} UTC"
    return ""


def ends(certificate: Certificate, now: datetime) -> str:
    """Return when a version ends, worded to follow its name; empty if it never does."""
    expires, days = certificate.expires_on, certificate.days_left(now)
    if expires is None or days is None:
        return ""
    return f"expired on {expires:%Y-%m-%d}" if days < 0 else f"expires in {days} days"


def starts_later(certificate: Certificate, now: datetime) -> bool:
    """Return whether the certificate begins later than a clock that is off could explain."""
    return certificate.not_before is not None and certificate.not_before > now + CLOCK_SKEW
