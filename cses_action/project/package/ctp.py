"""The CTP format (2012-03-15), which extended support refuses: read so that the refusal can show what is inside.

Its ``package.xml`` gives the SDK, the length and hash of every content, and each role's files, which are shared
between paths and roles. What a role says of itself lies among these contents, and is read once more from there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from cses_action.project.package.archive import Archive
from cses_action.project.package.container import Container
from cses_action.project.package.contents import ROLE_TEXTS
from cses_action.project.package.learned import Learned
from cses_action.project.package.members import Member, path_of
from cses_action.project.package.model import PackedFile
from cses_action.project.package.plain import Unreadable, tree
from cses_action.project.package.records import Header
from cses_action.project.rules import packages

DESCRIPTION = "package.xml"
DESCRIPTION_LIMIT = 4 * 1024 * 1024
_TEXT_LIMIT = 512 * 1024
_FOLDERS = {"servicedefinition/": ".csdef", "namedstreams/": "/1.0"}


class CtpPackage(Learned):
    """What was learned of a CTP package; complete after ``read``."""

    def read(self, archive: Archive) -> None:
        """Read the package's members to the last, then look at what they say together."""
        message = "The package has the CTP format (2012-03-15), which extended support does not take"
        self._defects.add(packages.CTP, message)
        self._places: dict[str, tuple[int, Header]] = {}
        self._parts: dict[str, PackedFile] = {}
        described = Container("", ".csdx", "")
        description = b""
        for member in archive.members():
            if member.key == DESCRIPTION:
                description = member.read(DESCRIPTION_LIMIT)
            self._keep(member, described)
        self._defects.take(archive.defects)
        for folder in _FOLDERS:
            described.parts |= {
                key.removeprefix(folder): each for key, each in self._parts.items() if key.startswith(folder)
            }
        self._contents.take_definition(described)
        self._contents.take_streams(described)
        self._describe(description)
        self.document, self.roles = self._contents.document, self._contents.roles_by_name()

    def _keep(self, member: Member, described: Container) -> None:
        """Read a member to its end, and keep what is needed of it."""
        for folder, end in _FOLDERS.items():
            if member.key.startswith(folder) and member.key.endswith(end):
                data = member.read(_TEXT_LIMIT)
                self._bounds.count_text(len(data))
                described.texts[member.key.removeprefix(folder)] = data
        member.drain()
        stated = member.stated
        self._parts[member.key] = PackedFile("", member.path, member.size, stated.packed, member.sha256)
        if member.size <= _TEXT_LIMIT:
            self._places[member.key] = member.start, stated

    def _describe(self, description: bytes) -> None:
        try:
            root = tree(description)
        except Unreadable as failure:
            self._defects.add(packages.NO_DESCRIPTION, f"it cannot be read: {failure}", "", DESCRIPTION)
            return
        for pair in _all(root, "PackageMetaData", "KeyValuePair"):
            if _text(pair, "Key").rstrip("/").endswith("/ProductVersion"):
                self.sdk = _text(pair, "Value")
        stored = {}
        for content in _all(root, "PackageContents", "ContentDefinition"):
            stored[_text(content, "Name")] = key = path_of(
                _text(content, "ContentDescription", "DataStorePath")
            ).casefold()
            self._check(content, self._parts.get(key))
        for layout in _all(root, "PackageLayouts", "LayoutDefinition"):
            self._take_role(_text(layout, "Name").removeprefix("Roles/"), layout, stored)

    def _check(self, content: etree._Element, part: PackedFile | None) -> None:
        """Compare a content with its length and hash; what is not there is told where a file needs it."""
        length = _text(content, "ContentDescription", "LengthInBytes")
        digest = _digest(_text(content, "ContentDescription", "IntegrityCheckHash"))
        if part and (length not in ("", str(part.size)) or digest not in ("", part.sha256)):
            self._defects.add(packages.CHANGED_PART, "it is not the content that package.xml lists", "", part.path)

    def _take_role(self, role: str, layout: etree._Element, stored: dict[str, str]) -> None:
        """Take the files of a role, and what they say of it."""
        software = Container(role, ".cssx", role)
        for file in _all(layout, "LayoutDescription", "FileDefinition"):
            key = stored.get(_text(file, "FileDescription", "DataContentReference"), "")
            part = self._parts.get(key)
            if part is None:
                message = "package.xml names this file, and its content is not there"
                self._defects.add(packages.MISSING_PART, message, role, _text(file, "FilePath"))
                continue
            path = path_of(_text(file, "FilePath"))
            software.parts[path.casefold()] = part._replace(container=role, path=path)
            if path.casefold() in ROLE_TEXTS and key in self._places:
                self._bounds.count_text(part.size)
                software.texts[path.casefold()] = b"".join(map(bytes, self.again(*self._places[key])))
        self.files += software.parts.values()
        self._contents.take_software(software)


def _all(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    return element.iterfind("/".join(f"{{*}}{name}" for name in path))


def _text(element: etree._Element, *path: str) -> str:
    return next((each.text or "" for each in _all(element, *path)), "").strip()


def _digest(text: str) -> str:
    """Return a hash in hex; empty if there is none that can be compared."""
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return digest.hex() if len(digest) == 32 else ""
