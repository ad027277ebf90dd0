from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.errors import AzureError
from cses_action.resources import PublicAddress, Vault
from cses_action.values import Thumbprint
from tests.fakes.cloud import OLD, VAULT, WEB, FakeVaults, certificate
from tests.unit.world import World, https_text, live_http


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_named_certificate_costs_one_list_of_its_versions(world: World) -> None:
    observed = world.look()
    assert observed.found[WEB].name == "web"
    assert world.cloud.vaults.lists == ["contoso-kv/web"]
    assert observed.address == PublicAddress("203.0.113.7", "contosocs.example.net")


def test_without_a_name_the_newest_versions_are_looked_at_first(world: World) -> None:
    world.give(certificate_names=())
    world.cloud.vaults.held["api"] = (certificate(OLD, name="api"),)
    assert world.look().found[WEB].version
    assert world.cloud.vaults.lists == ["contoso-kv", "contoso-kv/web"]


def test_an_older_version_is_found_in_the_versions_of_all_certificates(world: World) -> None:
    world.give(certificate_names=(), configuration=world.write("cloud.cscfg", https_text(str(OLD))))
    assert world.look().found[OLD].name == "web"


def test_a_configuration_without_certificates_asks_no_vault(world: World) -> None:
    world.give(configuration=world.write("cloud.cscfg", live_http()), key_vaults=())
    assert world.look().found == {}
    assert world.cloud.vaults.lists == []


def test_an_enabled_copy_is_preferred_to_a_disabled_one(world: World) -> None:
    world.cloud.vaults.held = {"web": (certificate(enabled=False), replace(certificate(), version="2"))}
    assert world.look().found[WEB].enabled
    world.cloud.vaults.held = {"web": (certificate(), certificate(enabled=False))}
    assert world.look().found[WEB].enabled


def test_everything_that_cannot_be_read_is_named_at_once(world: World) -> None:
    world.give_package()
    world.cloud.services.failures = [AzureError("403 on the service")]
    world.cloud.vaults.failure = AzureError("403 on the vault")
    world.cloud.packages.failure = AzureError("403 on the storage account")
    with pytest.raises(AzureError) as caught:
        world.look()
    assert [problem.message for problem in caught.value.problems] == [
        "403 on the service",
        "403 on the vault",
        "403 on the storage account",
    ]


def test_a_vault_that_does_not_let_azure_in_is_refused_with_the_command_that_opens_it(world: World) -> None:
    world.cloud.vaults.vault = replace(VAULT, enabled_for_deployment=False)
    with pytest.raises(AzureError, match="not enabled for deployment") as caught:
        world.look()
    assert "--enabled-for-deployment true" in caught.value.problems[0].fix


def test_an_unreadable_public_address_is_kept_for_a_warning(world: World) -> None:
    world.cloud.network.failure = AzureError("403 on the address")
    assert world.look().address_problem == "403 on the address"


def test_a_service_without_a_public_address_says_so(world: World) -> None:
    world.cloud.services.live["properties"].pop("networkProfile")
    assert world.look().address_problem == "the service has no public IP address"


def test_an_address_that_is_not_assigned_yet_says_so(world: World) -> None:
    world.cloud.network.address = PublicAddress()
    assert world.look().address_problem == "the public IP address contosoip has no address assigned"


def test_a_certificate_that_its_name_leaves_out_is_looked_for_under_the_others(world: World) -> None:
    world.give(certificate_names=("wbe",))
    observed = world.look()
    assert observed.found == {}
    assert observed.left_out[WEB].name == "web"


def test_what_the_names_find_needs_no_look_at_the_others(world: World) -> None:
    assert world.look().left_out == {}
    assert world.cloud.vaults.lists == ["contoso-kv/web"]


def test_who_may_read_the_named_certificates_alone_gets_no_help_and_no_other_error(world: World) -> None:
    class Narrow(FakeVaults):
        def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
            raise AzureError(f"403 on all of {vault.id.name}")

    world.cloud.vaults = Narrow()
    world.give(certificate_names=("wbe",))
    observed = world.look()
    assert (observed.found, observed.left_out) == ({}, {})
