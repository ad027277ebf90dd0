"""The sandbox's vaults in Azure Resource Manager: where they are, how they are found, what a deployment takes."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import Clients, Project, secrets_profile, thumbprint

OTHER = "11111111-2222-3333-4444-555555555555"
KIND = "Microsoft.KeyVault/vaults"
VERSION = "2023-07-01"


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def listed(clients: Clients, path: str, **query: str) -> list[dict[str, Any]]:
    """Return the rows of a list, page by page."""
    found = []
    link = f"{clients.url}{path}?" + "&".join(f"{key}={value}" for key, value in query.items())
    while link:
        answer = clients.ask("GET", link).json()
        assert "value" in answer, answer
        found += answer["value"]
        link = answer.get("nextLink", "")
    return found


def resources(clients: Clients, filtered: str = f"resourceType eq '{KIND}'") -> list[dict[str, Any]]:
    query = {"api-version": "2021-04-01", "$filter": filtered}
    return listed(clients, f"/subscriptions/{clients.inputs['INPUT_SUBSCRIPTION_ID']}/resources", **query)


def test_a_vault_tells_how_it_is_entered(clients: Clients) -> None:
    found = clients.ask("GET", clients.vault_id("CONTOSOCS-KV"), version=VERSION).json()
    properties = found["properties"]
    assert (found["name"], found["location"]) == ("contosocs-kv", "eastus")
    assert properties["enableRbacAuthorization"] is True
    assert properties["enabledForDeployment"] is True
    assert properties["publicNetworkAccess"] == "Enabled"


def test_vaults_are_listed_by_subscription_and_by_group(clients: Clients) -> None:
    names = ["contosocs-kv", "contosocs-kv2"]
    subscription = clients.group.rpartition("/resourceGroups/")[0]
    query = {"api-version": VERSION}
    assert [each["name"] for each in listed(clients, f"{subscription}/providers/{KIND}", **query)] == names
    assert [each["name"] for each in listed(clients, f"{clients.group}/providers/{KIND}", **query)] == names


@pytest.mark.parametrize(
    ("filtered", "names"),
    [
        (f"resourceType eq '{KIND}'", ["contosocs-kv", "contosocs-kv2"]),
        (f"resourceType eq '{KIND.lower()}' and name eq 'contosocs-kv2'", ["contosocs-kv2"]),
        ("resourceType eq 'Microsoft.Web/sites'", []),
    ],
)
def test_vaults_are_found_among_all_resources(clients: Clients, filtered: str, names: list[str]) -> None:
    found = resources(clients, filtered)
    assert [each["name"] for each in found] == names
    assert all(each["type"] == KIND and "properties" not in each for each in found)


def test_the_list_of_resources_comes_in_pages(azure: Sandbox, clients: Clients) -> None:
    azure.set(page_size=1)
    assert len(resources(clients)) == 2
    assert len([each for each in azure.requests if "/resources" in each["path"]]) == 2


def test_a_filter_that_is_not_understood_is_refused(clients: Clients) -> None:
    path = f"/subscriptions/{clients.inputs['INPUT_SUBSCRIPTION_ID']}/resources?$filter=tagName eq 'a'"
    answer = clients.ask("GET", f"{clients.url}{path}&api-version=2021-04-01")
    assert answer.status_code == 400


def test_who_may_not_read_vaults_does_not_find_them(azure: Sandbox, clients: Clients) -> None:
    azure.set(denied=[f"{KIND}/read"])
    assert resources(clients) == []
    assert clients.ask("GET", clients.vault_id(), version=VERSION).status_code == 403


def test_a_vault_may_be_in_another_group(azure: Sandbox, clients: Clients) -> None:
    azure.set(vaults={"contosocs-kv2": {"group": "shared-rg"}})
    assert clients.ask("GET", clients.vault_id("contosocs-kv2"), version=VERSION).status_code == 404
    found = next(each["id"] for each in resources(clients) if each["name"] == "contosocs-kv2")
    assert "/resourceGroups/shared-rg/" in found
    assert clients.ask("GET", found, version=VERSION).json()["id"] == found
    body = clients.body_for(Project(https=thumbprint(azure)))
    partner = Clients(azure).secret()
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), partner)
    clients.put(body)


def test_nothing_but_vaults_is_in_other_groups(azure: Sandbox, clients: Clients) -> None:
    azure.set(vaults={"contosocs-kv2": {"group": "shared-rg"}})
    for path in (clients.path, clients.account):
        answer = clients.ask("GET", path.replace("contoso-rg", "shared-rg"), version="2024-11-04")
        assert answer.json()["error"]["code"] == "ResourceGroupNotFound"


def test_a_vault_in_another_subscription_is_found_there_and_not_deployed_from(
    azure: Sandbox, clients: Clients
) -> None:
    url = clients.secret("partner", "contosocs-kv2")
    assert clients.ask("GET", f"/subscriptions/{OTHER}/providers/{KIND}", version=VERSION).status_code == 404
    azure.set(vaults={"contosocs-kv2": {"subscription": OTHER}})
    assert [each["name"] for each in resources(clients)] == ["contosocs-kv"]
    query = {"api-version": VERSION}
    found = listed(clients, f"/subscriptions/{OTHER}/providers/{KIND}", **query)
    assert [each["name"] for each in found] == ["contosocs-kv2"]
    body = clients.body_for(Project())
    body["properties"]["osProfile"] = secrets_profile(found[0]["id"], url)
    status, code, text = clients.refusal_of(body)
    assert (status, code) == (400, "InvalidParameter")
    assert f'must match the SubscriptionId "{OTHER}" contained in the Key Vault Id' in text


def test_a_vault_in_another_region_is_not_deployed_from(azure: Sandbox, clients: Clients) -> None:
    url = clients.secret("partner", "contosocs-kv2")
    azure.set(vaults={"contosocs-kv2": {"location": "westus"}})
    body = clients.body_for(Project())
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id("contosocs-kv2"), url)
    status, code, text = clients.refusal_of(body)
    assert (status, code) == (400, "KeyVaultAndVMInDifferentRegions")
    assert "is located in location westus" in text


def test_one_vault_alone_can_be_closed_to_deployment(azure: Sandbox, clients: Clients) -> None:
    azure.set(vaults={"contosocs-kv": {"properties": {"enabledForDeployment": False}}})
    body = clients.body_for(Project(https=thumbprint(azure)))
    assert clients.refusal_of(body)[1] == "KeyVaultAccessForbidden"


def test_a_key_that_cannot_be_exported_is_not_deployed(azure: Sandbox, clients: Clients) -> None:
    azure.set(certificates={"contosocs-kv": {"contoso-web": [{"since": 0, "until": 90, "exportable": False}]}})
    body = clients.body_for(Project(https=thumbprint(azure)))
    assert clients.refusal_of(body)[2].endswith("is not exportable")


def test_certificates_are_put_into_a_vault_as_described(azure: Sandbox, clients: Clients) -> None:
    described: Any = [
        {"since": -90, "until": -1},
        {"since": 5, "until": 95, "key": "EC", "names": ["a.contoso.example", "b.contoso.example"]},
        {"since": 0, "until": 3, "size": 3072, "enabled": False, "content_type": "application/x-pem-file"},
    ]
    azure.set(certificates={"contosocs-kv2": {"Renewed": described}})
    vault = clients.vault("contosocs-kv2")
    versions = sorted(vault.list_properties_of_certificate_versions("renewed"), key=lambda each: each.created_on)
    assert [each.enabled for each in versions] == [True, True, False]
    assert versions[0].expires_on < versions[1].not_before
    later = vault.get_certificate_version("renewed", versions[1].version)
    certificate = x509.load_der_x509_certificate(bytes(later.cer))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert later.name == "Renewed"
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert names.get_values_for_type(x509.DNSName) == ["a.contoso.example", "b.contoso.example"]
    newest = vault.get_certificate("renewed")
    assert newest.properties.version == versions[2].version
    assert (newest.policy.key_size, newest.policy.content_type) == (3072, "application/x-pem-file")


def test_a_vault_may_hold_thousands(azure: Sandbox, clients: Clients) -> None:
    azure.set(crowd={"contosocs-kv2": 5000})
    names = [each.name for each in clients.vault("contosocs-kv2").list_properties_of_certificates()]
    assert len(names) == len(set(names)) == 5001
    pages = [each for each in azure.requests if each["path"].startswith("/certificates?") and each["status"] == 200]
    assert len(pages) == 201
