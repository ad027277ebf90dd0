"""Whole runs of ``rotate-certificate``, with Azure in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.app import App
from cses_action.errors import AzureError
from cses_action.ports import Cloud, Json
from cses_action.resources import Certificate, OperationState, PublicAddress, ResourceId, SecretUrl, Vault
from cses_action.values import Thumbprint
from tests.fakes.cloud import NOW, VAULT, FakeClock, FakeCloud, FakeServices, FakeVaults, certificate, service
from tests.fakes.runner import parse_commands, read_outputs
from tests.unit.world import HTTPS

A1, A2, B, C, D = (Thumbprint(digit * 40) for digit in "12BCD")
OTHER = replace(
    VAULT, id=ResourceId(str(VAULT.id).replace("contoso-kv", "other-kv")), uri="https://other-kv.vault.azure.net/"
)
CSCFG = f"""<?xml version="1.0" encoding="utf-16"?>
<ServiceConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
  serviceName="S">
  <Role name="WebRole1">
    <Instances count="1" />
    <Certificates>
      <Certificate name="Web" thumbprint="{A1}" thumbprintAlgorithm="sha1" />
      <Certificate name="Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption" thumbprint="{D}"
        thumbprintAlgorithm="sha1" />
    </Certificates>
  </Role>
  <Role name="WorkerRole1">
    <Instances count="1" />
    <Certificates><Certificate name="Other" thumbprint="{B}" thumbprintAlgorithm="sha1" /></Certificates>
  </Role>
</ServiceConfiguration>"""


def version(
    thumbprint: Thumbprint, name: str, vault: Vault = VAULT, days: int = 90, **changes: object
) -> Certificate:
    """Return a version whose secret URL is as the service has it."""
    made = certificate(thumbprint, name=name, days=days)
    url = SecretUrl(f"{vault.uri}secrets/{name}/{thumbprint.text.lower()[:32]}")
    return replace(made, vault=vault, secret_url=url, **changes)  # type: ignore[arg-type]


class Vaults(FakeVaults):
    """Two vaults, each with its own certificates."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.by_vault: dict[ResourceId, dict[str, tuple[Certificate, ...]]] = {
            VAULT.id: {"web": (version(A2, "web"), version(A1, "web", days=20)), "rdp": (version(D, "rdp"),)},
            OTHER.id: {"other": (version(B, "other", OTHER),), "boot": (version(C, "boot", OTHER),)},
        }

    def locate(self, vault: str) -> Vault:
        self.lists.append(vault.rstrip("/").rpartition("/")[2])
        return OTHER if "other-kv" in vault else VAULT

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        self.lists.append(f"{vault.id.name}/{name}")
        if self.closed:
            raise AzureError(f"{vault.location or 'unread'} {vault.id.name} lets nobody in")
        return tuple(replace(each, vault=vault) for each in self.by_vault[vault.id].get(name, ()))


def group(vault: Vault, *certificates: Mapping[str, object]) -> Json:
    return {"sourceVault": {"id": str(vault.id)}, "vaultCertificates": list(certificates)}


def url(held: Certificate, **more: object) -> Json:
    return {"certificateUrl": str(held.secret_url), **more}


SECRETS = [
    group(VAULT, url(version(A1, "web")), url(version(D, "rdp"))),
    group(
        OTHER, url(version(B, "other", OTHER), unknown=1), url(version(C, "boot", OTHER), isBootstrapCertificate=True)
    ),
]


