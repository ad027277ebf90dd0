"""CSD: the definition as a whole, and its roles."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

ROLE_LIMIT = 25

NO_NAME = Rule("CSD001", "error", "The definition has no name", source="schema-csdef-file.md")
NO_ROLE = Rule("CSD002", "error", "The definition has no role", source="schema-csdef-file.md")
TOO_MANY_ROLES = Rule(
    "CSD003", "error", f"The definition has more than {ROLE_LIMIT} roles", source="schema-csdef-file.md"
)
DOUBLE_ROLE = Rule("CSD004", "error", "Two roles have the same name", source="New-AzCloudService")
ROLE_WITHOUT_NAME = Rule("CSD005", "error", "A role has no name", source="schema-csdef-webrole.md")


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the definition as a whole."""
    root = document.root
    roles = role_elements(root)
    yield from missing(NO_NAME, document, root, "name")
    if not roles:
        yield NO_ROLE.at(document, root, "The definition has no role", "Add a <WebRole> or <WorkerRole>.")
    if len(roles) > ROLE_LIMIT:
        message = f"The definition has {len(roles)} roles; Azure takes {ROLE_LIMIT}"
        yield TOO_MANY_ROLES.at(document, roles[ROLE_LIMIT], message, "Remove roles.")
    yield from doubles(DOUBLE_ROLE, document, roles, "role")
    for role in roles:
        yield from missing(ROLE_WITHOUT_NAME, document, role, "name")
