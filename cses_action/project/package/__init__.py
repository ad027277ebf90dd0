"""The service package (.cspkg): what kind of file it is, what is in it, and whether all of it belongs together.

::

    reader.py         the pass over a legacy package      ctp.py        what a CTP package says of itself
    formats.py        what kind of file it is             archive.py    a zip archive, member by member
    members.py        one member, its hash and its name   records.py    the records of a zip archive
    streams.py        bytes in order, within bounds       container.py  content types and relationships
    manifest.py       .csman against the parts            signature.py  the XML signature of a manifest
    contents.py       definition, roles, sites            learned.py    what reading a package leaves behind
    model.py          the values                          defects.py    collects what is wrong

The file is read once: the same bytes serve its own SHA-256 and MD5, the archives in it, and their manifests. Nothing
is written to disk, and memory does not grow with the package. The format is known from Microsoft's own package writer
in azure-tools-for-java, from csx folders that cspack made, and from the FAQ of Cloud Services (extended support); no
real package was at hand. Where they say nothing, a finding is at most a warning.
"""

from __future__ import annotations

import hashlib
import os

from cses_action.errors import Problem, ProjectError
from cses_action.project.files import opened
from cses_action.project.package.archive import Archive, Directory, read_directory
from cses_action.project.package.ctp import CtpPackage
from cses_action.project.package.defects import Defects
from cses_action.project.package.formats import check_folder, kind_of
from cses_action.project.package.members import Member
from cses_action.project.package.model import Defect, Kind, Package, PackedFile, PackedRole, Signature
from cses_action.project.package.reader import PART_LIMIT, LegacyPackage
from cses_action.project.package.records import END, END_LIMIT, find_end, read_local
from cses_action.project.package.streams import Bounds, Broken, Source, file_pieces, nobody
from cses_action.project.rules import packages

__all__ = [
    "SIZE_LIMIT",
    "Defect",
    "Kind",
    "Package",
    "PackedFile",
    "PackedRole",
    "Signature",
    "examine_package",
]

SIZE_LIMIT = 800 * 1024 * 1024
"""What the FAQ of Cloud Services (extended support) names as the limit: 800 MB."""
READ_LIMIT = 4 * SIZE_LIMIT
"""Bytes of a file that is looked into at all."""
_RELATIONSHIPS = "_rels/.rels"


def examine_package(path: str) -> Package:
    """Return what is in a package of any kind, with its defects; a ProjectError if it cannot be read to its end."""
    try:
        if os.path.isdir(path):  # noqa: PTH112 - pathlib loads what few runs need
            check_folder(path)
        with opened(path) as stream:
            return _examined(path, stream.fileno(), os.fstat(stream.fileno()).st_size)
    except Broken as failure:
        problem = Problem(message=failure.message, fix=failure.fix, file=path, rule=failure.rule.id)
        raise ProjectError.of((problem,)) from None


def _examined(path: str, descriptor: int, size: int) -> Package:
    bounds, defects = Bounds(size), Defects()
    _check_size(size, defects)
    directory = _directory(descriptor, size)
    kind = kind_of(directory.headers, lambda: _relationships(descriptor, directory, size))
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)

    def take(piece: bytes) -> None:
        sha256.update(piece)
        md5.update(piece)

    source = Source(file_pieces(descriptor, 0, take), "")
    archive = Archive(source, bounds, directory)
    reader = (CtpPackage if kind == "ctp" else LegacyPackage)(path, descriptor, bounds, defects)
    reader.read(archive)
    while source.some():
        pass
    return Package(
        file=path,
        name=path.rpartition("/")[2],
        size=source.position,
        sha256=sha256.hexdigest(),
        md5=md5.digest(),
        kind="encrypted" if reader.encrypted else kind,
        sdk=reader.sdk or next((each.sdk for each in reader.roles if each.sdk), ""),
        document=reader.document,
        roles=reader.roles,
        files=tuple(reader.files),
        signatures=tuple(reader.signatures),
        defects=defects.all(),
    )


def _check_size(size: int, defects: Defects) -> None:
    if size == 0:
        raise Broken(packages.NOT_A_PACKAGE, "The package is empty")
    if size > READ_LIMIT:
        raise Broken(packages.TOO_LARGE, _too_large(size))
    if size > SIZE_LIMIT:
        defects.add(packages.TOO_LARGE, _too_large(size))


def _too_large(size: int) -> str:
    return f"The package has {size:,} bytes, and extended support takes 800 MB ({SIZE_LIMIT:,})"


def _directory(descriptor: int, size: int) -> Directory:
    start = max(size - END_LIMIT, 0)
    tail = b"".join(file_pieces(descriptor, start, nobody))
    if os.pread(descriptor, 2, 0) != b"PK" and END not in tail:
        message = "The file is not a service package: it is not a zip archive"
        raise Broken(packages.NOT_A_PACKAGE, message)
    end = find_end(tail, size, "")
    data = os.pread(descriptor, end.length, end.start)
    return read_directory(Source(iter((data,)), ""), end)


def _relationships(descriptor: int, directory: Directory, size: int) -> bytes:
    """Return the relationships of the package, which tell the CTP format."""
    for header in directory.headers:
        if header.name == _RELATIONSHIPS:
            start = header.offset + directory.end.before
            source = Source(file_pieces(descriptor, start, nobody), "")
            local = read_local(source)
            member = Member(source, header._replace(flags=local.flags), Bounds(size), Defects(), exact=True)
            return member.read(PART_LIMIT)
    return b""
