"""CSD: the endpoints of a role, but for their ports."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.allowed import in_range, one_of
from cses_action.project.rules.reading import (
    Names,
    doubles,
    is_token,
    missing,
    named,
    of_plugin,
    place,
    role_elements,
)
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import replace

PROTOCOLS = ("http", "https", "tcp", "udp")
INSTANCE_PROTOCOLS = ("tcp", "udp")
DISTRIBUTIONS = ("sourceIP", "sourceIPProtocol", "none")
IDLE_MINUTES = range(4, 31)

_WRAPPERS = ("Endpoints", "InputEndpoints")
_KINDS = ("InputEndpoint", "InternalEndpoint", "InstanceInputEndpoint")

DOUBLE_ENDPOINT = Rule(
    "CSD030", "error", "Two endpoints of a role have the same name", source="schema-csdef-webrole.md"
)
INCOMPLETE = Rule(
    "CSD031", "error", "An input endpoint has no name, protocol or port", source="schema-csdef-webrole.md"
)
PROTOCOL = Rule(
    "CSD032",
    "error",
    "An endpoint or probe has an unknown protocol, or a probe has none",
    source="XSD of the SDK 2.7",
)
NO_CERTIFICATE = Rule("CSD036", "error", "An https endpoint names no certificate", source="schema-csdef-webrole.md")
UNDECLARED = Rule(
    "CSD037",
    "error",
    "An endpoint names a certificate that its role does not declare",
    source="schema-csdef-webrole.md",
)
NOT_HTTPS = Rule(
    "CSD038", "info", "An endpoint that is not https names a certificate", source="schema-csdef-webrole.md"
)
UNKNOWN_PROBE = Rule(
    "CSD043", "error", "An endpoint names a load balancer probe that is not there", source="schema-csdef-webrole.md"
)
BALANCING = Rule(
    "CSD048",
    "warning",
    "An idle timeout is not from 4 to 30 minutes; an error: the loadBalancerDistribution is none that Azure knows",
    source="Azure Load Balancer, XSD of the SDK 2.7",
)


def endpoints_of(role: Element) -> tuple[Element, ...]:
    """Return the endpoints of a role, of all kinds and also where SDKs before 1.3 wrote them."""
    direct = role.find("InternalEndpoint")
    wrapped = (
        each
        for wrapper in role.children
        if wrapper.name in _WRAPPERS and wrapper.namespace == role.namespace
        for each in wrapper.children
        if each.name in _KINDS and each.namespace == role.namespace
    )
    return (*wrapped, *direct)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with endpoints."""
    probes = named(document.root.find("LoadBalancerProbes", "LoadBalancerProbe"))
    for role in role_elements(document.root):
        endpoints = endpoints_of(role)
        yield from doubles(DOUBLE_ENDPOINT, document, endpoints, "endpoint")
        declared = named(role.find("Certificates", "Certificate"))
        for endpoint in endpoints:
            yield from _protocol(document, endpoint)
            yield from _balancing(document, endpoint)
            if endpoint.name == "InputEndpoint":
                yield from missing(INCOMPLETE, document, endpoint, "name", "protocol", "port")
                yield from _certificate(document, role, endpoint, declared)
                yield from _probe(document, endpoint, probes)


def _protocol(document: Document, endpoint: Element) -> Iterator[Finding]:
    allowed = {"InputEndpoint": PROTOCOLS, "InstanceInputEndpoint": INSTANCE_PROTOCOLS}.get(endpoint.name)
    if allowed and endpoint.value("protocol").strip():
        yield from one_of(PROTOCOL, document, endpoint, "protocol", allowed)


def _balancing(document: Document, endpoint: Element) -> Iterator[Finding]:
    yield from in_range(BALANCING, document, endpoint, "idleTimeoutInMinutes", IDLE_MINUTES)
    for finding in one_of(BALANCING, document, endpoint, "loadBalancerDistribution", DISTRIBUTIONS):
        yield replace(finding, severity="error")


def _certificate(document: Document, role: Element, endpoint: Element, declared: Names) -> Iterator[Finding]:
    name, certificate = endpoint.value("name"), endpoint.value("certificate").strip()
    protocol, called = endpoint.value("protocol").strip().lower(), role.value("name")
    if not certificate:
        if protocol == "https":
            fix = (
                f'Add certificate="…" with the name of a <Certificate> of this role to <InputEndpoint name="{name}">.'
            )
            message = f"Endpoint {name} is https and has no certificate"
            yield NO_CERTIFICATE.at(document, place(endpoint, "certificate"), message, fix)
    elif not (certificate.lower() in declared or is_token(certificate) or of_plugin(certificate)):
        found = UNDECLARED.at(
            document,
            endpoint.attributes["certificate"],
            f"Endpoint {name} names certificate {certificate}, which role {called} does not declare",
            f'Add <Certificate name="{certificate}" storeLocation="LocalMachine" storeName="My" /> to the '
            f"<Certificates> of role {called}, then rebuild the package.",
        )
        yield replace(found, deployed_only=declared.unsure)
    elif protocol in PROTOCOLS and protocol != "https":
        message = f"Endpoint {name} is {protocol} and names certificate {certificate}, which nothing serves there"
        fix = 'Remove certificate, or set protocol="https"; leave it if the role itself asks for the certificate.'
        yield NOT_HTTPS.at(document, endpoint.attributes["certificate"], message, fix)


def _probe(document: Document, endpoint: Element, probes: Names) -> Iterator[Finding]:
    probe = endpoint.value("loadBalancerProbe").strip()
    if probe and probe.lower() not in probes and not is_token(probe):
        found = UNKNOWN_PROBE.at(
            document,
            endpoint.attributes["loadBalancerProbe"],
            f"Endpoint {endpoint.value('name')} names the load balancer probe {probe}, which is not there",
            f'Add <LoadBalancerProbe name="{probe}" … /> to <LoadBalancerProbes>, or remove loadBalancerProbe.',
        )
        yield replace(found, deployed_only=probes.unsure)
