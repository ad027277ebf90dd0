from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cses_action.planning.certificates import ends, fault, newest_good
from cses_action.values import Thumbprint
from tests.fakes.cloud import NOW, OLD, WEB, certificate

EARLY = replace(certificate(Thumbprint("C3" * 20)), not_before=NOW + timedelta(days=1))


def test_the_newest_good_version_is_the_first_that_nothing_stands_against() -> None:
    choice = newest_good((EARLY, certificate(enabled=False), certificate(OLD), certificate(WEB)), NOW, 14)
    assert choice.best == certificate(OLD)
    assert choice.reasons == (
        f"version {'c3' * 16} is not valid before 2026-11-24 12:00 UTC; version {'a1' * 16} is disabled"
    )


def test_without_a_good_version_every_one_is_explained() -> None:
    choice = newest_good((certificate(days=13), certificate(OLD, days=-5)), NOW, 14)
    assert choice.best is None
    assert choice.reasons == (
        f"version {'a1' * 16} expires in 13 days, and minimum-days-left is 14; "
        f"version {'b2' * 16} expired on 2026-11-18"
    )
    assert newest_good((), NOW, 14) == (None, ())


@pytest.mark.parametrize("minutes", [-10, 0, 10, 15])
def test_a_clock_that_is_ten_minutes_off_refuses_no_fresh_certificate(minutes: int) -> None:
    assert fault(replace(certificate(), not_before=NOW + timedelta(minutes=minutes)), NOW, 14) == ""


def test_a_certificate_without_dates_is_good() -> None:
    assert fault(replace(certificate(), expires_on=None, not_before=None), NOW, 14) == ""


@pytest.mark.parametrize(("days", "good"), [(14, True), (13, False), (0, False)])
def test_as_many_days_as_asked_for_are_enough(days: int, good: bool) -> None:  # noqa: FBT001
    assert (fault(certificate(days=days), NOW, 14) == "") is good


def test_without_a_minimum_only_the_end_counts() -> None:
    assert fault(certificate(days=0), NOW, 0) == ""
    assert fault(replace(certificate(), expires_on=NOW - timedelta(seconds=1)), NOW, 0) == "expired on 2026-11-23"


def test_a_version_without_an_end_has_nothing_to_say_of_it() -> None:
    assert ends(replace(certificate(), expires_on=None), NOW) == ""
