"""The rows of the benchmark: what is compared with what, and what should hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sides:
    """What a ratio or a difference was made of: ours, and what it is compared with."""

    ours: float
    other: float | None
    unit: str

    def __str__(self) -> str:
        """Return both, as text."""
        other = "" if self.other is None else f" / {self.other:.3g}"
        return f"{self.ours:.3g}{other} {self.unit}"


@dataclass(frozen=True)
class Row:
    """One ratio or size; ``measured`` is None where ``note`` says why there is no figure."""

    number: int
    what: str
    compared_with: str
    unit: str
    hold: float
    aim: float
    measured: float | None
    sides: Sides | None = None
    note: str = ""
    more_is_better: bool = False

    @property
    def verdict(self) -> str:
        """Whether it holds, reaches the aim, or was not measured."""
        if self.measured is None:
            return "not measured"
        if self._reaches(self.aim):
            return "aim"
        return "holds" if self._reaches(self.hold) else "does NOT hold"

    @property
    def bounds(self) -> tuple[str, str]:
        """What should hold and what is aimed at, as text."""
        sign = "≥" if self.more_is_better else "≤"
        return f"{sign} {self.hold:g} {self.unit}", f"{sign} {self.aim:g} {self.unit}"

    @property
    def figure(self) -> str:
        """What was measured, as text."""
        if self.measured is None:
            return "—"
        return f"{self.measured:.0f}" if self.unit == "requests" else f"{self.measured:.2f} {self.unit}"

    def _reaches(self, bound: float) -> bool:
        measured = self.measured or 0.0
        return measured >= bound if self.more_is_better else measured <= bound
