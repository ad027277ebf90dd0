"""Edits that add, change and remove elements: new text looks like what stands around it, all other text stays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cses_action.project.edits import Edit
from cses_action.project.positions import LINE_END
from cses_action.project.xml import Document, Element
from cses_action.values import Value

_SPACE = " \t\r\n"
_NAME = re.compile(r"[^ \t\r\n/>]+")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_QUOTES = {'"': "&quot;", "'": "&apos;"}


class New(Value):
    """An element to be written."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[New, ...] = ()

    def __repr__(self) -> str:
        return f"New({self.name})"  # the value of an attribute may be a secret


class _Style(Value):
    """How elements are written at a place."""

    lead: str
    """What stands before each: a line end and an indent, or what is usual within a line."""
    unit: str
    """What a child is indented by."""
    quote: str
    closing: str
    """`` />`` or ``/>``."""
    prefix: str
    """Of the namespace, with its colon."""


def appended(document: Document, parent: Element, new: Sequence[New], why: str) -> Edit:
    """Return the edit that makes these the last children of an element."""
    text = document.text
    last = parent.children[-1] if parent.children else None
    style = _style(document, parent, last)
    written = "".join(_written(style, each, style.lead) for each in new)
    own = _own_lead(text, parent, last, style)
    if parent.end == parent.tag_end:
        start = parent.tag_end - 2
        start -= len(text[parent.start : start]) - len(text[parent.start : start].rstrip(_SPACE))
        return Edit(document.file, start, parent.end, f">{written}{own}</{_name(text, parent)}>", why)
    stop = text.rindex("</", parent.tag_end, parent.end)
    at = parent.tag_end + len(text[parent.tag_end : stop].rstrip(_SPACE))
    return Edit(document.file, at, at, written + (own if at == stop and last is None else ""), why)


def added_after(document: Document, parent: Element, sibling: Element, new: New, why: str) -> Edit:
    """Return the edit that puts an element directly after a child of ``parent``."""
    style = _style(document, parent, sibling)
    return Edit(document.file, sibling.end, sibling.end, _written(style, new, style.lead), why)


def changed(document: Document, element: Element, name: str, value: str, why: str) -> Edit | None:
    """Return the edit that gives an attribute this value; None if it has it."""
    known = element.attributes.get(name)
    if known is None:
        ends = [each.value_end + 1 for each in element.attributes.values()]
        at = max(ends, default=element.start + 1 + len(_name(document.text, element)))
        quote = _quote(document.text, at)
        return Edit(document.file, at, at, f" {name}={quote}{escaped(value, quote)}{quote}", why)
    if known.value == value:
        return None
    quote = document.text[known.value_end]
    return Edit(document.file, known.value_start, known.value_end, escaped(value, quote), why)


def removed(document: Document, element: Element, why: str) -> Edit:
    """Return the edit that takes an element away, with the line that it stands in if nothing else does."""
    lead = _lead(document.text, element.start)
    rest = document.text[element.end :].lstrip(" \t")[:1]
    start = element.start - (len(lead) if rest in _SPACE and LINE_END.match(lead) else 0)
    return Edit(document.file, start, element.end, "", why)


def escaped(value: str, quote: str) -> str:
    """Return a value as it stands between these quotes, so that every parser reads the same value again."""
    return "".join(_QUOTES[each] if each == quote else _ESCAPES.get(each, each) for each in value)


def spelled(document: Document, element: Element) -> str:
    """Return the prefix of an element with its colon; empty if it has none."""
    prefix, colon, _ = _name(document.text, element).rpartition(":")
    return prefix + colon


def _name(text: str, element: Element) -> str:
    match = _NAME.match(text, element.start + 1)
    return match[0] if match else ""


def _style(document: Document, parent: Element, sibling: Element | None) -> _Style:
    text = document.text
    path = _path(document.root, parent)
    unit = _unit(text, [*([sibling] if sibling else []), *reversed(path)])
    place = sibling or parent
    lead = _lead(text, place.start)
    if sibling is None and LINE_END.match(lead):
        lead += unit
    elif sibling is None:
        lead = ""
    return _Style(lead, unit, _quote(text, place.end), _closing(text, place.end), spelled(document, parent))


def _written(style: _Style, new: New, lead: str) -> str:
    quote = style.quote
    pairs = "".join(f" {name}={quote}{escaped(value, quote)}{quote}" for name, value in new.attributes)
    tag = f"{style.prefix}{new.name}"
    if not new.children:
        return f"{lead}<{tag}{pairs}{style.closing}"
    inner = lead + style.unit if LINE_END.match(lead) else lead
    children = "".join(_written(style, each, inner) for each in new.children)
    return f"{lead}<{tag}{pairs}>{children}{lead}</{tag}>"


def _own_lead(text: str, parent: Element, last: Element | None, style: _Style) -> str:
    """Return what stands before the end tag of a parent that had none."""
    return _lead(text, parent.start) if last is None and LINE_END.match(style.lead) else ""


def _lead(text: str, at: int) -> str:
    """Return the white space before a place, from the last line end on if there is one in it."""
    start = at
    while start and text[start - 1] in _SPACE:
        start -= 1
    space = text[start:at]
    ends = list(LINE_END.finditer(space))
    return space[ends[-1].start() :] if ends else space


def _unit(text: str, elements: Sequence[Element]) -> str:
    """Return what children are indented by in the first of these elements that shows it; the last is the root."""
    for element in elements:
        outer = _indent(text, element)
        if outer is None and element is elements[-1]:
            outer = ""  # the root may follow its declaration in one line
        for child in element.children[:3]:
            inner = _indent(text, child)
            if outer is not None and inner is not None and inner.startswith(outer) and inner != outer:
                return inner[len(outer) :]
    return ""


def _indent(text: str, element: Element) -> str | None:
    """Return what stands before an element in its line; None if that is more than white space."""
    lead = _lead(text, element.start)
    match = LINE_END.match(lead)
    if match is None:
        return lead if element.start == len(lead) else None
    return lead[match.end() :]


def _path(root: Element, element: Element) -> list[Element]:
    """Return the elements from the root to this one."""
    path = [root]
    while path[-1].start != element.start:
        path.append(next(each for each in path[-1].children if each.start <= element.start < each.end))
    return path


def _quote(text: str, at: int) -> str:
    """Return the quote of the nearest attribute before a place."""
    return "'" if text.rfind("='", 0, at) > text.rfind('="', 0, at) else '"'


def _closing(text: str, at: int) -> str:
    """Return how the nearest empty element ends: before the place, or else after it."""
    found = text.rfind("/>", 0, at)
    if found < 0:
        found = text.find("/>", at)
    return " />" if found < 0 or text[found - 1] in _SPACE else "/>"
