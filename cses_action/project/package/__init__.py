"""The service package (.cspkg): what kind of package a file is, and the hashes by which it is known.

Nothing is unpacked, and nothing but the file's content decides: the formats and how to tell them apart are known
from Microsoft's own package writer and from the FAQ of Cloud Services (extended support).
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from pathlib import PurePath
from typing import BinaryIO, NoReturn

from cses_action.errors import ProjectError
from cses_action.project.files import opened
from cses_action.project.package.model import (
    Defect,
    Kind,
    Package,
    PackedFile,
    PackedRole,
    Signature,
)

__all__ = ["Defect", "Kind", "Package", "PackedFile", "PackedRole", "Signature", "examine_package", "read_package"]

SIZE_LIMIT = 800 * 1024 * 1024
"""What the FAQ of Cloud Services (extended support) names as the limit: 800 MB."""
DIRECTORY_LIMIT = 4 * 1024 * 1024
"""Bytes of a zip's table of contents, some 50 000 names; a package's root has at most some thirty."""

_CTP = b"windowsazure/PackageDefinition/Version/2012/03/15"
_CHUNK = 1024 * 1024
_ZIP = b"PK"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REBUILD = "Publish the cloud service project again, and give the .cspkg that this makes."


def read_package(path: str) -> Package:
    """Return the package in a file; a ProjectError says what the file is if it is none, and what to do."""
    with opened(path) as stream:
        size = stream.seek(0, 2)
        if size == 0:
            _refuse(path, "The package is empty", _REBUILD)
        if size > SIZE_LIMIT:
            message = "The package is larger than the 800 MB that extended support takes"
            _refuse(path, message, "Move large content out of the package, for example to a storage account.")
        _check_kind(path, stream)
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        stream.seek(0)
        while chunk := stream.read(_CHUNK):
            sha256.update(chunk)
            md5.update(chunk)
    return Package(file=path, name=PurePath(path).name, size=size, sha256=sha256.hexdigest(), md5=md5.digest())


def examine_package(path: str) -> Package:
    """Return what is in a file that is a package of any kind, with its defects; a ProjectError if it is none."""
    return read_package(path)


class _Bounded:
    """A stream that never reads much at once: a forged table of contents cannot fill the memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self.seek, self.tell, self._read = stream.seek, stream.tell, stream.read
        self.seekable = stream.seekable

    def read(self, size: int = -1, /) -> bytes:
        if size > DIRECTORY_LIMIT:
            raise zipfile.BadZipFile("more entries than a package has")
        return self._read(size)


def _check_kind(path: str, stream: BinaryIO) -> None:
    stream.seek(0)
    start = stream.read(len(_ZIP))
    try:
        with zipfile.ZipFile(_Bounded(stream)) as archive:
            _check_root(path, archive)
    except _BROKEN as failure:
        message = "The file is not a service package: it is not a zip archive"
        if start == _ZIP:
            message = f"The package is cut off or damaged ({failure})"
        raise ProjectError(message, fix=_REBUILD, file=path) from failure


def _check_root(path: str, archive: zipfile.ZipFile) -> None:
    names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    root = [name for name in names if "/" not in name]
    if any(member.flag_bits & 1 for member in archive.infolist()):
        _refuse(path, "The zip archive is protected by a password", "Give the .cspkg itself.")
    if any(member.compress_type not in _METHODS for member in archive.infolist()):
        _refuse(path, "The zip archive is compressed in a way that packages are not", _REBUILD)
    if _CTP in _beginning(archive, "_rels/.rels", 64 * 1024):
        message = "The package has the CTP format (2012-03-15), which extended support does not take"
        _refuse(path, message, "Build it without /useCtpPackageFormat (MSBuild: without UseCtpPackageFormat).")
    if any(name.endswith(".csman") for name in root) and any(name.endswith(".cssx") for name in root):
        _check_readable(path, archive)
        return
    if inner := [name for name in archive.namelist() if name.lower().endswith(".cspkg")]:
        message = f"This is a zip archive with a package in it: {inner[0]}"
        _refuse(path, message, f"Unpack it, and give {inner[0]} itself.")
    if any(name.endswith("rolemodel.xml") for name in names) and any(name.endswith(".csdef") for name in names):
        message = "This is a zipped csx folder, which only the emulator can run"
        _refuse(path, message, "Build the package with cspack without /copyOnly (MSBuild: target Publish).")
    _refuse(path, "This zip archive is not a service package", _REBUILD)


def _check_readable(path: str, archive: zipfile.ZipFile) -> None:
    """Refuse an encrypted package: its roles are no zip archives (SDK before 1.5)."""
    for name in archive.namelist():
        if name.lower().endswith(".cssx") and _beginning(archive, name, len(_ZIP)) != _ZIP:
            fix = "Build it without encryption, with an SDK from 2.9 on."
            _refuse(path, f"The package is encrypted: {name} cannot be read", fix)


def _beginning(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Return the first bytes of a member; none if there is no such member."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        return b""
    with archive.open(member) as stream:
        return stream.read(size)


def _refuse(path: str, message: str, fix: str) -> NoReturn:
    raise ProjectError(message, fix=fix, file=path)
