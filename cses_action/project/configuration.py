"""The service configuration (.cscfg): counts, settings, certificates and network of a service.

Values of settings can be secrets: they are in no message and in no repr.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from cses_action.project.xml import Document, Element, expect_root, parse_xml, whole_number
from cses_action.values import Thumbprint, Value


class Setting(Value):
    """A setting and its value."""

    name: str
    value: str
    line: int

    def __repr__(self) -> str:
        return f"Setting({self.name})"


class ConfiguredCertificate(Value):
    """The certificate that stands behind a name of the definition; the place is that of its thumbprint."""

    name: str
    thumbprint: Thumbprint
    line: int
    column: int


class ConfiguredRole(Value):
    """A role's instances, settings and certificates."""

    name: str
    instances: int
    settings: tuple[Setting, ...]
    certificates: tuple[ConfiguredCertificate, ...]
    line: int


class Configuration(Value):
    """A service configuration."""

    file: str
    text: str
    """What Azure is sent: the file as it is, without its byte order mark."""
    service_name: str
    os_family: str
    os_version: str
    roles: tuple[ConfiguredRole, ...]
    virtual_network: str
    document: Document

    def __repr__(self) -> str:
        return f"Configuration({self.file})"  # the text holds the values of settings


def parse_configuration(text: str, *, file: str = "") -> Configuration:
    """Return the configuration in a text, for example the one that Azure holds; a ProjectError if it is none."""
    document = parse_xml(text, file=file)
    expect_root(document, "ServiceConfiguration")
    return read_configuration(document)


def read_configuration(document: Document) -> Configuration:
    """Return what a configuration says; what is wrong with it is left out, and is for the rules to tell."""
    root = document.root
    sites = root.find("NetworkConfiguration", "VirtualNetworkSite")
    return Configuration(
        file=document.file,
        text=document.text,
        service_name=root.value("serviceName"),
        os_family=root.value("osFamily"),
        os_version=root.value("osVersion"),
        roles=tuple(_role(each) for each in root.find("Role")),
        virtual_network=sites[0].value("name").strip() if sites else "",
        document=document,
    )


def thumbprints_in_settings(configuration: Configuration) -> set[Thumbprint]:
    """Return the values of settings that are thumbprints."""
    values = (Thumbprint.parse(each.value) for role in configuration.roles for each in role.settings)
    return {each for each in values if each}


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


def _role(element: Element) -> ConfiguredRole:
    counts = [whole_number(each.value("count")) for each in element.find("Instances")]
    settings = element.find("ConfigurationSettings", "Setting")
    certificates = [_certificate(each) for each in element.find("Certificates", "Certificate")]
    return ConfiguredRole(
        element.value("name"),
        (counts[0] if counts else None) or 0,
        tuple(Setting(each.value("name"), each.value("value"), each.line) for each in settings),
        tuple(each for each in certificates if each),
        element.line,
    )


def _certificate(element: Element) -> ConfiguredCertificate | None:
    written = element.attributes.get("thumbprint")
    thumbprint = Thumbprint.parse(written.value) if written else None
    if written is None or thumbprint is None:
        return None
    return ConfiguredCertificate(element.value("name"), thumbprint, written.line, written.column)
