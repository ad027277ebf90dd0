"""What kind of file somebody gave as a package, by its content and never by its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice

from cses_action.project.package.defects import joined
from cses_action.project.package.model import Kind
from cses_action.project.package.records import Header
from cses_action.project.package.streams import Broken
from cses_action.project.rules import packages

_MOST_ENTRIES = 1000
"""Entries of a folder that are looked at."""
CTP_TYPE = b"windowsazure/PackageDefinition/Version/2012/03/15"
"""What the relationship of a CTP package is called."""


def check_folder(path: str) -> None:
    """Refuse a folder that somebody gave for a package, where it is known what to give instead."""
    names: list[str] = []
    # A folder that cannot be read is told as what it is: no regular file.
    with suppress(OSError), os.scandir(path) as entries:
        names = sorted(each.name for each in islice(entries, _MOST_ENTRIES))
    inner = [each for each in names if each.casefold().endswith(".cspkg")]
    if inner:
        message = f"This is a folder with a package in it: {joined(inner[0])}"
        raise Broken(packages.NESTED, message, f"Give {joined(os.path.join(path, inner[0]))} itself.")  # noqa: PTH118
    if "roles" in names and any(each.casefold().endswith(".csdef") for each in names):
        raise Broken(packages.CSX, "This is a csx folder, which only the emulator can run")


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
