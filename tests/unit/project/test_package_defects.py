"""For every switch of the test packages exactly the expected rules, and none for the healthy ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.errors import ProjectError
from cses_action.project.package import examine_package
from cses_action.project.rules import RULES, Rule, packages
from tests.data.package_defects import HEALTHY, SWITCHES
from tests.data.packages import legacy_package
from tests.unit.project.given import SAMPLES

DEFINITION = SAMPLES / "multirole-https" / "ServiceDefinition.csdef"


def rules_of(file: Path) -> set[str]:
    """Return the ids of what is wrong with a package, told or refused."""
    try:
        return {each.rule.id for each in examine_package(str(file)).defects}
    except ProjectError as failure:
        return {each.rule for each in failure.problems}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_breaks_exactly_these_rules(tmp_path: Path, name: str) -> None:
    file = legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=SWITCHES[name].pack)
    assert rules_of(file) == set(SWITCHES[name].rules.split())


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_package_breaks_none(tmp_path: Path, name: str) -> None:
    assert rules_of(legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=HEALTHY[name])) == set()


@pytest.mark.parametrize("name", ["name in cp437 in the package", "name in UTF-8 in a role"])
def test_a_name_that_is_not_ascii_is_an_error(tmp_path: Path, name: str) -> None:
    file = legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=SWITCHES[name].pack)
    (finding,) = examine_package(str(file)).findings
    assert (finding.severity, finding.rule.id) == ("error", "PKG018")
    assert "caf?" not in finding.message
    assert "café.new: the name is none that a part can have" in finding.message


def test_every_rule_has_a_switch_or_is_about_the_file_as_a_whole() -> None:
    switched = {rule for each in SWITCHES.values() for rule in each.rules.split()}
    whole = {"PKG001", "PKG003", "PKG004", "PKG005", "PKG007", "PKG008", "PKG032"}
    assert switched | whole == {each.id for each in vars(packages).values() if isinstance(each, Rule)}
    assert not switched & whole


def test_only_what_is_known_for_certain_or_concerns_safety_is_an_error() -> None:
    rules = [each for name, each in RULES.items() if name.startswith("PKG")]
    certain = {each.id for each in rules if each.source.endswith(("[C]", "[M]", "safety of reading"))}
    assert {each.id for each in rules if each.severity == "error"} <= certain
    assert all(each.fix for each in rules)
