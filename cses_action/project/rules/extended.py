"""CSES: what only Cloud Services (extended support) refuses, or does not have."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import (
    is_local,
    is_token,
    missing,
    named,
    of_value,
    place,
    plugin,
    role_elements,
)
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import replace

NO_NETWORK = (
    "The network configuration is missing from the configuration file. "
    "Please add the network configuration to the configuration file."
)
"""What New-AzCloudService of Microsoft's Az.CloudService says."""
_FORM = 'name should be formated either "{Name}" or "Group {ResourceGroupName} {Name}".'
"""In its own spelling."""
_NEW_FAMILY = 'osFamily="7" (Windows Server 2022) or "6" (Windows Server 2019)'
_CONFIGURATION = "schema-cscfg-networkconfiguration.md"

SAME_NAME = Rule(
    "CSES003",
    "warning",
    "The serviceName is also the name of a role",
    fix="Give the service another name, in both files: extended support fails with an error that says nothing.",
    source="azure-docs issue 75495",
)
NO_FAMILY = Rule(
    "CSES010",
    "warning",
    "The configuration has no osFamily",
    fix=f"Add {_NEW_FAMILY}.",
    source="cloud-services-guestos-family-2-3-4-retirement.md",
)
RETIRED_FAMILY = Rule(
    "CSES011",
    "error",
    "The osFamily is retired",
    fix=f"Set {_NEW_FAMILY}, and test the service on it.",
    source="cloud-services-guestos-family-2-3-4-retirement.md",
)
OLD_FAMILY = Rule(
    "CSES012",
    "info",
    "The osFamily is 5, which is still served",
    fix=f"Plan for {_NEW_FAMILY}.",
    source="cloud-services-guestos-family-2-3-4-retirement.md",
)
NO_CONFIGURATION = Rule(
    "CSES050",
    "error",
    "The configuration has no NetworkConfiguration",
    fix='Add <NetworkConfiguration> with <VirtualNetworkSite name="…" /> and an <InstanceAddress> for each role '
    "behind the last <Role>.",
    source="New-AzCloudService",
)
NO_VIRTUAL_NETWORK = Rule(
    "CSES051",
    "error",
    "The configuration names no virtual network, or no subnet for any role",
    source="New-AzCloudService",
)
NAME_FORM = Rule(
    "CSES052", "error", "The name of the network or of a ReservedIP has the wrong form", source="New-AzCloudService"
)
NO_ADDRESS = Rule("CSES053", "error", "A role has no InstanceAddress", source=_CONFIGURATION)
NO_SUBNET = Rule("CSES055", "error", "An InstanceAddress has no subnet", source=_CONFIGURATION)
DESKTOP_SETTINGS = Rule(
    "CSES070",
    "warning",
    "A role keeps settings or the certificate of the remote desktop plugin",
    fix="Remove them, and use the remote desktop (RDP) extension.",
    source="deploy-prerequisite.md",
)
DIAGNOSTICS_SETTINGS = Rule(
    "CSES071",
    "info",
    "A role keeps settings of the diagnostics plugin",
    fix="Nothing, or remove them with the <Import>, and use the diagnostics extension.",
    source="deploy-prerequisite.md",
)
DESKTOP_IMPORT = Rule(
    "CSES091",
    "warning",
    "A role imports the remote desktop plugin",
    fix="Remove the <Import> and its settings, rebuild the package, and use the remote desktop (RDP) extension.",
    source="deploy-prerequisite.md",
)
DIAGNOSTICS_IMPORT = Rule(
    "CSES092",
    "info",
    "A role imports the diagnostics plugin",
    fix="Nothing, or remove the <Import> with its settings, and use the diagnostics extension.",
    source="deploy-prerequisite.md",
)
DEAD_IMPORT = Rule(
    "CSES093",
    "warning",
    "A role imports a module whose service is gone",
    fix="Remove the <Import> and its settings, then rebuild the package.",
    source="plugins of the SDK 2.7",
)
OLD_PACKAGE = Rule(
    "CSES100",
    "warning",
    "The package holds another definition than the file; found where the package is read",
    fix="Rebuild the package: Azure reads the definition inside it, never the loose file.",
    source="deploy-prerequisite.md",
)
RETIREMENT = Rule(
    "CSES110",
    "info",
    "Cloud Services (extended support) is retired after 31 March 2027; found where the day is known",
    fix="Plan to move the service, for example to Service Fabric managed clusters or App Service.",
    source="banner of the documentation",
)
LISTED = 6
"""A role that keeps all of a plugin keeps six names."""
_KEPT = ((DESKTOP_SETTINGS, ("remoteaccess", "remoteforwarder")), (DIAGNOSTICS_SETTINGS, ("diagnostics",)))
_IMPORTED = {
    "remoteaccess": DESKTOP_IMPORT,
    "remoteforwarder": DESKTOP_IMPORT,
    "diagnostics": DIAGNOSTICS_IMPORT,
    "connect": DEAD_IMPORT,
    "webdeploy": DEAD_IMPORT,
    "caching": DEAD_IMPORT,
}


def check_definition(document: Document) -> Iterator[Finding]:
    """Yield the imports that extended support does not need, or does not have."""
    for role in role_elements(document.root):
        for element in role.find("Imports", "Import"):
            module = element.value("moduleName")
            if rule := _IMPORTED.get(module.strip().lower()):
                message = f"Role {role.value('name')} imports the module {module.strip()} of the classic service"
                yield rule.at(document, element.attributes["moduleName"], message)


