"""Whole runs of ``operation: inspect``: what is shown of a package, and what stops the run."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from cses_action.app import App
from tests.data.ctp_packages import ctp_package
from tests.data.package_defects import SWITCHES
from tests.data.package_switches import listed
from tests.data.packages import legacy_package
from tests.data.signing import signed
from tests.fakes.runner import read_summary
from tests.unit.world import HTTP, HTTPS

CONFIGURATION = str(HTTPS / "ServiceConfiguration.Cloud.cscfg")
DEFINITION = HTTPS / "ServiceDefinition.csdef"


class Inspection:
    """One run in a folder with a package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = io.StringIO()
        self.package = legacy_package(DEFINITION, folder / "new.cspkg")

    def start(self, *options: str) -> int:
        env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        return App(env, self.out).main(["inspect", "--retirement-notice", "false", *options])

    def look(self, *options: str) -> int:
        return self.start("--package", str(self.package), *options)

    def written(self, *options: str) -> Any:
        """Return what stands in inspect-file after a good run."""
        assert self.look("--inspect-file", "a.json", *options) == 0
        return json.loads((self.folder / "a.json").read_text(encoding="utf-8"))

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def summary(self) -> str:
        return read_summary(self.folder / "summary.md")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inspection:
    monkeypatch.chdir(tmp_path)
    return Inspection(tmp_path)


@pytest.mark.parametrize("operation", ["inspect", "validate", "VALIDATE"])
def test_what_knows_no_service_has_no_output_of_a_deployment(operation: str, tmp_path: Path) -> None:
    out = io.StringIO()
    package = str(legacy_package(DEFINITION, tmp_path / "a.cspkg"))
    options = ["--operation", operation, "--package", package, "--definition", str(DEFINITION)]
    assert App({}, out).main(options) == 0
    assert "output " not in out.getvalue()


def test_a_package_is_shown_in_the_log_and_in_the_summary(run: Inspection) -> None:
    assert run.look() == 0
    for title in ("Package", "Roles", "Endpoints", "Certificates", "Largest folders", "Largest files"):
        assert f"\n{title}\n" in run.text
        assert f"### {title}\n" in run.summary
    assert "## 📦 Package · inspect" in run.summary
    assert "| WebRole1 | HttpsIn | https | 443 | Certificate1 | Web |" in run.summary
    assert "| WebRole1 | Certificate1 | LocalMachine/My | limitedOrElevated | HttpsIn |" in run.summary
    assert "good: every archive, every manifest and the hash of each of 65 parts" in run.summary
    assert "Modules" not in run.text
    assert "no errors, warnings or notes in 1 file." in run.text


def test_a_package_is_needed_and_nothing_else(run: Inspection) -> None:
    assert run.start() == 2
    assert "package is required with inspect" in run.text


def test_a_name_that_is_no_text_can_be_written_all_the_same(run: Inspection) -> None:
    run.package = run.package.rename(run.folder / os.fsdecode(b"odd\xff.cspkg"))
    assert run.written()["file"] == str(run.package)


def test_what_is_shown_is_written_as_json(run: Inspection) -> None:
    found = run.written()
    assert (found["version"], found["format"], found["changes"]) == (1, "legacy", None)
    assert [each["name"] for each in found["roles"]] == ["WebRole1", "WorkerRole1"]
    assert found["roles"][0]["endpoints"][1] == {
        "name": "HttpsIn",
        "protocol": "https",
        "port": 443,
        "certificate": "Certificate1",
    }
    assert found["roles"][0]["certificates"][0]["permissionLevel"] == "limitedOrElevated"
    assert {"name": "HttpsIn", "endpointName": "HttpsIn", "hostHeader": ""} in found["roles"][0]["sites"][0][
        "bindings"
    ]
    assert len(found["files"]) == 65
    assert {"container", "path", "size", "packed", "sha256"} == set(found["files"][0])


def test_two_packages_are_compared_role_by_role_and_file_by_file(run: Inspection) -> None:
    old = legacy_package(HTTP / "ServiceDefinition.csdef", run.folder / "old.cspkg", content=b"old")
    found = run.written("--package-previous", str(old))
    changes = {(each["where"], each["what"]): (each["before"], each["after"]) for each in found["changes"]}
    assert changes["WebRole1", "endpoint HttpsIn"] == ("—", "https on port 443 Certificate1")
    assert changes["WebRole1", "site Web"] == ("Endpoint1", "Endpoint1, HttpsIn")
    before, after = changes["WebRole1", "approot/bin/WebRole1.dll"]
    assert before.startswith("3 bytes, ")
    assert after.startswith("24 bytes, ")
    assert ("WebRole1", "Cloud.uar.csman") not in changes
    assert f"Changes since the previous package: {len(changes)}" in run.text
    assert "### Changes since the previous package" in run.summary


