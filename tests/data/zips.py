"""Writes zip archives byte by byte, so that they can be wrong in any way; ``zipfile`` writes only right ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

STORED, DEFLATED = 0, 8
FOLLOWS, UTF8 = 8, 0x800
_FULL = 0xFFFFFFFF


@dataclass(frozen=True)
class Record:
    """What a header says; None stands for the truth."""

    name: bytes | None = None
    method: int | None = None
    flags: int | None = None
    crc: int | None = None
    packed: int | None = None
    size: int | None = None
    offset: int | None = None


@dataclass(frozen=True)
class Entry:
    """A member, and how its two headers are to lie."""

    name: bytes
    data: bytes
    method: int = DEFLATED
    flags: int = 0
    signed: bool = True
    """Whether sizes that follow the bytes have a signature."""
    wide: bool = False
    """Whether the sizes are written as ZIP64 writes them."""
    far: bool = False
    """Whether the place alone is written so."""
    local: Record = field(default_factory=Record)
    central: Record | None = field(default_factory=Record)
    """None leaves the member out of the table of contents."""
    junk: bytes = b""
    """Bytes behind the member."""
    raw: bytes | None = None
    """What stands in the archive instead of the packed bytes; the headers still speak of the data."""
    ghost: bool = False
    """Whether only the table of contents has it."""


@dataclass(frozen=True)
class Shape:
    """The archive around its members."""

    before: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    wide: bool = False
    start: int | None = None
    members: int | None = None
    shifted: bool = False
    """Whether the places count the bytes before the archive."""


def entries(files: Mapping[str, bytes], **given: int) -> list[Entry]:
    """Return members as they should be."""
    return [Entry(name.encode(), data, **given) for name, data in files.items()]  # type: ignore[arg-type]


def changed(members: Sequence[Entry], name: str, **given: object) -> list[Entry]:
    """Return the members, one of them changed; the name need only end so."""
    assert sum(each.name.endswith(name.encode()) for each in members) == 1
    return [replace(each, **given) if each.name.endswith(name.encode()) else each for each in members]  # type: ignore[arg-type]


def written(members: Sequence[Entry], shape: Shape = Shape()) -> bytes:
    """Return the bytes of an archive."""
    body = bytearray(shape.before)
    directory = bytearray()
    first = len(shape.before) if not shape.shifted else 0
    for entry in members:
        offset = len(body) - first
        packed = deflated(entry.data) if entry.method == DEFLATED else entry.data
        if entry.raw is not None:
            packed = entry.raw
        if not entry.ghost:
            body += _local(entry, packed) + packed + _descriptor(entry, packed) + entry.junk
        if entry.central is not None:
            directory += _central(entry, packed, offset)
    start = shape.start if shape.start is not None else len(body) - first
    count = shape.members if shape.members is not None else sum(each.central is not None for each in members)
    end = _end(count, len(directory), start, shape, len(body) + len(directory) - first)
    return bytes(body + directory) + end + shape.comment + shape.after


def deflated(data: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def _pick(given: int | None, true: int) -> int:
    return true if given is None else given


def _local(entry: Entry, packed: bytes) -> bytes:
    lie = entry.local
    name = lie.name if lie.name is not None else entry.name
    flags = _pick(lie.flags, entry.flags)
    true = (0, 0, 0) if flags & FOLLOWS else (zlib.crc32(entry.data), len(packed), len(entry.data))
    crc, compressed, size = _pick(lie.crc, true[0]), _pick(lie.packed, true[1]), _pick(lie.size, true[2])
    extra = b""
    if entry.wide and not flags & FOLLOWS:
        extra = struct.pack("<HHQQ", 1, 16, size, compressed)
        compressed = size = _FULL
    method = _pick(lie.method, entry.method)
    fixed = struct.pack(
        "<4sHHHIIIIHH", b"PK\3\4", 20, flags, method, 33, crc, compressed, size, len(name), len(extra)
    )
    return fixed + name + extra


def _descriptor(entry: Entry, packed: bytes) -> bytes:
    if not entry.flags & FOLLOWS:
        return b""
    sign = b"PK\7\x08" if entry.signed else b""
    sizes = (zlib.crc32(entry.data), len(packed), len(entry.data))
    return sign + struct.pack("<IQQ" if entry.wide else "<III", *sizes)


def _central(entry: Entry, packed: bytes, offset: int) -> bytes:
    lie = entry.central or Record()
    name = lie.name if lie.name is not None else entry.name
    flags, method = _pick(lie.flags, entry.flags), _pick(lie.method, entry.method)
    crc = _pick(lie.crc, zlib.crc32(entry.data))
    compressed, size = _pick(lie.packed, len(packed)), _pick(lie.size, len(entry.data))
    offset = _pick(lie.offset, offset)
    extra = b""
    if entry.wide:
        # A field of another kind comes first, as some writers do.
        extra = struct.pack("<HHI", 0x4321, 4, 0) + struct.pack("<HHQQQ", 1, 24, size, compressed, offset)
        compressed = size = offset = _FULL
    elif entry.far:
        extra, offset = struct.pack("<HHQ", 1, 8, offset), _FULL
    fixed = struct.pack(
        "<4sHHHHIIIIHHHHHII",
        *(b"PK\1\2", 20, 20, flags, method, 33, crc, compressed, size),
        *(len(name), len(extra), 0, 0, 0, 0, offset),
    )
    return fixed + name + extra


def _end(count: int, length: int, start: int, shape: Shape, place: int) -> bytes:
    wide = b""
    if shape.wide:
        wide = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
        wide += struct.pack("<4sIQI", b"PK\6\7", 0, place, 1)
        count, length, start = 0xFFFF, _FULL, _FULL
    return wide + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, length, start, len(shape.comment))
