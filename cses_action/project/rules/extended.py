"""CSES: what only Cloud Services (extended support) refuses, or does not have."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

SUCCESSORS = {
    "extrasmall": "Standard_A1_v2",
    "small": "Standard_A1_v2",
    "a0": "Standard_A1_v2",
    "a1": "Standard_A1_v2",
    "medium": "Standard_A2_v2",
    "a2": "Standard_A2_v2",
    "large": "Standard_A4_v2",
    "a3": "Standard_A4_v2",
    "extralarge": "Standard_A8_v2",
    "a4": "Standard_A8_v2",
    "a5": "Standard_A2m_v2",
    "a6": "Standard_A4m_v2",
    "a7": "Standard_A8m_v2",
}
"""Sizes of the classic service and what replaces them (deploy-prerequisite.md of Microsoft's documentation)."""
WITHOUT_SUCCESSOR = {"a8", "a9", "a10", "a11", "msodsg5"}
NO_NETWORK = (
    "The network configuration is missing from the configuration file. "
    "Please add the network configuration to the configuration file."
)
"""What New-AzCloudService of Microsoft's Az.CloudService says."""

OLD_SIZE = Rule("CSES020", "error", "A role has a size of the classic service", source="deploy-prerequisite.md")
DEAD_SIZE = Rule(
    "CSES021", "error", "A role has a size that is gone without a successor", source="deploy-prerequisite.md"
)
NO_SIZE = Rule("CSES022", "error", "A role has no size, which means Small", source="deploy-prerequisite.md")
NO_VIRTUAL_NETWORK = Rule(
    "CSES051", "error", "The configuration names no virtual network", source="New-AzCloudService"
)


def check_definition(document: Document) -> Iterator[Finding]:
    """Yield what extended support refuses in a definition."""
    for role in role_elements(document.root):
        name, size = role.value("name"), role.value("vmsize").strip()
        if not size:
            message = f"Role {name} has no vmsize, which means Small: extended support does not have it"
            fix = f'Add vmsize="{SUCCESSORS["small"]}", then rebuild the package.'
            yield NO_SIZE.at(document, place(role, "vmsize"), message, fix)
        elif size.lower() in SUCCESSORS:
            message = f"Role {name} has the vmsize {size}, which extended support does not have"
            fix = f'Set vmsize="{SUCCESSORS[size.lower()]}", then rebuild the package.'
            yield OLD_SIZE.at(document, place(role, "vmsize"), message, fix)
        elif size.lower() in WITHOUT_SUCCESSOR:
            message = f"Role {name} has the vmsize {size}, which is gone without a successor"
            fix = 'Choose another size, for example vmsize="Standard_D2_v2", then rebuild the package.'
            yield DEAD_SIZE.at(document, place(role, "vmsize"), message, fix)


def check_configuration(document: Document) -> Iterator[Finding]:
    """Yield what extended support refuses in a configuration."""
    root = document.root
    networks = root.find("NetworkConfiguration")
    sites = root.find("NetworkConfiguration", "VirtualNetworkSite")
    if not (sites and sites[0].value("name").strip()):
        fix = 'Add <VirtualNetworkSite name="…" /> with the name of the virtual network to <NetworkConfiguration>.'
        yield NO_VIRTUAL_NETWORK.at(document, (*sites, *networks, root)[0], NO_NETWORK, fix)