def test_a_role_and_its_modules_may_be_new(run: Inspection) -> None:
    text = DEFINITION.read_text(encoding="utf-8-sig")
    modules = '<Imports><Import moduleName="RemoteAccess" /></Imports>'
    more = text.replace(
        "</ServiceDefinition>", '<WorkerRole name="Back" vmsize="Standard_D1_v2"/></ServiceDefinition>'
    )
    old, run.package = (
        run.package,
        legacy_package(more.replace("<Contents>", f"{modules}<Contents>", 1).encode(), run.folder / "newer.cspkg"),
    )
    found = run.written("--package-previous", str(old))
    assert {"where": "Back", "what": "role", "before": "—", "after": "worker role"} in found["changes"]
    assert {"where": "WebRole1", "what": "module RemoteAccess", "before": "—", "after": "imported"} in found[
        "changes"
    ]
    assert [each["rule"] for each in found["findings"]] == ["PKG070"]
    assert "| WebRole1 | RemoteAccess |" in run.summary


def test_the_same_package_built_again_has_no_changes(run: Inspection) -> None:
    old = legacy_package(DEFINITION, run.folder / "old.cspkg")
    assert run.written("--package-previous", str(old))["changes"] == []
    assert "Changes since the previous package: 0" in run.text


def test_of_very_many_changes_the_first_are_shown(run: Inspection) -> None:
    settings = "".join(f'<Setting name="S{number}"/>' for number in range(250))
    text = DEFINITION.read_text(encoding="utf-8-sig")
    text = text.replace("<Endpoints>", f"<ConfigurationSettings>{settings}</ConfigurationSettings><Endpoints>")
    old = legacy_package(text.encode(), run.folder / "old.cspkg")
    assert len(run.written("--package-previous", str(old))["changes"]) > 250
    assert "changes the first 200 are shown" in run.text


def test_a_previous_package_that_is_none_stops_the_run_after_all_is_shown(run: Inspection) -> None:
    (run.folder / "old.cspkg").write_bytes(b"no zip")
    assert run.look("--package-previous", "old.cspkg") == 3
    assert "\nRoles\n" in run.text
    assert "error file=old.cspkg" in run.text


def test_definition_and_configuration_are_compared_if_they_are_given(run: Inspection) -> None:
    run.package = legacy_package(HTTP / "ServiceDefinition.csdef", run.folder / "old.cspkg")
    options = ("--definition", str(DEFINITION), "--configuration", CONFIGURATION)
    assert run.look(*options, "--inspect-file", "a.json") == 3
    findings = json.loads((run.folder / "a.json").read_text(encoding="utf-8"))["findings"]
    assert {each["rule"] for each in findings} == {"PKG050", "PKG051", "PKG052"}
    assert all(each["severity"] == "error" and each["line"] for each in findings)
    assert run.look(*options, "--package-check", "warn") == 0
    assert run.look(*options, "--package-check", "off") == 0


def test_a_ctp_package_is_refused_and_shown(run: Inspection) -> None:
    run.package = ctp_package(DEFINITION, run.folder / "ctp.cspkg")
    assert run.look() == 3
    assert "CTP (refused)" in run.text
    assert "| WebRole1 | HttpsIn | https |" in run.summary
    assert "| WebRole1 | HttpsIn | https | 443 | Certificate1 | Web |" in run.summary
    assert "good: every archive, every manifest" in run.summary
    assert "Build it without /useCtpPackageFormat" in run.summary


def test_a_damaged_package_is_shown_as_broken(run: Inspection) -> None:
    run.package = legacy_package(DEFINITION, run.folder / "d.cspkg", pack=SWITCHES["part is changed"].pack)
    assert run.look() == 3
    assert "broken: 1 error, see the findings" in run.summary


