"""The CTP format (2012-03-15), which extended support refuses: read so that the refusal can show what is inside.

What its ``package.xml`` gives: the SDK, and each role's files, which are shared between paths. The bytes of shared
files are not looked into, so sites and startup tasks stay unknown, and its hashes are not compared: no such package
can be deployed, whatever they say.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cses_action.project.package.archive import Archive
from cses_action.project.package.container import Container
from cses_action.project.package.learned import Learned
from cses_action.project.package.members import Member, path_of
from cses_action.project.package.model import PackedFile
from cses_action.project.package.plain import Unreadable, local, tree
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
        described = Container("", ".csdx", "")
        parts: dict[str, PackedFile] = {}
        description = b""
        for member in archive.members():
            if member.key == DESCRIPTION:
                description = member.read(DESCRIPTION_LIMIT)
            self._keep(member, described)
            member.drain()
            part = PackedFile("", member.path, member.size, member.stated.packed, member.sha256)
            parts[member.key] = part
        self._defects.take(archive.defects)
        for folder in _FOLDERS:
            described.parts |= {
                key.removeprefix(folder): each for key, each in parts.items() if key.startswith(folder)
            }
        self._contents.take_definition(described)
        self._contents.take_streams(described)
        self.document, self.roles = self._contents.document, self._contents.roles_by_definition()
        self._describe(description, parts)

    def _keep(self, member: Member, described: Container) -> None:
        for folder, end in _FOLDERS.items():
            if member.key.startswith(folder) and member.key.endswith(end):
                data = member.read(_TEXT_LIMIT)
                self._bounds.count_text(len(data))
                described.texts[member.key.removeprefix(folder)] = data

    def _describe(self, description: bytes, parts: dict[str, PackedFile]) -> None:
        try:
            root = tree(description)
        except Unreadable as failure:
            self._defects.add(packages.NO_DESCRIPTION, f"it cannot be read: {failure}", "", DESCRIPTION)
            return
        for pair in _all(root, "KeyValuePair"):
            if _text(pair, "Key").rstrip("/").endswith("/ProductVersion"):
                self.sdk = _text(pair, "Value")
        stored = {_text(each, "Name"): _text(each, "DataStorePath") for each in _all(root, "ContentDefinition")}
        for layout in _all(root, "LayoutDefinition"):
            role = _text(layout, "Name").removeprefix("Roles/")
            for file in _all(layout, "FileDefinition"):
                content = stored.get(_text(file, "DataContentReference"), "")
                part = parts.get(path_of(content).casefold())
                if part is None:
                    message = "package.xml names this file, and its content is not there"
                    self._defects.add(packages.MISSING_PART, message, role, _text(file, "FilePath"))
                    continue
                path = _text(file, "FilePath").replace("\\", "/").removeprefix("/")
                self.files.append(part._replace(container=role, path=path))


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element.iter() if local(each) == name)


def _text(element: etree._Element, name: str) -> str:
    """Return the text of the first element of this name below."""
    return next((each.text or "" for each in _all(element, name)), "")
