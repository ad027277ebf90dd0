"""What is wrong with a package, collected while it is read."""

from __future__ import annotations

from collections import Counter

from cses_action.project.package.model import Defect
from cses_action.project.rules.registry import Rule

EACH_LIMIT = 20
"""Defects of one rule that are told one by one."""
_NAME_LIMIT = 200


class Defects:
    """Defects in the order in which they were found; what breaks one rule very often is only counted."""

    def __init__(self) -> None:
        self._found: dict[Defect, None] = {}
        self._counts: Counter[Rule] = Counter()

    def add(self, rule: Rule, message: str, *place: str) -> None:
        """Take note of a defect; the place is an archive, and a part in it."""
        self._counts[rule] += 1
        if self._counts[rule] <= EACH_LIMIT:
            part = joined(*place)
            text = f"{part}: {message}" if part else f"{message[:1].upper()}{message[1:]}"
            self._found[Defect(rule, text)] = None

    def take(self, other: Defects) -> None:
        """Take note of what another collection has."""
        for defect in other._found:
            if self._counts[defect.rule] < EACH_LIMIT:
                self._found[defect] = None
            self._counts[defect.rule] += 1
        for rule, count in other._counts.items():
            self._counts[rule] += max(count - EACH_LIMIT, 0)

    def all(self) -> tuple[Defect, ...]:
        """Return the defects, with how many there are besides."""
        more = ((rule, count - EACH_LIMIT) for rule, count in self._counts.items() if count > EACH_LIMIT)
        return (
            *self._found,
            *(Defect(rule, f"{count:,} more like this: {rule.title}") for rule, count in more),
        )


def joined(*place: str) -> str:
    """Return a place in a package as a message can show it: no control characters, and not too long."""
    text = "/".join(each for each in place if each)
    return "".join(each if each.isprintable() else "?" for each in text[:_NAME_LIMIT])
