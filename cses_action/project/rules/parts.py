"""CSD: settings, local storage, tasks, probes and traffic rules."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

DOUBLE_SETTING = Rule(
    "CSD080", "error", "Two settings of a role have the same name", source="schema-csdef-webrole.md"
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the smaller parts of a definition."""
    for role in role_elements(document.root):
        settings = role.find("ConfigurationSettings", "Setting")
        yield from doubles(DOUBLE_SETTING, document, settings, "setting", str)
        for setting in settings:
            yield from missing(DOUBLE_SETTING, document, setting, "name")
