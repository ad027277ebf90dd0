"""XML that a package's writer made: short texts as trees, long ones as start tags one by one; none with a DOCTYPE."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lxml import etree

from cses_action.errors import ProjectError
from cses_action.project.files import decoded
from cses_action.project.positions import doctype

Row = dict[str, str]

_LONG_TAG = re.compile("<[^<]{1000000}")


class Unreadable(Exception):
    """The text is no XML that a package can hold; the message says why."""


def tree(data: bytes) -> etree._Element:
    """Return the root of a text."""
    # The text is decoded already: the parser must not heed its declaration.
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    with _understood():
        return etree.fromstring(_checked(data), parser)


def start_tags(data: bytes, take: Callable[[str, Mapping[str, str]], None]) -> None:
    """Give every start tag's name and attributes to ``take``; no tree is kept."""
    _parse(data, _Target(take))


def rows(data: bytes, kinds: frozenset[str], fields: frozenset[str], take: Callable[[str, Row], None]) -> None:
    """Give every element of these kinds to ``take``, with the texts of these fields in it; no tree is kept.

    A field that stands in none of them is given alone, as a row of its own name.
    """
    _parse(data, _Rows(kinds, fields, take))


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Target:
    """What lxml's parser calls."""

    def __init__(self, take: Callable[[str, Mapping[str, str]], None]) -> None:
        self._take = take

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        self._take(tag, attributes)

    def close(self) -> None:
        """Return what parsing returns: nothing."""


class _Rows:
    """What lxml's parser calls for rows."""

    def __init__(self, kinds: frozenset[str], fields: frozenset[str], take: Callable[[str, Row], None]) -> None:
        self._kinds, self._fields, self._take = kinds, fields, take
        self._row: Row | None = None
        self._text: list[str] = []

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """Begin with an element."""
        self._text = []
        if tag.rpartition("}")[2] in self._kinds:
            self._row = {}

    def data(self, text: str) -> None:
        """Take a text."""
        self._text.append(text)

    def end(self, tag: str) -> None:
        """Take an element that is complete."""
        name, text = tag.rpartition("}")[2], "".join(self._text).strip()
        self._text = []
        if name in self._kinds:
            self._take(name, self._row or {})
            self._row = None
        elif name in self._fields and self._row is not None:
            self._row.setdefault(name, text)
        elif name in self._fields:
            self._take(name, {name: text})

    def close(self) -> None:
        """Return what parsing returns: nothing."""


def _parse(data: bytes, target: Any) -> None:  # the stubs ask for a base class that lxml does not have
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, target=target)
    with _understood():
        etree.fromstring(_checked(data), parser)


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except ProjectError as failure:
        raise Unreadable(failure.problems[0].message) from None
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        raise Unreadable("it is not well-formed XML") from None


def _checked(data: bytes) -> bytes:
    text = decoded(data, "").text
    if doctype(text) is not None:
        raise Unreadable("a DOCTYPE is not accepted")
    # A tag is kept whole while it is parsed, with all its attributes.
    if _LONG_TAG.search(text):
        raise Unreadable("a tag or text in it is longer than any")
    return text.encode()
