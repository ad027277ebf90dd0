"""Whole runs of ``configure``, with Azure in memory."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.app import App
from cses_action.ports import Cloud
from cses_action.resources import Certificate, ResourceId, Vault
from cses_action.values import Thumbprint
from tests.fakes.cloud import VAULT, WEB, FakeClock, FakeCloud, FakeServices, FakeVaults, certificate, service
from tests.fakes.runner import parse_commands, read_outputs
from tests.unit.project.given import THUMBPRINT
from tests.unit.project.test_writing import a_full_disk
from tests.unit.world import HTTP, HTTPS

ROOT = Path(__file__).parent.parent.parent
DEFINITION, CLOUD, LOCAL = (
    "ServiceDefinition.csdef",
    "ServiceConfiguration.Cloud.cscfg",
    "ServiceConfiguration.Local.cscfg",
)
PRINCIPAL = {
    "INPUT_TENANT-ID": "00000000-0000-0000-0000-000000000001",
    "INPUT_CLIENT-ID": "00000000-0000-0000-0000-000000000002",
    "INPUT_CLIENT-SECRET": "very-secret",
    "INPUT_SUBSCRIPTION-ID": "11111111-1111-1111-1111-111111111111",
    "INPUT_RESOURCE-GROUP": "contoso-rg",
    "INPUT_KEY-VAULT": "contoso-kv",
    "INPUT_CERTIFICATE-NAME": "WEB",
}


class Story:
    """A project with http alone, and runs of ``configure`` on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (DEFINITION, CLOUD):
            shutil.copyfile(HTTP / name, folder / name)
        self.cloud = FakeCloud(FakeServices(service("")))
        self.connected = 0
        self.env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "INPUT_DEFINITION": str(folder / DEFINITION),
            "INPUT_CONFIGURATION": str(folder / CLOUD),
        }
        self.text = ""

    def connect(self, *_: object) -> Cloud:
        self.connected += 1
        return self.cloud.cloud

    def run(self, **inputs: str) -> int:
        given = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()}
        for name in ("outputs", "summary"):
            (self.folder / name).unlink(missing_ok=True)
        out = io.StringIO()
        code = App({**self.env, **given}, out, self.connect, FakeClock()).main(["configure"])
        self.text = out.getvalue()
        return code

    def give(self, name: str, text: str) -> None:
        (self.folder / name).write_bytes(text.encode())

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    @property
    def outputs(self) -> dict[str, str]:
        return dict(read_outputs(self.read("outputs").decode()))

    @property
    def errors(self) -> list[str]:
        return [each.data for each in parse_commands(self.text) if each.name == "error"]

    def files(self) -> set[str]:
        return {each.name for each in self.folder.iterdir()} - {"outputs", "summary"}


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_http_becomes_https_as_if_it_were_done_by_hand(story: Story) -> None:
    assert story.run(certificate_thumbprint=THUMBPRINT.lower()) == 0
    for name in (DEFINITION, CLOUD):
        assert story.read(name) == (HTTPS / name).read_bytes()
    assert story.files() == {DEFINITION, CLOUD}
    assert story.outputs == {"has-changes": "true"}, "it updates no service, and says nothing of one"
    assert '+      <InputEndpoint name="HttpsIn" protocol="https" port="443"' in story.text
    assert "no errors, warnings or notes in 2 files." in story.text
    assert "::warning::The definition was changed, and Azure reads the definition inside the package" in story.text
    assert story.connected == 0
    assert "✅ Done · configure" in story.read("summary").decode()
    assert f"- {story.folder / DEFINITION}" in story.read("summary").decode()


def test_a_second_run_changes_nothing(story: Story) -> None:
    story.run(certificate_thumbprint=THUMBPRINT)
    before = {name: (story.folder / name).stat() for name in (DEFINITION, CLOUD)}
    assert story.run(certificate_thumbprint=THUMBPRINT) == 0
    assert {name: (story.folder / name).stat() for name in before} == before
    assert story.text.count("nothing to change") == 2
    assert story.outputs["has-changes"] == "false"
    assert "package" not in story.text
    assert "✅ Nothing to do" in story.read("summary").decode()


