"""What must not be shown, remembered by the host itself: a second guard behind the host's own masks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cses_action.messages import Annotation, Line, Message, Progress, Table, Waiting
from cses_action.values import Secret, replace

SHORTEST = 4
"""Anything shorter is not hidden: masking ``{`` or ``true`` makes a log unreadable and protects nothing."""


class Secrets:
    """The secrets of a run; replaces them by ``***``, and those that overlap by one."""

    def __init__(self) -> None:
        # Replaced and never changed: a signal, or another thread, may read them between any two lines.
        self._texts: dict[str, None] = {}
        self._forms: dict[str, None] = {}

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
            self._texts = {**self._texts, **dict.fromkeys(new)}
            self._forms = {**self._forms, **dict.fromkeys(form for part in new for form in _quoted(part))}
        return new

    def redact(self, text: str) -> str:
        """Return the text with ``***`` for every secret."""
        shown, end = "", 0
        for start, stop in sorted(span for each in (*self._texts, *self._forms) for span in _spans(each, text)):
            if start >= end:
                shown += f"{text[end:start]}***"
            end = max(end, stop)
        return shown + text[end:]

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
            case Waiting(label, seconds, most, detail, ended):
                return Waiting(self.redact(label), seconds, most, self.redact(detail), ended)
            case _:
                return Table(self._cells(message.columns), tuple(self._cells(row) for row in message.rows))

    def _cells(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.redact(cell) for cell in cells)


def _long_enough(text: str) -> bool:
    return len(text.strip()) >= SHORTEST


def _spans(part: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the part stands in the text; it may overlap itself."""
    start = text.find(part)
    while start >= 0:
        yield start, start + len(part)
        start = text.find(part, start + 1)


def _quoted(text: str) -> tuple[str, ...]:
    """Return how the text stands within quotes of Python and JSON, and in XML, as an error may show it."""
    if text.isascii() and text.isprintable() and not set("\"'\\&<>") & set(text):
        return ()
    import json  # noqa: PLC0415 - few secrets need it
    from html import escape  # noqa: PLC0415

    forms = (
        repr(text)[1:-1],
        repr(f"{text}\"'")[1:-4],  # Python escapes a ' only where there is a " too
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        escape(text, quote=False),
        escape(text, quote=False).replace('"', "&quot;"),
    )
    return tuple(dict.fromkeys(form for form in forms if form != text))
