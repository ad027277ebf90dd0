"""Records of a zip archive (PKWARE's APPNOTE 6.3): members' headers, table of contents, end record and ZIP64."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from cses_action.project.package.streams import Broken, Source, damaged
from cses_action.project.rules import packages

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\7\x08"
END64, LOCATOR = b"PK\6\6", b"PK\6\7"
STORED, DEFLATED = 0, 8
ENCRYPTED_FLAG, DESCRIPTOR_FLAG, UTF8_FLAG = 1, 8, 0x800
DIRECTORY_LIMIT = 4 * 1024 * 1024
"""Bytes of a table of contents, some 50 000 names."""
END_LIMIT = 65535 + 22 + 20 + 56
"""Bytes in which the end record must begin: its own, those of ZIP64, and the longest comment."""
TAIL_LIMIT = DIRECTORY_LIMIT + 2 * END_LIMIT
"""Bytes at an archive's end that hold all of its table of contents."""

_LOCAL = struct.Struct("<4xHHH4xIIIHH")
_CENTRAL = struct.Struct("<4x4xHH4xIIIHHHHHII")
_END = struct.Struct("<4xHHHHIIH")
_END64 = struct.Struct("<4xQHHIIQQQQ")
_LOCATOR = struct.Struct("<4xIQI")
# A descriptor follows bytes whose sizes the local header does not give: with or without signature, in 32 or 64 bits.
_DESCRIPTORS = tuple(struct.Struct(form) for form in ("<4xIII", "<4xIQQ", "<III", "<IQQ"))
_FULL, _FULL_SHORT = 0xFFFFFFFF, 0xFFFF
_ZIP64 = 1


class Header(NamedTuple):
    """What an archive says of a member, beside its bytes or in the table of contents."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Where its local header begins."""

    @property
    def name(self) -> str:
        """The name as text; what is no UTF-8, though it should be, is replaced."""
        # Both begin with ASCII, and most names are nothing else.
        utf_8 = self.flags & UTF8_FLAG or self.raw_name.isascii()
        return self.raw_name.decode("utf-8" if utf_8 else "cp437", errors="replace")

    @property
    def locked(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & ENCRYPTED_FLAG)

    @property
    def sizes_follow(self) -> bool:
        """Whether checksum and sizes stand behind the member's bytes, not before."""
        return bool(self.flags & DESCRIPTOR_FLAG)

    def completed(self, crc: int, packed: int, size: int) -> Header:
        """Return the header as if checksum and sizes had stood before the bytes."""
        return self._replace(flags=self.flags & ~DESCRIPTOR_FLAG, crc=crc, packed=packed, size=size)


class End(NamedTuple):
    """Where the table of contents is."""

    members: int
    start: int
    length: int
    before: int
    """Bytes in front of the archive: all places that it names are that much too small."""
    after: int
    """Bytes behind the archive."""


def read_local(source: Source) -> Header:
    """Return the local header that begins here, and stand at the member's first byte."""
    offset = source.position
    fixed = source.exactly(_LOCAL.size)
    if fixed[:4] != LOCAL:
        raise source.damaged("there is no part where the table of contents says so")
    _, flags, method, crc, packed, size, name, extra = _LOCAL.unpack(fixed)
    raw_name, rest = source.exactly(name), source.exactly(extra)
    if _FULL in (packed, size) and not flags & DESCRIPTOR_FLAG:
        size, packed = _wide(rest, (size, packed), both=True)
    return Header(raw_name, flags, method, crc, packed, size, offset)


def read_central(source: Source) -> Iterator[Header]:
    """Yield the table of contents from here on, up to what is no more of it."""
    while source.peek(4) == CENTRAL:
        fields = _CENTRAL.unpack(source.exactly(_CENTRAL.size))
        flags, method, crc, packed, size, name, extra, comment, _, _, _, offset = fields
        raw_name, rest, _ = source.exactly(name), source.exactly(extra), source.exactly(comment)
        if _FULL in (packed, size, offset):
            size, packed, offset = _wide(rest, (size, packed, offset))
        yield Header(raw_name, flags, method, crc, packed, size, offset)


def _wide(extra: bytes, values: tuple[int, ...], *, both: bool = False) -> tuple[int, ...]:
    """Return the values, those that are full read from the ZIP64 field; a local header gives both sizes there."""
    field = _extra(extra, _ZIP64)
    wide = []
    for value in values:
        if value == _FULL or both:
            if len(field) < 8:
                raise Broken(packages.ZIP64, "A part's size or place needs ZIP64, and no ZIP64 field gives it")
            value, field = int.from_bytes(field[:8], "little"), field[8:]  # noqa: PLW2901 - the value itself
        wide.append(value)
    return tuple(wide)


def _extra(data: bytes, wanted: int) -> bytes:
    while len(data) >= 4:
        kind, length = struct.unpack_from("<HH", data)
        if kind == wanted:
            return data[4 : 4 + length]
        data = data[4 + length :]
    return b""


def read_descriptor(source: Source, packed: int, size: int) -> int:
    """Return the checksum that follows a member of these sizes."""
    ahead = source.peek(_DESCRIPTORS[1].size)
    for form in _DESCRIPTORS if ahead[:4] == DESCRIPTOR else _DESCRIPTORS[2:]:
        if len(ahead) >= form.size and form.unpack_from(ahead)[1:] == (packed, size):
            return int(form.unpack(source.exactly(form.size))[0])
    raise source.damaged("the sizes behind a part are not those of its bytes")


def find_end(tail: bytes, size: int, place: str) -> End:
    """Return where the table of contents of an archive of this size is; ``tail`` is the end of the archive."""
    at = tail.rfind(END, max(len(tail) - END_LIMIT, 0))
    if at < 0 or at + _END.size > len(tail):
        raise damaged(place, "the table of contents is missing")
    disk, first, here, members, length, start, comment = _END.unpack_from(tail, at)
    directory_end = size - len(tail) + at
    after = len(tail) - at - _END.size - comment
    if tail[max(at - _LOCATOR.size, 0) : at][:4] == LOCATOR:
        members, length, start = _end64(tail, at - _LOCATOR.size, (members, length, start))
        directory_end -= _LOCATOR.size + _END64.size
    elif _FULL in (length, start) or _FULL_SHORT in (members, disk, first, here):
        raise Broken(packages.ZIP64, f"The end of {place or 'the package'} needs ZIP64, and there is no such record")
    before = directory_end - length - start
    if before < 0 or after < 0:
        raise damaged(place, "the table of contents is not where it should be")
    if length > DIRECTORY_LIMIT:
        raise Broken(packages.BOMB, f"{place or 'The package'}: the table of contents is larger than any package's")
    return End(members, start + before, length, before, after)


def _end64(tail: bytes, locator: int, values: tuple[int, int, int]) -> tuple[int, int, int]:
    at = locator - _END64.size
    if at < 0 or tail[at : at + 4] != END64:
        raise Broken(packages.ZIP64, "The archive's ZIP64 record is not where it should be")
    *_, members, length, start = _END64.unpack_from(tail, at)
    for narrow, wide, full in zip(values, (members, length, start), (_FULL_SHORT, _FULL, _FULL), strict=True):
        if narrow not in (wide, full):
            raise Broken(packages.ZIP64, "The archive's ZIP64 record contradicts its end record")
    return members, length, start
