"""XML that a package's writer made: short texts as trees, long ones as start tags one by one; none with a DOCTYPE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lxml import etree

from cses_action.errors import ProjectError
from cses_action.project.files import decoded
from cses_action.project.positions import doctype


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
    target: Any = _Target(take)  # the stubs ask for a base class that lxml does not have
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, target=target)
    with _understood():
        etree.fromstring(_checked(data), parser)


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
    return text.encode()
