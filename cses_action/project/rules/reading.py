"""What several rules need to read off a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from cses_action.project.definition import role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Attribute, Document, Element
from cses_action.values import replace

__all__ = [
    "PLUGINS",
    "Names",
    "doubles",
    "imports",
    "is_local",
    "is_sure_token",
    "is_token",
    "missing",
    "named",
    "of_plugin",
    "of_value",
    "place",
    "plugin",
    "role_elements",
]

PLUGINS = "microsoft.windowsazure.plugins."
"""Start of the names that an imported module adds: the definition does not list them before it is packed."""

_MARKS = ("@@", "#{", "__", "$", "%", "<", "{{", "your")
_CERTAIN = r"@@[\w. -]{1,99}@@|#\{[^{}]{1,99}\}"
_PLACEHOLDERS = (
    f"{_CERTAIN}"
    # Bounded, and beginning with a letter: a$b$c, %20a%20 and module__name__ are none; nor are Python's own names.
    r"|(?<![\w$])\$[A-Za-z][\w.-]{0,99}\$(?![\w$])"
    r"|(?<!\w)__(?!(?:init|main)__)[A-Za-z]\w{0,99}?__(?!\w)"
    r"|(?<![\w%])%[A-Za-z][\w.-]{0,99}%(?![\w%])"
    r"|(?<![\w-])(?:YOUR [A-Za-z]|(?i:your)[_-]\w)"
    # Also what Azure Pipelines and templates write, but only if nothing else is there: ${x} is often a log layout.
    r"|\A(?:\$\(\w[\w.-]*\)|\$?\{\{ ?[A-Za-z][\w.-]* ?\}\}|\$\{[A-Za-z][\w.-]*\})\Z"
)
# Nothing else is written like these, which a step of a pipeline replaces; %TEMP%, <name> and your- may be meant so.
_SURE = (
    f"{_CERTAIN}"
    r"|\A(?:__[A-Za-z]\w{0,99}?__|\$\(\w[\w.-]*\)|\$?\{\{ ?[A-Za-z][\w.-]* ?\}\})\Z"
)
_ANGLES = r"(?<!\w)<[A-Za-z.][^<>/=]{0,99}>"


def is_token(value: str) -> bool:
    """Return whether a later step of the pipeline is to replace this value, or a part of it."""
    lower = value.lower()
    if not any(mark in lower for mark in _MARKS):
        return False
    # Compiled on first use: most files have none. What closes an element is XML or HTML, not a <name> to replace.
    markup = "</" in value or "/>" in value
    return bool(re.search(_PLACEHOLDERS, value) or (not markup and re.search(_ANGLES, value)))


def is_sure_token(value: str) -> bool:
    """Return whether a token can be meant as nothing else."""
    return bool(re.search(_SURE, value))


def is_local(document: Document) -> bool:
    """Return whether this configuration is made for the emulators of the developer's machine."""
    return document.file.lower().endswith(".local.cscfg")


def of_value(finding: Finding, value: str) -> Finding:
    """Return what is wrong with a value: where a token stands for it, only for a file that is deployed."""
    return replace(finding, deployed_only=is_token(value))


def of_plugin(name: str) -> bool:
    """Return whether an imported module brings this setting, certificate or endpoint."""
    return name.lower().startswith(PLUGINS)


def plugin(name: str) -> str:
    """Return the module that brings this name, in lower case; empty if none does."""
    return name.lower().removeprefix(PLUGINS).partition(".")[0] if of_plugin(name) else ""


def imports(role: Element) -> frozenset[str]:
    """Return the modules that a role of the definition imports, in lower case."""
    return frozenset(each.value("moduleName").strip().lower() for each in role.find("Imports", "Import")) - {""}


class Names(dict[str, Element]):
    """Elements by their names in lower case."""

    def __init__(self, attribute: str) -> None:
        super().__init__()
        self._attribute = attribute

    @cached_property
    def unsure(self) -> bool:
        """Whether a token stands for one of the names: what they will be is known only where they are deployed."""
        return any(is_token(each.value(self._attribute)) for each in self.values())


def named(elements: Iterable[Element], attribute: str = "name") -> Names:
    """Return the elements by their names in lower case; of several with one name the first."""
    found = Names(attribute)
    for element in elements:
        found.setdefault(element.value(attribute).lower(), element)
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
