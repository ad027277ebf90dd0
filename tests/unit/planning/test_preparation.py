"""What keeps a PFX out of a key vault, what is only a warning, and what spares a new version."""

from __future__ import annotations

import base64
import dataclasses
from datetime import timedelta

import pytest

from cses_action.errors import InputError, ProjectError
from cses_action.planning.preparation import pfx_refusal, pfx_warnings, serves, version_of
from cses_action.project.pfx import read_pfx
from cses_action.resources import Pfx
from cses_action.values import Secret, replace
from tests.data.pfx import NOW, PASSWORD, Made, rsa_key
from tests.fakes.cloud import OLD, WEB, certificate
from tests.fakes.store import SELF_SIGNED
from tests.unit.world import INPUTS


def pfx(made: Made) -> Pfx:
    return read_pfx(Secret(base64.b64encode(made.pfx()).decode()), Secret(PASSWORD))


def reasons(made: Made, **inputs: object) -> list[str]:
    refusal = pfx_refusal(pfx(made), replace(INPUTS, **inputs), NOW)  # type: ignore[arg-type]
    return [each.message.removeprefix("certificate-pfx ") for each in refusal.problems] if refusal else []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Made(days=-1, since=-90), "expired on 2026-11-22"),
        (Made(days=0, since=-90), "expires in 0 days, and minimum-days-left is 14"),
        (Made(days=13), "expires in 13 days, and minimum-days-left is 14"),
        (Made(since=1), "is not valid before 2026-11-24 12:00 UTC"),
        (Made(key=rsa_key(1024)), "has an RSA key of 1024 bits: the key vault takes none below 2048"),
    ],
)
def test_what_keeps_a_pfx_out(made: Made, reason: str) -> None:
    assert reasons(made) == [reason]


def test_a_good_pfx_comes_in() -> None:
    assert reasons(Made(days=14)) == []
    assert reasons(Made(days=2), minimum_days_left=2) == []


def test_a_clock_that_is_ten_minutes_off_keeps_nothing_out() -> None:
    made = pfx(Made(since=0))
    assert pfx_refusal(made, INPUTS, NOW - timedelta(minutes=10)) is None
    assert pfx_refusal(made, INPUTS, NOW - timedelta(minutes=16)) is not None


def test_all_names_that_clients_use_have_to_be_in_it() -> None:
    made = Made(names=("*.contoso.com", "contoso.com"))
    assert reasons(made, https_hostnames=("WWW.contoso.com", "contoso.com")) == []
    assert reasons(made, https_hostnames=("a.b.contoso.com", "www.contoso.com", "contoso.org")) == [
        "is not for a.b.contoso.com, contoso.org: it holds *.contoso.com, contoso.com"
    ]
    assert reasons(Made(names=(), common=""), https_hostnames=("a",)) == ["is not for a: it holds no names"]


def test_everything_that_is_wrong_is_told_with_the_file_or_as_an_input() -> None:
    made = pfx(Made(days=-1, since=-90, key=rsa_key(1024)))
    refusal = pfx_refusal(made, INPUTS, NOW)
    assert isinstance(refusal, InputError)
    assert len(refusal.problems) == 2

    refusal = pfx_refusal(dataclasses.replace(made, file="web.pfx"), INPUTS, NOW)
    assert isinstance(refusal, ProjectError)
    assert {each.file for each in refusal.problems} == {"web.pfx"}


def test_a_pfx_that_nobody_minds_has_no_warnings() -> None:
    assert list(pfx_warnings(pfx(Made(days=30)), NOW)) == []
    assert [each for each, _ in pfx_warnings(pfx(Made(days=29)), NOW)] == ["The certificate expires in 29 days."]


def test_of_several_versions_with_one_thumbprint_an_enabled_one_counts() -> None:
    disabled, enabled = certificate(enabled=False), certificate()
    assert version_of((disabled, certificate(OLD), enabled), WEB) == enabled
    assert version_of((certificate(OLD), disabled), WEB) == disabled
    assert version_of((certificate(OLD),), WEB) is None


@pytest.mark.parametrize(
    ("hosts", "answer"),
    [(("www.contoso.com",), True), (("WWW.Contoso.COM",), True), (("www.contoso.com", "contoso.com"), False)],
)
def test_a_self_signed_certificate_serves_if_it_has_all_names(
    hosts: tuple[str, ...],
    answer: bool,  # noqa: FBT001 - a parameter of pytest
) -> None:
    assert serves(SELF_SIGNED, replace(INPUTS, https_hostnames=hosts)) is answer