def test_without_thumbprint_the_definition_alone_is_edited(story: Story) -> None:
    story.run()
    assert story.read(DEFINITION) == (HTTPS / DEFINITION).read_bytes()
    assert story.read(CLOUD) == (HTTP / CLOUD).read_bytes()

    assert "No certificate is given: the configuration names none, and was not checked." in story.text


def test_a_token_is_not_looked_at_before_it_is_replaced(story: Story) -> None:
    story.give(CLOUD, (HTTP / CLOUD).read_text(encoding="utf-8-sig").replace('count="1"', 'count="#{count}#"', 1))
    assert story.run(certificate_thumbprint=THUMBPRINT) == 0
    assert story.errors == []
    assert b'count="#{count}#"' in story.read(CLOUD)


def test_the_findings_that_are_left_are_written_as_sarif(story: Story) -> None:
    path = story.folder / CLOUD
    path.write_bytes(path.read_bytes().replace(b'osFamily="6"', b'osFamily="4"'))
    assert story.run(certificate_thumbprint=THUMBPRINT, sarif_file=str(story.folder / "none" / "a.sarif")) == 2
    assert story.read(DEFINITION) == (HTTP / DEFINITION).read_bytes(), "told before anything is written"
    assert story.run(certificate_thumbprint=THUMBPRINT, sarif_file=str(story.folder / "a.sarif")) == 3
    assert b"osFamily" in story.read("a.sarif")


def test_errors_that_are_left_are_told_after_the_files_are_written(story: Story) -> None:
    path = story.folder / CLOUD
    path.write_bytes(path.read_bytes().replace(b'osFamily="6"', b'osFamily="4"'))
    assert story.run(certificate_thumbprint=THUMBPRINT) == 3
    assert any("osFamily" in each for each in story.errors)
    assert "Build the package anew" in story.text
    assert story.read(DEFINITION) == (HTTPS / DEFINITION).read_bytes()
    assert "Project files were changed. Nothing was changed in Azure." in story.read("summary").decode()


def test_the_thumbprint_of_a_name_comes_from_the_vault(story: Story) -> None:
    story.env |= PRINCIPAL
    assert story.run() == 0
    assert str(WEB).encode() in story.read(CLOUD)
    assert f"Certificate WEB in key vault contoso-kv: {WEB}" in story.text
    assert story.cloud.vaults.lists == ["contoso-kv/WEB"]


def test_a_name_that_no_vault_has_is_told_with_those_that_it_has(story: Story) -> None:
    story.env |= PRINCIPAL
    story.cloud.vaults.held = {}
    assert story.run(certificate_name="shop") == 4
    assert "no certificates" in story.errors[0]
    story.cloud.vaults.held = {"web": (certificate(),)}
    assert story.run(certificate_name="shop") == 4
    (error,) = story.errors
    assert error.startswith("No good version of certificate shop is in the key vaults contoso-kv")
    assert "There: web." in error
    assert story.read(DEFINITION) == (HTTP / DEFINITION).read_bytes()


class TwoVaults(FakeVaults):
    """Two vaults that hold one name with different certificates."""

    def locate(self, vault: str) -> Vault:
        path = str(VAULT.id).replace("contoso-kv", vault)
        return replace(VAULT, id=ResourceId(path))

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        assert name == "WEB"
        return (certificate(WEB if vault.id.name == "contoso-kv" else Thumbprint("CC" * 20)),)


def test_a_name_that_means_two_certificates_is_refused(story: Story) -> None:
    story.env |= PRINCIPAL
    story.cloud.vaults = TwoVaults()
    assert story.run(key_vault="contoso-kv,other-kv") == 4
    assert story.errors[0].startswith(f"Certificate WEB differs between the key vaults: contoso-kv {WEB}, other-kv")


