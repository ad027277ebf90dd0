"""What a run shows, in the kinds that every host knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cses_action.errors import Problem

Level = Literal["error", "warning", "notice"]


class Line(NamedTuple):
    """A line of the log."""

    text: str


class Annotation(NamedTuple):
    """A problem that the host shows beside the file, or at the top of the run."""

    level: Level
    problem: Problem
    title: str = ""


class Progress(NamedTuple):
    """How far a thing is that takes its time; the last one of a kind has ``done == total``."""

    label: str
    done: int
    total: int
    detail: str = ""


class Table(NamedTuple):
    """Rows under a heading each, for a terminal; hosts without tables print aligned lines."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Message = Line | Annotation | Progress | Table
