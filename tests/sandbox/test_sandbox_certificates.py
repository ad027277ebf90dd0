"""Which certificates the sandbox takes with an update, and which it refuses in Azure's words."""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import Clients, Project, secrets_profile, thumbprint


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def test_a_thumbprint_without_its_secret_is_refused_with_azures_text(azure: Sandbox, clients: Clients) -> None:
    wanted = thumbprint(azure)
    body = clients.body_for(Project(https=wanted))
    body["properties"]["osProfile"] = {"secrets": []}
    assert clients.refusal_of(body)[2] == (
        "The thumbprints specified in the CSCFG do not have corresponding certificates in osProfile.secrets. Add "
        f"the missing certificates in osProfile.secrets. Missing thumbprints: WebRole1|{wanted}. To understand more "
        "about how to use KeyVault for certificates, please follow the documentation at https://aka.ms/cses-kv"
    )


def test_a_certificate_that_the_live_configuration_needs_cannot_be_dropped(azure: Sandbox, clients: Clients) -> None:
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    refused = clients.refusal_of({"location": "eastus", "properties": {"osProfile": {"secrets": []}}})
    assert "Missing thumbprints: WebRole1|" in refused[2]


@pytest.mark.parametrize("suffix", ["", "/certificates"])
def test_a_url_that_is_no_versioned_secret_is_refused(azure: Sandbox, clients: Clients, suffix: str) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    secret = clients.secret()
    url = secret.replace("/secrets/", "/certificates/") if suffix else secret.rpartition("/")[0]
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), url)
    assert f"{url} is not a valid versioned Key Vault Secret URL." in clients.refusal_of(body)[2]


def test_a_version_that_does_not_exist_is_refused(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    url = clients.secret().rpartition("/")[0] + "/" + "0" * 32
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), url)
    text = f"The Key Vault secret referenced with the URL {url} does not exist."
    assert clients.refusal_of(body)[1:] == ("KeyVaultSecretDoesNotExist", text)


def test_a_disabled_version_is_refused(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), clients.secret("disabled-cert"))
    assert clients.refusal_of(body)[1] == "KeyVaultSecretDoesNotExist"


def test_a_vault_that_is_not_enabled_for_deployment_is_refused(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    azure.set(enabled_for_deployment=False)
    status, code, text = clients.refusal_of(body)
    assert (status, code) == (403, "KeyVaultAccessForbidden")
    assert text.startswith(f"Key Vault {clients.secret()} either has not been enabled for deployment")


def test_the_id_of_another_vault_is_refused(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id("contosocs-kv2"), clients.secret())
    assert clients.refusal_of(body)[1] == "KeyVaultAccessForbidden"


def test_certificates_may_lie_in_several_vaults(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    partner = secrets_profile(clients.vault_id("contosocs-kv2"), clients.secret("partner", "contosocs-kv2"))
    body["properties"]["osProfile"]["secrets"] += partner["secrets"]
    clients.put(body)
    assert len(azure.service["properties"]["osProfile"]["secrets"]) == 2


def test_without_the_right_to_deploy_from_the_vault_it_is_refused(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(https=thumbprint(azure)))
    azure.set(denied=["Microsoft.KeyVault/vaults/deploy/action"])
    with pytest.raises(HttpResponseError, match=r"'Microsoft\.KeyVault/vaults/deploy/action'") as refused:
        clients.put(body)
    assert refused.value.status_code == 403
    assert refused.value.error is not None
    assert refused.value.error.code == "LinkedAuthorizationFailed"
