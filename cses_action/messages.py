"""What a run shows, in the kinds that every host knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cses_action.values import Value

if TYPE_CHECKING:
    from cses_action.errors import Problem

Level = Literal["error", "warning", "notice"]


class Line(Value):
    """A line of the log."""

    text: str


class Annotation(Value):
    """A problem that the host shows beside the file, or at the top of the run."""

    level: Level
    problem: Problem
    title: str = ""


class Progress(Value):
    """How far a thing is that takes its time; the last one of a kind has ``done == total``."""

    label: str
    done: int
    total: int
    detail: str = ""


class Waiting(Value):
    """How long something has been waited for that does not say how far it is; the last one has ``ended``."""

    label: str
    seconds: int
    most: int
    """Seconds after which the run gives up."""
    detail: str = ""
    ended: bool = False


class Table(Value):
    """Rows under a heading each, for a terminal; hosts without tables print aligned lines."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Message = Line | Annotation | Progress | Waiting | Table
