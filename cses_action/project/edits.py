"""Changes to a file as values: what would be replaced, by what, and why; every other byte stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """One change: the characters from ``start`` to ``end`` of ``Document.text`` become ``text``."""

    file: str
    start: int
    end: int
    text: str
    reason: str

    def __repr__(self) -> str:
        return f"Edit({self.file}, {self.start}, {self.end}, {self.reason})"  # the text may be a secret


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with all edits made; several at one place in the order in which they are given."""
    parts: list[str] = []
    done = 0
    for edit in in_order(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit!r} overlaps another edit, or is outside of the text")
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


def in_order(edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits as they stand in the text."""
    return sorted(edits, key=lambda each: (each.start, each.end))
