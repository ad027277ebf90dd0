"""A program that does its work once and many times over: what lies between is the work, without the start-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.bench.children import PYTHON, Command, Cost
from tests.bench.rows import Row, Sides
from tests.bench.start import bare

ROLES = (1, 10, 100)
"""What grows with a project is measured with so many roles."""


def once_and_more(name: str, program: Callable[[int], str], times: int) -> dict[str, Command]:
    """Return both runs of a program; it is given how often to do its work."""
    return {
        f"{name} {label}": Command((*PYTHON, program(number)), bare())
        for label, number in (("once", 1), ("more", times + 1))
    }


def one(costs: dict[str, Cost], name: str, times: int) -> float:
    """Return the CPU seconds of doing it once more."""
    return (costs[f"{name} more"].cpu - costs[f"{name} once"].cpu) / times


def growth(what: str, roles: Sequence[float]) -> Row:
    """Return the row of what one role costs among many; the seconds are those of as many roles as ``ROLES`` says."""
    single, ten, hundred = (seconds / count * 1000 for seconds, count in zip(roles, ROLES, strict=True))
    return Row(
        number=11,
        what=f"CPU {what} for a role, of 100 roles",
        compared_with="for a role, of 10",
        unit="x",
        hold=1.5,
        aim=1.2,
        measured=hundred / ten,
        sides=Sides(hundred, ten, "ms"),
        note=f"a single role: {single:.2f} ms",
    )