def test_the_newest_version_that_can_be_used_is_taken(story: Story) -> None:
    story.env |= PRINCIPAL
    disabled = certificate(Thumbprint("CC" * 20), enabled=False)
    story.cloud.vaults.held = {"web": (disabled, certificate())}
    assert story.run() == 0
    assert str(WEB).encode() in story.read(CLOUD)


def test_a_name_with_disabled_and_expired_versions_alone_is_refused(story: Story) -> None:
    story.env |= PRINCIPAL
    disabled = certificate(enabled=False)
    expired = certificate(days=-1)
    story.cloud.vaults.held = {"web": (disabled, expired)}
    assert story.run() == 4
    assert "Certificate WEB in key vault contoso-kv: version " in story.text
    assert " is disabled; version " in story.text
    assert " expired on " in story.text
    assert story.read(DEFINITION) == (HTTP / DEFINITION).read_bytes()


def test_wrong_files_are_told_before_azure_is_asked(story: Story) -> None:
    story.env |= PRINCIPAL
    story.give(CLOUD, "<x")
    story.give("b.cscfg", "")
    assert story.run(configuration=f"{story.folder / CLOUD},{story.folder / 'b.cscfg'}") == 3
    assert len(story.errors) == 2
    assert story.connected == 0


def test_what_stands_in_the_way_is_told_before_azure_is_asked(story: Story) -> None:
    story.env |= PRINCIPAL
    text = (HTTP / DEFINITION).read_text(encoding="utf-8-sig")
    story.give(DEFINITION, text.replace('protocol="http" port="80"', 'protocol="tcp" port="443"'))
    assert story.run() == 3
    assert story.errors[0].startswith("Port 443 is held by WebRole1's endpoint Endpoint1 (tcp)")
    assert story.connected == 0


def test_roles_have_to_be_named_unless_there_is_one_web_role(story: Story) -> None:
    text = (HTTP / DEFINITION).read_text(encoding="utf-8-sig")
    story.give(DEFINITION, text.replace("WorkerRole>", "WebRole>").replace("<WorkerRole", "<WebRole"))
    assert story.run() == 2
    assert story.errors[0].startswith(
        "certificate-role is required: the definition has 2 web roles: WebRole1, Worker"
    )
    assert story.run(certificate_role="webrole1,WebRole1", certificate_thumbprint=THUMBPRINT) == 0
    story.give(DEFINITION, text.replace("WebRole>", "WorkerRole>").replace("<WebRole", "<WorkerRole"))
    assert story.run() == 2
    assert "has no web roles" in story.errors[0]


def test_everything_can_be_named(story: Story) -> None:
    inputs = {"certificate_reference": "Shop", "https_port": "8443", "endpoint_name": "Secure", "site": "web"}
    assert story.run(certificate_thumbprint=THUMBPRINT, http_endpoint="remove", **inputs) == 0
    definition = story.read(DEFINITION)
    assert b'name="Secure" protocol="https" port="8443" certificate="Shop"' in definition
    assert b"Endpoint1" not in definition
    assert b'name="Shop" thumbprint' in story.read(CLOUD)


def test_nothing_is_written_if_one_file_cannot_be(story: Story) -> None:
    (story.folder / CLOUD).chmod(0o444)
    assert story.run(certificate_thumbprint=THUMBPRINT) == 3
    assert "read-only" in story.errors[0]
    assert story.read(DEFINITION) == (HTTP / DEFINITION).read_bytes()
    assert story.files() == {DEFINITION, CLOUD}
    assert "Nothing was changed in Azure." in story.read("summary").decode()


def test_unknown_rules_are_told_before_anything_is_written(story: Story) -> None:
    assert story.run(disable_rules="CFG999", certificate_thumbprint=THUMBPRINT) == 2
    assert story.read(DEFINITION) == (HTTP / DEFINITION).read_bytes()


