"""Where elements and attributes stand in a text, which no XML parser says exactly (lines end inside of tags)."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

# The quantifiers that end in + never give back what they took: the time grows with the text alone.
_MARKUP = re.compile(
    r"""<!--.*?-->
      | <!\[CDATA\[.*?\]\]>
      | <\?.*?\?>
      | (?P<end></[^>]*>)
      | (?P<start><[^ \t\r\n/>]++(?P<attributes>(?:[^"'>]|"[^"]*+"|'[^']*+')*+)>)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^ \t\r\n=/]++)[ \t\r\n]*+=[ \t\r\n]*+(?:"([^"]*+)"|'([^']*+)')""")
_DOCTYPE = re.compile(r"(?:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+(<!DOCTYPE)", re.DOTALL)
LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """An attribute as it is written: where its name starts, and its value without the quotes."""

    name: str
    start: int
    value_start: int
    value_end: int


class Tag(NamedTuple):
    """A start tag or an end tag; an empty element's tag both opens and closes."""

    start: int
    end: int
    opens: bool
    closes: bool
    attributes: tuple[Span, ...] = ()
    """Without the declarations of namespaces."""


def tags(text: str) -> Iterator[Tag]:
    """Yield the tags of a well-formed text without DOCTYPE, in document order."""
    for match in _MARKUP.finditer(text):
        if match["end"]:
            yield Tag(match.start(), match.end(), opens=False, closes=True)
        elif match["start"]:
            spans = tuple(_spans(text, *match.span("attributes")))
            yield Tag(match.start(), match.end(), opens=True, closes=match[0].endswith("/>"), attributes=spans)


def _spans(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _ATTRIBUTE.finditer(text, start, end):
        if match[1] != "xmlns" and not match[1].startswith("xmlns:"):
            yield Span(match[1], match.start(), *match.span(2 if match[2] is not None else 3))


def doctype(text: str) -> int | None:
    """Return where the DOCTYPE starts, or None; also of a text that is not well-formed."""
    match = _DOCTYPE.match(text)
    return match.start(1) if match else None


class Lines:
    """The lines of a text, to turn an offset into a line and a column (both from 1, columns in characters)."""

    def __init__(self, text: str) -> None:
        self._starts = array("I", (0,))
        self._starts.extend(match.end() for match in LINE_END.finditer(text))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
