"""The CTP format (2012-03-15), which extended support refuses: read so that the refusal can show what is inside.

Its ``package.xml`` gives the SDK, the length and hash of every content, and each role's files, which are shared
between paths and roles. What a role says of itself lies among these contents, and is read once more from there.
"""

from __future__ import annotations

from cses_action.project.package.archive import Archive
from cses_action.project.package.container import Container
from cses_action.project.package.contents import ROLE_TEXTS, ROLES_LIMIT
from cses_action.project.package.learned import Learned
from cses_action.project.package.members import Member, path_of
from cses_action.project.package.model import PackedFile
from cses_action.project.package.plain import Row, Unreadable, rows
from cses_action.project.package.records import Header
from cses_action.project.package.streams import MEMBER_LIMIT, too_many
from cses_action.project.rules import packages

DESCRIPTION = "package.xml"
DESCRIPTION_LIMIT = 8 * 1024 * 1024
_TEXT_LIMIT = 512 * 1024
_ROWS = frozenset({"KeyValuePair", "ContentDefinition", "FileDefinition"})
_FIELDS = frozenset({"Key", "Value", "Name", "LengthInBytes", "IntegrityCheckHash", "DataStorePath", "FilePath"})
_FIELDS |= {"DataContentReference"}
_FOLDERS = {"servicedefinition/": ".csdef", "namedstreams/": "/1.0"}


class CtpPackage(Learned):
    """What was learned of a CTP package; complete after ``read``."""

    def read(self, archive: Archive) -> None:
        """Read the package's members to the last, then look at what they say together."""
        message = "The package has the CTP format (2012-03-15), which extended support does not take"
        self._defects.add(packages.CTP, message)
        self._places: dict[str, tuple[int, Header]] = {}
        self._parts: dict[str, PackedFile] = {}
        self._rows = 0
        self._stored: dict[str, str] = {}
        self._software: dict[str, Container] = {}
        self._role = Container("", ".cssx", "")
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
            rows(description, _ROWS, _FIELDS, self._take)
        except Unreadable as failure:
            self._defects.add(packages.NO_DESCRIPTION, f"it cannot be read: {failure}", "", DESCRIPTION)
        for software in self._software.values():
            self.files += software.parts.values()
            self._contents.take_software(software)

    def _take(self, kind: str, row: Row) -> None:
        """Take a row of package.xml; a name that stands alone is that of the role whose files follow."""
        self._rows += 1
        if self._rows > 2 * MEMBER_LIMIT or len(self._software) > ROLES_LIMIT:
            raise too_many()
        if kind == "KeyValuePair" and row.get("Key", "").rstrip("/").endswith("/ProductVersion"):
            self.sdk = row.get("Value", "")
        elif kind == "ContentDefinition":
            self._stored[row.get("Name", "")] = key = path_of(row.get("DataStorePath", "")).casefold()
            self._check(row, self._parts.get(key))
        elif kind == "Name":
            role = row["Name"].removeprefix("Roles/")
            self._role = self._software.setdefault(role, Container(role, ".cssx", role))
        elif kind == "FileDefinition":
            self._take_file(row, self._role)

    def _check(self, row: Row, part: PackedFile | None) -> None:
        """Compare a content with its length and hash; what is not there is told where a file needs it."""
        length, digest = row.get("LengthInBytes", ""), _digest(row.get("IntegrityCheckHash", ""))
        if part and (length not in ("", str(part.size)) or digest not in ("", part.sha256)):
            self._defects.add(packages.CHANGED_PART, "it is not the content that package.xml lists", "", part.path)

    def _take_file(self, row: Row, software: Container) -> None:
        """Take a file of a role, and what it says of the role."""
        key, place = self._stored.get(row.get("DataContentReference", ""), ""), row.get("FilePath", "")
        part, path = self._parts.get(key), path_of(place)
        if part is None:
            message = "package.xml names this file, and its content is not there"
            self._defects.add(packages.MISSING_PART, message, software.label, place)
            return
        software.parts[path.casefold()] = part._replace(container=software.label, path=path)
        if path.casefold() in ROLE_TEXTS and key in self._places:
            self._bounds.count_text(part.size)
            software.texts[path.casefold()] = b"".join(map(bytes, self.again(*self._places[key])))


def _digest(text: str) -> str:
    """Return a hash in hex; empty if there is none that can be compared."""
    from base64 import b64decode  # noqa: PLC0415 - only for packages that are refused

    try:
        digest = b64decode(text, validate=True)
    except ValueError:
        return ""
    return digest.hex() if len(digest) == 32 else ""