class Rotation:
    """A service with certificates A, B (another role, another vault) and C (bootstrap), and runs on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        live = service(CSCFG, osProfile={"secrets": SECRETS})
        live["tags"]["cses-action-https"] = "WebRole1/Web:443"
        self.vaults = Vaults()
        self.cloud = FakeCloud(FakeServices(live), self.vaults)
        self.cloud.network.answers = [A2]
        self.env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "INPUT_TENANT-ID": "00000000-0000-0000-0000-000000000001",
            "INPUT_CLIENT-ID": "00000000-0000-0000-0000-000000000002",
            "INPUT_CLIENT-SECRET": "very-secret",
            "INPUT_SUBSCRIPTION-ID": "11111111-1111-1111-1111-111111111111",
            "INPUT_RESOURCE-GROUP": "contoso-rg",
            "INPUT_CLOUD-SERVICE": "contosocs",
            "INPUT_WAIT-MINUTES": "2",
        }
        self.text = ""

    def connect(self, *_: object) -> Cloud:
        return self.cloud.cloud

    def run(self, **inputs: str) -> int:
        given = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()}
        (self.folder / "outputs").unlink(missing_ok=True)
        out = io.StringIO()
        code = App({**self.env, **given}, out, self.connect, FakeClock()).main(["rotate-certificate"])
        self.text = out.getvalue()
        return code

    @property
    def sent(self) -> Json:
        (body,) = self.cloud.services.replaced
        properties: Json = body["properties"]
        return properties

    @property
    def outputs(self) -> dict[str, str]:
        return dict(read_outputs((self.folder / "outputs").read_text(encoding="utf-8")))

    @property
    def errors(self) -> list[str]:
        return [each.data for each in parse_commands(self.text) if each.name == "error"]

    def live(self) -> Json:
        properties: Json = self.cloud.services.live["properties"]
        return properties


@pytest.fixture
def rotation(tmp_path: Path) -> Rotation:
    return Rotation(tmp_path)


def test_the_certificate_that_serves_https_is_renewed_and_proven(rotation: Rotation) -> None:
    assert rotation.run() == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(A1), str(A2)), "every other character stays"
    assert "packageUrl" not in rotation.sent
    assert rotation.cloud.network.asked[0][1] == 443
    assert {name: rotation.outputs[name] for name in ("changed", "has-changes", "certificate-thumbprints")} == {
        "changed": "true",
        "has-changes": "true",
        "certificate-thumbprints": str(A2),
    }
    assert rotation.outputs["https-thumbprint"] == str(A2)


def test_the_other_certificates_stay_exactly_as_they_were(rotation: Rotation) -> None:
    assert rotation.run() == 0
    ours, others = rotation.sent["osProfile"]["secrets"]
    assert others == SECRETS[1]
    urls = [each["certificateUrl"] for each in ours["vaultCertificates"]]
    assert str(version(A2, "web").secret_url) in urls
    assert str(version(D, "rdp").secret_url) in urls


def test_a_second_run_finds_nothing_to_do_and_costs_few_reads(rotation: Rotation) -> None:
    assert rotation.run() == 0
    rotation.cloud.services.replaced.clear()
    rotation.vaults.lists.clear()
    assert rotation.run() == 0
    assert rotation.cloud.services.replaced == []
    assert (rotation.outputs["changed"], rotation.outputs["has-changes"]) == ("false", "false")
    assert "nothing is sent to Azure" in rotation.text
    # Each certificate that the service loads; where its vaults are, its secrets say.
    assert rotation.vaults.lists == [
        "contoso-kv/web",
        "contoso-kv/rdp",
        "other-kv/other",
        "other-kv/boot",
    ]


def test_by_name_only_that_certificate_is_looked_at(rotation: Rotation) -> None:
    rotation.vaults.by_vault[OTHER.id]["other"] = (version(A2, "other", OTHER), version(B, "other", OTHER))
    rotation.cloud.network.answers = [A1]
    assert rotation.run(certificate_name="other", key_vault="other-kv") == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(B), str(A2))
    assert rotation.vaults.lists == ["other-kv", "other-kv/other", f"other-kv/other/{A2.text[:32]}"]


def test_by_url_vault_and_certificate_are_named_at_once(rotation: Rotation) -> None:
    rotation.vaults.by_vault[OTHER.id]["other"] = (version(A2, "other", OTHER), version(B, "other", OTHER))
    rotation.cloud.network.answers = [A1]
    assert rotation.run(certificate_url="https://other-kv.vault.azure.net/certificates/other") == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(B), str(A2))
    assert rotation.vaults.lists[:2] == ["other-kv.vault.azure.net", "other-kv/other"]


def test_by_url_an_older_version_can_be_put_back(rotation: Rotation) -> None:
    older = version(A2, "web")
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web"), older)
    address = str(older.secret_url)
    assert rotation.run(certificate_url=address, key_vault="contoso-kv") == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(A1), str(A2))
    assert rotation.run(certificate_url=f"{address[:-32]}{'e' * 32}") == 3
    assert rotation.errors[0].startswith(
        f"Version {'e' * 32} of certificate web in key vault contoso-kv is not there"
    )
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web"), replace(older, enabled=False))
    assert rotation.run(certificate_url=address) == 3
    assert "is disabled" in rotation.errors[0]


def test_a_certificate_that_serves_no_https_is_renewed_by_name_alone(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["rdp"] = (version(C, "rdp"), version(D, "rdp"))
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web"),)
    rotation.cloud.network.answers = [A1]
    assert rotation.run() == 0
    assert rotation.cloud.services.replaced == []
    assert rotation.run(certificate_name="rdp", key_vault="contoso-kv") == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(D), str(C))


def test_without_tag_definition_and_name_nobody_knows_what_serves_https(rotation: Rotation) -> None:
    del rotation.cloud.services.live["tags"]["cses-action-https"]
    assert rotation.run() == 2
    assert rotation.errors[0].startswith("certificate-name is required: nothing says which certificates")
    definition = (HTTPS / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig").replace("Certificate1", "Web")
    (rotation.folder / "a.csdef").write_text(definition, encoding="utf-8")
    assert rotation.run(definition=str(rotation.folder / "a.csdef")) == 0
    assert rotation.cloud.services.live["tags"]["cses-action-https"] == "WebRole1/Web:443"


@pytest.mark.parametrize(("limit", "renewed"), [("any", True), ("21", True), ("20", False), ("1", False)])
def test_it_waits_until_few_days_are_left(rotation: Rotation, limit: str, renewed: bool) -> None:  # noqa: FBT001
    assert rotation.run(rotate_before_days=limit) == 0
    assert bool(rotation.cloud.services.replaced) == renewed
    if not renewed:
        assert f"rotate-before-days is {limit}" in rotation.text
        assert "no newer version is good" not in rotation.text
        assert rotation.outputs["certificate-thumbprints"] == str(A1)


def test_a_deployed_version_that_was_disabled_does_not_wait(rotation: Rotation) -> None:
    old = version(A1, "web", days=20, enabled=False)
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A2, "web"), old)
    assert rotation.run(rotate_before_days="1") == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(A1), str(A2))


@pytest.mark.parametrize(
    "newer",
    [
        version(A2, "web", enabled=False),
        version(A2, "web", days=13),
        version(A2, "web", not_before=NOW.replace(year=2027)),
    ],
    ids=["disabled", "expires soon", "not valid yet"],
)
def test_a_version_that_is_no_good_is_passed_over(rotation: Rotation, newer: Certificate) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = (newer, version(A1, "web", days=20))
    assert rotation.run() == 0
    assert rotation.cloud.services.replaced == []
    assert "newer versions were passed over: version" in rotation.text
    assert "expires in 20 days, and no newer version is good: renew it there" in rotation.text


def test_a_deployed_version_that_is_disabled_with_nothing_newer_is_told(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web", enabled=False),)
    assert rotation.run() == 0
    assert "the version that is deployed is disabled, and no newer one is good" in rotation.text


def test_an_older_version_never_takes_the_place_of_a_newer_one(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web", days=20), version(A2, "web"))
    assert rotation.run() == 0
    assert rotation.cloud.services.replaced == []


def test_versions_without_end_need_no_next_run(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web", expires_on=None),)
    assert rotation.run() == 0
    assert "never: it does not expire" in rotation.text
    assert "certificate-expires-on" not in rotation.outputs


def test_the_file_of_the_repository_is_kept_up(rotation: Rotation) -> None:
    path = rotation.folder / "a.cscfg"
    path.write_text(CSCFG.replace("utf-16", "utf-8").replace('count="1"', 'count="#{count}#"'), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert rotation.run(configuration=str(path)) == 0
    assert path.read_text(encoding="utf-8") == before.replace(str(A1), str(A2))
    assert rotation.sent["configuration"] == CSCFG.replace(str(A1), str(A2))


def test_a_file_that_fell_behind_is_kept_up_although_nothing_is_sent(rotation: Rotation) -> None:
    assert rotation.run() == 0
    path = rotation.folder / "a.cscfg"
    path.write_text(CSCFG.replace("utf-16", "utf-8"), encoding="utf-8")
    rotation.cloud.services.replaced.clear()
    assert rotation.run(configuration=str(path)) == 0
    assert str(A2) in path.read_text(encoding="utf-8")
    assert rotation.cloud.services.replaced == []


def test_the_file_is_kept_up_also_when_the_proof_fails(rotation: Rotation) -> None:
    path = rotation.folder / "a.cscfg"
    path.write_text(CSCFG.replace("utf-16", "utf-8"), encoding="utf-8")
    rotation.cloud.network.answers = [A1]
    assert rotation.run(configuration=str(path)) == 5
    assert str(A2) in path.read_text(encoding="utf-8")


def test_a_file_is_left_alone_when_azure_refuses(rotation: Rotation) -> None:
    path = rotation.folder / "a.cscfg"
    path.write_text(CSCFG.replace("utf-16", "utf-8"), encoding="utf-8")
    rotation.cloud.services.ended = OperationState("Failed", code="X", message="no")
    assert rotation.run(configuration=str(path)) == 4
    assert str(A1) in path.read_text(encoding="utf-8")


def test_an_update_that_failed_is_sent_again(rotation: Rotation) -> None:
    assert rotation.run() == 0
    rotation.cloud.services.replaced.clear()
    rotation.live()["provisioningState"] = "Failed"
    assert rotation.run() == 0
    assert len(rotation.cloud.services.replaced) == 1


def test_a_busy_service_is_left_alone(rotation: Rotation) -> None:
    rotation.live()["provisioningState"] = "Updating"
    assert rotation.run() == 4
    assert rotation.vaults.lists == []


def test_live_counts_stay(rotation: Rotation) -> None:
    rotation.live()["roleProfile"]["roles"][0]["sku"]["capacity"] = 3
    assert rotation.run() == 0
    assert rotation.sent["roleProfile"]["roles"][0]["sku"]["capacity"] == 3
    assert rotation.sent["configuration"].count('count="3"') == 1


def test_a_thumbprint_that_no_vault_has_is_told(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = ()
    assert rotation.run() == 3
    assert rotation.errors[0].startswith(
        f"WebRole1's certificate Web, thumbprint {A1}, is no version of a certificate"
    )
    assert "contoso-kv/rdp, other-kv/other, other-kv/boot" in rotation.errors[0]


def test_a_name_that_the_service_does_not_have_is_told(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["new"] = (version(Thumbprint("E" * 40), "new"),)
    assert rotation.run(certificate_name="new") == 3
    assert rotation.errors[0].startswith("The service has no version of certificate new: it has WebRole1/Web")
    assert rotation.run(certificate_name="nowhere") == 3
    assert rotation.errors[0].startswith("The service has no version of certificate nowhere")


def test_a_service_without_vaults_needs_key_vault(rotation: Rotation) -> None:
    rotation.live()["osProfile"] = {"secrets": [group(VAULT, {"certificateUrl": "https://x/"})]}
    assert rotation.run() == 3
    rotation.live()["osProfile"] = {"secrets": [*SECRETS[:1], group(OTHER)]}
    assert rotation.run(rotate_before_days="1") == 0, "a vault without secrets is none to look into"
    rotation.live()["osProfile"] = {"secrets": []}
    assert rotation.run() == 2
    assert rotation.errors[0].startswith("key-vault is required")


def test_a_stopped_service_stays_stopped(rotation: Rotation) -> None:
    rotation.cloud.services.statuses = [{"code": "PowerState/stopped"}]
    assert rotation.run() == 0
    assert rotation.sent["startCloudService"] is False


def test_an_unknown_address_is_a_warning(rotation: Rotation) -> None:
    rotation.cloud.network.address = PublicAddress()
    assert rotation.run() == 0
    assert "HTTPS is not proven" in rotation.text


def test_what_is_wrong_with_inputs_and_files_is_told_before_azure_is_asked(rotation: Rotation) -> None:
    rotation.cloud.services.failures = [AzureError("asked")]
    (rotation.folder / "a.cscfg").write_text("<x", encoding="utf-8")
    assert rotation.run(configuration=str(rotation.folder / "a.cscfg")) == 3
    (rotation.folder / "a.cspkg").write_text("x", encoding="utf-8")
    rotation.env["INPUT_CLOUD-SERVICE"] = ""
    assert rotation.run(package=str(rotation.folder / "a.cspkg")) == 2
    assert sorted(each.split("\n")[0] for each in rotation.errors) == [
        "cloud-service is required",
        "package and rotate-certificate exclude each other: the deployed package stays",
    ]


class Killed(BaseException):
    """What ends a run in the middle, as SIGKILL does."""


class Mortal:
    """A port that answers so often, and then the run is gone: the request was sent, its answer never read."""

    def __init__(self, port: object, left: list[int]) -> None:
        self._port, self._left = port, left

    def __getattr__(self, name: str) -> object:
        method = getattr(self._port, name)

        def call(*arguments: object) -> object:
            answer = method(*arguments)
            self._left[0] -= 1
            if self._left[0] == 0:
                raise Killed
            return answer

        return call


def end(rotation: Rotation) -> Json:
    """Return what the service has in the end, but for the run that wrote last."""
    live = rotation.cloud.services.live
    return {**live, "tags": {**live["tags"], "cses-action-run": ""}}


def run_until(rotation: Rotation, path: Path, calls: int) -> bool:
    """Return whether a run came to its end before the call with this number."""
    left = [calls]
    mortal = Cloud(*(Mortal(port, left) for port in rotation.cloud.cloud))  # type: ignore[arg-type]
    env = {**rotation.env, "INPUT_CONFIGURATION": str(path)}
    try:
        code = App(env, io.StringIO(), lambda *_: mortal, FakeClock()).main(["rotate-certificate"])
    except Killed:
        return False
    assert code == 0
    return True


def test_a_run_killed_after_any_request_and_started_again_ends_in_the_same_state(tmp_path: Path) -> None:
    def fresh(name: str) -> tuple[Rotation, Path]:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.cscfg").write_text(CSCFG.replace("utf-16", "utf-8"), encoding="utf-8")
        return Rotation(folder), folder / "a.cscfg"

    whole, path = fresh("whole")
    assert run_until(whole, path, 0)
    for calls in range(1, 100):
        rotation, path = fresh(str(calls))
        if run_until(rotation, path, calls):
            break
        if rotation.live()["provisioningState"] == "Updating":
            assert rotation.run(configuration=str(path)) == 4, "Azure is still at work"
            rotation.live()["provisioningState"] = "Succeeded"
        assert rotation.run(configuration=str(path)) == 0
        assert end(rotation) == end(whole)
        assert str(A2) in path.read_text(encoding="utf-8")
    assert calls > 10


def test_a_version_that_the_service_could_not_use_is_refused_before_anything_is_sent(rotation: Rotation) -> None:
    good = rotation.vaults.described
    rotation.vaults.described = replace(good, exportable=False)
    assert rotation.run() == 3
    assert "has a private key that cannot be exported (key vault contoso-kv, certificate web)" in rotation.errors[0]
    rotation.vaults.described = good
    assert rotation.run(https_hostname="www.fabrikam.com") == 3
    assert "is not for www.fabrikam.com: it holds www.contoso.com" in rotation.errors[0]
    assert rotation.cloud.services.replaced == []
    rotation.vaults.described = replace(good, key_type="EC")
    assert rotation.run() == 0
    assert "has a key of type EC" in rotation.text


def serve_both(rotation: Rotation, hosts: Mapping[Certificate, str]) -> None:
    """Let both roles serve https, each for its own name."""
    rotation.cloud.services.live["tags"]["cses-action-https"] = "WebRole1/Web:443 WorkerRole1/Other:444"
    rotation.cloud.network.answers = [A2, B]
    known = {held.secret_url: replace(rotation.vaults.described, names=(name,)) for held, name in hosts.items()}
    rotation.vaults.known = known


def test_the_names_of_clients_may_be_those_of_a_certificate_that_stays(rotation: Rotation) -> None:
    serve_both(rotation, {version(A2, "web"): "a.example", version(B, "other", OTHER): "b.example"})
    assert rotation.run(https_hostname="a.example, c.example") == 3
    assert "is not for c.example: it holds a.example, b.example" in rotation.errors[0]
    assert rotation.run(https_hostname="a.example, b.example") == 0
    rotation.live()["configuration"] = CSCFG
    rotation.cloud.network.answers = [A2, B]
    assert rotation.run(https_hostname="a.example, b.example", certificate_name="web") == 0, "B is not looked at"


def test_a_certificate_that_stays_is_not_judged_by_what_its_policy_says_now(rotation: Rotation) -> None:
    serve_both(rotation, {})
    stays = version(B, "other", OTHER)
    rotation.vaults.known = {stays.secret_url: replace(rotation.vaults.described, exportable=False)}
    assert rotation.run() == 0


def test_the_same_certificate_stored_once_more_is_no_renewal(rotation: Rotation) -> None:
    serve_both(rotation, {})
    again = replace(version(B, "other", OTHER), version="f" * 32, secret_url=SecretUrl(f"{OTHER.uri}secrets/other/f"))
    rotation.vaults.by_vault[OTHER.id]["other"] = (again, version(B, "other", OTHER))
    assert rotation.run() == 0
    assert rotation.sent["osProfile"]["secrets"][1] == SECRETS[1]


def test_a_deployed_version_that_has_expired_is_told_as_such(rotation: Rotation) -> None:
    rotation.vaults.by_vault[VAULT.id]["web"] = (version(A1, "web", days=-5),)
    assert rotation.run() == 0
    assert "expired on 2026-11-18, and no newer version is good" in rotation.text
    assert "newest good" not in rotation.text


def test_a_thumbprint_in_a_setting_keeps_the_old_version_and_is_told(rotation: Rotation) -> None:
    settings = f'<ConfigurationSettings><Setting name="Pinned" value="{A1.text.lower()}" /></ConfigurationSettings>'
    counted = '<Instances count="1" />'
    rotation.live()["configuration"] = CSCFG.replace(counted, counted + settings, 1)
    assert rotation.run() == 0
    urls = [each["certificateUrl"] for each in rotation.sent["osProfile"]["secrets"][0]["vaultCertificates"]]
    assert urls[:2] == [str(version(each, "web").secret_url) for each in (A1, A2)]
    assert "Setting WebRole1/Pinned holds the thumbprint of the version that is replaced" in rotation.text


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(rotation: Rotation) -> None:
    path = rotation.folder / "a.cscfg"
    path.write_text(CSCFG.replace("utf-16", "utf-8"), encoding="utf-8")
    path.chmod(0o444)
    assert rotation.run(configuration=str(path)) == 3
    assert rotation.cloud.services.replaced == []


def test_an_update_knows_its_vaults_by_azure_resource_manager(rotation: Rotation) -> None:
    assert rotation.run() == 0
    assert "contoso-kv" in rotation.vaults.lists
    assert "other-kv" not in rotation.vaults.lists, "nothing new comes from there"
    rotation.live()["configuration"] = CSCFG
    rotation.live()["location"] = rotation.cloud.services.live["location"] = "westus"
    assert rotation.run() == 4
    assert "Key vault contoso-kv is in region eastus, the cloud service in westus" in rotation.errors[0]


def test_a_vault_that_refuses_is_asked_again_by_what_azure_resource_manager_says_of_it(rotation: Rotation) -> None:
    rotation.vaults.closed = True
    assert rotation.run() == 4
    assert [each.split("\n")[0] for each in rotation.errors] == [
        "eastus contoso-kv lets nobody in",
        "eastus other-kv lets nobody in",
    ]


def test_an_old_certificate_that_was_imported_once_more_is_passed_over(rotation: Rotation) -> None:
    old = version(A2, "web", days=60, not_before=NOW.replace(year=2025))
    rotation.vaults.by_vault[VAULT.id]["web"] = (old, version(A1, "web", days=80))
    assert rotation.run() == 0
    assert rotation.cloud.services.replaced == []
    assert "is an older certificate than the deployed one" in rotation.text
    disabled = version(A1, "web", days=80, enabled=False)
    rotation.vaults.by_vault[VAULT.id]["web"] = (old, disabled)
    assert rotation.run() == 0
    assert rotation.outputs["changed"] == "true", "better than one that is disabled"


def test_a_certificate_under_two_names_is_renewed_by_the_one_that_has_a_newer_version(rotation: Rotation) -> None:
    first = group(VAULT, url(version(A1, "copy")), url(version(A1, "web")), url(version(D, "rdp")))
    rotation.live()["osProfile"] = {"secrets": [first, SECRETS[1]]}
    rotation.vaults.by_vault[VAULT.id]["copy"] = (version(A1, "copy", days=20),)
    assert rotation.run() == 0
    assert rotation.sent["configuration"] == CSCFG.replace(str(A1), str(A2))
