"""What kind of file somebody gave as a package, by its content and never by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cses_action.project.package.defects import joined
from cses_action.project.package.model import Kind
from cses_action.project.package.records import Header
from cses_action.project.package.streams import Broken
from cses_action.project.rules import packages

CTP_TYPE = b"windowsazure/PackageDefinition/Version/2012/03/15"
"""What the relationship of a CTP package is called."""


def kind_of(headers: Sequence[Header], relationships: Callable[[], bytes]) -> Kind:
    """Return the kind of a zip archive with these members; what is no package at all is ``Broken``."""
    names = [each.name.replace("\\", "/") for each in headers]
    keys = [each.casefold() for each in names]
    root = [each for each in keys if "/" not in each]
    if CTP_TYPE in relationships():
        return "ctp"
    if any(each.endswith(".csman") for each in root) and any(each.endswith(".cssx") for each in root):
        return "legacy"
    inner = [each for each in names if each.casefold().endswith(".cspkg")]
    if inner:
        message = f"This is a zip archive with a package in it: {joined(inner[0])}"
        raise Broken(packages.NESTED, message, f"Unpack it, and give {joined(inner[0])} itself.")
    if any(each.endswith("rolemodel.xml") for each in keys) and any(each.endswith(".csdef") for each in keys):
        raise Broken(packages.CSX, "This is a zipped csx folder, which only the emulator can run")
    raise Broken(packages.NOT_A_PACKAGE, "This zip archive is not a service package")