def test_the_local_configuration_gets_the_clouds_content_and_no_value_is_shown(story: Story) -> None:
    settings = (
        '<Instances count="1" /><ConfigurationSettings><Setting name="Key" value="{}"/></ConfigurationSettings>'
    )
    cloud = (HTTP / CLOUD).read_text(encoding="utf-8-sig")
    for name, value in ((CLOUD, "cloud-value"), (LOCAL, "local-value")):
        story.give(name, cloud.replace('<Instances count="1" />', settings.format(value), 1))
    story.run(certificate_thumbprint=THUMBPRINT, sync_local="true")
    assert story.read(LOCAL) == story.read(CLOUD)
    assert THUMBPRINT.encode() in story.read(LOCAL)
    assert b"cloud-value" in story.read(LOCAL)
    assert "-value" not in story.text.replace("add-mask", "")
    assert "*** (changed)" in story.text
    assert story.run(certificate_thumbprint=THUMBPRINT, sync_local="true") in {0, 3}
    assert story.outputs["has-changes"] == "false"


def test_a_local_configuration_that_is_given_is_edited_too_and_stays_the_local_one(story: Story) -> None:
    mine = f'<Certificate name="Mine" thumbprint="{"AB" * 20}" thumbprintAlgorithm="sha1" />'
    own = f"<Certificates>\n{mine}</Certificates>"
    cloud = (HTTP / CLOUD).read_text(encoding="utf-8-sig")
    story.give(LOCAL, cloud.replace("  </Role>", f"{own}</Role>", 1))
    both = f"{story.folder / LOCAL},{story.folder / CLOUD}"
    story.run(certificate_thumbprint=THUMBPRINT, sync_local="true", configuration=both)
    assert story.read(LOCAL).count(b"<Certificate ") == 2
    assert story.read(CLOUD) == (HTTPS / CLOUD).read_bytes()


def test_a_local_configuration_that_is_missing_is_an_error(story: Story) -> None:
    assert story.run(sync_local="true") == 3
    assert story.errors[0].startswith("The file cannot be read: No such file")


def test_a_local_configuration_that_is_the_clouds_is_refused(story: Story) -> None:
    (story.folder / LOCAL).symlink_to(CLOUD)
    assert story.run(sync_local="true") == 2
    assert "is a link to" in story.errors[0]


@pytest.mark.parametrize("names", [(LOCAL,), ("a.cscfg", "b.cscfg"), ("a.Cloud.cscfg", "b.Cloud.cscfg")])
def test_it_has_to_be_clear_which_configuration_is_the_clouds(story: Story, names: tuple[str, ...]) -> None:
    for name in names:
        shutil.copyfile(HTTP / CLOUD, story.folder / name)
    assert story.run(sync_local="true", configuration=",".join(str(story.folder / each) for each in names)) == 2
    assert "do not show which one is the cloud's" in story.errors[0]


