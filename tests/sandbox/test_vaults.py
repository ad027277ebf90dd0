"""Key vaults through the real SDKs: where they are found, what a certificate says, who is not let in and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cses_action.arguments import collect, resolve_credentials
from cses_action.cloud import connect
from cses_action.errors import AzureError, Problem
from cses_action.inputs import parse_inputs
from cses_action.ports import CertificateVaults
from cses_action.resources import Vault
from cses_action.sandbox import Sandbox
from tests.fakes.cloud import FakeHost
from tests.sandbox.conftest import SAMPLES, QuickClock
from tests.sandbox.sandbox_kit import GROUP

NAME = "contosocs-kv"


class Place:
    """The sandbox, and what the program sees of its vaults."""

    def __init__(self, azure: Sandbox) -> None:
        self.azure = azure
        self.vaults = self.connect()
        self.vault = self.vaults.locate(NAME)

    def connect(self, **changed: str) -> CertificateVaults:
        env = {
            **self.azure.inputs,
            "INPUT_CONFIGURATION": str(SAMPLES / "multirole-rdp" / "ServiceConfiguration.Cloud.cscfg"),
            **changed,
        }
        return connect(parse_inputs(resolve_credentials(collect([], env))), FakeHost(), QuickClock()).vaults

    def lists(self, *ids: str, **more: Any) -> None:
        """Let the next list of the subscription's vaults give these."""
        rows = [{"id": each, "type": "Microsoft.KeyVault/vaults"} for each in ids]
        body = {"value": [*rows, {"id": "/another", "type": "Microsoft.Storage/storageAccounts"}], **more}
        self.azure.order(service="arm", path="/resources$", status=200, body=body)

    def describes(self, **properties: Any) -> Vault:
        """The vault as it is found when Azure says this of it."""
        body = {
            "id": str(self.vault.id),
            "location": "eastus",
            "properties": {"vaultUri": self.vault.uri, "enabledForDeployment": True, **properties},
        }
        self.azure.order(service="arm", path=f"vaults/{NAME}$", status=200, body=body)
        return self.vaults.locate(NAME)

    def refuses(self, message: str, vault: Vault) -> Problem:
        """What is said when the data plane refuses the next read with 403."""
        body = {"error": {"code": "Forbidden", "message": message}}
        self.azure.order(service="vault", path="versions", status=403, body=body)
        with pytest.raises(AzureError) as caught:
            self.vaults.versions(vault, "contoso-web")
        return caught.value.problems[0]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with Sandbox(tmp_path, operation_seconds=0.05, start_seconds=0.02) as azure:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.inputs["REQUESTS_CA_BUNDLE"])
        yield Place(azure)


class TestWhere:
    def test_a_vault_in_the_named_group_is_found_without_a_list(self, place: Place) -> None:
        assert place.vault.location == "eastus"
        assert place.vault.rbac
        assert place.vault.closed == ""

    def test_a_vault_of_another_group_is_found_in_the_subscription(self, place: Place) -> None:
        vaults = place.connect(INPUT_KEY_VAULT_RESOURCE_GROUP="elsewhere")
        place.lists(str(place.vault.id).replace(NAME, "another-kv"), str(place.vault.id).upper())
        assert vaults.locate(NAME) == place.vault

    def test_a_list_of_several_pages_is_read_whole_and_once(self, place: Place) -> None:
        vaults = place.connect(INPUT_KEY_VAULT_RESOURCE_GROUP="elsewhere")
        arm = place.azure.inputs["INPUT_RESOURCE_MANAGER_URL"]
        subscription = place.vault.id.part("subscriptions")
        link = f"{arm}/subscriptions/{subscription}/resources?api-version=2021-04-01&$skiptoken=2"
        place.lists(nextLink=link)
        place.lists(str(place.vault.id))
        assert vaults.locate(NAME) == place.vault
        assert vaults.locate(NAME) == place.vault
        assert place.azure.orders_left == 0

    def test_a_vault_that_is_nowhere_is_explained(self, place: Place) -> None:
        place.lists(str(place.vault.id))
        with pytest.raises(AzureError, match=f"no-such-kv is neither in resource group {GROUP} nor") as caught:
            place.vaults.locate("no-such-kv")
        assert "Reader on the vault" in caught.value.problems[0].fix

    def test_a_name_that_several_vaults_have_is_explained(self, place: Place) -> None:
        first = str(place.vault.id).replace(NAME, "twin-kv")
        place.lists(first, first.replace(GROUP, "other"))
        with pytest.raises(AzureError, match="Several key vaults are called twin-kv"):
            place.vaults.locate("twin-kv")

    def test_a_group_that_we_may_not_read_is_not_searched_for_elsewhere(self, place: Place) -> None:
        place.azure.set(roles=[])
        with pytest.raises(AzureError) as caught:
            place.connect().locate(NAME)
        assert "Reader on the key vault" in caught.value.problems[0].fix

    def test_a_vault_is_found_by_the_address_of_its_certificates(self, place: Place) -> None:
        other = str(place.vault.id).replace(NAME, "contosocs-kv2")
        place.lists(other, str(place.vault.id))
        assert place.vaults.locate(place.vault.uri) == place.vault

    def test_an_address_that_no_vault_has_is_explained(self, place: Place) -> None:
        place.lists(str(place.vault.id))
        with pytest.raises(AzureError, match="No key vault of the subscription has the address"):
            place.vaults.locate("https://no-such-kv.vault.azure.net/")


