"""The service definition (.csdef): what roles there are and how the world reaches them.

Names, enumerations and which attributes are required: Microsoft's schema of the SDK 2.7 and the reference pages
``schema-csdef-*`` of Cloud Services (extended support).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import Value

Kind = Literal["web", "worker"]
_KINDS: dict[str, Kind] = {"WebRole": "web", "WorkerRole": "worker"}


class InputEndpoint(Value):
    """A port that is open to the outside; ``certificate`` is empty where it has none."""

    name: str
    protocol: str
    port: int
    certificate: str
    line: int


class DefinedCertificate(Value):
    """A certificate that a role wants to find in a certificate store; the configuration says which."""

    name: str
    store_location: str
    store_name: str
    line: int


class Binding(Value):
    """What makes a site answer at an endpoint."""

    name: str
    endpoint_name: str
    host_header: str = ""


class Site(Value):
    """A site of a web role."""

    name: str
    bindings: tuple[Binding, ...]


class DefinedRole(Value):
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


class HttpsEndpoint(Value):
    """An https endpoint, with the role whose certificate it serves."""

    role: str
    certificate: str
    port: int
    name: str
    line: int


class Definition(Value):
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


def read_definition(document: Document) -> Definition:
    """Return what a definition says; what is wrong with it is left out, and is for the rules to tell."""
    root = document.root
    return Definition(
        document.file, root.value("name"), tuple(_role(each) for each in role_elements(root)), root.line
    )


def role_elements(root: Element) -> tuple[Element, ...]:
    """Return the roles of a definition, in its order."""
    return tuple(each for each in root.children if each.name in _KINDS and each.namespace == root.namespace)


def find_named(elements: Sequence[Element], name: str) -> Element | None:
    """Return the first element with this name."""
    return next((each for each in elements if each.value("name").lower() == name.lower()), None)


def ports_of(endpoint: Element) -> str:
    """Return the port of an endpoint, or its range; empty for any. cspack writes a fixed inner port as a range."""
    port = endpoint.value("port").strip()
    public = endpoint.find("AllocatePublicPortFrom", "FixedPortRange")
    for fixed in (*endpoint.find("FixedPort"), *endpoint.find("FixedPortRange"), *public):
        least, most = fixed.value("min") or fixed.value("port"), fixed.value("max") or fixed.value("port")
        port = port or (least if least == most else f"{least}-{most}")
    return "" if port == "*" else port


def sites_of(element: Element) -> tuple[Site, ...]:
    """Return the sites of a role, or of a role model."""
    return tuple(_site(each) for each in element.find("Sites", "Site"))


def _role(element: Element) -> DefinedRole:
    vmsize = element.attributes.get("vmsize")
    return DefinedRole(
        name=element.value("name"),
        kind=_KINDS[element.name],
        vmsize=element.value("vmsize").strip(),
        endpoints=tuple(_endpoint(each) for each in element.find("Endpoints", "InputEndpoint")),
        certificates=tuple(_certificate(each) for each in element.find("Certificates", "Certificate")),
        settings=tuple(each.value("name") for each in element.find("ConfigurationSettings", "Setting")),
        sites=sites_of(element),
        imports=tuple(each.value("moduleName") for each in element.find("Imports", "Import")),
        line=element.line,
        vmsize_line=vmsize.line if vmsize else element.line,
    )


def _endpoint(element: Element) -> InputEndpoint:
    return InputEndpoint(
        element.value("name"),
        element.value("protocol"),
        whole_number(element.value("port")) or 0,
        element.value("certificate"),
        element.line,
    )


def _certificate(element: Element) -> DefinedCertificate:
    return DefinedCertificate(
        element.value("name"), element.value("storeLocation"), element.value("storeName"), element.line
    )


def _site(element: Element) -> Site:
    bindings = element.find("Bindings", "Binding")
    return Site(
        element.value("name"),
        tuple(Binding(each.value("name"), each.value("endpointName"), each.value("hostHeader")) for each in bindings),
    )
