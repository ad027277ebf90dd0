"""The service configuration (.cscfg): counts, settings, certificates and network of a service.

Values of settings can be secrets: they are in no message and in no repr.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from cses_action.project.mistakes import Mistakes
from cses_action.project.xml import Document, Element, expect_root, parse_xml, read_xml
from cses_action.values import Thumbprint

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
NO_NETWORK = (
    "The network configuration is missing from the configuration file. "
    "Please add the network configuration to the configuration file."
)
"""What New-AzCloudService of Microsoft's Az.CloudService says."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting and its value."""

    name: str
    value: str = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class ConfiguredCertificate:
    """The certificate that stands behind a name of the definition; the place is that of its thumbprint."""

    name: str
    thumbprint: Thumbprint
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ConfiguredRole:
    """A role's instances, settings and certificates."""

    name: str
    instances: int
    settings: tuple[Setting, ...]
    certificates: tuple[ConfiguredCertificate, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A service configuration."""

    file: str
    text: str = field(repr=False)
    """What Azure is sent: the file as it is, without its byte order mark."""
    service_name: str
    os_family: str
    os_version: str
    roles: tuple[ConfiguredRole, ...]
    virtual_network: str
    document: Document = field(repr=False)


def read_configuration(path: str) -> Configuration:
    """Return the configuration in a file; one ProjectError names everything that is wrong with it."""
    return _configuration(read_xml(path))


def parse_configuration(text: str, *, file: str = "") -> Configuration:
    """Return the configuration in a text, for example the one that Azure holds."""
    return _configuration(parse_xml(text, file=file))


def same_meaning(a: Configuration, b: Configuration) -> bool:
    """Return whether Azure would make the same of both."""
    return meaning(a.document.root) == meaning(b.document.root)


def meaning(element: Element) -> Hashable:
    """Return what an element says: equal for two that differ in order, comments, white space or prefixes alone.

    Azure returns a configuration re-serialised: with other declarations, and settings before instances.
    """
    return (
        element.namespace,
        element.name,
        element.text.strip(),
        frozenset((name, _plain(name, attribute.value)) for name, attribute in element.attributes.items()),
        frozenset(Counter(meaning(child) for child in element.children).items()),
    )


def _plain(name: str, value: str) -> str:
    thumbprint = Thumbprint.parse(value) if name == "thumbprint" else None
    return str(thumbprint or value)


def _configuration(document: Document) -> Configuration:
    expect_root(document, "ServiceConfiguration", NAMESPACE)
    root, mistakes = document.root, Mistakes(document.file)
    mistakes.require(root, "serviceName")
    elements = root.find("Role")
    if not elements:
        mistakes.add(root, "The configuration has no role", "Add a <Role> for every role of the definition.")
    mistakes.refuse_doubles(elements, "role", str.lower)
    configuration = Configuration(
        file=document.file,
        text=document.text,
        service_name=root.value("serviceName"),
        os_family=root.value("osFamily"),
        os_version=root.value("osVersion"),
        roles=tuple(_role(element, mistakes) for element in elements),
        virtual_network=_virtual_network(root, mistakes),
        document=document,
    )
    mistakes.stop()
    return configuration


def _virtual_network(root: Element, mistakes: Mistakes) -> str:
    networks = root.find("NetworkConfiguration")
    sites = root.find("NetworkConfiguration", "VirtualNetworkSite")
    name = sites[0].value("name").strip() if sites else ""
    if not name:
        fix = 'Add <VirtualNetworkSite name="…" /> with the name of the virtual network to <NetworkConfiguration>.'
        mistakes.add((*sites, *networks, root)[0], NO_NETWORK, fix)
    return name


def _role(element: Element, mistakes: Mistakes) -> ConfiguredRole:
    mistakes.require(element, "name")
    settings = element.find("ConfigurationSettings", "Setting")
    certificates = element.find("Certificates", "Certificate")
    mistakes.refuse_doubles(settings, "setting")
    mistakes.refuse_doubles(certificates, "certificate", str.lower)
    found = [_certificate(each, mistakes) for each in certificates]
    return ConfiguredRole(
        element.value("name"),
        _instances(element, mistakes),
        tuple(_setting(each, mistakes) for each in settings),
        tuple(each for each in found if each),
        element.line,
    )


def _instances(role: Element, mistakes: Mistakes) -> int:
    name = role.value("name")
    elements = role.find("Instances")
    if not elements:
        mistakes.add(role, f"Role {name} has no <Instances>", f'Add <Instances count="2" /> to role {name}.')
        return 0
    count = elements[0].value("count").strip()
    if count.isascii() and count.isdigit() and len(count) <= 9:
        return int(count)
    place = elements[0].attributes.get("count", elements[0])
    message = f'Role {name} has the instance count "{count}", which is no whole number'
    mistakes.add(place, message, 'Set count="2", or another whole number from 0.')
    return 0


def _setting(element: Element, mistakes: Mistakes) -> Setting:
    mistakes.require(element, "name")
    name = element.value("name")
    if "value" not in element.attributes:
        mistakes.add(element, f"Setting {name} has no value", 'Add value="…"; it may be empty.')
    return Setting(name, element.value("value"), element.line)


def _certificate(element: Element, mistakes: Mistakes) -> ConfiguredCertificate | None:
    mistakes.require(element, "name")
    name = element.value("name")
    algorithm = element.attributes.get("thumbprintAlgorithm")
    if algorithm is None or algorithm.value != "sha1":
        message = f"Certificate {name} has no thumbprintAlgorithm that Azure knows"
        mistakes.add(algorithm or element, message, 'Set thumbprintAlgorithm="sha1".')
    written = element.attributes.get("thumbprint")
    thumbprint = Thumbprint.parse(written.value) if written else None
    if written and thumbprint:
        return ConfiguredCertificate(name, thumbprint, written.line, written.column)
    message = f"Certificate {name} has no thumbprint of 40 hexadecimal digits"
    fix = "Set thumbprint to the 40-digit SHA-1 thumbprint that the key vault shows for the certificate."
    mistakes.add(written or element, message, fix)
    return None