class TestClosed:
    @pytest.mark.parametrize(
        ("properties", "says"),
        [
            ({"publicNetworkAccess": "Disabled"}, "public network access is disabled"),
            ({"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}, "and trusted Microsoft services"),
            ({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}, "not even trusted Microsoft services"),
            ({"networkAcls": {"defaultAction": "Allow"}, "publicNetworkAccess": "Enabled"}, ""),
        ],
    )
    def test_network_rules_are_put_in_words(self, place: Place, properties: dict[str, Any], says: str) -> None:
        closed = place.describes(**properties).closed
        assert says in closed
        assert bool(says) == bool(closed)

    def test_a_firewall_that_refuses_us_is_explained_with_the_address_to_let_in(self, place: Place) -> None:
        vault = place.describes(networkAcls={"defaultAction": "Deny"})
        said = "Client address is not authorized and caller is not a trusted service.\nClient address: 203.0.113.9"
        fix = place.refuses(said, vault).fix
        assert "its network rules let in only known addresses" in fix
        assert "az keyvault network-rule add --name contosocs-kv --ip-address 203.0.113.9" in fix
        assert "Key Vault Certificate User" not in fix


OBJECT = "0a1b2c3d-0000-0000-0000-00000000000a"


class TestRights:
    MESSAGE = (
        f"The user, group or application 'appid=x;oid={OBJECT};iss=y' does not have certificates list permission"
    )

    def test_with_roles_the_role_is_named(self, place: Place) -> None:
        fix = place.refuses(self.MESSAGE, place.vault).fix
        assert "lacks the right to list certificates" in fix
        assert 'az role assignment create --role "Key Vault Certificate User"' in fix

    @pytest.mark.parametrize(
        ("policies", "says"),
        [
            ([{"objectId": OBJECT.upper(), "permissions": {"certificates": ["get"]}}], "gives get"),
            ([{"objectId": OBJECT, "permissions": {"keys": ["get"]}}], "gives none"),
            ([{"objectId": "another"}], "no access policy is for it"),
        ],
    )
    def test_with_access_policies_what_ours_gives_is_told(self, place: Place, policies: list[Any], says: str) -> None:
        vault = place.describes(accessPolicies=policies)
        assert not vault.rbac
        fix = place.refuses(self.MESSAGE, vault).fix
        assert f"lacks the right to list certificates in key vault contosocs-kv: {says}" in fix.replace(
            "its access policy ", ""
        )
        assert "--certificate-permissions get list" in fix

    def test_the_right_to_get_is_told_apart(self, place: Place) -> None:
        (newest, *_) = place.vaults.versions(place.vault, "contoso-web")
        body = {"error": {"code": "Forbidden", "message": "Caller is not authorized to perform action on resource."}}
        place.azure.order(service="vault", path="contoso-web/", status=403, body=body)
        with pytest.raises(AzureError) as caught:
            place.vaults.details(newest)
        assert "lacks the right to get certificates" in caught.value.problems[0].fix


class TestCertificates:
    def test_what_only_the_certificate_says_is_read(self, place: Place) -> None:
        (newest, *_) = place.vaults.versions(place.vault, "contoso-web")
        found = place.vaults.details(newest)
        assert found.subject == found.issuer == "CN=contoso-web.contoso.example"
        assert found.names == ("contoso-web.contoso.example",)
        assert found.key_type in {"RSA", "EC"}
        assert found.key_size >= 256
        assert (found.exportable, found.content_type, found.self_signed) == (True, "application/x-pkcs12", True)

    def test_an_older_version_is_not_judged_by_the_policy_of_the_newest(self, place: Place) -> None:
        place.azure.set(
            certificates={
                "contosocs-kv": {"contoso-web": [{"exportable": False, "content_type": "application/x-pem-file"}]}
            }
        )
        first, second, *_ = place.vaults.versions(place.vault, "contoso-web")
        now, before = place.vaults.details(first), place.vaults.details(second)
        assert (now.exportable, now.content_type) == (False, "application/x-pem-file")
        assert (before.exportable, before.content_type) == (True, "")
        assert before.subject == "CN=contoso-web.contoso.example"

    def test_a_certificate_that_cannot_be_read_is_an_error_of_ours(self, place: Place) -> None:
        (newest, *_) = place.vaults.versions(place.vault, "contoso-web")
        uri = f"{place.vault.uri}certificates/contoso-web/{newest.version}"
        bundle = {
            "id": uri,
            "cer": "AAAA",
            "attributes": {},
            "policy": {"id": uri, "key_props": {"exportable": False}},
        }
        place.azure.order(service="vault", path="contoso-web/", status=200, body=bundle)
        with pytest.raises(AzureError, match="cannot be read"):
            place.vaults.details(newest)

    def test_whether_a_certificate_was_deleted_is_unknown_without_the_right(self, place: Place) -> None:
        assert place.vaults.deleted(place.vault, "contoso-gone") is False

    @pytest.mark.parametrize("status", [200, 404])
    def test_an_unknown_certificate_has_no_versions(self, place: Place, status: int) -> None:
        # Key Vault answers with an empty list; of other servers some say that there is no such certificate.
        if status == 404:
            body = {"error": {"code": "CertificateNotFound", "message": "It was not found in this key vault."}}
            place.azure.order(service="vault", path="missing/versions", status=status, body=body)
        assert place.vaults.versions(place.vault, "missing") == ()
        asked = [each["status"] for each in place.azure.requests if "missing/versions" in each["path"]]
        assert asked[-1] == status

    def test_throttling_is_waited_for(self, place: Place) -> None:
        place.azure.order(service="vault", path="versions", status=429, headers={"Retry-After": "0"}, times=2)
        assert place.vaults.versions(place.vault, "contoso-web")