def test_configure_loads_nothing_of_azure(story: Story) -> None:
    program = (
        "import sys, entrypoint\n"
        "code = entrypoint.main()\n"
        "costly = {'azure', 'requests', 'msal', 'rich', 'yaml', 'zipfile', 'difflib', 'concurrent', 'cryptography'}\n"
        "print('heavy', sorted({name.split('.')[0] for name in sys.modules} & costly)); sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "configure", "--certificate-thumbprint", THUMBPRINT],
        cwd=ROOT,
        env={**story.env, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "heavy []" in done.stdout
    assert done.stderr == ""


def test_what_names_the_http_endpoint_that_goes_is_told_before_anything_is_written(story: Story) -> None:
    path = story.folder / DEFINITION
    rules = (
        b'<NetworkTrafficRules><OnlyAllowTrafficTo><Destinations><RoleEndpoint endpointName="Endpoint1" '
        b'roleName="WebRole1"/></Destinations><AllowAllTraffic/></OnlyAllowTrafficTo></NetworkTrafficRules>'
        b"</ServiceDefinition>"
    )
    path.write_bytes(path.read_bytes().replace(b"</ServiceDefinition>", rules))
    before = story.read(DEFINITION)
    assert story.run(certificate_thumbprint=THUMBPRINT, http_endpoint="remove") == 3
    (error,) = (each for each in parse_commands(story.text) if each.name == "error")
    assert error.data.startswith(
        "Nothing was written, because the changes would bring an error: <RoleEndpoint> names endpoint Endpoint1"
    )
    line = 1 + before[: before.index(b"<RoleEndpoint")].count(b"\n")
    assert error.properties["line"] == str(line), "where it stands in the file as it is"
    assert story.read(DEFINITION) == before


def test_a_certificate_of_another_store_is_not_taken_over(story: Story) -> None:
    path = story.folder / DEFINITION
    declared = b'<Certificate name="certificate1" storeLocation="LocalMachine" storeName="Root"/>'
    root = b"<Certificates>" + declared + b"</Certificates>"
    path.write_bytes(path.read_bytes().replace(b"</Endpoints>", b"</Endpoints>" + root))
    before = story.read(DEFINITION)
    assert story.run(certificate_thumbprint=THUMBPRINT) == 3
    assert story.errors[0].startswith("Certificate certificate1 of role WebRole1 lies in LocalMachine/Root")
    assert story.read(DEFINITION) == before
    assert story.run(certificate_thumbprint=THUMBPRINT, certificate_reference="Tls") == 0


def test_synchronising_without_a_certificate_is_no_error(story: Story) -> None:
    shutil.copyfile(HTTP / CLOUD, story.folder / LOCAL)
    assert story.run(sync_local="true") == 0
    assert "No certificate is given" in story.text


def test_the_local_configuration_keeps_its_own_certificate_when_it_is_given_too(story: Story) -> None:
    own = "CD" * 20
    local = (HTTPS / CLOUD).read_bytes().replace(THUMBPRINT.encode(), own.encode())
    (story.folder / LOCAL).write_bytes(local)
    both = f"{story.folder / CLOUD},{story.folder / LOCAL}"
    assert story.run(sync_local="true", configuration=both, certificate_thumbprint=THUMBPRINT) == 0
    assert own.encode() in story.read(LOCAL)
    assert THUMBPRINT.encode() in story.read(CLOUD)


def test_a_file_that_cannot_be_kept_byte_for_byte_is_refused_before_a_diff_is_shown(story: Story) -> None:
    text = story.read(CLOUD).decode("utf-8-sig").replace('encoding="utf-8"', 'encoding="utf-16"')
    (story.folder / CLOUD).write_bytes(("\ufeff" + text).encode("utf-16"))
    before = story.read(CLOUD)
    assert story.run(certificate_thumbprint=str(THUMBPRINT)) == 3
    assert "The bytes of the file cannot be kept" in story.errors[0]
    assert "+++" not in story.text
    assert "outputs" not in {each.name for each in story.folder.iterdir()}
    assert story.read(CLOUD) == before


def test_a_read_only_file_is_refused_before_a_diff_is_shown(story: Story) -> None:
    (story.folder / DEFINITION).chmod(0o444)
    assert story.run(certificate_thumbprint=str(THUMBPRINT)) == 3
    assert "read-only" in story.errors[0]
    assert "+++" not in story.text


def test_a_disk_that_is_full_leaves_the_files_as_they_were_and_the_run_says_so(story: Story) -> None:
    story.give(CLOUD, story.read(CLOUD).decode("utf-8-sig") + f"<!-- {'x' * 20_000} -->")
    before = story.read(DEFINITION), story.read(CLOUD)
    with a_full_disk():
        assert story.run(certificate_thumbprint=THUMBPRINT) == 3
    assert (story.read(DEFINITION), story.read(CLOUD)) == before
    assert story.files() == {DEFINITION, CLOUD}
    assert "Nothing was changed in Azure." in story.read("summary").decode()
