from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cses_action.errors import Problem
from cses_action.planning.model import Change, Plan, PlannedRole, RoleCertificate, Target
from cses_action.report.markdown import Outcome, summary, table
from cses_action.report.retirement import retirement_notice
from cses_action.resources import PublicAddress, Served
from cses_action.steps.run import Record
from tests.fakes.cloud import NOW, WEB, FakeNetwork, certificate


def record(**happened: object) -> Record:
    found = Record()
    for name, value in happened.items():
        setattr(found, name, value)
    return found


def outcome(code: int = 0, *problems: Problem, operation: str = "deploy") -> Outcome:
    return Outcome(operation=operation, service="contosocs", exit_code=code, problems=problems, now=NOW, notice="")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(1, "fault of the action"), (2, "Inputs"), (3, "Project files"), (4, "Azure"), (5, "Time"), (130, "Cancelled")],
)
def test_the_first_line_says_how_it_ended(code: int, verdict: str) -> None:
    assert verdict in summary(Record(), outcome(code)).splitlines()[0]


def test_problems_stand_with_place_remedy_and_what_is_left_of_azure() -> None:
    problem = Problem(message="No | such", fix="Set it.", file="a.cscfg", line=7, request_id="42")
    text = summary(record(left="Nothing was changed in Azure."), outcome(3, problem))
    assert "a.cscfg:7" in text
    assert "(request id 42)" in text
    assert "No \\| such" in text or "No &#124; such" in text
    assert "Nothing was changed in Azure." in text


def test_a_certificate_without_an_expiry_is_shown_as_not_known() -> None:
    held = certificate()
    object.__setattr__(held, "expires_on", None)
    plan = Plan(
        steps=(),
        changes=(Change("role", "a|b", "1", "2"),),
        warnings=(),
        roles=(PlannedRole("W", 2, "Standard_D1_v2"),),
        certificates=(RoleCertificate("W", "C", held),),
        service_id="",
        provisioning_state="",
        address=PublicAddress(),
        stopped=False,
        deployed=None,
    )
    text = summary(record(plan=plan, certificates=plan.certificates, warnings=["mind `that`"]), outcome())
    assert "not known" in text
    assert "### Warnings" in text
    assert "### What changes" in text


def test_what_stands_in_a_cell_stays_in_it() -> None:
    lines = table(("a", "b"), [("x|y\n::error::z", "<b>")]).splitlines()
    assert len(lines) == 3
    assert "::error" not in lines[2]
    assert "<b>" not in lines[2]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (datetime(2027, 3, 30, tzinfo=UTC), "retires in 1 days, on 31 March 2027"),
        (datetime(2027, 3, 31, 23, tzinfo=UTC), "retires today, 31 March 2027"),
        (datetime(2027, 4, 1, tzinfo=UTC), "has been retired since 31 March 2027"),
    ],
)
def test_the_retirement_is_told_before_and_after(day: datetime, says: str) -> None:
    assert says in retirement_notice(day)


def proof(**changes: Any) -> tuple[Target, Served]:
    served = replace(FakeNetwork().served(WEB), **changes)
    return Target("WebRole1/Certificate1:443", "203.0.113.7", 443, "www.contoso.com", WEB), served


@pytest.mark.parametrize(
    ("changes", "cells"),
    [
        ({}, ["CN=Contoso CA", "www.contoso.com, contoso.com", "2027-02-21", "90", "TLSv1.3", "yes"]),
        ({"distrust": "it is self-signed"}, ["no: it is self-signed"]),
        ({"distrust": None, "expires_on": None}, ["not known", ""]),
        ({"names": tuple("abcde")}, ["a, b, c and 2 more"]),
    ],
)
def test_what_is_served_stands_in_the_summary(changes: dict[str, Any], cells: list[str]) -> None:
    text = summary(record(proven=[proof(**changes)], http_ports=["Port 80 is closed.", "Port 8080 too."]), outcome())
    row = next(line for line in text.splitlines() if line.startswith("| WebRole1/Certificate1:443"))
    for each in cells:
        assert f"| {each} |" in row
    assert "Port 80 is closed. Port 8080 too." in text


def test_what_a_certificate_says_stays_in_its_cell() -> None:
    hostile = "CN=x|y `z` ::error::boo <b>"
    text = summary(record(proven=[proof(issuer=hostile, names=(hostile,))]), outcome())
    assert "::error" not in text
    assert "<b>" not in text
    row = next(line for line in text.splitlines() if line.startswith("| WebRole1/Certificate1:443"))
    assert row.replace("\\|", "").count("|") == 11
