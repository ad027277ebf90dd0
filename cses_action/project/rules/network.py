"""CFG: the NetworkConfiguration."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cses_action.project.rules.allowed import meant_by, spelt
from cses_action.project.rules.endpoints import endpoints_of
from cses_action.project.rules.reading import (
    Names,
    is_local,
    is_token,
    missing,
    named,
    of_plugin,
    of_value,
    place,
    role_elements,
)
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import replace

UNKNOWN_ADDRESS = Rule(
    "CFG054",
    "warning",
    "An InstanceAddress is for a role that does not exist, or has one already; an error: it names no role",
    source="schema-cscfg-networkconfiguration.md",
)
ORDER = Rule(
    "CFG056",
    "warning",
    "The NetworkConfiguration stands before a role",
    fix="Move <NetworkConfiguration> behind the last <Role>.",
    source="XSD of the SDK 2.7",
)
RESERVED = Rule(
    "CFG057",
    "warning",
    "There is more than one ReservedIP, and no VirtualIPs that say what each is for",
    fix="Keep one <ReservedIP>, or name the <VirtualIPs> with their endpoints.",
    source="schema-cscfg-networkconfiguration.md",
)
REFERENCE = Rule(
    "CFG058",
    "error",
    "A reference of the NetworkConfiguration, or to it, leads nowhere",
    source="schema-cscfg-networkconfiguration.md",
)
VALUE = Rule(
    "CFG059",
    "error",
    "An address, an access rule or the type of a load balancer is wrong",
    source="schema-cscfg-networkconfiguration.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the network, whatever the definition says."""
    root = document.root
    roles, networks = root.find("Role"), root.find("NetworkConfiguration")
    for network in networks:
        if roles and network.start < roles[-1].start:
            message = "<NetworkConfiguration> stands before a <Role>; the schema has it after all of them"
            yield ORDER.at(document, network, message)
        yield from _reserved(document, network)
        yield from _second_addresses(document, network)
        yield from _references(document, network, named(roles))
        yield from _values(document, network)


def check_pair(definition: Document, configuration: Document) -> Iterator[Finding]:
    """Yield the endpoints and load balancers that only the other file could have, and has not."""
    roles = role_elements(definition.root)
    network = configuration.root.find("NetworkConfiguration")
    acls = [acl for each in network for acl in each.find("EndpointAcls", "EndpointAcl")]
    balancers = named(found for each in network for found in each.find("LoadBalancers", "LoadBalancer"))
    yield from _endpoints(configuration, roles if acls else (), acls)
    vague = balancers.unsure or is_local(configuration)
    for role in roles:
        for endpoint in endpoints_of(role):
            name = endpoint.value("loadBalancer").strip()
            if name and name.lower() not in balancers and not is_token(name):
                message = (
                    f"Endpoint {endpoint.value('name')} names load balancer {name}, "
                    f"which {configuration.file} does not have"
                )
                fix = f'Add <LoadBalancer name="{name}"> to the <LoadBalancers> of the <NetworkConfiguration>.'
                found = REFERENCE.at(definition, endpoint.attributes["loadBalancer"], message, fix)
                yield replace(found, deployed_only=vague)


def _reserved(document: Document, network: Element) -> Iterator[Finding]:
    reserved = network.find("AddressAssignments", "ReservedIPs", "ReservedIP")
    if len(reserved) > 1 and not network.find("AddressAssignments", "VirtualIPs", "VirtualIP"):
        message = f"{len(reserved)} addresses are reserved; a deployment has one unless VirtualIPs say otherwise"
        yield RESERVED.at(document, reserved[1], message)


def _second_addresses(document: Document, network: Element) -> Iterator[Finding]:
    seen: dict[str, Element] = {}
    for address in network.find("AddressAssignments", "InstanceAddress"):
        name = address.value("roleName").strip()
        first = seen.setdefault(name.lower(), address)
        if name and first is not address:
            message = f"Role {name} has a second <InstanceAddress>, the first is in line {first.line}"
            fix = "Keep one <InstanceAddress> for each role, with all of its <Subnets>."
            yield UNKNOWN_ADDRESS.at(document, address.attributes["roleName"], message, fix)