def test_endpoints_that_are_no_doors_of_the_service_are_shown_too(run: Inspection) -> None:
    inner = """<InternalEndpoint name="Talk" protocol="tcp" port="81"/><InternalEndpoint name="Any" protocol="any"/>
        <InstanceInputEndpoint name="Each" protocol="udp" localPort="1"><AllocatePublicPortFrom><FixedPortRange
        min="9000" max="9019"/></AllocatePublicPortFrom></InstanceInputEndpoint></Endpoints>"""
    text = DEFINITION.read_text(encoding="utf-8-sig").replace("</Endpoints>", inner, 1)
    old, run.package = run.package, legacy_package(text.encode(), run.folder / "inner.cspkg")
    found = run.written("--package-previous", str(old))
    assert found["roles"][0]["innerEndpoints"] == [
        {"name": "Talk", "kind": "InternalEndpoint", "protocol": "tcp", "ports": "81"},
        {"name": "Any", "kind": "InternalEndpoint", "protocol": "any", "ports": ""},
        {"name": "Each", "kind": "InstanceInputEndpoint", "protocol": "udp", "ports": "9000-9019"},
    ]
    assert "| WebRole1 | Talk | tcp, inside | 81 |" in run.summary
    assert "| WebRole1 | Any | any, inside | any |" in run.summary
    assert "| WebRole1 | Each | udp, each instance | 9000-9019 |" in run.summary
    assert ("endpoint Each", "InstanceInputEndpoint udp on 9000-9019") in {
        (each["what"], each["after"]) for each in found["changes"]
    }


@pytest.mark.parametrize(("check", "code", "told"), [("strict", 3, 1), ("warn", 0, 1), ("off", 0, 0)])
def test_the_format_that_is_refused_stops_only_a_strict_check(
    run: Inspection, check: str, code: int, told: int
) -> None:
    run.package = ctp_package(DEFINITION, run.folder / "ctp.cspkg")
    assert run.look("--package-check", check) == code
    assert run.text.count("title=PKG005") == told


def test_what_is_no_package_leaves_nothing_to_show(run: Inspection) -> None:
    run.package.write_bytes(b"")
    assert run.look("--inspect-file", "a.json") == 3
    assert "PKG001" in run.text
    assert not (run.folder / "a.json").exists()


def test_an_encrypted_package_is_a_warning_that_says_what_was_not_checked(run: Inspection) -> None:
    name = next(each for each, switch in SWITCHES.items() if switch.rules == "PKG006")
    run.package = legacy_package(DEFINITION, run.folder / "e.cspkg", pack=SWITCHES[name].pack)
    assert run.look() == 0
    assert "its roles, definition and certificates were not checked" in run.text
    assert "not checked: the package is encrypted" in run.summary
    assert "\nRoles\n" not in run.text


def test_a_place_that_cannot_be_written_is_told_before_and_after(run: Inspection) -> None:
    assert run.look("--inspect-file", "no/such/a.json") == 2
    assert "inspect-file: the folder of no/such/a.json does not exist" in run.text
    assert run.look("--inspect-file", f"{run.package}") == 2
    assert "package and inspect-file name the same file" in run.text
    # Nobody makes a file there, root included.
    assert run.look("--inspect-file", "/sys/out.json") == 3
    assert "The file cannot be written: " in run.text


def test_the_findings_are_written_as_sarif_too(run: Inspection) -> None:
    run.package = ctp_package(DEFINITION, run.folder / "ctp.cspkg")
    assert run.look("--sarif-file", "a.sarif", "--inspect-file", "a.json") == 3
    (log,) = json.loads((run.folder / "a.sarif").read_text(encoding="utf-8"))["runs"]
    (result,) = log["results"]
    assert (result["ruleId"], result["level"]) == ("PKG005", "error")
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "ctp.cspkg"}}}]
    assert "SARIF: a.sarif\n" in run.text
    assert run.look("--sarif-file", "no/a.sarif") == 2
    assert run.look("--sarif-file", "/sys/a.sarif") == 3


@pytest.mark.parametrize(("old", "told"), [("", "yes"), ("placeholder", "no: the manifest was changed")])
def test_a_signature_is_told_and_whether_it_holds(run: Inspection, old: str, told: str) -> None:
    def sign(files: dict[str, bytes]) -> dict[str, bytes]:
        text = signed(files["Cloud.uar.csman"].decode())
        return files | {
            "Cloud.uar.csman": (text.replace("<NamedStreams", " <NamedStreams") if old else text).encode()
        }

    run.package = legacy_package(DEFINITION, run.folder / "s.cspkg", pack=listed("WebRole1", sign))
    assert run.look() == 0
    assert f"| WebRole1 | Contoso Build | {told}" in run.summary
    assert "2013-01-01" in run.summary
