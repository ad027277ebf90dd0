"""CSD: the endpoints of a role."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, is_token, missing, named, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element, whole_number

PROTOCOLS = ("http", "https", "tcp", "udp")
HIGHEST_PORT = 65535

DOUBLE_ENDPOINT = Rule(
    "CSD030", "error", "Two endpoints of a role have the same name", source="schema-csdef-webrole.md"
)
INCOMPLETE = Rule(
    "CSD031", "error", "An input endpoint has no name, protocol or port", source="schema-csdef-webrole.md"
)
PROTOCOL = Rule("CSD032", "error", "An input endpoint has an unknown protocol", source="XSD of the SDK 2.7")
PORT = Rule("CSD033", "error", "A port is no number from 1 to 65535", source="schema-csdef-webrole.md")
NO_CERTIFICATE = Rule("CSD036", "error", "An https endpoint names no certificate", source="schema-csdef-webrole.md")
UNDECLARED = Rule(
    "CSD037",
    "error",
    "An endpoint names a certificate that its role does not declare",
    source="schema-csdef-webrole.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with endpoints."""
    for role in role_elements(document.root):
        endpoints = role.find("Endpoints", "InputEndpoint")
        yield from doubles(DOUBLE_ENDPOINT, document, endpoints, "endpoint")
        for endpoint in endpoints:
            yield from missing(INCOMPLETE, document, endpoint, "name", "protocol", "port")
            yield from _values(document, endpoint)
            yield from _certificate(document, role, endpoint)


def _values(document: Document, endpoint: Element) -> Iterator[Finding]:
    name, protocol, port = endpoint.value("name"), endpoint.value("protocol"), endpoint.value("port")
    if protocol.strip() and protocol not in PROTOCOLS and not is_token(protocol):
        fix = f'Set protocol="{protocol.lower()}".' if protocol.lower() in PROTOCOLS else 'Set protocol="https".'
        message = f"Endpoint {name} has the protocol {protocol}, which is none of {', '.join(PROTOCOLS)}"
        yield PROTOCOL.at(document, endpoint.attributes["protocol"], message, fix)
    if port.strip() and not 1 <= (whole_number(port) or 0) <= HIGHEST_PORT and not is_token(port):
        fix = f'Set port="{443 if protocol == "https" else 80}" or another number from 1 to {HIGHEST_PORT}.'
        yield PORT.at(document, endpoint.attributes["port"], f"Endpoint {name} has the port {port}", fix)


def _certificate(document: Document, role: Element, endpoint: Element) -> Iterator[Finding]:
    name, certificate = endpoint.value("name"), endpoint.value("certificate")
    if endpoint.value("protocol") == "https" and not certificate:
        fix = f'Add certificate="…" with the name of a <Certificate> of this role to <InputEndpoint name="{name}">.'
        yield NO_CERTIFICATE.at(document, endpoint, f"Endpoint {name} is https and has no certificate", fix)
    if certificate and certificate.lower() not in named(role.find("Certificates", "Certificate")):
        called = role.value("name")
        yield UNDECLARED.at(
            document,
            endpoint.attributes["certificate"],
            f"Endpoint {name} names certificate {certificate}, which role {called} does not declare",
            f'Add <Certificate name="{certificate}" storeLocation="LocalMachine" storeName="My" /> to the '
            f"<Certificates> of role {called}, then rebuild the package.",
        )
