"""Collecting what is wrong with one file, so that all of it is named at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cses_action.errors import Problem, ProjectError
from cses_action.project.xml import Attribute, Element


class Mistakes:
    """The mistakes of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []

    def add(self, place: Element | Attribute, message: str, fix: str) -> None:
        """Note a mistake at this element or attribute."""
        self._problems.append(
            Problem(message=message, fix=fix, file=self._file, line=place.line, column=place.column)
        )

    def require(self, element: Element, *names: str) -> None:
        """Note every one of these attributes that is missing or empty."""
        for name in names:
            if not element.value(name).strip():
                called = f" {element.value('name')}" if element.value("name") else ""
                self.add(element, f"<{element.name}>{called} has no {name}", f'Add {name}="…" to <{element.name}>.')

    def refuse_doubles(self, elements: Iterable[Element], what: str, key: Callable[[str], str] = str) -> None:
        """Note every element with the name of an earlier one; ``key`` says what counts as the same name."""
        seen: dict[str, Element] = {}
        for element in elements:
            name = element.value("name")
            first = seen.setdefault(key(name), element)
            if name and first is not element:
                message = f"The {what} {name} is there twice, first in line {first.line}"
                self.add(element, message, f"Rename or remove one <{element.name}>.")

    def stop(self) -> None:
        """Raise what was noted, if there is anything."""
        if self._problems:
            raise ProjectError.of(tuple(self._problems))
