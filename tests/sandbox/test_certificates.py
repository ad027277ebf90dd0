"""Whole deployments whose certificates or key vaults are not as they should be: refused, and it is said why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.sandbox.conftest import Story
from tests.sandbox.sandbox_kit import Clients

VAULT, OTHER = "contosocs-kv", "contosocs-kv2"


class Bad(NamedTuple):
    """What is wrong, how the run ends, and what it says."""

    what: str
    do: Callable[[Story], object]
    code: int
    says: tuple[str, ...]


def settings(**changes: Any) -> Callable[[Story], object]:
    """Change the sandbox."""
    return lambda story: story.azure.set(**changes)


def vault(**properties: Any) -> Callable[[Story], object]:
    """Change the vault's resource."""
    return settings(vaults={VAULT: properties})


def names(version: int, name: str = "contoso-web") -> Callable[[Story], object]:
    """Name a version of a certificate in the configuration; 0 is the newest."""

    def do(story: Story) -> None:
        held = story.azure.certificates[VAULT][name][version]
        story.files("multirole-https", held["thumbprint"])
        story.give(certificate_name=name)

    return do


def held(**described: Any) -> Callable[[Story], object]:
    """Put a certificate into the vault, and name it in the configuration."""

    def do(story: Story) -> None:
        settings(certificates={VAULT: {"odd": [described]}})(story)
        names(0, "odd")(story)

    return do


BAD = (
    Bad(
        "no right to hand certificates to a deployment",
        settings(denied=["Microsoft.KeyVault/vaults/deploy/action"]),
        4,
        ("LinkedAuthorizationFailed", "vaults/deploy/action"),
    ),
    Bad(
        "in no vault",
        lambda story: story.files("multirole-https", "AB" * 20),
        3,
        ("was not found in the key vaults", ".cscfg"),
    ),
    Bad("disabled", names(0, "disabled-cert"), 3, ("is disabled", "set-attributes", "--enabled true")),
    Bad("expired", names(2), 3, ("expired on", "its newest good version")),
    Bad("expires within minimum-days-left", held(since=-1, until=5), 3, ("expires in", "minimum-days-left is 14")),
    Bad("not valid yet", held(since=3, until=90), 3, ("is not valid before",)),
    Bad("key that cannot be exported", held(exportable=False), 3, ("has a private key that cannot be exported",)),
    Bad("another region", vault(location="westeurope"), 4, ("westeurope", "eastus", "subscription and region")),
    Bad("not enabled for deployment", settings(enabled_for_deployment=False), 4, ("--enabled-for-deployment true",)),
    Bad("no right on certificates", settings(roles=["Contributor"]), 4, ("Key Vault Certificate User",)),
    Bad(
        "shut by network rules",
        vault(properties={"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}),
        4,
        ("network rules", "127.0.0.1"),
    ),
    Bad(
        "deleted, and kept by purge protection",
        settings(deleted={VAULT: ["contoso-web"]}, vaults={VAULT: {"properties": {"enablePurgeProtection": True}}}),
        3,
        ("az keyvault certificate recover",),
    ),
    Bad("name with a space", lambda story: story.give(certificate_name="contoso web"), 2, ("certificate-name",)),
    Bad("deleted", settings(deleted={VAULT: ["contoso-web"]}), 3, ("az keyvault certificate recover",)),
)


@pytest.mark.parametrize("bad", BAD, ids=[each.what for each in BAD])
def test_a_bad_certificate_or_vault_is_refused_before_the_service_is_touched(story: Story, bad: Bad) -> None:
    bad.do(story)
    assert story.run() == bad.code
    assert [each for each in bad.says if each not in story.text] == []
    assert story.azure.updates == []


def test_an_elliptic_key_is_a_warning(story: Story) -> None:
    held(key="EC")(story)
    assert story.run() == 0
    assert "has a key of type EC" in story.text


def test_the_same_certificate_in_two_vaults_is_taken_from_the_first_named(story: Story) -> None:
    story.give(key_vault=f"{OTHER},{VAULT}", certificate_name="")
    assert story.run() == 0
    assert story.outputs["https-thumbprint"] == story.thumbprint


def test_among_thousands_the_certificate_is_found_without_its_name(story: Story) -> None:
    story.azure.set(crowd={VAULT: 300}, page_size=25)
    story.give(certificate_name="")
    assert story.run() == 0
    assert story.outputs["https-thumbprint"] == story.thumbprint


def test_a_vault_that_is_throttled_is_waited_for(story: Story) -> None:
    story.azure.order(service="vault", path="/versions$", status=429, headers={"Retry-After": "1"}, times=2)
    assert story.run() == 0
    assert story.azure.orders_left == 0


def test_certificates_of_other_roles_and_vaults_stay_as_they_are(story: Story) -> None:
    azure, clients = story.azure, Clients(story.azure)
    assert story.run() == 0
    bootstrap = {"certificateUrl": clients.secret("partner", OTHER), "isBootstrapCertificate": True, "odd": 1}
    group = {"sourceVault": {"id": clients.vault_id(OTHER)}, "vaultCertificates": [bootstrap]}
    secrets = [*azure.service["properties"]["osProfile"]["secrets"], group]
    azure.set(live={"properties": {"osProfile": {"secrets": secrets}}})
    names(1)(story)
    assert story.run() == 0
    assert azure.updates[-1]["properties"]["osProfile"]["secrets"][-1] == group
