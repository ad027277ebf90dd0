from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cses_action.errors import AzureError
from cses_action.resources import PublicAddress, Vault
from cses_action.values import Thumbprint
from tests.fakes.cloud import WEB, FakeVaults
from tests.unit.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_service_its_address_and_its_certificates_are_looked_at(world: World) -> None:
    observed = world.look()
    assert [each.name for each in observed.certificates.candidates(WEB)] == ["web"]
    assert observed.address == PublicAddress("203.0.113.7", "contosocs.example.net")


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
    assert [(each.name, each.thumbprint) for each in world.look().certificates.left_out] == [("web", WEB)]


def test_what_the_names_find_needs_no_look_at_the_others(world: World) -> None:
    assert world.look().certificates.left_out == ()
    assert "contoso-kv" not in world.cloud.vaults.lists


def test_who_may_read_the_named_certificates_alone_gets_no_help_and_no_other_error(world: World) -> None:
    class Narrow(FakeVaults):
        def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
            raise AzureError(f"403 on all of {vault.id.name}")

    world.cloud.vaults = Narrow()
    world.give(certificate_names=("wbe",))
    assert world.look().certificates.left_out == ()
