"""Changes to a file as values: what would be replaced, by what, and why; every other byte stays."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """One change: the characters from ``start`` to ``end`` of ``Document.text`` become ``text``."""

    file: str
    start: int
    end: int
    text: str
    reason: str
