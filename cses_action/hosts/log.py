"""Messages as plain lines, for a log that nobody can fold, colour or redraw."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import NamedTuple, TextIO

from cses_action.errors import Problem
from cses_action.messages import Annotation, Line, Message, Progress, Table, Waiting
from cses_action.report.plain import defuse, one_line


class PlainLog:
    """Plain lines on a stream: none of them is a command to a host, and each is out at once."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told: dict[str, tuple[int, str]] = {}

    def show(self, message: Message) -> None:
        """Show a message as lines."""
        match message:
            case Line(text):
                self.line(text)
            case Annotation():
                self.line("\n".join(annotation_lines(message)))
            case Progress() | Waiting():
                self.progress(message)
            case _:
                self.line("\n".join(_table_lines(message)))

    def progress(self, message: Progress | Waiting) -> bool:
        """Write a line where a tenth, a minute or the detail is another one, and return whether it did."""
        if isinstance(message, Progress):
            step, text = percent(message) // 10, f"{percent(message)} % {message.detail}".rstrip()
        else:
            # The last line says how long it took.
            step = -1 if message.ended else message.seconds // 60
            text = ", ".join(filter(None, (message.detail, waited(message))))
        if self._told.get(message.label) == (step, message.detail):
            return False
        self._told[message.label] = (step, message.detail)
        self.line(one_line(f"{message.label}: {text}"))
        return True

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Put a title above what is shown within."""
        self.line(one_line(title))
        yield

    def line(self, text: str) -> None:
        """Write the text, a line of it a line of the log."""
        self.command(defuse(text))

    def command(self, text: str) -> None:
        """Write a line as it is: only for what the host is really meant to obey."""
        with unread(self._out):
            self._out.write(f"{text}\n")
            self._out.flush()


@contextmanager
def unread(out: TextIO) -> Iterator[None]:
    """Write to the stream within; where that fails, whatever comes later goes nowhere."""
    try:
        yield
    except OSError:
        # Whoever read along has gone (`| head`), or the disk is full; a deployment under way goes on.
        with open(os.devnull, "w", encoding="utf-8") as nothing:
            os.dup2(nothing.fileno(), out.fileno())


def forgiving(out: TextIO, encoding: str | None = None) -> TextIO:
    r"""Return the stream so that it writes ``\xe9`` where its encoding has no letter, instead of failing."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding=encoding, errors="backslashreplace")
    return out


def percent(progress: Progress | Waiting) -> int:
    """Return how many hundredths are done, or of the time that there is; 100 for the last."""
    if isinstance(progress, Waiting):
        return 100 if progress.ended else min(100 * progress.seconds // max(progress.most, 1), 99)
    return max(0, min(100 * progress.done // progress.total, 100)) if progress.total else 100


def waited(waiting: Waiting) -> str:
    """Return how long it has been, and how long it may be."""
    most = "" if waiting.ended else f" of at most {_length(waiting.most)}"
    return f"{_length(waiting.seconds)}{most}"


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return " ".join(filter(None, (f"{minutes} min" * bool(minutes), f"{rest} s" * bool(rest or not minutes))))


def problem_lines(problem: Problem) -> list[str]:
    """Return message, what Azure calls it, and fix, as harmless lines."""
    return [*message_lines(problem), *remedy_lines(problem)]


def message_lines(problem: Problem) -> list[str]:
    """Return the message, as harmless lines."""
    return _lines(problem.message)


def remedy_lines(problem: Problem) -> list[str]:
    """Return what follows the message: what Azure calls it, and fix, as harmless lines."""
    asked = (
        f"code {problem.code}" if problem.code else "",
        f"request id {problem.request_id}" if problem.request_id else "",
    )
    return [*_lines(one_line(", ".join(filter(None, asked)))), *_lines(problem.fix)]


def _lines(text: str) -> list[str]:
    return defuse(text).split("\n") if text else []


class Head(NamedTuple):
    """The first line of an annotation in three parts."""

    place: str
    """Where, as compilers write it; empty if it has no place."""
    kind: str
    """Level, and the title or the id of a rule."""
    text: str


def annotation_head(annotation: Annotation) -> Head:
    """Return the first line: ``file:line:column: error CSD036: text``, which problem matchers read."""
    problem = annotation.problem
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    kind = " ".join(part for part in (annotation.level, one_line(annotation.title).strip()) if part)
    text = "".join(map(one_line, problem_lines(problem)[:1]))
    return Head(f"{defuse(one_line(place))}: " if place else "", defuse(kind), f": {text}" if text else "")


def annotation_lines(annotation: Annotation) -> list[str]:
    """Return place, level and message in the first line, and whatever else there is indented below it."""
    return ["".join(annotation_head(annotation)), *more_lines(annotation)]


def more_lines(annotation: Annotation) -> list[str]:
    """Return what comes below the first line."""
    return [f"  {line}" for line in problem_lines(annotation.problem)[1:]]


def _table_lines(table: Table) -> list[str]:
    rows = [[one_line(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
