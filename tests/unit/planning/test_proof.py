"""What a proof looks at besides the wanted leaf: names, the certificates of before, ports without TLS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.planning import tags
from cses_action.planning.model import HttpPorts, ProveHttps
from cses_action.planning.planner import make_plan
from cses_action.resources import PublicAddress
from tests.fakes.cloud import OLD, WEB, service
from tests.unit.world import HTTPS, World, https_text

IP, FQDN = "203.0.113.7", "contosocs.example.net"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.give(definition=str(HTTPS / "ServiceDefinition.csdef"))
    return world


def proof(world: World) -> ProveHttps:
    plan = make_plan(world.inputs, world.project, world.look())
    return next(step for step in plan.steps if isinstance(step, ProveHttps))


def give_endpoints(world: World, *endpoints: str) -> None:
    """Put these endpoints into the definition, before its own."""
    text = (HTTPS / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig")
    first = text.index("<InputEndpoint")
    world.give(definition=world.write("more.csdef", text[:first] + "".join(endpoints) + text[first:]))


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ((), FQDN),
        (("www.contoso.com", "contoso.com"), "www.contoso.com"),
        (("*.contoso.com", "contoso.com"), "contoso.com"),
        (("*.contoso.com",), FQDN),
    ],
)
def test_the_handshake_asks_for_the_first_name_of_the_clients(
    world: World, names: tuple[str, ...], asked: str
) -> None:
    world.give(https_hostnames=names)
    world.cloud.vaults.described = replace(world.cloud.vaults.described, names=names)
    found = proof(world)
    assert [(each.host, each.server_name) for each in found.targets] == [(IP, asked)]
    assert found.names == names
    assert found.http == HttpPorts(IP, asked, (80,))


def test_an_address_without_a_name_is_asked_by_itself(world: World) -> None:
    world.cloud.network.address = PublicAddress(IP)
    assert proof(world).targets[0].server_name == IP


def test_the_name_of_the_clients_goes_before_that_of_a_given_address(world: World) -> None:
    world.give(https_hostnames=("www.contoso.com",), https_probe_address=("proxy.example.com", 443))
    found = proof(world)
    assert (found.targets[0].host, found.targets[0].server_name) == ("proxy.example.com", "www.contoso.com")
    assert found.http is not None
    assert found.http.host == IP, "ports without TLS are looked for at the service itself"


def test_the_certificates_of_before_are_those_that_leave(world: World) -> None:
    world.cloud.services.live = service(https_text(str(OLD)))
    assert proof(world).before == {OLD}
    world.cloud.services.live = service(https_text(str(WEB)))
    assert proof(world).before == frozenset()


def test_a_live_configuration_that_cannot_be_read_names_none(world: World) -> None:
    world.cloud.services.live = service("<broken")
    assert proof(world).before == frozenset()


def test_ports_without_tls_are_the_http_endpoints_of_the_definition(world: World) -> None:
    endpoint = '<InputEndpoint name="{}" protocol="{}" port="{}" />'
    give_endpoints(world, endpoint.format("A", "http", 8080), endpoint.format("B", "tcp", 25))
    found = proof(world).http
    assert found is not None
    assert found.ports == (8080, 80)


def test_without_a_definition_port_80_is_looked_at(world: World) -> None:
    world.give(definition="")
    world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Certificate1:443"
    assert proof(world).http == HttpPorts(IP, FQDN, (80,))


def test_without_the_public_address_no_port_is_looked_at(world: World) -> None:
    world.cloud.network.address = PublicAddress()
    world.give(https_probe_address=("www.example.com", 443))
    assert proof(world).http is None
