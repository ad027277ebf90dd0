"""Reads a legacy package in one pass: every archive in it, every manifest, and everything that they say."""

from __future__ import annotations

from collections import deque

from cses_action.project.package.archive import Archive, DirectoryNeeded, directory_of
from cses_action.project.package.container import (
    CONTENT_TYPES,
    RELATIONSHIPS,
    VERSION,
    Container,
    check_open_packaging,
)
from cses_action.project.package.contents import ROLE_TEXTS
from cses_action.project.package.defects import Defects
from cses_action.project.package.learned import Learned
from cses_action.project.package.manifest import Manifest, check_manifest, check_runtime
from cses_action.project.package.members import Member
from cses_action.project.package.model import PackedFile
from cses_action.project.package.records import TAIL_LIMIT
from cses_action.project.package.signature import verify
from cses_action.project.package.streams import Bounds, Broken, Source
from cses_action.project.rules import packages

NESTED = (".cssx", ".csdx", ".csmx", ".csnsx")
MANIFEST_LIMIT = 8 * 1024 * 1024
"""Bytes of a manifest, some 30 000 files; or of a service model."""
PART_LIMIT = 1024 * 1024
"""Bytes of content types or relationships."""
DESCRIPTION_LIMIT = 512 * 1024
_SIGNED_LIMIT = 256 * 1024


class LegacyPackage(Learned):
    """What was learned of a legacy package; complete after ``read``."""

    def __init__(self, file: str, descriptor: int, bounds: Bounds, defects: Defects) -> None:
        super().__init__(file, descriptor, bounds, defects)
        self._descriptions: dict[str, Container] = {}

    def read(self, archive: Archive) -> None:
        """Read the package's members to the last, then look at what they say together."""
        root = Container("", "", "")
        manifest = self._walk(archive, root)
        self.sdk = root.targets.get(VERSION, "")
        if self.encrypted:
            message = "The package is encrypted: its roles, definition and certificates were not checked"
            self._defects.add(packages.ENCRYPTED, message)
            return
        contents = self._contents
        contents.take_definition(self._description(root, "SERVICEDESCRIPTION", ".csdx"))
        contents.take_model(self._description(root, "SERVICEMODEL", ".csmx"))
        streams = self._description(root, "NAMEDSTREAMPACKAGE", ".csnsx")
        contents.take_streams(streams)
        for name in manifest.streams if manifest and streams else ():
            if streams and name.casefold() not in streams.parts:
                self._defects.add(packages.MISSING_PART, "the manifest lists this stream", streams.place, name)
        self.document, self.roles = contents.document, contents.roles()

    def _description(self, root: Container, resource: str, extension: str) -> Container | None:
        return self._descriptions.get(root.find(resource, extension))

    def _walk(self, archive: Archive, container: Container) -> Manifest | None:
        """Read an archive, check it, and return its manifest."""
        for member in archive.members():
            if not member.is_folder:
                self._take(member, container)
        self._defects.take(archive.defects)
        check_open_packaging(container)
        manifest = check_manifest(container)
        if container.kind == ".cssx":
            self._check_runtime(container)
            for path in ("RoleModel.xml", "RuntimeSetup.Manifest"):
                if path.casefold() not in container.parts:
                    container.defects.add(packages.NO_DESCRIPTION, "it is missing", container.place, path)
        self.files += container.parts.values()
        self._defects.take(container.defects)
        return manifest

    def _take(self, member: Member, container: Container) -> None:
        kind = member.key[member.key.rfind(".") :]
        if not container.kind and kind in NESTED and "/" not in member.key:
            self._take_nested(member, kind)
        elif limit := _limit(container.kind, member.key):
            data = member.read(limit)
            container.keep(member.key, data)
            if limit == DESCRIPTION_LIMIT:
                self._bounds.count_text(len(data))
        member.drain()
        container.parts[member.key] = PackedFile(
            container.label, member.path, member.size, member.stated.packed, member.sha256
        )

    def _take_nested(self, member: Member, kind: str) -> None:
        source = Source(member.pieces(), member.path)
        is_zip = source.peek(2) == b"PK"
        container = _container(member, kind)
        try:
            if is_zip:
                self._walk(Archive(source, self._bounds), container)
            else:
                container = self._by_directory(source, member, kind)
        except DirectoryNeeded:
            container = self._by_directory(source, member, kind)
        except Broken as failure:
            if is_zip or failure.rule is not packages.DAMAGED:
                raise
            self.encrypted = True
            return
        if kind == ".cssx":
            self._contents.take_software(container)
        else:
            container.texts = {key: each for key, each in container.texts.items() if _is_description(kind, key)}
            self._descriptions[member.key] = container

    def _by_directory(self, source: Source, member: Member, kind: str) -> Container:
        """Read the rest of a nested archive for its table of contents, then all of it once more."""
        tail = _tail(source)
        if len(tail) < min(source.position, TAIL_LIMIT):
            # What was read before may have been part of the table of contents.
            tail = _tail(Source(self.again(member.start, member.stated), member.path))
        directory = directory_of(tail, source.position, member.path)
        container = _container(member, kind)
        self._walk(
            Archive(Source(self.again(member.start, member.stated), member.path), self._bounds, directory), container
        )
        return container

    def _check_runtime(self, container: Container) -> None:
        data = check_runtime(container)
        if data is None or len(data) > _SIGNED_LIMIT:
            return
        signature = verify(data, container.label)
        if signature is None:
            return
        self.signatures.append(signature)
        if not signature.valid:
            message = f"its signature does not hold: {signature.reason}"
            container.defects.add(packages.BAD_SIGNATURE, message, container.place, "Cloud.uar.csman")


def _container(member: Member, kind: str) -> Container:
    """Return the container that a nested archive is; a role's is named after the role: ``Web_<guid>.cssx``."""
    return Container(member.path, kind, member.path.rpartition("_")[0] if kind == ".cssx" else kind)


def _is_description(kind: str, key: str) -> bool:
    """Whether a part is one that says something of the roles."""
    return (
        (kind == ".cssx" and key in ROLE_TEXTS)
        or (kind == ".csdx" and key.endswith(".csdef"))
        or (kind == ".csmx" and key.endswith(".rd"))
        or (kind == ".csnsx" and key.count("/") == 2)
    )


def _limit(kind: str, key: str) -> int:
    """Return how many bytes a part may have that is kept; 0 if it is not."""
    if key in (CONTENT_TYPES, RELATIONSHIPS):
        return PART_LIMIT
    # A service model names every setting several times, and grows with the square of the roles.
    if "/" not in key and (key.endswith(".csman") or (kind == ".csmx" and key.endswith(".rd"))):
        return MANIFEST_LIMIT
    return DESCRIPTION_LIMIT if _is_description(kind, key) else 0


def _tail(source: Source) -> bytes:
    """Read a source to its end, and return its last bytes."""
    kept: deque[bytes] = deque()
    size = 0
    while piece := source.some():
        kept.append(bytes(piece))
        size += len(piece)
        while size - len(kept[0]) > TAIL_LIMIT:
            size -= len(kept.popleft())
    return b"".join(kept)
