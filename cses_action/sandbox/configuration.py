"""The service configuration as the service reads it, and as it gives it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from cses_action.sandbox.wire import Refusal

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
IN = f"{{{NAMESPACE}}}"
DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Role:
    """What the configuration says of a role; certificates are thumbprints by name."""

    name: str
    count: int
    certificates: Mapping[str, str]


@dataclass(frozen=True)
class Configuration:
    """What the service looks at in a configuration."""

    roles: tuple[Role, ...]
    network: str
    reserved_addresses: frozenset[str]


def read_configuration(text: str) -> Configuration:
    """Return the configuration, or refuse what is none."""
    root = _parse(text)
    try:
        roles = tuple(_role(each) for each in root.iterfind(f"{IN}Role"))
    except (KeyError, ValueError) as mistake:
        raise _refusal(f"a role lacks its name or count ({mistake})") from mistake
    network = root.find(f"{IN}NetworkConfiguration/{IN}VirtualNetworkSite")
    if network is None:
        raise _refusal("the configuration has no NetworkConfiguration with a VirtualNetworkSite")
    reserved = frozenset(each.get("name", "") for each in root.iter(f"{IN}ReservedIP"))
    return Configuration(roles, network.get("name", ""), reserved)


def _role(element: etree._Element) -> Role:
    instances = element.find(f"{IN}Instances")
    if instances is None:
        raise KeyError("Instances")
    certificates = {
        each.attrib["name"]: each.attrib["thumbprint"].upper()
        for each in element.iterfind(f"{IN}Certificates/{IN}Certificate")
    }
    return Role(element.attrib["name"], int(instances.attrib["count"]), certificates)


def reserialised(text: str) -> str:
    """Return the configuration as GET does: other declaration, more namespaces, settings first, no comments."""
    root = _parse(text)
    names = {
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsd": "http://www.w3.org/2001/XMLSchema",
        None: NAMESPACE,
    }
    copy = etree.Element(root.tag, dict(root.attrib), nsmap=names)
    copy.extend(list(root))
    for role in copy.iterfind(f"{IN}Role"):
        for settings in role.findall(f"{IN}ConfigurationSettings"):
            role.insert(0, settings)
    body = etree.tostring(copy, encoding="unicode", pretty_print=True).strip().replace("\n", "\r\n")
    return f'<?xml version="1.0" encoding="utf-16"?>\r\n{body}'


def _parse(text: str) -> etree._Element:
    # The text came inside JSON: whatever encoding its declaration names, it is no longer true.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_blank_text=True
    )
    try:
        root = etree.fromstring(DECLARATION.sub("", text).encode(), parser)
    except etree.XMLSyntaxError as mistake:
        raise _refusal(f"the configuration is no XML: {mistake}") from mistake
    if root.getroottree().docinfo.doctype or root.tag != f"{IN}ServiceConfiguration":
        raise _refusal(f"the configuration's root is {root.tag!r}, or it has a document type")
    return root


def _refusal(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", f"sandbox: {message}")
