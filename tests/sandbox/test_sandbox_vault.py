"""The sandbox's vaults: certificates and versions by the real client, which checks the challenge."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
import requests
from azure.core.exceptions import ResourceNotFoundError

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import Clients


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def test_the_newest_version_of_each_certificate_is_listed(azure: Sandbox, clients: Clients) -> None:
    wanted = {name: held[0]["thumbprint"] for name, held in azure.certificates["contosocs-kv"].items()}
    found = {
        each.name: bytes(each.x509_thumbprint).hex().upper()
        for each in clients.vault().list_properties_of_certificates()
    }
    assert found == wanted
    assert list(found) == ["contoso-api", "contoso-web", "disabled-cert"]


def test_the_list_comes_in_pages(azure: Sandbox, clients: Clients) -> None:
    azure.set(page_size=2)
    assert len(list(clients.vault().list_properties_of_certificates())) == 3
    pages = [each for each in azure.requests if each["path"].startswith("/certificates") and each["status"] == 200]
    assert len(pages) == 2


def test_versions_are_expired_current_and_newest(azure: Sandbox, clients: Clients) -> None:
    versions = {each.version: each for each in clients.vault().list_properties_of_certificate_versions("contoso-web")}
    held = azure.certificates["contosocs-kv"]["contoso-web"]
    assert versions.keys() == {each["version"] for each in held}
    left = [(versions[each["version"]].expires_on - datetime.now(UTC)).days for each in held]
    assert left[0] in (89, 90)
    assert left[0] > left[1] > 0 > left[2]


def test_a_certificate_has_its_bytes_and_its_secret(azure: Sandbox, clients: Clients) -> None:
    newest = clients.vault().get_certificate("contoso-web")
    held = azure.certificates["contosocs-kv"]["contoso-web"][0]
    assert hashlib.sha1(newest.cer).hexdigest().upper() == held["thumbprint"]
    assert newest.secret_id.endswith(f"/secrets/contoso-web/{held['version']}")
    assert newest.policy.issuer_name == "Self"
    older = azure.certificates["contosocs-kv"]["contoso-web"][2]["version"]
    assert clients.vault().get_certificate_version("contoso-web", older).properties.version == older


def test_whoever_asks_for_a_version_by_its_number_gets_no_policy(azure: Sandbox, clients: Clients) -> None:
    for held in azure.certificates["contosocs-kv"]["contoso-web"]:
        assert clients.vault().get_certificate_version("contoso-web", held["version"]).policy is None


def test_a_disabled_certificate_says_so(clients: Clients) -> None:
    assert clients.vault().get_certificate("disabled-cert").properties.enabled is False


def test_each_vault_has_its_own(clients: Clients) -> None:
    assert [each.name for each in clients.vault("contosocs-kv2").list_properties_of_certificates()] == ["partner"]


@pytest.mark.parametrize("version", ["", "0" * 32])
def test_what_is_not_there_is_not_found(clients: Clients, version: str) -> None:
    name = "contoso-web" if version else "missing"
    with pytest.raises(ResourceNotFoundError, match="was not found in this key vault"):
        clients.vault().get_certificate_version(name, version)


def test_an_unknown_certificate_has_no_versions(clients: Clients) -> None:
    assert list(clients.vault().list_properties_of_certificate_versions("missing")) == []


def test_the_policy_of_an_unknown_certificate_is_not_found(clients: Clients) -> None:
    with pytest.raises(ResourceNotFoundError, match="CertificateNotFound"):
        clients.vault().get_certificate_policy("missing")


def test_the_challenge_names_the_tenant_and_a_parent_of_the_host(azure: Sandbox, clients: Clients) -> None:
    vault = clients.vault().vault_url
    answer = requests.get(f"{vault}/certificates?api-version=7.4", verify=clients.ca, timeout=5)
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert f'/{azure.inputs["INPUT_TENANT_ID"]}"' in challenge
    assert f'resource="{vault.replace("127.0.0.1", "0.0.1")}"' in challenge


def test_a_token_for_another_vault_is_refused(clients: Clients) -> None:
    other = clients.vault("contosocs-kv2").vault_url.replace("127.0.0.1", "0.0.1")
    token = clients.credential.get_token(f"{other}/.default").token
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{clients.vault().vault_url}/certificates?api-version=7.4"
    assert requests.get(url, headers=headers, verify=clients.ca, timeout=5).status_code == 401


def test_an_unknown_vault_is_not_found(clients: Clients) -> None:
    answer = clients.ask("GET", clients.vault_id("missing"), version="2023-07-01")
    assert answer.json()["error"]["code"] == "ResourceNotFound"
