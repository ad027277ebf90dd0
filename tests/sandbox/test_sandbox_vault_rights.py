"""Who may do what with the sandbox's vaults: roles, access policies, and network rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from cses_action.sandbox import Sandbox
from cses_action.sandbox.access import PRINCIPAL
from tests.sandbox.sandbox_kit import Clients
from tests.sandbox.vault_kit import PASSWORD, brought, self_signed_policy

CERTIFICATES = "Microsoft.KeyVault/vaults/certificates"
READ, OFFICER = "Key Vault Certificate User", "Key Vault Certificates Officer"

ASKED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "list": ("read", lambda vault: list(vault.list_properties_of_certificates())),
    "get": ("read", lambda vault: vault.get_certificate("contoso-web")),
    "import": (
        "import/action",
        lambda vault: vault.import_certificate("mine", brought().pfx(), password=PASSWORD),
    ),
    "create": (
        "create/action",
        lambda vault: vault.begin_create_certificate("made", self_signed_policy(), _polling_interval=0.01).result(),
    ),
    "delete": (
        "delete",
        lambda vault: vault.begin_delete_certificate("contoso-api", _polling_interval=0.01).result(),
    ),
}
GRANTED = ("get", "list", "import", "create", "delete")


@pytest.fixture
def vault(azure: Sandbox) -> Any:
    azure.set(certificate_seconds=0)
    return Clients(azure).vault()


def refusal(vault: Any, permission: str) -> tuple[str, str]:
    """Ask for something, and return text and inner code of the refusal."""
    with pytest.raises(HttpResponseError) as refused:
        ASKED[permission][1](vault)
    assert refused.value.status_code == 403
    assert refused.value.error is not None
    assert refused.value.error.code == "Forbidden"
    inner: Any = refused.value.error.innererror
    return str(refused.value.error.message), inner["code"]


def with_policy(azure: Sandbox, *permissions: str) -> None:
    policy = {"objectId": PRINCIPAL, "permissions": {"certificates": list(permissions)}}
    properties = {"enableRbacAuthorization": False, "accessPolicies": [policy]}
    azure.set(roles=["Contributor"], vaults={"contosocs-kv": {"properties": properties}})


@pytest.mark.parametrize("permission", ASKED)
def test_without_a_role_the_missing_action_is_named(azure: Sandbox, vault: Any, permission: str) -> None:
    azure.set(roles=["Owner"])
    text, inner = refusal(vault, permission)
    assert inner == "ForbiddenByRbac"
    assert text.startswith("Caller is not authorized to perform action on resource.")
    assert f"Action: '{CERTIFICATES}/{ASKED[permission][0]}'" in text
    assert f"oid={PRINCIPAL};" in text


@pytest.mark.parametrize("permission", ["import", "create", "delete"])
def test_who_may_only_read_writes_nothing(azure: Sandbox, vault: Any, permission: str) -> None:
    azure.set(roles=["Contributor", READ])
    assert refusal(vault, permission)[1] == "ForbiddenByRbac"
    assert "contoso-api" in azure.certificates["contosocs-kv"]
    assert not {"mine", "made"} & azure.certificates["contosocs-kv"].keys()


@pytest.mark.parametrize("permission", ASKED)
def test_the_officer_may_do_everything(azure: Sandbox, vault: Any, permission: str) -> None:
    azure.set(roles=["Contributor", OFFICER])
    assert ASKED[permission][1](vault)


@pytest.mark.parametrize("permission", ASKED)
def test_a_single_action_can_be_denied(azure: Sandbox, vault: Any, permission: str) -> None:
    azure.set(roles=["Contributor", OFFICER], denied=[f"{CERTIFICATES}/{ASKED[permission][0]}"])
    assert refusal(vault, permission)[1] == "ForbiddenByRbac"
    other = "import" if permission in ("get", "list") else "list"
    assert ASKED[other][1](vault)


@pytest.mark.parametrize("permission", ASKED)
def test_an_access_policy_gives_each_permission_alone(azure: Sandbox, vault: Any, permission: str) -> None:
    with_policy(azure, *(each.upper() for each in GRANTED))
    assert ASKED[permission][1](vault)
    with_policy(azure, *(each for each in GRANTED if each != permission))
    text, inner = refusal(vault, permission)
    assert inner == "ForbiddenByPolicy"
    assert f"does not have certificates {permission} permission on key vault 'contosocs-kv;location=eastus'" in text


def test_the_access_policy_of_somebody_else_gives_nothing(azure: Sandbox, vault: Any) -> None:
    other = {"objectId": "0" * 8, "permissions": {"certificates": ["get", "list"]}}
    properties = {"enableRbacAuthorization": False, "accessPolicies": [other]}
    azure.set(vaults={"contosocs-kv": {"properties": properties}})
    assert refusal(vault, "get")[1] == "ForbiddenByPolicy"


def test_roles_say_nothing_about_a_vault_with_access_policies(azure: Sandbox, vault: Any) -> None:
    with_policy(azure)
    azure.set(roles=["Contributor", OFFICER])
    assert refusal(vault, "list")[1] == "ForbiddenByPolicy"


def test_a_vault_that_is_closed_to_the_public_says_so(azure: Sandbox, vault: Any) -> None:
    azure.set(vaults={"contosocs-kv": {"properties": {"publicNetworkAccess": "Disabled"}}})
    text, inner = refusal(vault, "list")
    assert inner == "ForbiddenByConnection"
    assert text.startswith("Public network access is disabled and request is not from a trusted service nor via")


def test_network_rules_name_the_address_that_they_shut_out(azure: Sandbox, vault: Any) -> None:
    rules = {"defaultAction": "Deny", "bypass": "AzureServices", "ipRules": [{"value": "198.51.100.0/24"}]}
    azure.set(vaults={"contosocs-kv": {"properties": {"networkAcls": rules}}})
    text, inner = refusal(vault, "get")
    assert inner == "ForbiddenByFirewall"
    assert "Client address: 127.0.0.1\r\n" in text
    rules["ipRules"] = [{"value": "127.0.0.1/32"}]
    azure.set(vaults={"contosocs-kv": {"properties": {"networkAcls": rules}}})
    assert vault.get_certificate("contoso-web").name == "contoso-web"
