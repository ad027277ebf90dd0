"""CSD: the certificates that a role declares."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

INCOMPLETE = Rule(
    "CSD050", "error", "A certificate has no name, storeLocation or storeName", source="schema-csdef-webrole.md"
)
DOUBLE = Rule("CSD051", "error", "Two certificates of a role have the same name", source="schema-csdef-webrole.md")


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with declared certificates."""
    for role in role_elements(document.root):
        certificates = role.find("Certificates", "Certificate")
        yield from doubles(DOUBLE, document, certificates, "certificate")
        for certificate in certificates:
            yield from missing(INCOMPLETE, document, certificate, "name", "storeLocation", "storeName")
