"""The document's story, and the bad days, through the real Azure SDKs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from cses_action.arguments import collect, resolve_credentials
from cses_action.cloud import connect
from cses_action.inputs import parse_inputs
from cses_action.resources import Blob
from tests.fakes.cloud import FakeHost
from tests.sandbox.conftest import QuickClock, Story

SERVICE = "cloudServices/contosocs$"


def test_a_service_goes_from_http_to_proven_https(story: Story) -> None:
    story.files("multirole-rdp")
    assert story.run() == 0
    story.files("multirole-https", story.thumbprint)

    assert story.run("plan") == 0
    assert story.writes == []
    assert story.outputs["has-changes"] == "true"

    assert story.run() == 0
    assert story.outputs["https-thumbprint"] == story.thumbprint
    assert story.outputs["changed"] == "true"
    counted = [each for each in story.made if each["service"] != "blob"]
    put = next(number for number, each in enumerate(counted) if each["method"] == "PUT")
    assert put + 1 <= 16, "performance.md, row 13"

    assert story.run() == 0
    assert story.writes == []
    assert story.outputs["changed"] == "false"
    assert story.outputs["https-thumbprint"] == story.thumbprint


def test_the_tags_tell_what_was_deployed(story: Story) -> None:
    story.files("multirole-rdp")
    story.run()
    first = story.azure.service["tags"]
    story.files("multirole-https", story.thumbprint)
    story.run()
    tags = story.azure.service["tags"]
    assert tags["owner"] == "contoso"
    assert tags["cses-action-https"] == "WebRole1/Certificate1:443"
    assert tags["cses-action-previous-blob"] == first["cses-action-blob"]
    assert story.outputs["package-blob-url"].endswith(tags["cses-action-blob"].split("/", 1)[1])


def test_everything_the_update_does_not_change_comes_back_exactly(story: Story) -> None:
    extension = {"name": "E", "properties": {"publisher": "P", "odd": 1, "provisioningState": "Succeeded"}}
    profile = {"extensionProfile": {"extensions": [extension]}, "newerThanTheModel": {"b": [1, None], "a": 2}}
    story.azure.set(live={"zones": ["1"], "odd": {"z": 1, "a": 2}, "properties": profile})
    live = read_service(story)
    assert story.run() == 0
    sent = story.azure.updates[-1]
    for name in ("id", "name", "type", "systemData"):
        live.pop(name, None)
    for name in ("provisioningState", "uniqueId"):
        live["properties"].pop(name)
    del live["properties"]["extensionProfile"]["extensions"][0]["properties"]["provisioningState"]
    assert list(sent) == list(live)
    changed = ("configuration", "osProfile", "packageUrl")
    for resource in (sent, live):
        resource["tags"] = resource["properties"].update(dict.fromkeys(changed))
    assert json.dumps(sent) == json.dumps(live), "order and unknown members are kept"


def read_service(story: Story) -> Any:
    inputs = parse_inputs(resolve_credentials(collect([], story.env)))
    return connect(inputs, FakeHost(), QuickClock()).services.read()


def test_a_package_of_any_name_is_deployed(story: Story) -> None:
    package = story.folder / "100 % #1?a\\b ::error::x ##vso[y] ü.cspkg"
    (story.folder / "app.cspkg").rename(package)
    story.give(package=str(package))
    assert story.run() == 0, story.text
    assert story.outputs["changed"] == "true"


def test_an_upload_whose_answer_is_lost_is_found(story: Story) -> None:
    story.azure.order(service="blob", method="PUT", path="cspkg", drop="after")
    assert story.run() == 0
    assert story.outputs["changed"] == "true"


def test_a_certificate_only_run_does_not_guess_the_address_of_the_package(story: Story) -> None:
    assert story.run() == 0
    story.give(package="", definition="")
    assert story.run() == 0
    assert "package-blob-url" not in story.outputs


def test_a_run_that_is_refused_tells_what_it_saw(story: Story) -> None:
    story.azure.set(live={"properties": {"provisioningState": "Updating"}})
    assert story.run() == 4
    assert story.outputs["provisioning-state"] == "Updating"
    assert story.outputs["public-ip"] == "127.0.0.1"


def test_a_principal_without_a_data_role_uses_the_account_key_for_upload_and_sas(story: Story) -> None:
    story.azure.set(roles=["Owner", "Key Vault Certificate User"])
    assert story.run() == 0
    assert "account key" in story.text
    assert any(str(each["path"]).partition("?")[0].endswith("listKeys") for each in story.made)


def test_a_package_that_is_there_already_is_not_uploaded_again(story: Story) -> None:
    assert story.run() == 0
    assert story.run("--force", "true") == 0
    assert "there already" in story.text
    assert [each["service"] for each in story.writes] == ["arm"]


def test_a_stopped_service_stays_stopped(story: Story) -> None:
    story.azure.set(power="stopped")
    assert story.run() == 0
    assert story.azure.power == "stopped"
    assert "stays stopped" in story.text


def test_counts_without_a_package(story: Story) -> None:
    story.run()
    path = story.folder / "ServiceConfiguration.Cloud.cscfg"
    path.write_bytes(path.read_bytes().replace(b'count="1"', b'count="2"', 1))
    story.give(package="", definition="")
    assert story.run() == 0
    assert "packageUrl" not in story.azure.updates[-1]["properties"]
    assert len(json.loads(story.outputs["instances"])["instances"]) == 3
    assert story.outputs["https-thumbprint"] == story.thumbprint, "the endpoint is known by the tag"


def test_without_a_certificate_name_the_vault_is_searched(story: Story) -> None:
    story.give(certificate_name="")
    story.changes["INPUT_CERTIFICATE_NAME"] = ""
    assert story.run("plan") == 0
    assert story.outputs["certificate-thumbprints"] == story.thumbprint


def test_a_configuration_in_utf_16_is_deployed(story: Story) -> None:
    path = story.folder / "ServiceConfiguration.Cloud.cscfg"
    text = path.read_text(encoding="utf-8-sig").replace('encoding="utf-8"', 'encoding="utf-16"')
    path.write_text(text, encoding="utf-16")
    assert story.run() == 0
    assert story.run() == 0
    assert story.outputs["changed"] == "false"


def test_a_thumbprint_as_the_windows_dialog_copies_it_is_sent_clean(story: Story) -> None:
    path = story.folder / "ServiceConfiguration.Cloud.cscfg"
    copied = "\u200e" + " ".join(story.thumbprint[at : at + 2] for at in range(0, 40, 2)).lower()
    path.write_bytes(path.read_bytes().replace(story.thumbprint.encode(), copied.encode()))
    before = path.read_bytes()
    for operation in ("plan", "deploy"):
        assert story.run(operation) == 0
        assert story.text.count("Thumbprints are sent without the spaces and invisible marks") == 1
    assert f'thumbprint="{story.thumbprint}"' in story.azure.updates[-1]["properties"]["configuration"]
    assert path.read_bytes() == before
    assert story.run() == 0
    assert story.outputs["changed"] == "false"


def test_a_signature_that_azure_quotes_is_shown_nowhere(story: Story) -> None:
    url = "https://x.blob.core.windows.net/c/b.cspkg?sv=2026&sig=AbC%2bdEf%3D&se=1"
    story.azure.set(operation_error={"code": "BadPackage", "message": f"cannot read {url}"})
    assert story.run() == 4
    shown = story.text + story.summary_file.read_text(encoding="utf-8") + "".join(story.outputs.values())
    assert "AbC" not in shown
    assert "sig=***" in shown.replace("\\", "")


def test_throttling_is_waited_out(story: Story) -> None:
    story.azure.order(method="PUT", path=SERVICE, status=429, headers={"Retry-After": "1"})
    assert story.run() == 0
    assert "Azure asks to wait 1 s before the update is looked for, or sent again." in story.text


@pytest.mark.parametrize(
    ("service", "path"),
    [("entra", "token$"), ("arm", SERVICE), ("arm", "contosocsstorage"), ("vault", "contoso-web/versions")],
)
def test_a_long_wait_for_the_next_try_is_told(story: Story, service: str, path: str) -> None:
    story.azure.order(service=service, path=path, status=429, headers={"Retry-After": "2"})
    assert story.run("plan") == 0
    assert "Azure gave HTTP 429; the next try is in 2 s." in story.text


@pytest.mark.parametrize("body", ["", {"error": {"code": "OperationNotAllowed", "message": "Slow down."}}])
def test_throttling_that_does_not_end_has_changed_nothing_and_is_called_so(story: Story, body: object) -> None:
    wait = {"Retry-After": "1"}
    story.azure.order(method="PUT", path=SERVICE, status=429, headers=wait, body=body, times=3)
    expect_refusal(story, 4, "Azure is throttling. Wait a few minutes, then run again.")
    assert story.outputs["changed"] == "false"
    assert "the cloud service is unchanged" in story.summary_file.read_text(encoding="utf-8")


def test_an_update_whose_answer_is_lost_is_found_and_followed(story: Story) -> None:
    story.azure.order(method="PUT", path=SERVICE, drop="after")
    assert story.run() == 0
    assert len(story.azure.updates) == 1


def test_an_update_that_times_out_at_the_front_end_is_sent_once_more(story: Story) -> None:
    body = {"error": {"code": "InternalOperationError", "message": "The operation has timed out."}}
    story.azure.order(method="PUT", path=SERVICE, status=500, body=body)
    assert story.run() == 0


def test_a_vault_with_many_certificates_is_read_page_by_page(story: Story) -> None:
    story.azure.set(page_size=1)
    story.changes["INPUT_CERTIFICATE_NAME"] = ""
    assert story.run("plan") == 0


def expect_refusal(story: Story, code: int, *says: str) -> None:
    """The run ends with this code, every text is told in an annotation, and nothing is written or traced."""
    assert story.run() == code
    errors = "\n".join(line for line in story.text.splitlines() if line.startswith("::error"))
    for text in says:
        assert text in errors, errors
    assert "Traceback" not in story.text
    assert not re.search(r"Connection(Pool)?\(|Disconnected|0x[0-9a-f]{6}|Operation returned", errors), errors


class TestRefusals:
    def test_a_wrong_secret(self, story: Story) -> None:
        story.give(client_secret="wrong-secret")
        expect_refusal(story, 4, "AADSTS7000215", "give its value, not its id")

    def test_a_wrong_tenant(self, story: Story) -> None:
        story.give(tenant_id="99999999-9999-9999-9999-999999999999")
        expect_refusal(story, 4, "Sign in", "tenant")

    def test_a_service_that_is_not_there(self, story: Story) -> None:
        story.give(cloud_service="other")
        expect_refusal(story, 4, "ResourceNotFound", "does not create")
        assert story.writes == []

    def test_a_group_that_is_not_there(self, story: Story) -> None:
        story.give(resource_group="other", key_vault_resource_group="contoso-rg")
        expect_refusal(
            story,
            4,
            "ResourceGroupNotFound",
            "Correct cloud-service or resource-group",
            "storage-account-resource-group",
        )

    def test_no_right_on_anything_names_every_role_to_grant(self, story: Story) -> None:
        story.azure.set(roles=[])
        expect_refusal(
            story,
            4,
            "AuthorizationFailed",
            "Contributor",
            "Reader on the key vault",
            "Reader on the storage account",
            "Storage Blob Data Contributor",
        )
        assert story.writes == []

    def test_a_principal_with_the_data_role_alone_is_told_what_reading_the_account_takes(self, story: Story) -> None:
        story.azure.set(denied=["Microsoft.Storage/storageAccounts/read"])
        expect_refusal(story, 4, "Reader on the storage account contosocsstorage", "storageAccounts/read")
        assert story.text.count("takes up to five minutes") == 1
        assert story.writes == []

    def test_no_right_to_read_certificates(self, story: Story) -> None:
        story.azure.set(roles=["Contributor", "Storage Blob Data Contributor"])
        expect_refusal(story, 4, "Key Vault Certificate User", "get and list")
        assert story.writes == []

    def test_no_right_to_write_the_service(self, story: Story) -> None:
        story.azure.set(roles=["Reader", "Storage Blob Data Contributor", "Key Vault Certificate User"])
        expect_refusal(story, 4, "AuthorizationFailed", "Contributor on the resource group")

    def test_no_right_on_blobs_nor_keys(self, story: Story) -> None:
        story.azure.set(
            roles=["Contributor", "Key Vault Certificate User"],
            denied=["Microsoft.Storage/storageAccounts/listKeys/action"],
        )
        expect_refusal(story, 4, "Storage Blob Data Contributor")

    def test_keys_switched_off_and_no_data_role(self, story: Story) -> None:
        story.azure.set(roles=["Contributor", "Key Vault Certificate User"], shared_keys=False)
        expect_refusal(story, 4, "HTTP 403 (Forbidden)", "Storage Blob Data Contributor")

    def test_no_right_to_deploy_from_the_vault(self, story: Story) -> None:
        story.azure.set(denied=["Microsoft.KeyVault/vaults/deploy/action"])
        expect_refusal(story, 4, "LinkedAuthorizationFailed", "vaults/deploy/action")

    @pytest.mark.parametrize("group", ["contoso-rg", "other"])
    @pytest.mark.parametrize("subscription", ["the run's", "99999999-9999-9999-9999-999999999999"])
    def test_a_vaults_resource_id_that_leads_nowhere_is_what_is_to_be_corrected(
        self, story: Story, subscription: str, group: str
    ) -> None:
        if subscription == "the run's":
            subscription = story.azure.inputs["INPUT_SUBSCRIPTION_ID"]
        vault = (
            f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/nosuchvault"
        )
        story.give(key_vault=vault)
        expect_refusal(story, 4, f"Correct the resource id in key-vault: {vault}")
        assert "Correct subscription-id" not in story.text

    def test_a_vault_that_is_not_enabled_for_deployment(self, story: Story) -> None:
        story.azure.set(enabled_for_deployment=False)
        expect_refusal(story, 4, "--enabled-for-deployment true")
        assert story.writes == []

    def test_a_thumbprint_that_no_vault_has(self, story: Story) -> None:
        story.files("multirole-https", "DEADBEEF" * 5)
        expect_refusal(story, 3, "DEADBEEF" * 5, f"contoso-web {story.thumbprint}", ".cscfg,line=")
        assert story.writes == []

    @pytest.mark.parametrize("state", ["Updating", "Deleting"])
    def test_a_service_at_work(self, story: Story, state: str) -> None:
        story.azure.set(live={"properties": {"provisioningState": state}})
        expect_refusal(story, 4, f"is {state}", "Succeeded or Failed")
        assert story.writes == []

    def test_an_operation_that_fails_with_status_200(self, story: Story) -> None:
        story.azure.set(
            operation_error={"code": "AllocationFailed", "message": "Allocation failed. 100 % ::error::x"}
        )
        expect_refusal(story, 4, "AllocationFailed", "no capacity", "100 %25", "request id ")
        assert story.outputs["changed"] == "true"

    @pytest.mark.parametrize("name", ["x-ms-request-id", "x-ms-correlation-request-id"])
    def test_an_operation_that_fails_is_told_with_the_id_of_the_answer(self, story: Story, name: str) -> None:
        body = {"status": "Failed", "error": {"code": "AllocationFailed", "message": "no"}}
        story.azure.order(method="GET", path="operations", status=200, headers={name: "REQ-1"}, body=body)
        expect_refusal(story, 4, "code AllocationFailed, request id REQ-1")

    def test_a_final_state_failed_without_an_exception(self, story: Story) -> None:
        story.azure.set(final_state="Failed")
        expect_refusal(story, 4, "provisioning state is Failed")
        story.azure.set(final_state="Succeeded")
        assert story.run() == 0
        assert story.outputs["changed"] == "true", "a red run is not turned green by a second try that does nothing"

    @pytest.mark.parametrize("path", ["operations", "roleInstances"])
    def test_what_is_not_found_after_an_accepted_update_is_no_mistake_of_the_inputs(
        self, story: Story, path: str
    ) -> None:
        body = {"error": {"code": "ResourceNotFound", "message": "gone"}}
        story.azure.order(method="GET", path=path, status=404, body=body, times=50)
        expect_refusal(story, 4, "gone", "run again")
        assert "Correct" not in story.text
        assert story.outputs["changed"] == "true"

    def test_an_instance_that_never_starts(self, story: Story) -> None:
        story.azure.set(stuck={"WebRole1_IN_0": {"state": "RoleStateBusy", "message": "##vso[task.complete]why"}})
        story.give(wait_minutes="1")
        expect_refusal(story, 5, "WebRole1_IN_0 is RoleStateBusy")
        assert "##vso[" not in story.text

    def test_another_certificate_that_is_served(self, story: Story) -> None:
        versions = story.azure.certificates["contosocs-kv"]["contoso-web"]
        story.azure.set(served=f"contosocs-kv/contoso-web/{versions[1]['version']}")
        story.give(wait_minutes="1")
        expect_refusal(story, 5, "another certificate is served", versions[1]["thumbprint"], story.thumbprint)

    def test_no_connection_is_a_warning_unless_the_proof_is_asked_for(self, story: Story) -> None:
        story.give(https_probe_address="127.0.0.1:9")
        assert story.run() == 0
        assert "::warning::HTTPS is not proven" in story.text
        story.give(https_probe="on", wait_minutes="1")
        expect_refusal(story, 5, "there is no connection")

    def test_an_address_that_cannot_be_read_stops_a_proof_before_any_write(self, story: Story) -> None:
        story.azure.set(public_ip="")
        story.give(https_probe="on", https_probe_address="")
        expect_refusal(story, 4, "no address assigned")
        assert story.writes == []

    def test_nobody_listens(self, story: Story) -> None:
        story.give(resource_manager_url="https://127.0.0.1:9")
        expect_refusal(story, 4, "Discover the custom cloud", "127.0.0.1:9: Connection refused", "proxy, firewall")

    def test_a_server_that_is_not_trusted(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
        expect_refusal(story, 4, "REQUESTS_CA_BUNDLE")

    @pytest.mark.parametrize("content", [None, "", "no certificate"])
    def test_a_bundle_that_is_none_names_the_variable(
        self, story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
    ) -> None:
        bundle = tmp_path / "bundle.pem"
        if content is not None:
            bundle.write_text(content, encoding="utf-8")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        expect_refusal(story, 4, "REQUESTS_CA_BUNDLE")

    def test_a_name_that_no_network_knows(self, story: Story) -> None:
        story.azure.set(public_ip="127.0.0.1")
        story.give(https_probe_address=f"{'a' * 64}.example:443")
        expect_refusal(story, 2, "https-probe-address")

    @pytest.mark.parametrize(
        "answer", [[], {"authentication": {}}, {"authentication": {"loginEndpoint": "http://x", "audiences": ["a"]}}]
    )
    def test_an_answer_that_is_no_resource_manager(self, story: Story, answer: object) -> None:
        story.azure.order(path="metadata/endpoints", status=200, body=answer)
        expect_refusal(story, 4, "not that of an Azure Resource Manager")

    def test_a_list_of_clouds_is_understood(self, story: Story) -> None:
        url = f"{story.azure.inputs['INPUT_RESOURCE_MANAGER_URL']}/metadata/endpoints?api-version=2022-09-01"
        cloud = requests.get(url, verify=story.azure.inputs["REQUESTS_CA_BUNDLE"], timeout=5).json()
        story.azure.order(path="metadata/endpoints", status=200, body=[cloud])
        assert story.run("plan") == 0

    def test_a_blob_of_the_same_name_and_other_content_is_not_overwritten(self, story: Story) -> None:
        assert story.run("plan") == 0
        sha256 = json.loads(story.outputs["plan"])["changes"][0]["after"]
        inputs = parse_inputs(resolve_credentials(collect([], story.env)))
        store = connect(inputs, FakeHost(), QuickClock()).packages
        store.check()
        blob = Blob("contosocsstorage", "cses-packages", f"contosocs/{sha256[:16]}-app.cspkg")
        store.upload(inputs.configuration, blob, b"0" * 16, lambda *_: None)
        expect_refusal(story, 4, "exists with other content", "never overwrites")
        assert story.writes == []

    def test_a_connection_that_drops_everywhere(self, story: Story) -> None:
        story.azure.order(service="arm", method="GET", path=SERVICE, drop="before", times=20)
        expect_refusal(story, 4, "Read cloud service contosocs", "the connection was closed without an answer")
        assert story.writes == []


@pytest.mark.parametrize("body", [[], "x", {"properties": []}])
def test_an_answer_of_another_form_is_one_of_our_errors(story: Story, body: object) -> None:
    story.azure.order(method="GET", path=SERVICE, status=200, body=body)
    assert story.run() == 4
    assert "Traceback" not in story.text


def test_a_member_that_the_sdks_model_cannot_take_comes_back_as_it_was(story: Story) -> None:
    story.azure.set(
        live={"properties": {"odd": [1, {"b": None, "a": 1.5}]}, "systemData": {"createdAt": "yesterday"}}
    )
    before = story.azure.service
    assert story.run() == 0
    sent = story.azure.updates[-1]
    assert sent["properties"]["odd"] == before["properties"]["odd"]
