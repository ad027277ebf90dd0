"""What a value is, and the two that every part knows: a secret, and the thumbprint of a certificate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import replace  # so that changes are checked like the fields themselves
else:

    def replace(value: Value, **changes: object) -> Value:
        """Return a value that is the same but for these fields."""
        changed = object.__new__(type(value))
        changed.__dict__.update(value.__dict__, **changes)
        return changed


__all__ = ["Secret", "Thumbprint", "Value", "replace"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u200b\ufeff"))
"""Marks that come along when a thumbprint is copied out of the Windows certificate dialog."""


@dataclass_transform(frozen_default=True)
class Value:
    """A frozen value with named fields, which the type checker knows as it knows a frozen dataclass.

    A run that stops at a mistake has made some forty classes of values by then. As NamedTuples (0.15 ms each; a
    dataclass costs more) they were a tenth of its time; this costs a twentieth of that. A NamedTuple is still best
    for what is made by the thousand, sorted or unpacked, a dataclass for what no run needs before it reaches Azure.
    """

    _fields: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        type.__setattr__(cls, "__match_args__", cls._fields)  # what ``case Line(text)`` takes apart

    def __init__(self, *given: Any, **named: Any) -> None:
        self.__dict__.update(zip(self._fields, given, strict=False), **named)

    def _key(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self._key(), strict=True))
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


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
