"""CSD: the ports of endpoints, and how many endpoints there may be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cses_action.project.rules.allowed import in_range, needed_in_range, number_in, one_of
from cses_action.project.rules.endpoints import PROTOCOLS, endpoints_of
from cses_action.project.rules.reading import PLUGINS, missing, place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import Value

PORTS = range(1, 65536)
ENDPOINT_LIMIT = 25
INTERNAL_PROTOCOLS = ("http", "tcp", "udp", "any")
DESKTOP = f"{PLUGINS}remoteforwarder.rdpinput"
"""The input endpoint that the module RemoteForwarder brings when the definition is packed."""

PORT = Rule("CSD033", "error", "A port is no number from 1 to 65535", source="schema-csdef-webrole.md")
LOCAL_PORT = Rule(
    "CSD034", "error", "A localPort is neither * nor a number from 1 to 65535", source="schema-csdef-webrole.md"
)
PORT_TWICE = Rule(
    "CSD035", "error", "Two input endpoints have the same public port", source="schema-csdef-webrole.md"
)
TOO_MANY = Rule(
    "CSD041",
    "error",
    f"The definition has more than {ENDPOINT_LIMIT} endpoints",
    source="schema-csdef-webrole.md",
)
INTERNAL = Rule(
    "CSD044",
    "error",
    "An internal endpoint has no name or protocol, or an unknown protocol or port",
    source="XSD of the SDK 2.7",
)
NO_RANGE = Rule(
    "CSD045",
    "error",
    "An instance input endpoint has no port range, name, protocol or localPort",
    source="schema-csdef-webrole.md",
)
RANGE = Rule(
    "CSD046", "error", "A range of ports has no end, is empty or leaves 1 to 65535", source="schema-csdef-webrole.md"
)
RANGE_TAKEN = Rule(
    "CSD047",
    "warning",
    "The ports of an instance input endpoint include one that another endpoint has",
    source="schema-csdef-webrole.md",
)


class _Port(NamedTuple):
    """A public port: each load balancer has its own, the one of the service has no name."""

    balancer: str
    transport: str
    number: int


_DESKTOP_PORT = _Port("", "tcp", 3389)


class _Owner(Value):
    element: Element
    called: str
    """How a message calls it."""


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the ports of endpoints."""
    endpoints = [each for role in role_elements(document.root) for each in endpoints_of(role)]
    forwarders = _forwarders(document, endpoints)
    counted = [*endpoints, *forwarders]
    if len(counted) > ENDPOINT_LIMIT:
        with_module = ", with the one of RemoteForwarder" if forwarders else ""
        message = f"The definition has {len(counted)} endpoints{with_module}; Azure takes {ENDPOINT_LIMIT}"
        yield TOO_MANY.at(document, counted[ENDPOINT_LIMIT], message, "Remove endpoints.")
    for endpoint in endpoints:
        yield from _PORTS_OF[endpoint.name](document, endpoint)
    taken: dict[_Port, _Owner] = {}
    for module in forwarders:
        taken[_DESKTOP_PORT] = _Owner(module, f"the module RemoteForwarder in line {module.line}")
    yield from _doubles(document, endpoints, taken)
    yield from _ranges_taken(document, endpoints, taken)


def _forwarders(document: Document, endpoints: Iterable[Element]) -> tuple[Element, ...]:
    """Return the first import of RemoteForwarder, unless its endpoint is listed, as in a packed definition."""
    if any(each.value("name").strip().lower() == DESKTOP for each in endpoints):
        return ()
    modules = (each for role in role_elements(document.root) for each in role.find("Imports", "Import"))
    return tuple(each for each in modules if each.value("moduleName").strip().lower() == "remoteforwarder")[:1]


def _input(document: Document, endpoint: Element) -> Iterator[Finding]:
    if endpoint.value("port").strip():
        yield from in_range(PORT, document, endpoint, "port", PORTS)
    if endpoint.value("localPort").strip() != "*":
        yield from in_range(LOCAL_PORT, document, endpoint, "localPort", PORTS)


def _internal(document: Document, endpoint: Element) -> Iterator[Finding]:
    yield from missing(INTERNAL, document, endpoint, "name", "protocol")
    if endpoint.value("protocol").strip():
        yield from one_of(INTERNAL, document, endpoint, "protocol", INTERNAL_PROTOCOLS)
    if endpoint.value("port").strip() != "*":
        yield from in_range(INTERNAL, document, endpoint, "port", PORTS)
    for port in endpoint.find("FixedPort"):
        yield from needed_in_range(INTERNAL, document, port, "port", PORTS)
    for ports in endpoint.find("FixedPortRange"):
        yield from _range(INTERNAL, document, endpoint, ports)


