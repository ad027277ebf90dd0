"""How much of a step's annotations and outputs a CI host keeps."""

from __future__ import annotations

from collections import Counter

from cses_action.errors import Problem
from cses_action.hosts.log import message_lines, remedy_lines
from cses_action.messages import Level

KEPT = 10
"""Both hosts keep so many annotations of a level in a step (ExecutionContext of actions/runner and of the agent)."""

LONGEST = 4096
"""GitHub cuts a longer message (actions/runner, ExecutionContext); on Azure Pipelines nobody would read it."""

LONGEST_VALUE = 127 * 1024
"""With a longer output (in bytes) in its environment no later step starts: Linux takes no more than 128 KiB in one
variable, its name included (MAX_ARG_STRLEN in execve(2))."""


class Kept:
    """Counts the annotations of a step."""

    def __init__(self) -> None:
        self._shown: Counter[Level] = Counter()

    def takes(self, level: Level) -> bool:
        """Return whether the host keeps one more of this level, and count it."""
        self._shown[level] += 1
        return self._shown[level] <= KEPT


def size(text: str) -> int:
    """Return the size of the text as it is written, in bytes."""
    return len(text.encode("utf-8", "backslashreplace"))


def utf_16(text: str) -> bytes:
    """Return the text as a host holds it; both are .NET programs and count the units of UTF-16."""
    return text.encode("utf-8", "backslashreplace").decode().encode("utf-16-le")


def annotation_text(problem: Problem, title: str = "") -> str:
    """Return message and fix as long as a host keeps them: a long message is cut, for the fix is what helps."""
    message = ": ".join(filter(None, (title, "\n".join(message_lines(problem)))))
    rest = "".join(f"\n{line}" for line in remedy_lines(problem))
    room = LONGEST - len(utf_16(rest)) // 2
    return f"{_cut(message, room)}{rest}" if room > 0 else _cut(message + rest, LONGEST)


def _cut(text: str, room: int) -> str:
    units = utf_16(text)
    return text if len(units) <= 2 * room else units[: 2 * (room - 1)].decode("utf-16-le", "ignore") + "…"
