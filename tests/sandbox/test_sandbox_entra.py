"""Signing in to the sandbox, and finding it as a custom cloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.mgmt.compute.v2024_11_04 import ComputeManagementClient

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import GROUP, NAME, Clients


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path, operation_seconds=0.05, start_seconds=0.05) as running:
        yield running


def test_discovery_is_one_object_with_what_arm_contract_names(azure: Sandbox) -> None:
    found = Clients(azure).ask("GET", "/metadata/endpoints", version="2022-09-01").json()
    assert found["resourceManager"] == azure.inputs["INPUT_RESOURCE_MANAGER_URL"]
    assert {"loginEndpoint", "audiences", "tenant"} <= found["authentication"].keys()
    assert found["suffixes"].keys() == {"storage", "keyVaultDns"}
    assert found["name"]


def test_the_sdk_signs_in_with_the_inputs_that_the_sandbox_gives(azure: Sandbox) -> None:
    assert Clients(azure).services.get(GROUP, NAME).name == NAME


def test_the_sdk_trusts_the_authority_by_the_variable_alone(azure: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.inputs["REQUESTS_CA_BUNDLE"])
    clients = Clients(azure)
    plain = ComputeManagementClient(
        clients.credential,
        azure.inputs["INPUT_SUBSCRIPTION_ID"],
        base_url=clients.url,
        credential_scopes=[clients.scope],
    )
    assert plain.cloud_services.get(GROUP, NAME).location == "eastus"


def test_without_the_authority_nothing_is_trusted(azure: Sandbox) -> None:
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        requests.get(azure.inputs["INPUT_RESOURCE_MANAGER_URL"], timeout=5)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"INPUT_CLIENT_SECRET": "wrong"}, "AADSTS7000215: Invalid client secret provided"),
        ({"INPUT_CLIENT_ID": "11111111-1111-4111-8111-111111111111"}, "AADSTS700016: Application with identifier"),
    ],
)
def test_entra_refuses_a_wrong_principal_with_its_own_text(
    azure: Sandbox, changed: dict[str, str], text: str
) -> None:
    with pytest.raises(ClientAuthenticationError, match=text):
        Clients(azure, **changed).services.get(GROUP, NAME)


def test_a_wrong_tenant_has_no_openid_configuration(azure: Sandbox) -> None:
    clients = Clients(azure)
    login = clients.ask("GET", "/metadata/endpoints").json()["authentication"]["loginEndpoint"]
    tenant = "22222222-2222-4222-8222-222222222222"
    answer = requests.get(f"{login}/{tenant}/v2.0/.well-known/openid-configuration", verify=clients.ca, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_tenant"
    assert answer.json()["error_codes"] == [90002]


def test_a_wrong_secret_answers_401_invalid_client(azure: Sandbox) -> None:
    clients = Clients(azure)
    login = clients.ask("GET", "/metadata/endpoints").json()["authentication"]["loginEndpoint"]
    form = {
        "grant_type": "client_credentials",
        "client_id": azure.inputs["INPUT_CLIENT_ID"],
        "client_secret": "wrong",
        "scope": clients.scope,
    }
    token = f"{login}/{azure.inputs['INPUT_TENANT_ID']}/oauth2/v2.0/token"
    answer = requests.post(token, form, verify=clients.ca, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_no_token_is_given_for_an_audience_that_does_not_exist(azure: Sandbox) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS500011"):
        Clients(azure).credential.get_token("https://elsewhere.example/.default")


def test_a_token_for_storage_does_not_open_resource_manager(azure: Sandbox) -> None:
    clients = Clients(azure)
    token = clients.credential.get_token("https://storage.azure.com/.default").token
    answer = requests.get(
        f"{clients.url}{clients.path}?api-version=2024-11-04",
        headers={"Authorization": f"Bearer {token}"},
        verify=clients.ca,
        timeout=5,
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationTokenAudience"


@pytest.mark.parametrize(
    ("header", "code"),
    [({}, "AuthenticationFailed"), ({"Authorization": "Bearer made-up"}, "InvalidAuthenticationToken")],
)
def test_resource_manager_wants_a_token_that_entra_gave(azure: Sandbox, header: dict[str, str], code: str) -> None:
    clients = Clients(azure)
    answer = requests.get(f"{clients.url}{clients.path}", headers=header, verify=clients.ca, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == code
    assert "authorization_uri" in answer.headers["WWW-Authenticate"]


def test_an_unknown_path_is_refused_as_json_in_the_sandbox_name(azure: Sandbox) -> None:
    answer = Clients(azure).ask("GET", "/subscriptions/x/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("sandbox:")
