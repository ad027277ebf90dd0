"""What is asked of the key vaults: few reads, and everything that is needed to decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.messages import Message, Progress
from cses_action.planning.observe import observe
from cses_action.planning.search import Findings
from cses_action.resources import Certificate
from cses_action.values import Thumbprint
from tests.fakes.cloud import NOW, OLD, PARTNER, VAULT, WEB, certificate
from tests.unit.world import World, https_text, live_http


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def look(world: World) -> Findings:
    return world.look().certificates


def names(world: World, thumbprint: Thumbprint) -> list[str]:
    return [f"{each.vault.id.name}/{each.name}" for each in look(world).candidates(thumbprint)]


def want(world: World, *thumbprints: Thumbprint) -> None:
    """A configuration that names these for its first role."""
    (first, *more) = thumbprints
    text = https_text(str(first))
    line = next(each for each in text.splitlines() if str(first) in each)
    further = [
        line.replace(str(first), str(each)).replace("Certificate1", f"Chain{number}")
        for number, each in enumerate(more)
    ]
    world.give(configuration=world.write("cloud.cscfg", text.replace(line, "\n".join([line, *further]))))


DETAILS_OF_WEB = f"contoso-kv/web/{'a1' * 16}"


def test_a_named_certificate_costs_one_list_of_its_versions_and_one_look_at_the_one_that_is_used(
    world: World,
) -> None:
    assert names(world, WEB) == ["contoso-kv/web"]
    assert world.cloud.vaults.lists == ["contoso-kv/web", DETAILS_OF_WEB]


def test_without_a_name_the_newest_versions_are_looked_at_first(world: World) -> None:
    world.give(certificate_names=())
    world.cloud.vaults.held["api"] = (certificate(OLD, name="api"),)
    assert names(world, WEB) == ["contoso-kv/web"]
    assert world.cloud.vaults.lists == ["contoso-kv", "contoso-kv/web", DETAILS_OF_WEB]


def test_an_older_version_is_found_in_the_versions_of_all_certificates(world: World) -> None:
    world.give(certificate_names=())
    world.cloud.vaults.held = {"web": (certificate(), certificate(OLD))}
    want(world, OLD)
    assert names(world, OLD) == ["contoso-kv/web"]


def test_a_configuration_without_certificates_asks_no_vault(world: World) -> None:
    world.give(configuration=world.write("cloud.cscfg", live_http()), key_vaults=())
    assert look(world).shelves == ()
    assert world.cloud.vaults.lists == []


def test_a_good_copy_goes_before_one_that_cannot_be_used(world: World) -> None:
    world.cloud.vaults.held = {"web": (certificate(enabled=False), replace(certificate(), version="2"))}
    assert [each.version for each in look(world).candidates(WEB)] == ["2", "a1" * 16]


def test_of_two_vaults_the_first_of_the_input_goes_first(world: World) -> None:
    world.cloud.vaults.more = {PARTNER: {"web": (certificate(),)}}
    world.give(key_vaults=("partner-kv", "contoso-kv", str(VAULT.id)))
    assert names(world, WEB) == ["partner-kv/web", "contoso-kv/web"]
    world.give(key_vaults=("contoso-kv", "partner-kv"))
    assert names(world, WEB) == ["contoso-kv/web", "partner-kv/web"]


def test_certificates_of_a_chain_are_found_like_any_other(world: World) -> None:
    chain = Thumbprint("CA" * 20)
    world.cloud.vaults.more = {PARTNER: {"chain": (certificate(chain, name="chain"),)}}
    world.give(key_vaults=("contoso-kv", "partner-kv"), certificate_names=())
    want(world, WEB, chain)
    assert names(world, chain) == ["partner-kv/chain"]
    assert names(world, WEB) == ["contoso-kv/web"]


def test_five_thousand_certificates_are_looked_through_only_as_far_as_it_takes_and_it_says_how_far(
    world: World,
) -> None:
    held: dict[str, tuple[Certificate, ...]] = {
        f"c{number}": (certificate(Thumbprint(f"{number:040X}"), name=f"c{number}"),) for number in range(5_000)
    }
    held["c100"] = (*held["c100"], certificate(WEB, name="c100"))
    world.cloud.vaults.held = held
    world.give(certificate_names=())
    told: list[Message] = []
    found = observe(world.cloud.cloud, world.inputs, world.project, NOW, told.append).certificates
    assert [each.name for each in found.candidates(WEB)] == ["c100"]
    assert len(world.cloud.vaults.lists) == 1 + 128 + 1, "two batches of 64 were enough"
    assert [(each.done, each.total) for each in told if isinstance(each, Progress)] == [
        (0, 5_000),
        (64, 5_000),
        (5_000, 5_000),
    ]


def test_a_few_certificates_are_looked_through_without_a_word(world: World) -> None:
    world.give(certificate_names=())
    want(world, Thumbprint("CC" * 20))
    told: list[Message] = []
    observe(world.cloud.cloud, world.inputs, world.project, NOW, told.append)
    assert told == []
    assert world.cloud.vaults.lists == ["contoso-kv", "contoso-kv/web"]


def test_a_deleted_certificate_of_the_name_is_asked_for_only_when_something_is_missing(world: World) -> None:
    world.give(certificate_names=("web", "old-web"))
    world.cloud.vaults.gone = ("old-web",)
    assert look(world).deleted == ()
    want(world, Thumbprint("CC" * 20))
    assert look(world).deleted == ((VAULT, "old-web"),)
    assert "contoso-kv deleted web" not in world.cloud.vaults.lists


class TestUrls:
    """certificate-url names certificates; the thumbprints of the configuration still decide."""

    URL = f"{VAULT.uri}certificates/web"

    def give(self, world: World, *urls: str) -> None:
        world.give(certificate_urls=urls, key_vaults=(), certificate_names=())

    def test_a_vault_of_a_url_need_not_be_named(self, world: World) -> None:
        self.give(world, self.URL)
        assert names(world, WEB) == ["contoso-kv/web"]
        assert world.cloud.vaults.lists == ["contoso-kv/web", DETAILS_OF_WEB]

    def test_a_named_vault_is_not_looked_for_again(self, world: World) -> None:
        world.cloud.vaults.more = {PARTNER: {"web": (certificate(),)}}
        self.give(world, f"https://PARTNER-kv.vault.azure.net:443/secrets/web/{'a1' * 16}")
        world.give(key_vaults=("partner-kv",))
        assert names(world, WEB) == ["partner-kv/web"]
        assert world.cloud.vaults.lists == ["partner-kv/web", f"partner-kv/web/{'a1' * 16}"]

    def test_with_a_version_only_that_one_may_be_used(self, world: World) -> None:
        world.cloud.vaults.held = {"web": (certificate(OLD), certificate())}
        self.give(world, f"{self.URL}/{'b2' * 16}")
        assert names(world, WEB) == []
        assert names(world, OLD) == ["contoso-kv/web"]

    def test_without_a_version_only_the_newest_good_one_may_be_used(self, world: World) -> None:
        world.cloud.vaults.held = {"web": (certificate(OLD, enabled=False), certificate())}
        self.give(world, self.URL)
        assert names(world, WEB) == ["contoso-kv/web"]
        assert names(world, OLD) == []

    def test_what_no_url_names_is_looked_for_in_the_named_vaults(self, world: World) -> None:
        api = Thumbprint("DD" * 20)
        world.cloud.vaults.more = {PARTNER: {"api": (certificate(api, name="api"),)}}
        self.give(world, self.URL)
        world.give(key_vaults=("partner-kv",))
        want(world, WEB, api)
        assert names(world, api) == ["partner-kv/api"]
