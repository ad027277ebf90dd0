"""What must not be shown, remembered by the host itself: a second guard behind the host's own masks."""

from __future__ import annotations

import re

from cses_action.messages import Annotation, Line, Message, Progress, Table
from cses_action.values import Secret, replace

SHORTEST = 4
"""Anything shorter is not hidden: masking ``{`` or ``true`` makes a log unreadable and protects nothing."""


class Secrets:
    """The secrets of a run; replaces them by ``***``, the longest first."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern = re.compile("(?!)")

    def add(self, secret: Secret) -> tuple[str, ...]:
        """Remember a secret and return the texts that are new: the whole and each of its lines.

        A runner masks every line of what it is given, however short. So the whole is left out where one of
        its lines is too short to hide; its other lines are hidden one by one.
        """
        text = secret.reveal()
        lines = [line for line in re.split(r"[\r\n]+", text) if line]
        whole = [text] if all(_long_enough(line) for line in lines) else []
        found = [part for part in (*whole, *lines) if _long_enough(part)]
        new = tuple(part for part in dict.fromkeys(found) if part not in self._texts)
        if new:
            longest_first = sorted({*self._texts, *new}, key=lambda part: (-len(part), part))
            # First of all: a signal may end the run between any two lines.
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            self._texts.update(new)
        return new

    def redact(self, text: str) -> str:
        """Return the text with ``***`` for every secret."""
        return self._pattern.sub("***", text)

    def redacted(self, message: Message) -> Message:
        """Return the message with ``***`` for every secret."""
        match message:
            case Line(text):
                return Line(self.redact(text))
            case Annotation(level, problem, title):
                problem = replace(
                    problem,
                    message=self.redact(problem.message),
                    fix=self.redact(problem.fix),
                    file=self.redact(problem.file),
                    code=self.redact(problem.code),
                    request_id=self.redact(problem.request_id),
                )
                return Annotation(level, problem, self.redact(title))
            case Progress(label, done, total, detail):
                return Progress(self.redact(label), done, total, self.redact(detail))
            case _:
                return Table(self._cells(message.columns), tuple(self._cells(row) for row in message.rows))

    def _cells(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.redact(cell) for cell in cells)


def _long_enough(text: str) -> bool:
    return len(text.strip()) >= SHORTEST