def check_configuration(document: Document) -> Iterator[Finding]:
    """Yield what extended support refuses in a configuration."""
    root = document.root
    roles = root.find("Role")
    service = root.value("serviceName")
    if service.strip() and service.lower() in named(roles):
        message = f"The service has the name of its role {service}"
        yield SAME_NAME.at(document, root.attributes["serviceName"], message)
    yield from _family(document)
    for found in _network(document, roles):
        yield replace(found, deployed_only=found.deployed_only or is_local(document))
    for role in roles:
        yield from _kept(document, role)


def _family(document: Document) -> Iterator[Finding]:
    written = document.root.attributes.get("osFamily")
    if written is None:
        message = "The configuration has no osFamily: which Windows it gets is left to Azure"
        yield NO_FAMILY.at(document, document.root, message)
        return
    family = whole_number(written.value)
    if family in {1, 2, 3, 4}:
        yield RETIRED_FAMILY.at(document, written, f"The osFamily {family} is retired")
    elif family == 5:
        message = "The osFamily 5 (Windows Server 2016) is still served; 7 and 6 are recommended"
        yield OLD_FAMILY.at(document, written, message)


def _network(document: Document, roles: tuple[Element, ...]) -> Iterator[Finding]:
    networks = document.root.find("NetworkConfiguration")
    if not networks:
        yield NO_CONFIGURATION.at(document, document.root, NO_NETWORK)
        return
    network = networks[0]
    sites, addresses = network.find("VirtualNetworkSite"), network.find("AddressAssignments", "InstanceAddress")
    if not (sites and sites[0].value("name").strip()):
        fix = 'Add <VirtualNetworkSite name="…" /> with the name of the virtual network to <NetworkConfiguration>.'
        where = place(sites[0], "name") if sites else network
        yield NO_VIRTUAL_NETWORK.at(document, where, NO_NETWORK, fix)
    elif not addresses:  # Microsoft's validator counts subnets; those of an InstanceAddress are told at their place
        fix = "Add <AddressAssignments> with an <InstanceAddress> and its <Subnets> for each role."
        where = (*network.find("AddressAssignments"), network)[0]
        yield NO_VIRTUAL_NETWORK.at(document, where, NO_NETWORK, fix)
    if addresses:
        yield from _addresses(document, roles, addresses)
    yield from _names(document, network)


def _addresses(document: Document, roles: tuple[Element, ...], addresses: tuple[Element, ...]) -> Iterator[Finding]:
    assigned = named(addresses, "roleName")
    for role in roles:
        name = role.value("name")
        if name.strip() and name.lower() not in assigned:
            fix = f'Add <InstanceAddress roleName="{name}"> with its <Subnets> to <AddressAssignments>.'
            message = f"Role {name} has no <InstanceAddress>"
            found = NO_ADDRESS.at(document, role.attributes["name"], message, fix)
            yield replace(found, deployed_only=assigned.unsure or is_token(name))
    for address in addresses:
        if not address.find("Subnets", "Subnet"):
            message = f"The <InstanceAddress> of role {address.value('roleName')} has no subnet"
            fix = 'Add <Subnets><Subnet name="…" /></Subnets> with the name of a subnet of the virtual network.'
            yield NO_SUBNET.at(document, address, message, fix)
        for subnet in address.find("Subnets", "Subnet"):
            yield from missing(NO_SUBNET, document, subnet, "name")


def _names(document: Document, network: Element) -> Iterator[Finding]:
    for path, kind in (
        (("VirtualNetworkSite",), "virtualNetworks"),
        (("AddressAssignments", "ReservedIPs", "ReservedIP"), "publicIPAddresses"),
    ):
        for element in network.find(*path):
            name = element.value("name")
            if kind != "virtualNetworks":  # without a network the configuration is refused for that
                yield from missing(NAME_FORM, document, element, "name")
            if name.strip() and not _has_form(name, kind):
                message = f"{element.name} {_FORM}"
                fix = (
                    'Set name="…" to the name alone, to "Group", resource group and name with single spaces, '
                    f"or to /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/{kind}/…"
                )
                yield of_value(NAME_FORM.at(document, element.attributes["name"], message, fix), name)


def _has_form(name: str, kind: str) -> bool:
    words = name.split()
    if words != name.split(" "):  # white space at an end, or twice
        return False
    if len(words) == 3:
        return words[0].lower() == "group"
    return len(words) == 1 and ("/" not in name or _is_id(name.lower().split("/"), kind.lower()))


def _is_id(parts: list[str], kind: str) -> bool:
    """Return whether these are the parts of a resource id of this kind."""
    fixed = ["", "subscriptions", "resourcegroups", "providers", "microsoft.network", kind]
    return len(parts) == 9 and all(parts[1:]) and [parts[n] for n in (0, 1, 3, 5, 6, 7)] == fixed


def _kept(document: Document, role: Element) -> Iterator[Finding]:
    elements = (*role.find("ConfigurationSettings", "Setting"), *role.find("Certificates", "Certificate"))
    brought = [(each, plugin(each.value("name"))) for each in elements]
    for rule, modules in _KEPT:
        kept = [each for each, module in brought if module in modules]
        if kept:
            listed = ", ".join(each.value("name") for each in kept[:LISTED])
            listed += f" and {len(kept) - LISTED} more" if len(kept) > LISTED else ""
            message = f"Role {role.value('name')} keeps what belongs to a plugin of the classic service: {listed}"
            yield rule.at(document, kept[0].attributes["name"], message)
