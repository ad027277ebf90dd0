"""X: whether a file is XML that the schemas know."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator

from cses_action.project.positions import Lines
from cses_action.project.rules import schema
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Attribute, Document, Element

NOT_XML = Rule("X001", "error", "The file is not well-formed XML", source="XML 1.0")
WRONG_ROOT = Rule("X002", "error", "The root element or its namespace is another one", source="schema-csdef-file.md")
DOCTYPE = Rule("X003", "error", "The file has a DOCTYPE", fix="Remove the DOCTYPE.", source="safety")
ENCODING = Rule("X004", "warning", "The declared encoding is not that of the bytes", source="XML 1.0")
UNKNOWN_CHILD = Rule(
    "X010",
    "warning",
    "An element is not known where it stands",
    fix="Remove it, or correct its name.",
    source="XSD of the SDK 2.7, samples of extended support",
)
TWICE = Rule("X011", "error", "An element that can be there only once is there twice", source="XSD of the SDK 2.7")
UNKNOWN_ATTRIBUTE = Rule(
    "X012",
    "warning",
    "An attribute is not known at its element",
    fix="Remove it, or correct its name.",
    source="XSD of the SDK 2.7, samples of extended support",
)
TEXT = Rule(
    "X013",
    "info",
    "There is text between elements",
    fix="Remove the text, or make it a comment: <!-- … -->.",
    source="XSD of the SDK 2.7",
)

_DECLARED = r"""<\?xml[^>]*?\s(encoding\s*=\s*["'])([A-Za-z0-9._-]+)"""
_WIDE = "(?:utf|ucs|iso-10646-ucs)-?(?:16|2|32|4)"
_TABLES = {"ServiceDefinition": schema.DEFINITION, "ServiceConfiguration": schema.CONFIGURATION}
_GUESSES = 100
"""Names in one file for which similar ones are looked up: that takes long, and so many are no slips of the pen."""


def check(document: Document) -> Iterator[Finding]:
    """Yield what the form of a file breaks; X001 to X003 are found where it is read."""
    yield from _encoding(document)
    root = document.root
    kinds, guesses = schema.kinds(_TABLES[root.name]), _Guesses()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        kind = kinds[element.name]
        if kind.is_open:
            continue
        yield from _attributes(document, element, kind, guesses)
        if element.text.strip():
            yield TEXT.at(document, element, f"<{element.name}> holds text, which nothing reads")
        for child in element.children:
            if child.namespace == root.namespace and child.name in kind.children:
                waiting.append(child)
            else:
                yield _unknown(document, element, child, kinds, guesses)
        yield from _twice(document, element, kind)


def _encoding(document: Document) -> Iterator[Finding]:
    """Yield the declaration if it contradicts the bytes."""
    declared = re.match(_DECLARED, document.text)
    if not declared or declared[2].lower() == document.encoding == "utf-8":
        return
    wide = document.encoding.startswith("utf-16")
    other = bool(re.match(_WIDE, declared[2], re.IGNORECASE)) != wide
    if document.mark == codecs.BOM_UTF8:
        other = declared[2].lower() not in ("utf-8", "utf8")
    if other:
        start = declared.start(1)
        place = Attribute(declared[2], *Lines(document.text).place(start), start, *declared.span(2))
        message = f"The XML declaration says {declared[2]}, but the bytes are {document.encoding}"
        yield ENCODING.at(document, place, message, f'Declare encoding="{"utf-16" if wide else document.encoding}".')


def _attributes(document: Document, element: Element, kind: schema.Kind, guesses: _Guesses) -> Iterator[Finding]:
    for name, attribute in element.attributes.items():
        if name in kind.attributes or name.startswith("{"):
            continue
        meant = guesses.near(name, kind.attributes)
        message = f"{name} is no attribute of <{element.name}>" + (f" (did you mean {meant}?)" if meant else "")
        yield UNKNOWN_ATTRIBUTE.at(document, attribute, message, f"Rename it to {meant}." if meant else "")


def _twice(document: Document, element: Element, kind: schema.Kind) -> Iterator[Finding]:
    first: dict[str, Element] = {}
    for child in element.children:
        if kind.children.get(child.name) == "" and child.namespace == element.namespace:
            earlier = first.setdefault(child.name, child)
            if earlier is not child:
                message = f"<{child.name}> is there twice in <{element.name}>, first in line {earlier.line}"
                fix = f"Move what it holds into the first <{child.name}>, and remove it."
                if not child.children:
                    fix = f"Remove one of the two <{child.name}>."
                yield TWICE.at(document, child, message, fix)


def _unknown(
    document: Document, parent: Element, child: Element, kinds: dict[str, schema.Kind], guesses: _Guesses
) -> Finding:
    """Return what is to be said of a child; what stands in it is not looked at."""
    if child.namespace != parent.namespace:
        message = f"<{child.name}> is of another namespace than <{parent.name}>"
        return UNKNOWN_CHILD.at(document, child, message, "Remove its xmlns or prefix, or all of the element.")
    message, fix = f"<{child.name}> is not known under <{parent.name}>", ""
    homes = guesses.homes(child.name, kinds)
    if homes:
        fix = f"Move it into {' or '.join(f'<{each}>' for each in homes)}."
    elif meant := guesses.near(child.name, kinds[parent.name].children):
        message, fix = f"{message} (did you mean <{meant}>?)", f"Rename it to <{meant}>."
    return UNKNOWN_CHILD.at(document, child, message, fix)


class _Guesses:
    """What the author of a file may have meant; each question is answered once."""

    def __init__(self) -> None:
        self._near: dict[tuple[str, tuple[str, ...]], str] = {}
        self._homes: dict[str, tuple[str, ...]] = {}

    def near(self, name: str, known: Collection[str]) -> str:
        """Return the known name that is most like this one, or nothing."""
        key = name, tuple(known)
        if key not in self._near:
            if len(self._near) >= _GUESSES or len(name) > 2 * max(map(len, known), default=0):
                return ""
            self._near[key] = _similar(name, known)
        return self._near[key]

    def homes(self, name: str, kinds: dict[str, schema.Kind]) -> tuple[str, ...]:
        """Return the elements under which this one is known."""
        if name not in kinds:
            return ()
        if name not in self._homes:
            self._homes[name] = tuple(each for each, kind in kinds.items() if name in kind.children)
        return self._homes[name]


def _similar(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    by_case: dict[str, str] = {}
    for each in known:
        by_case.setdefault(each.lower(), each)  # endPoint before endpoint
    return next((by_case[each] for each in get_close_matches(name.lower(), by_case, n=1, cutoff=0.7)), "")
