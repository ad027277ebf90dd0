"""The service definition (.csdef): what roles there are and how the world reaches them.

Names, enumerations and which attributes are required: Microsoft's schema of the SDK 2.7 and the reference pages
``schema-csdef-*`` of Cloud Services (extended support).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cses_action.project.mistakes import Mistakes
from cses_action.project.xml import Element, expect_root, read_xml

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
ROLE_LIMIT = 25
PROTOCOLS = ("http", "https", "tcp", "udp")

Kind = Literal["web", "worker"]
_KINDS: dict[str, Kind] = {"WebRole": "web", "WorkerRole": "worker"}


@dataclass(frozen=True, slots=True)
class InputEndpoint:
    """A port that is open to the outside; ``certificate`` is empty where it has none."""

    name: str
    protocol: str
    port: int
    certificate: str
    line: int


@dataclass(frozen=True, slots=True)
class DefinedCertificate:
    """A certificate that a role wants to find in a certificate store; the configuration says which."""

    name: str
    store_location: str
    store_name: str
    line: int


@dataclass(frozen=True, slots=True)
class Binding:
    """What makes a site answer at an endpoint."""

    name: str
    endpoint_name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a web role."""

    name: str
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedRole:
    """A role; ``vmsize`` is empty where the definition leaves it out, which means Small."""

    name: str
    kind: Kind
    vmsize: str
    endpoints: tuple[InputEndpoint, ...]
    certificates: tuple[DefinedCertificate, ...]
    settings: tuple[str, ...]
    sites: tuple[Site, ...]
    imports: tuple[str, ...]
    line: int
    vmsize_line: int = 0


@dataclass(frozen=True, slots=True)
class HttpsEndpoint:
    """An https endpoint, with the role whose certificate it serves."""

    role: str
    certificate: str
    port: int
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A service definition."""

    file: str
    name: str
    roles: tuple[DefinedRole, ...]
    line: int

    def https_endpoints(self) -> tuple[HttpsEndpoint, ...]:
        """Return the https endpoints of all roles."""
        return tuple(
            HttpsEndpoint(role.name, endpoint.certificate, endpoint.port, endpoint.name, endpoint.line)
            for role in self.roles
            for endpoint in role.endpoints
            if endpoint.protocol == "https"
        )


def read_definition(path: str) -> Definition:
    """Return the definition in a file; one ProjectError names everything that is wrong with it."""
    document = read_xml(path)
    expect_root(document, "ServiceDefinition", NAMESPACE)
    root, mistakes = document.root, Mistakes(path)
    mistakes.require(root, "name")
    elements = [child for child in root.children if child.name in _KINDS and child.namespace == NAMESPACE]
    if not elements:
        mistakes.add(root, "The definition has no role", "Add a <WebRole> or <WorkerRole>.")
    if len(elements) > ROLE_LIMIT:
        message = f"The definition has {len(elements)} roles; Azure takes {ROLE_LIMIT}"
        mistakes.add(elements[ROLE_LIMIT], message, "Remove roles.")
    mistakes.refuse_doubles(elements, "role", str.lower)
    roles = tuple(_role(element, mistakes) for element in elements)
    mistakes.stop()
    return Definition(path, root.value("name"), roles, root.line)


def _role(element: Element, mistakes: Mistakes) -> DefinedRole:
    mistakes.require(element, "name")
    settings = element.find("ConfigurationSettings", "Setting")
    certificates = element.find("Certificates", "Certificate")
    endpoints = element.find("Endpoints", "InputEndpoint")
    mistakes.refuse_doubles(settings, "setting")
    mistakes.refuse_doubles(certificates, "certificate", str.lower)
    mistakes.refuse_doubles(endpoints, "endpoint", str.lower)
    for setting in settings:
        mistakes.require(setting, "name")
    vmsize = element.attributes.get("vmsize")
    return DefinedRole(
        name=element.value("name"),
        kind=_KINDS[element.name],
        vmsize=element.value("vmsize").strip(),
        endpoints=tuple(_endpoint(each, mistakes) for each in endpoints),
        certificates=tuple(_certificate(each, mistakes) for each in certificates),
        settings=tuple(each.value("name") for each in settings),
        sites=tuple(_site(each, mistakes) for each in element.find("Sites", "Site")),
        imports=tuple(each.value("moduleName") for each in element.find("Imports", "Import")),
        line=element.line,
        vmsize_line=vmsize.line if vmsize else element.line,
    )


def _endpoint(element: Element, mistakes: Mistakes) -> InputEndpoint:
    mistakes.require(element, "name", "protocol", "port")
    name, protocol, port = element.value("name"), element.value("protocol"), element.value("port").strip()
    if protocol.strip() and protocol not in PROTOCOLS:
        fix = f'Set protocol="{protocol.lower()}".' if protocol.lower() in PROTOCOLS else 'Set protocol="https".'
        message = f"Endpoint {name} has the protocol {protocol}, which is none of {', '.join(PROTOCOLS)}"
        mistakes.add(element.attributes["protocol"], message, fix)
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    if port and not 1 <= number <= 65535:
        fix = f'Set port="{443 if protocol == "https" else 80}" or another number from 1 to 65535.'
        mistakes.add(element.attributes["port"], f"Endpoint {name} has the port {port}", fix)
    certificate = element.value("certificate")
    if protocol == "https" and not certificate:
        fix = f'Add certificate="…" with the name of a <Certificate> of this role to <InputEndpoint name="{name}">.'
        mistakes.add(element, f"Endpoint {name} is https and has no certificate", fix)
    return InputEndpoint(name, protocol, number, certificate, element.line)


def _certificate(element: Element, mistakes: Mistakes) -> DefinedCertificate:
    mistakes.require(element, "name", "storeLocation", "storeName")
    return DefinedCertificate(
        element.value("name"), element.value("storeLocation"), element.value("storeName"), element.line
    )


def _site(element: Element, mistakes: Mistakes) -> Site:
    mistakes.require(element, "name")
    bindings = element.find("Bindings", "Binding")
    for binding in bindings:
        mistakes.require(binding, "name", "endpointName")
    return Site(
        element.value("name"),
        tuple(Binding(each.value("name"), each.value("endpointName")) for each in bindings),
    )
