"""What stands in the user's files, read without any network.

::

    files.py          a regular file, so much of it, as text           positions.py   where tags and attributes stand
    xml.py            safe bounded parsing with positions              mistakes.py    all mistakes of a file at once
    definition.py     .csdef -> Definition                             configuration.py  .cscfg -> Configuration
    package.py        .cspkg -> Package                                consistency.py    do the two belong together?
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cses_action.errors import Problem, ProjectError
from cses_action.project.configuration import Configuration, read_configuration
from cses_action.project.consistency import check_pair
from cses_action.project.definition import Definition, read_definition
from cses_action.project.package import Package, read_package

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Project:
    """The files of one run."""

    configuration: Configuration
    definition: Definition | None
    package: Package | None


def read_project(configuration: str, definition: str | None, package: str | None) -> Project:
    """Return what the files say; one ProjectError names everything that is wrong with any of them."""
    problems: list[Problem] = []
    configured = _attempt(read_configuration, configuration, problems)
    defined = _attempt(read_definition, definition, problems)
    packed = _attempt(read_package, package, problems)
    if configured is None or problems:
        raise ProjectError.of(tuple(problems))
    if defined:
        check_pair(defined, configured)
    return Project(configured, defined, packed)


def _attempt(read: Callable[[str], _Read], path: str | None, problems: list[Problem]) -> _Read | None:
    if path is None:
        return None
    try:
        return read(path)
    except ProjectError as failure:
        problems += failure.problems
        return None
