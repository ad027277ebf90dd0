"""What several rules need to read off a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from cses_action.project.definition import role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Attribute, Document, Element

__all__ = ["PLUGINS", "doubles", "is_token", "missing", "named", "of_plugin", "place", "role_elements"]

PLUGINS = "microsoft.windowsazure.plugins."
"""Start of the names that an imported module adds: the definition does not list them before it is packed."""

_TOKEN = re.compile(
    r"@@.+?@@|\$[\w.-]+\$|\$[({].+?[)}]|#\{.+?\}#?|\{\{.+?\}\}|__\w+?__|%\w+%|<[^<>]+>|YOUR[ _-]", re.IGNORECASE
)


def is_token(value: str) -> bool:
    """Return whether a later step of the pipeline is to replace this value, or a part of it."""
    return bool(_TOKEN.search(value))


def of_plugin(name: str) -> bool:
    """Return whether an imported module brings this setting, certificate or endpoint."""
    return name.lower().startswith(PLUGINS)


def named(elements: Iterable[Element]) -> dict[str, Element]:
    """Return the elements by their names in lower case; of several with one name the first."""
    found: dict[str, Element] = {}
    for element in elements:
        found.setdefault(element.value("name").lower(), element)
    return found


def place(element: Element, *attributes: str) -> Element | Attribute:
    """Return the first of these attributes that is there, or else the element."""
    return next((element.attributes[name] for name in attributes if name in element.attributes), element)


def missing(rule: Rule, document: Document, element: Element, *names: str) -> Iterator[Finding]:
    """Yield a finding for each of these attributes that is not there or empty."""
    for name in names:
        if not element.value(name).strip():
            called = f" {element.value('name')}" if element.value("name").strip() else ""
            fix = f'Add {name}="…" to <{element.name}>.'
            yield rule.at(document, place(element, name), f"<{element.name}>{called} has no {name}", fix)


def doubles(
    rule: Rule,
    document: Document,
    elements: Iterable[Element],
    what: str,
    key: Callable[[str], str] = str.lower,
) -> Iterator[Finding]:
    """Yield every element with the name of an earlier one; ``key`` says what counts as the same name."""
    seen: dict[str, Element] = {}
    for element in elements:
        name = element.value("name")
        first = seen.setdefault(key(name), element)
        if name and first is not element:
            message = f"The {what} {name} is there twice, first in line {first.line}"
            yield rule.at(document, place(element, "name"), message, f"Rename or remove one <{element.name}>.")
