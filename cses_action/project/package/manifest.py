"""The manifests (.csman) of a package: every part that they list, by its SHA-256, and every part that they do not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cses_action.project.package.container import CONTENT_TYPES, RELATIONSHIPS, RUNTIME, Container
from cses_action.project.package.defects import Defects, joined
from cses_action.project.package.members import path_of
from cses_action.project.package.plain import Unreadable, start_tags
from cses_action.project.package.streams import MEMBER_LIMIT, too_many
from cses_action.project.rules import packages
from cses_action.project.rules.registry import Rule

RUNTIME_MANIFEST = "cloud.uar.csman"
_HASH = re.compile("[0-9A-Fa-f]{64}")


class Manifest:
    """What a manifest lists."""

    def __init__(self, *place: str) -> None:
        self._place = place
        self.items: dict[str, tuple[str, str]] = {}
        """Path and hash by key; the hash is empty where there is none that can be checked."""
        self.streams: list[str] = []
        self.unclear = Defects()
        """What cannot be checked, and why."""

    def take(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of a start tag."""
        if tag == "Item":
            self._take_item(attributes.get("uri") or attributes.get("name", ""), attributes.get("hash", ""))
        elif tag == "Stream" and len(self.streams) < MEMBER_LIMIT:
            self.streams.append(attributes.get("name", ""))
        elif tag == "Contents" and attributes.get("hashtype") != "1":
            self._note(f"its hashtype is {attributes.get('hashtype')}, and 1 is SHA-256")
        elif tag == "Encryption" and attributes.get("keytype") != "1":
            self._note(f"its keytype is {attributes.get('keytype')}, and 1 is not encrypted")

    def _take_item(self, uri: str, digest: str) -> None:
        path = path_of(uri)
        key = path.casefold()
        if not _HASH.fullmatch(digest):
            self._note(f"the hash of {joined(path)} is no SHA-256")
            digest = ""
        if self.items.setdefault(key, (path, digest.lower()))[1] != digest.lower():
            self._note(f"{joined(path)} is listed twice")
        if len(self.items) > MEMBER_LIMIT:
            raise too_many()

    def _note(self, reason: str) -> None:
        self.unclear.add(packages.UNCLEAR_MANIFEST, reason, *self._place)


def read_manifest(container: Container, key: str) -> Manifest | None:
    """Return the manifest in a part of a container, or None with the defect noted."""
    manifest = Manifest(container.place, _path(container, key))
    try:
        start_tags(container.texts.get(key, b""), manifest.take)
    except Unreadable as failure:
        message = f"the manifest cannot be read: {failure if key in container.texts else 'it is missing'}"
        container.defects.add(packages.NO_MANIFEST, message, container.place, _path(container, key))
        return None
    container.defects.take(manifest.unclear)
    return manifest


def check_manifest(container: Container) -> Manifest | None:
    """Check a container's own manifest both ways: what it lists is there and the same, what is there is listed."""
    key = container.find("MANIFEST", ".csman")
    if not key:
        container.defects.add(packages.NO_MANIFEST, "there is no manifest (.csman)", container.place)
        return None
    manifest = read_manifest(container, key)
    if manifest is None:
        return None
    _check_listed(container, manifest, packages.MISSING_PART, packages.CHANGED_PART)
    for other, part in container.parts.items():
        if other not in manifest.items and other not in (key, CONTENT_TYPES, RELATIONSHIPS):
            container.defects.add(packages.UNLISTED_PART, "no manifest lists it", container.place, part.path)
    return manifest


def check_runtime(container: Container) -> bytes | None:
    """Check the files of Microsoft's runtime in a role, and return their manifest for its signature."""
    key = container.targets.get(RUNTIME, RUNTIME_MANIFEST).casefold()
    if key not in container.parts:
        message = "Cloud.uar.csman is missing, the manifest of Microsoft's runtime"
        container.defects.add(packages.NO_RUNTIME, message, container.place)
        return None
    if RUNTIME not in container.targets:
        container.defects.add(packages.NO_RELATIONSHIP, "no relationship leads to Cloud.uar.csman", container.place)
    manifest = read_manifest(container, key)
    if manifest is None:
        return None
    _check_listed(container, manifest, packages.CHANGED_RUNTIME, packages.CHANGED_RUNTIME)
    return container.texts[key]


def _check_listed(container: Container, manifest: Manifest, missing: Rule, changed: Rule) -> None:
    for key, (path, digest) in manifest.items.items():
        part = container.parts.get(key)
        if part is None:
            container.defects.add(missing, "a manifest lists it, and it is not there", container.place, path)
        elif digest and part.sha256 != digest:
            container.defects.add(changed, "it is not the file that its manifest lists", container.place, path)


def _path(container: Container, key: str) -> str:
    part = container.parts.get(key)
    return part.path if part else key
