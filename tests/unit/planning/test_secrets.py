"""Which vault secrets a PUT carries: those that come, those that go, and everything else exactly as it was."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from cses_action.planning.secrets import merged_secrets, only_needed_secrets
from cses_action.ports import Json
from cses_action.resources import Certificate, ResourceId, SecretUrl, Vault
from cses_action.values import Thumbprint
from tests.fakes.cloud import OLD, VAULT, WEB, certificate

OTHER = Vault(
    ResourceId(str(VAULT.id).replace("contoso-kv", "partner-kv")),
    "https://partner-kv.vault.azure.net/",
    enabled_for_deployment=True,
)
A_OLD, A_NEW = certificate(OLD), certificate(WEB)
B = Certificate("b", "b" * 32, Thumbprint("BB" * 20), SecretUrl(f"{OTHER.uri}secrets/b/{'b' * 32}"), OTHER)
C_URL = "https://CONTOSO-KV.vault.azure.net:443/secrets/boot/c0"
KNOWN = {each.secret_url: each.thumbprint for each in (A_OLD, A_NEW, B)}


def entry(url: object, **more: object) -> Json:
    return {"certificateUrl": str(url), **more}


def group(vault: Vault, *entries: Json, **more: object) -> Json:
    return {"sourceVault": {"id": str(vault.id)}, "vaultCertificates": list(entries), **more}


def merged(secrets: list[Json], *needed: Certificate, named: tuple[Thumbprint, ...] = ()) -> list[Json]:
    thumbprints = {*named, *(each.thumbprint for each in needed)}
    return merged_secrets(secrets, needed, thumbprints, KNOWN)


def test_a_changed_certificate_leaves_the_others_exactly_as_they_were() -> None:
    bootstrap = entry(C_URL, isBootstrapCertificate=True, odd={"deep": [1]})
    partner = group(OTHER, entry(B.secret_url, newer="field"), odd=2)
    live = [group(VAULT, entry(A_OLD.secret_url), bootstrap, odd=1), partner]
    before = copy.deepcopy(live)
    after = merged(live, A_NEW, B)
    assert after == [group(VAULT, entry(A_NEW.secret_url), bootstrap, odd=1), partner]
    assert live == before, "the live list itself is left alone"


def test_a_superseded_version_that_another_role_names_stays() -> None:
    live = [group(VAULT, entry(A_OLD.secret_url))]
    urls = [entry(A_OLD.secret_url), entry(A_NEW.secret_url)]
    assert merged(live, A_NEW, named=(OLD,)) == [group(VAULT, *urls)]


def test_a_superseded_version_that_nobody_knows_stays() -> None:
    unknown = entry(f"{VAULT.uri}secrets/web/{'9' * 32}")
    assert merged([group(VAULT, unknown)], A_NEW) == [group(VAULT, unknown, entry(A_NEW.secret_url))]


def test_a_renewed_bootstrap_certificate_keeps_its_flag_and_its_place() -> None:
    more = {"isBootstrapCertificate": True, "newer": 1}
    live = [group(VAULT, entry(A_OLD.secret_url, **more), entry(C_URL))]
    assert merged(live, A_NEW) == [group(VAULT, entry(A_NEW.secret_url, **more), entry(C_URL))]


@pytest.mark.parametrize(
    "url",
    [
        f"https://CONTOSO-kv.vault.azure.net:443/secrets/web/{'A1' * 16}/",
        f"https://contoso-kv.vault.azure.net/Secrets/WEB/{'a1' * 16}",
        str(A_NEW.secret_url),
    ],
)
def test_port_case_and_trailing_slash_make_no_other_secret(url: str) -> None:
    live = [{"sourceVault": {"id": str(VAULT.id).upper()}, "vaultCertificates": [entry(url)]}]
    assert merged(live, A_NEW) == live
    assert only_needed_secrets(live, [A_NEW]) == live


def test_the_first_secret_of_a_vault_makes_a_group() -> None:
    assert merged([], A_NEW, B) == [group(VAULT, entry(A_NEW.secret_url)), group(OTHER, entry(B.secret_url))]


@pytest.mark.parametrize("empty", [{}, {"vaultCertificates": None}, {"vaultCertificates": []}])
def test_a_group_without_secrets_gets_them(empty: Json) -> None:
    live = [{"sourceVault": {"id": str(VAULT.id)}, **empty}]
    assert merged(live, A_NEW) == [group(VAULT, entry(A_NEW.secret_url))]
    assert merged(live) == live


def test_members_are_known_whatever_their_case() -> None:
    live = [{"SourceVault": {"ID": str(VAULT.id)}, "VaultCertificates": [{"CertificateUrl": str(A_OLD.secret_url)}]}]
    assert merged(live, A_NEW) == [{**live[0], "VaultCertificates": [{"CertificateUrl": str(A_NEW.secret_url)}]}]


def test_a_vault_that_moved_gets_a_group_of_its_own_and_the_empty_one_goes() -> None:
    moved = replace(A_NEW, vault=replace(VAULT, id=ResourceId(str(VAULT.id).replace("contoso-rg", "moved-rg"))))
    live = [group(VAULT, entry(A_OLD.secret_url, odd=1))]
    assert merged(live, moved) == [group(moved.vault, entry(A_NEW.secret_url, odd=1))]


def test_replace_keeps_nothing_but_what_the_configuration_names() -> None:
    live = [group(VAULT, entry(A_OLD.secret_url), entry(C_URL, isBootstrapCertificate=True)), group(OTHER, odd=1)]
    live[1]["vaultCertificates"] = [entry(f"{OTHER.uri}secrets/x/{'1' * 32}")]
    assert only_needed_secrets(live, [A_NEW]) == [group(VAULT, entry(A_NEW.secret_url))]
    assert only_needed_secrets(live, []) == []


def test_replace_leaves_a_needed_one_as_it_is() -> None:
    live = [group(VAULT, entry(A_NEW.secret_url, isBootstrapCertificate=True), entry(C_URL), odd=1)]
    kept = [group(VAULT, entry(A_NEW.secret_url, isBootstrapCertificate=True), odd=1)]
    assert only_needed_secrets(live, [A_NEW]) == kept
