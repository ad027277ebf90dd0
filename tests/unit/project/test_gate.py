"""What the gate says of a package beside a definition and a configuration, and where it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.project.gate import check_together
from cses_action.project.package import examine_package
from cses_action.project.rules import RULES, Finding, Rule, gate
from cses_action.project.xml import parse_xml
from tests.data.package_parts import plainly
from tests.data.package_switches import listed, with_files, without
from tests.data.packages import legacy_package
from tests.unit.project.gate_cases import CONFIGURED, OF_HTTPS, ONLY_HTTP, PLAIN, SAME, SECURE, SILENT, Case
from tests.unit.project.gate_differences import DIFFERENCES
from tests.unit.project.gate_pairs import OF_THE_CONFIGURATION, POLICY

CASES = (*SAME, *OF_HTTPS, *OF_THE_CONFIGURATION, *POLICY, *DIFFERENCES)
OURS = {each.id for each in vars(gate).values() if isinstance(each, Rule)}


def found(folder: Path, case: Case, pack: object = plainly) -> list[Finding]:
    """Return what the gate finds, each with something to do about it."""
    assert callable(pack)
    file = legacy_package(case.packed.encode(), folder / "a.cspkg", sdk=case.sdk, pack=pack)
    loose = parse_xml(case.loose, file="a.csdef") if case.loose else None
    configured = [parse_xml(case.configured, file="a.cscfg")] if case.configured else []
    findings = check_together(examine_package(str(file)), loose, configured)
    assert all(each.fix for each in findings)
    return list(findings)


def told(finding: Finding) -> str:
    place = [Path(finding.file).name, *(str(each) for each in (finding.line, finding.column) if each)]
    return f"{finding.rule.id} {':'.join(place)} {finding.message}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_gate_says_exactly_this(tmp_path: Path, case: Case) -> None:
    assert [told(each) for each in found(tmp_path, case)] == list(case.said)


def test_a_module_whose_service_is_gone_is_told(tmp_path: Path) -> None:
    pack = listed("Web", lambda files: files | {"plugins/Caching/Caching.csplugin": b"x"})
    (finding,) = found(tmp_path, Case("", PLAIN, "", "", ()), pack)
    assert told(finding) == "PKG071 a.cspkg Role Web holds the module caching of the classic service"


def test_without_its_software_nothing_is_said_of_a_roles_sites(tmp_path: Path) -> None:
    def lost(place: str, files: dict[str, bytes]) -> bytes:
        return plainly(place, files if place else without(".cssx")(files) | {"other_1.cssx": plainly("", {})})

    assert found(tmp_path, Case("", ONLY_HTTP, ONLY_HTTP, SILENT, ()), lost) == []
    assert {each.rule.id for each in found(tmp_path, Case("", ONLY_HTTP, SECURE, CONFIGURED, ()), lost)} == {
        "PKG050",
        "PKG051",
    }


def test_a_package_without_a_definition_has_nothing_to_compare(tmp_path: Path) -> None:
    assert found(tmp_path, Case("", ONLY_HTTP, SECURE, CONFIGURED, ()), with_files(".csdx", without(".csdef"))) == []


def test_every_rule_fires_in_a_case() -> None:
    fired = {said.partition(" ")[0] for case in CASES for said in case.said}
    assert fired | {"PKG071"} == OURS | {"CSES100"}
    assert set(RULES) >= OURS