def _instance(document: Document, endpoint: Element) -> Iterator[Finding]:
    yield from missing(NO_RANGE, document, endpoint, "name", "protocol", "localPort")
    if endpoint.value("localPort").strip():
        yield from in_range(LOCAL_PORT, document, endpoint, "localPort", PORTS)
    ranges = endpoint.find("AllocatePublicPortFrom", "FixedPortRange")
    for ports in ranges:
        yield from _range(RANGE, document, endpoint, ports)
    if not ranges:
        fix = 'Add <AllocatePublicPortFrom><FixedPortRange min="…" max="…" /></AllocatePublicPortFrom>.'
        yield NO_RANGE.at(document, endpoint, f"Endpoint {endpoint.value('name')} has no range of public ports", fix)


_PORTS_OF = {"InputEndpoint": _input, "InternalEndpoint": _internal, "InstanceInputEndpoint": _instance}


def _range(rule: Rule, document: Document, endpoint: Element, ports: Element) -> Iterator[Finding]:
    for name in ("min", "max"):
        yield from needed_in_range(rule, document, ports, name, PORTS)
    lowest, highest = _bounds(ports)
    if lowest > highest > 0:
        message = f"Endpoint {endpoint.value('name')} has the range of ports {lowest} to {highest}, which is empty"
        yield rule.at(document, ports.attributes["min"], message, "Exchange min and max.")


def _bounds(ports: Element) -> tuple[int, int]:
    """Return the first and last port of a range; 1 and 0 if they are no ports."""
    lowest, highest = (number_in(ports.value(name), PORTS) for name in ("min", "max"))
    return (lowest, highest) if lowest and highest else (1, 0)


def _transport(endpoint: Element) -> str:
    return "udp" if endpoint.value("protocol").strip().lower() == "udp" else "tcp"


def _owner(endpoint: Element) -> _Owner:
    return _Owner(endpoint, f"endpoint {endpoint.value('name')} in line {endpoint.line}")


def _doubles(document: Document, endpoints: Iterable[Element], taken: dict[_Port, _Owner]) -> Iterator[Finding]:
    """Yield the input endpoints whose port an earlier one has, and gather who has which."""
    for endpoint in endpoints:
        number = number_in(endpoint.value("port"), PORTS)
        known = endpoint.value("protocol").strip().lower() in PROTOCOLS
        if endpoint.name != "InputEndpoint" or not number or not known:
            continue
        port = _Port(endpoint.value("loadBalancer").strip().lower(), _transport(endpoint), number)
        first = taken.setdefault(port, _owner(endpoint))
        if first.element is not endpoint:
            name = endpoint.value("name")
            message = f"Endpoint {name} has the public port {number}, which {first.called} has already"
            yield PORT_TWICE.at(document, endpoint.attributes["port"], message, "Give one of the two another port.")


def _ranges_taken(document: Document, endpoints: Iterable[Element], taken: dict[_Port, _Owner]) -> Iterator[Finding]:
    """Yield the ranges in which a port is taken, or that another range has a part of."""
    ports, widest = sorted(taken), dict[str, tuple[int, str]]()
    for (transport, lowest, highest), endpoint, each in sorted(_ranges(endpoints), key=lambda found: found[0]):
        at = bisect_left(ports, _Port("", transport, lowest))
        end, other = widest.get(transport, (0, ""))
        has = [
            f"{taken[port].called} has {port.number}"
            for port in ports[at : at + 1]
            if port <= ("", transport, highest)
        ]
        has += [other] if lowest <= end else []
        if has:
            start = f"Endpoint {endpoint.value('name')} takes public ports {lowest} to {highest}"
            message = f"{start}, which are not all free: {has[0]}"
            fix = "Choose a range in which no other endpoint has a port."
            yield RANGE_TAKEN.at(document, place(each, "min"), message, fix)
        if highest > end:
            widest[transport] = highest, f"{_owner(endpoint).called} has {lowest} to {highest}"


def _ranges(endpoints: Iterable[Element]) -> Iterator[tuple[tuple[str, int, int], Element, Element]]:
    """Yield transport and bounds of the ranges that have some, with the endpoint and the element of each."""
    for endpoint in endpoints:
        if endpoint.name == "InstanceInputEndpoint":
            for each in endpoint.find("AllocatePublicPortFrom", "FixedPortRange"):
                lowest, highest = _bounds(each)
                if lowest <= highest:
                    yield (_transport(endpoint), lowest, highest), endpoint, each
