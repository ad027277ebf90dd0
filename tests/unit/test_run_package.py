"""Whole deployments of a package that was not built from the files beside it: refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.package_defects import SWITCHES
from tests.data.packages import legacy_package
from tests.unit.test_run import Session
from tests.unit.world import HTTP, HTTPS

OLD = ("PKG050", "PKG051", "PKG052")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a session with an HTTPS definition and configuration, and a package from before."""
    session = Session(tmp_path)
    legacy_package(HTTP / "ServiceDefinition.csdef", Path(session.env["INPUT_PACKAGE"]))
    return session


def verify_untouched(session: Session) -> None:
    assert session.cloud.services.replaced == []
    assert session.cloud.packages.blobs == {}


@pytest.mark.parametrize("operation", ["deploy", "plan"])
def test_an_old_package_is_refused_with_everything_that_it_lacks(session: Session, operation: str) -> None:
    session.env["INPUT_OPERATION"] = operation
    assert session.start() == 3
    verify_untouched(session)
    text = session.out.getvalue()
    assert "The package has no https endpoint HttpsIn on port 443 for role WebRole1" in text
    assert "The package has no certificate Certificate1 in role WebRole1, which endpoint HttpsIn serves" in text
    assert "No site of role WebRole1 has a binding to endpoint HttpsIn in the package" in text
    assert all(f"| {each} | error |" in session.summary for each in OLD)
    assert all(text.count(f"title={each}") == 1 for each in OLD)


def test_it_can_be_deployed_with_warnings(session: Session) -> None:
    session.env |= {"INPUT_PACKAGE-CHECK": "warn", "INPUT_HTTPS-PROBE": "off"}
    assert session.start() == 0
    assert session.cloud.services.replaced
    assert all(f"| {each} | warning |" in session.summary for each in OLD)


def test_it_can_be_deployed_without_a_word(session: Session) -> None:
    session.env |= {"INPUT_PACKAGE-CHECK": "off", "INPUT_HTTPS-PROBE": "off"}
    assert session.start() == 0
    assert not any(each in session.out.getvalue() for each in OLD)


@pytest.mark.parametrize("check", ["strict", "warn", "off"])
def test_a_damaged_package_is_always_refused(session: Session, check: str) -> None:
    switch = next(each for each in SWITCHES.values() if each.rules == "PKG023")
    legacy_package(HTTPS / "ServiceDefinition.csdef", Path(session.env["INPUT_PACKAGE"]), pack=switch.pack)
    session.env["INPUT_PACKAGE-CHECK"] = check
    assert session.start() == 3
    verify_untouched(session)
    assert "PKG023" in session.out.getvalue()


def test_a_check_that_does_not_exist_is_refused(session: Session) -> None:
    session.env["INPUT_PACKAGE-CHECK"] = "lax"
    assert session.start() == 2
    assert "package-check is none of strict, warn, off" in session.out.getvalue()


def test_a_package_that_cannot_be_looked_into_says_what_was_not_checked(session: Session) -> None:
    switch = next(each for each in SWITCHES.values() if each.rules == "PKG006")
    legacy_package(HTTPS / "ServiceDefinition.csdef", Path(session.env["INPUT_PACKAGE"]), pack=switch.pack)
    session.env["INPUT_HTTPS-PROBE"] = "off"
    assert session.start() == 0
    assert "its roles, definition and certificates were not checked" in session.summary
