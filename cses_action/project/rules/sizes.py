"""CSES: the sizes of roles that Cloud Services (extended support) has."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.edits import Edit
from cses_action.project.rules.reading import is_token, place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import replace

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
WITHOUT_SUCCESSOR = frozenset({"a8", "a9", "a10", "a11", "msodsg5"})
DOCUMENTED = frozenset(
    {"a_v2", "am_v2", "d", "d_v2", "d_v3", "da_v4", "e_v3", "ei_v3", "ea_v4", "g", "h", "hm", "hr", "hmr"}
)
"""Families by the letters of their sizes: Av2, D, Dv2, Dv3, Dav4, Ev3, Eav4, G and H (deploy-prerequisite.md)."""

OLD_SIZE = Rule("CSES020", "error", "A role has a size of the classic service", source="deploy-prerequisite.md")
DEAD_SIZE = Rule(
    "CSES021",
    "error",
    "A role has a size that is gone without a successor",
    fix='Choose another size, for example vmsize="Standard_D2_v2", then rebuild the package.',
    source="deploy-prerequisite.md",
)
NO_SIZE = Rule(
    "CSES022",
    "error",
    "A role has no size, which means Small",
    fix=f'Add vmsize="{SUCCESSORS["small"]}", then rebuild the package.',
    source="deploy-prerequisite.md",
)
OTHER_SIZE = Rule(
    "CSES023",
    "info",
    "A size is of no family that is documented for extended support",
    fix="Check that the region has it for cloud services (capability VMDeploymentTypes: PaaS).",
    source="deploy-prerequisite.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield the sizes that extended support does not have."""
    for role in role_elements(document.root):
        size = role.value("vmsize").strip()
        if not is_token(size):
            yield from _size(document, role, size)


def _size(document: Document, role: Element, size: str) -> Iterator[Finding]:
    name, where = role.value("name"), place(role, "vmsize")
    if not size:
        message = f"Role {name} has no vmsize, which means Small: extended support does not have it"
        yield NO_SIZE.at(document, where, message)
    elif successor := SUCCESSORS.get(size.lower()):
        message = f"Role {name} has the vmsize {size}, which extended support does not have"
        fix = f'Set vmsize="{successor}", then rebuild the package.'
        written, reason = role.attributes["vmsize"], f"{size} is a size of the classic service"
        edit = Edit(document.file, written.value_start, written.value_end, successor, reason)
        yield replace(OLD_SIZE.at(document, where, message, fix), edits=(edit,))
    elif size.lower() in WITHOUT_SUCCESSOR:
        message = f"Role {name} has the vmsize {size}, which is gone without a successor"
        yield DEAD_SIZE.at(document, where, message)
    elif not _is_documented(size):
        message = f"Role {name} has the vmsize {size}, which is of no family that is documented for extended support"
        yield OTHER_SIZE.at(document, where, message)


def _is_documented(size: str) -> bool:
    """Return whether a size is of a documented family; which sizes there are is for the region to say."""
    start, _, rest = size.lower().partition("_")
    number, mark, version = rest.partition("_v")
    letters = "".join(each for each in number if not each.isdigit())
    return start == "standard" and letters != number and f"{letters}{mark}{version}" in DOCUMENTED