def _references(document: Document, network: Element, roles: Names) -> Iterator[Finding]:
    controls = named(network.find("AccessControls", "AccessControl"))
    for path, attribute, rule, known, what in (
        (("AddressAssignments", "InstanceAddress"), "roleName", UNKNOWN_ADDRESS, roles, "role"),
        (("NetworkSecurityGroupRefs", "NetworkSecurityGroupRef"), "roleName", REFERENCE, roles, "role"),
        (("EndpointAcls", "EndpointAcl"), "role", REFERENCE, roles, "role"),
        (("EndpointAcls", "EndpointAcl"), "accessControl", REFERENCE, controls, "AccessControl"),
    ):
        for element in network.find(*path):
            for found in missing(rule, document, element, attribute):
                yield replace(found, severity="error")
            name = element.value(attribute)
            if name.strip() and name.lower() not in known and not is_token(name):
                message = f"<{element.name}> names {what} {name}, which the configuration does not have"
                fix = f"Set {attribute} to the name of a <{what[0].upper()}{what[1:]}> of this file, or remove it."
                found = rule.at(document, element.attributes[attribute], message, fix)
                yield replace(found, deployed_only=known.unsure)


def _endpoints(document: Document, roles: tuple[Element, ...], acls: list[Element]) -> Iterator[Finding]:
    known = {key: named(endpoints_of(role)) for key, role in named(roles).items()}
    for acl in acls:
        role, where = acl.value("role"), place(acl, "endPoint", "endpoint")
        name = acl.value("endPoint") or acl.value("endpoint")
        if not name:
            yield from missing(REFERENCE, document, acl, "endPoint")
            continue
        endpoints = known.get(role.lower())
        if endpoints is None or name.lower() in endpoints or of_plugin(name) or is_token(name):
            continue  # an unknown role is told where the configuration is looked at alone
        message = f"<EndpointAcl> names endpoint {name}, which role {role} does not have"
        found = REFERENCE.at(document, where, message, f"Set endPoint to the name of an endpoint of role {role}.")
        yield replace(found, deployed_only=endpoints.unsure)


def _is_address(value: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few configurations name an address

    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def _is_range(value: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few configurations name an address

    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return value.partition("/")[2].isdigit()


def _is_order(value: str) -> bool:
    number = whole_number(value)
    return number is not None and number <= 0xFFFF


_WORDS = {"action": ("permit", "deny"), "type": ("private",)}
_RULE = ("AccessControls", "AccessControl", "Rule")
_FORMS: tuple[tuple[tuple[str, ...], str, Callable[[str], bool], str], ...] = (
    (("Dns", "DnsServers", "DnsServer"), "IPAddress", _is_address, "an IPv4 address such as 10.0.0.4"),
    (_RULE, "action", _WORDS["action"].__contains__, "permit or deny"),
    (_RULE, "order", _is_order, "a number from 0 to 65535"),
    (_RULE, "remoteSubnet", _is_range, "a range such as 10.0.0.0/8"),
    (("LoadBalancers", "LoadBalancer", "FrontendIPConfiguration"), "type", _WORDS["type"].__contains__, "private"),
)


def _values(document: Document, network: Element) -> Iterator[Finding]:
    for path, attribute, is_right, expected in _FORMS:
        for element in network.find(*path):
            value = element.value(attribute)
            if is_right(value):
                continue
            name = f" {element.value('name')}" if element.value("name") else ""
            said = f'the {attribute} "{value}", which is not {expected}' if value else f"no {attribute}"
            message, fix = f"<{element.name}>{name} has {said}", f"Set {attribute} to {expected}."
            found = of_value(VALUE.at(document, place(element, attribute), message, fix), value)
            written = element.attributes.get(attribute)
            meant = meant_by(written, _WORDS.get(attribute, ())) if written else ""
            yield spelt(found, written, attribute, meant) if written and meant else found
