"""Runs with a package that can be used and still looks wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.package_defects import SWITCHES
from tests.data.packages import legacy_package
from tests.fakes.runner import parse_commands
from tests.unit.test_run import Session
from tests.unit.world import HTTPS


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path)
    package, pack = tmp_path / "odd.cspkg", SWITCHES["part is not listed"].pack
    made.env["INPUT_PACKAGE"] = str(legacy_package(HTTPS / "ServiceDefinition.csdef", package, pack=pack))
    return made


def said(session: Session, level: str) -> list[str]:
    return [
        each.properties["title"]
        for each in parse_commands(session.out.getvalue())
        if each.name == level and "PKG" in str(each)
    ]


def test_a_warning_about_the_package_does_not_stop_the_run(session: Session) -> None:
    assert session.start() == 0
    assert said(session, "warning") == ["PKG022"]


def test_with_warnings_as_errors_it_stops_before_anything_is_written(session: Session) -> None:
    session.env["INPUT_WARNINGS-AS-ERRORS"] = "true"
    assert session.start() == 3
    assert said(session, "error") == ["PKG022"]
    assert session.cloud.packages.blobs == {}


@pytest.mark.parametrize("switch", ["part is changed", "names differ in case in a role"])
def test_only_what_makes_reading_unsafe_cannot_be_switched_off(session: Session, switch: str) -> None:
    wrong = SWITCHES[switch]
    legacy_package(HTTPS / "ServiceDefinition.csdef", Path(session.env["INPUT_PACKAGE"]), pack=wrong.pack)
    session.env["INPUT_DISABLE-RULES"] = wrong.rules
    safe = switch == "part is changed"
    assert session.start() == (0 if safe else 3)
    assert said(session, "error") == ([] if safe else ["PKG011"])


def test_a_rule_of_packages_can_be_switched_off(session: Session) -> None:
    session.env["INPUT_DISABLE-RULES"] = "PKG022"
    assert session.start() == 0
    assert "PKG022" not in session.out.getvalue()
