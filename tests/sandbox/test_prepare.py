"""``configure`` with the real Azure SDKs: a certificate is put into the vault, and the files name it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from cses_action.project.configuration import parse_configuration
from cses_action.sandbox.access import PRINCIPAL, TENANT
from tests.data.packages import legacy_package
from tests.data.pfx import PASSWORD, Made, ec_key
from tests.sandbox.conftest import Story

NAME = "shop"
VAULT = "contosocs-kv"
POLICY = {
    "objectId": PRINCIPAL,
    "tenantId": TENANT,
    "permissions": {"certificates": ["get", "list"]},
}
THROTTLED: dict[str, Any] = {
    "status": 429,
    "headers": {"Retry-After": "3"},
    "body": {"error": {"code": "Throttled", "message": "Request was not processed because too many were received."}},
}
ROLES = ["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"]
IMPORT, CREATE = f"certificates/{NAME}/import", f"certificates/{NAME}/create"


@pytest.fixture
def empty(story: Story) -> Story:
    """A story with http alone, whose vault has no certificate of the name."""
    story.files("multirole-rdp")
    story.azure.set(roles=[*ROLES, "Key Vault Certificates Officer"])
    story.give(**{"certificate-name": NAME, "key-vault": VAULT})
    return story


def give_pfx(story: Story, made: Made, *, aes: bool = False) -> None:
    path = story.folder / "web.pfx"
    path.write_bytes(made.pfx(aes=aes, chain=True))
    story.give(**{"certificate-pfx": str(path), "certificate-pfx-password": PASSWORD})


def made(**changes: object) -> Made:
    return Made(now=datetime.now(UTC).replace(microsecond=0), **changes)  # type: ignore[arg-type]


def give_self_signed(story: Story, names: str = "www.contoso.com") -> None:
    story.give(**{"self-signed": "true", "https-hostname": names})


def held(story: Story) -> list[str]:
    return [each["thumbprint"] for each in story.azure.certificates[VAULT].get(NAME, ())]


def named(story: Story) -> list[str]:
    text = (story.folder / "ServiceConfiguration.Cloud.cscfg").read_text(encoding="utf-8-sig")
    return [str(each.thumbprint) for each in parse_configuration(text).roles[0].certificates]


def rebuilt(story: Story) -> Story:
    """What Visual Studio does between configure and deploy."""
    legacy_package(story.folder / "ServiceDefinition.csdef", story.folder / "app.cspkg", content=b"build 2")
    return story


@pytest.mark.parametrize("changes", [{}, {"key": ec_key()}], ids=["RSA", "EC"])
def test_a_pfx_is_imported_named_and_served_after_the_next_deployment(
    empty: Story, changes: dict[str, object]
) -> None:
    certificate = made(**changes)
    give_pfx(empty, certificate, aes=True)
    assert empty.run("configure") == 0, empty.text
    assert held(empty) == named(empty) == [certificate.thumbprint]
    assert PASSWORD not in empty.text.replace(f"::add-mask::{PASSWORD}", "")
    assert rebuilt(empty).run() == 0
    assert empty.outputs["https-thumbprint"] == certificate.thumbprint


def test_the_same_pfx_again_writes_nothing(empty: Story) -> None:
    give_pfx(empty, made())
    empty.run("configure")
    assert empty.run("configure") == 0
    assert empty.writes == []
    assert len(held(empty)) == 1


def test_the_preparation_of_the_document_in_a_row(empty: Story) -> None:
    give_self_signed(empty, "www.contoso.com,contoso.com")
    assert empty.run("configure") == 0, empty.text
    assert empty.run("validate") == 0
    assert held(empty) == named(empty)
    assert empty.run("configure") == 0
    assert "there already, so none was made" in empty.text
    assert empty.writes == []
    assert rebuilt(empty).run() == 0
    assert empty.outputs["https-thumbprint"] == held(empty)[0]


def test_a_new_name_for_the_self_signed_one_makes_a_new_version(empty: Story) -> None:
    give_self_signed(empty)
    empty.run("configure")
    give_self_signed(empty, "www.contoso.com,shop.contoso.com")
    assert empty.run("configure") == 0
    assert len(held(empty)) == 2
    assert named(empty) == held(empty)[:1]


def test_a_certificate_that_takes_its_time_is_waited_for(empty: Story) -> None:
    empty.azure.set(certificate_seconds=0.3)
    give_self_signed(empty)
    assert empty.run("configure") == 0, empty.text
    assert "The key vault makes the certificate" in empty.text
    assert held(empty) == named(empty)


def test_a_certificate_that_takes_too_long_is_taken_up_by_the_next_run(empty: Story) -> None:
    empty.azure.set(certificate_seconds=4)
    give_self_signed(empty)
    empty.give(**{"wait-minutes": "1"})
    assert empty.run("configure") == 5
    assert "is still being made after 1 minute" in empty.text
    empty.give(**{"wait-minutes": "30"})
    assert empty.run("configure") == 0, empty.text
    assert held(empty) == named(empty)
    assert len(held(empty)) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("path", [IMPORT, CREATE])
def test_a_broken_connection_leaves_one_version(empty: Story, path: str, drop: Literal["before", "after"]) -> None:
    if path == IMPORT:
        give_pfx(empty, made())
    else:
        give_self_signed(empty)
    empty.azure.order(service="vault", path=path, drop=drop)
    assert empty.run("configure") == 0, empty.text
    assert held(empty) == named(empty)
    assert len(held(empty)) == 1


def test_a_vault_that_is_asked_too_much_is_asked_again_when_it_wants(empty: Story) -> None:
    give_pfx(empty, made())
    empty.azure.order(service="vault", path=IMPORT, times=2, **THROTTLED)
    assert empty.run("configure") == 0, empty.text
    assert len(held(empty)) == 1
    empty.azure.order(service="vault", path=IMPORT, times=9, **THROTTLED)
    give_pfx(empty, made(days=91))
    assert empty.run("configure") == 4
    assert "Azure is throttling. Wait a few minutes" in empty.text
    assert len(held(empty)) == 1


def test_a_right_that_is_missing_is_named(empty: Story) -> None:
    give_pfx(empty, made())
    empty.azure.set(roles=ROLES)
    assert empty.run("configure") == 4
    assert "The principal lacks the right to import certificates in key vault contosocs-kv." in empty.text
    assert 'az role assignment create --role "Key Vault Certificates Officer"' in empty.text
    assert "Nothing was changed in Azure." in empty.summary_file.read_text()
    empty.azure.set(vaults={VAULT: {"properties": {"enableRbacAuthorization": False, "accessPolicies": [POLICY]}}})
    empty.give(**{"certificate-pfx": "", "certificate-pfx-password": ""})
    give_self_signed(empty)
    assert empty.run("configure") == 4
    assert "The principal lacks the right to create certificates in key vault contosocs-kv: its access" in empty.text
    assert "--certificate-permissions get list import create" in empty.text
    assert held(empty) == []


@pytest.mark.parametrize("protected", [True, False])
def test_a_deleted_certificate_keeps_its_name_until_it_is_recovered(
    empty: Story,
    protected: bool,  # noqa: FBT001 - a parameter of pytest
) -> None:
    give_pfx(empty, made())
    empty.azure.set(deleted={VAULT: [NAME]}, vaults={VAULT: {"properties": {"enablePurgeProtection": protected}}})
    assert empty.run("configure") == 4
    assert "currently in a deleted but recoverable state" in empty.text
    assert "az keyvault certificate recover --vault-name contosocs-kv --name shop" in empty.text
    assert ("It cannot be purged" in empty.text) is protected
    assert ("az keyvault certificate purge" in empty.text) is not protected


def test_an_import_has_to_wait_for_what_the_vault_is_making(empty: Story) -> None:
    empty.azure.set(certificate_seconds=3)
    give_self_signed(empty)
    empty.give(**{"wait-minutes": "1"})
    assert empty.run("configure") == 5
    empty.give(**{"self-signed": "false"})
    give_pfx(empty, made())
    assert empty.run("configure") == 4
    assert "The key vault is still making a certificate of this name. Run again" in empty.text


def test_what_the_vault_does_not_read_is_refused_with_its_own_words(empty: Story) -> None:
    give_pfx(empty, made())
    body = {"error": {"code": "BadParameter", "message": "The specified PKCS#12 content can not be read."}}
    empty.azure.order(service="vault", path=IMPORT, status=400, body=body)
    assert empty.run("configure") == 4
    assert "Import certificate shop in key vault contosocs-kv: The specified PKCS#12 content" in empty.text
