"""The two sides that are compared: what the package holds, and what the definition beside it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cses_action.project.rules.reading import named, plugin, role_elements
from cses_action.project.rules.registry import Finding, Rule, brief
from cses_action.project.xml import Document, Element
from cses_action.values import Value

if TYPE_CHECKING:
    from cses_action.project.package import Package, PackedRole

Key = tuple[str, ...]
"""What a finding is about: a kind of thing, its configuration if it is one's, its role, its name; lower case."""


class Told:
    """Findings, one for each thing: what was told of it first counts."""

    def __init__(self) -> None:
        self._findings: dict[Key, Finding] = {}

    def add(self, finding: Finding, *key: str) -> None:
        """Take note of a finding about this thing."""
        self._findings.setdefault(tuple(each.lower() for each in key), finding)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order in which they were found."""
        return tuple(self._findings.values())


class Sides(Value):
    """The package and the definition, with their roles by name in lower case."""

    package: Package
    root: Element
    """Of the packaged definition."""
    packed: Mapping[str, Element]
    """The roles of the packaged definition."""
    contents: Mapping[str, PackedRole]
    """What else the package says of the same roles."""
    definition: Document | None
    defined: Mapping[str, Element]
    """The roles of the loose definition; none if there is none."""

    @classmethod
    def of(cls, package: Package, document: Document, definition: Document | None) -> Sides:
        """Return both sides."""
        packed = named(role_elements(document.root))
        contents = {each.name.lower(): each for each in reversed(package.roles)}
        defined = named(role_elements(definition.root)) if definition else {}
        return cls(package, document.root, packed, contents, definition, defined)

    def modules(self, key: str) -> frozenset[str]:
        """Return the modules in a packaged role, in lower case, whichever part of the package shows them."""
        role, contents = self.packed[key], self.contents[key]
        brought = (plugin(each.value("name")) for group in role.children for each in group.children)
        listed = (each.strip().lower() for each in (*contents.defined.imports, *contents.plugins))
        return frozenset({*brought, *listed} - {""})

    def says(self, key: str, *path: str, name: str = "") -> bool:
        """Return whether the loose definition has this role, and in it an element of this name at this path."""
        role = self.defined.get(key)
        return role is not None and (not path or name.lower() in named(role.find(*path)))

    def of_package(self, rule: Rule, message: str, fix: str = "") -> Finding:
        """Return what is wrong with the package itself, which has no lines."""
        return Finding(rule, rule.severity, brief(message), brief(fix or rule.fix), self.package.file, 0, 0)
