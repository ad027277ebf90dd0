"""The two values that every part knows: a secret, and the thumbprint of a certificate."""

from __future__ import annotations

import re
from typing import NamedTuple

_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u200b\ufeff"))
"""Marks that come along when a thumbprint is copied out of the Windows certificate dialog."""


class Secret:
    """A text that cannot print itself; ``reveal()`` stands only on the line that sends it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class Thumbprint(NamedTuple):
    """The SHA-1 of a certificate: 40 hexadecimal digits, upper case."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Thumbprint | None:
        """Read a thumbprint as people write it (spaces, case, invisible marks), or None if it is none."""
        digits = "".join(text.translate(_INVISIBLE).split()).upper()
        return cls(digits) if re.fullmatch("[0-9A-F]{40}", digits) else None

    def __str__(self) -> str:
        return self.text
