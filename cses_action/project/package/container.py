"""An archive of a package with all that was learned while it was read, and its Open Packaging parts checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from cses_action.project.package.defects import Defects, joined
from cses_action.project.package.members import path_of
from cses_action.project.package.model import PackedFile
from cses_action.project.package.plain import Unreadable, local, tree
from cses_action.project.package.streams import Broken
from cses_action.project.rules import packages

CONTENT_TYPES, RELATIONSHIPS = "[content_types].xml", "_rels/.rels"
RESOURCE: Final = "http://schemas.microsoft.com/opc/2006/sample/required-resource"
RUNTIME: Final = "http://schemas.microsoft.com/ServiceHosting/2009/10/UAR/Manifest"
VERSION: Final = "http://schemas.microsoft.com/ServiceHosting/2009/10/UAR/ProductVersion"

KEPT_LIMIT = 10 * 1024 * 1024
"""Bytes of the manifests and descriptions of one archive."""


class Container:
    """The package itself or a nested archive: its parts by key (path in lower case), and the texts kept of them."""

    def __init__(self, place: str, kind: str, label: str) -> None:
        self.place = place
        """Its name in the package; empty for the package itself."""
        self.kind = kind
        """``.cssx``, ``.csdx``, ``.csmx`` or ``.csnsx``; empty for the package itself."""
        self.label = label
        self.parts: dict[str, PackedFile] = {}
        self.texts: dict[str, bytes] = {}
        self._kept = 0
        self.defects = Defects()
        self.targets: dict[str, str] = {}
        """The paths that relationships lead to, by the Id of a required resource or by their type."""

    def keep(self, key: str, data: bytes) -> None:
        """Keep the text of a part until the archive is read."""
        self.texts[key] = data
        self._kept += len(data)
        if self._kept > KEPT_LIMIT:
            raise Broken(packages.BOMB, f"{self.place or 'The package'} describes itself at greater length than any")

    def find(self, resource: str, extension: str) -> str:
        """Return the key of the part that a relationship leads to, or of the only one with this extension."""
        target = self.targets.get(resource, "").casefold()
        if target in self.parts:
            return target
        found = [key for key in self.parts if key.endswith(extension) and "/" not in key]
        found = [key for key in found if key != "cloud.uar.csman"]
        return found[0] if len(found) == 1 else ""


def check_open_packaging(container: Container) -> None:
    """Check that every part has a content type, and that every relationship leads to a part."""
    for name in (CONTENT_TYPES, RELATIONSHIPS):
        if name not in container.parts:
            container.defects.add(_RULES[name], f"{_SHOWN[name]} is missing", container.place)
    _check_relationships(container)
    known = _content_types(container)
    for key, part in container.parts.items():
        if known and key != CONTENT_TYPES and key not in known and _extension(key) not in known:
            container.defects.add(packages.NO_CONTENT_TYPE, "it has no content type", container.place, part.path)


def _check_relationships(container: Container) -> None:
    _read_relationships(container)
    for key, target in container.targets.items():
        if key != VERSION and target.casefold() not in container.parts:
            message = f"the relationship {key} leads to {joined(target)}, which is not there"
            container.defects.add(packages.NO_RELATIONSHIP, message, container.place)
    if RELATIONSHIPS in container.parts:
        for wanted in _REQUIRED[container.kind] - container.targets.keys():
            container.defects.add(packages.NO_RELATIONSHIP, f"no relationship is called {wanted}", container.place)


_SHOWN = {CONTENT_TYPES: "[Content_Types].xml", RELATIONSHIPS: RELATIONSHIPS}
_RULES = {CONTENT_TYPES: packages.NO_CONTENT_TYPE, RELATIONSHIPS: packages.NO_RELATIONSHIP}
_REQUIRED: Mapping[str, set[str]] = {
    "": {"MANIFEST", "SERVICEDESCRIPTION", "SERVICEMODEL"},
    ".cssx": {"MANIFEST"},
    ".csdx": {"MANIFEST", "SERVICEDESCRIPTION"},
    ".csmx": {"MANIFEST", "SERVICEMODEL"},
    ".csnsx": {"MANIFEST"},
}


def _extension(key: str) -> str:
    """Return a part's extension with its dot; without one there can be no default."""
    _, dot, extension = key.rpartition("/")[2].rpartition(".")
    return dot + extension


def _read_relationships(container: Container) -> None:
    for element in _rows(container, RELATIONSHIPS):
        kind, target = element.get("Type", ""), element.get("Target", "")
        if kind == VERSION:
            container.targets[VERSION] = target.rpartition("#")[2]
        elif kind in (RESOURCE, RUNTIME):
            container.targets[element.get("Id", "") if kind == RESOURCE else RUNTIME] = path_of(target)


def _content_types(container: Container) -> frozenset[str]:
    """Return the extensions (with their dot) and the keys that have a content type."""
    found = set()
    for element in _rows(container, CONTENT_TYPES):
        if local(element) == "Default":
            found.add(f".{element.get('Extension', '').casefold()}")
        elif local(element) == "Override":
            found.add(path_of(element.get("PartName", "")).casefold())
    return frozenset(found)


def _rows(container: Container, name: str) -> list[etree._Element]:
    data = container.texts.get(name)
    if data is None:
        return []
    try:
        return list(tree(data))
    except Unreadable as failure:
        container.defects.add(_RULES[name], f"it cannot be read: {failure}", container.place, _SHOWN[name])
        return []
