"""CSD: the sites of a web role and their bindings."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

INCOMPLETE_BINDING = Rule(
    "CSD063", "error", "A binding has no name or endpointName", source="schema-csdef-webrole.md"
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with sites."""
    for role in role_elements(document.root):
        for binding in role.find("Sites", "Site", "Bindings", "Binding"):
            yield from missing(INCOMPLETE_BINDING, document, binding, "name", "endpointName")
