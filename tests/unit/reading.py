"""Project files and packages that must be right: the whole of them in one call, as most tests want them."""

from __future__ import annotations

from cses_action.errors import ProjectError
from cses_action.project import Project, examine, project_of, with_package
from cses_action.project.package import Package, examine_package
from cses_action.project.rules import Options


def read_project(configuration: str, definition: str = "", package: str = "") -> Project:
    """Return what the files say; one ProjectError names everything that is wrong."""
    found = examine(definition, [configuration])
    return project_of(with_package(found, package, Options()) if package else found)


def read_package(path: str) -> Package:
    """Return a package without errors; a ProjectError names all that it has."""
    package = examine_package(path)
    errors = tuple(each.problem for each in package.findings if each.severity == "error")
    if errors:
        raise ProjectError.of(errors)
    return package
