"""A zip archive, read once from its start to its end: every member's bytes, and what is wrong with its form.

Nothing is unpacked to disk. A nested archive is read while the outer one inflates it: its local headers lead, and the
table of contents, which comes last, is compared with them. Where they cannot lead (a stored member whose size stands
behind it, or bytes that belong to nothing) ``DirectoryNeeded`` asks for the table of contents first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.package.defects import Defects
from cses_action.project.package.members import Member
from cses_action.project.package.records import (
    CENTRAL,
    END,
    END64,
    END_LIMIT,
    LOCAL,
    STORED,
    End,
    Header,
    find_end,
    read_central,
    read_local,
)
from cses_action.project.package.streams import MEMBER_LIMIT, Bounds, Source, too_many
from cses_action.project.rules import packages
from cses_action.values import Value


class DirectoryNeeded(Exception):
    """The members of an archive can be found only by its table of contents."""


class Directory(Value):
    """A table of contents that was read before the members."""

    headers: tuple[Header, ...]
    end: End


class Archive:
    """The members of an archive, in the order of their bytes; ``defects`` is complete when all were read."""

    def __init__(self, source: Source, bounds: Bounds, directory: Directory | None = None) -> None:
        self.place = source.place
        self.defects = Defects()
        self._source = source
        self._bounds = bounds
        self._directory = directory

    def members(self) -> Iterator[Member]:
        """Yield each member; what its user leaves of its bytes is read before the next one."""
        names: set[str] = set()
        found = self._by_headers() if self._directory is None else self._by_directory(self._directory)
        for member in found:
            self._bounds.count_member()
            member.check_name()
            if member.key in names:
                self.defects.add(packages.SAME_NAME, "there are two parts of this name", self.place, member.path)
            names.add(member.key)
            yield member
            member.drain()

    def _by_headers(self) -> Iterator[Member]:
        seen: dict[int, Header] = {}
        while (signature := self._source.peek(4)) == LOCAL:
            header = read_local(self._source)
            if header.sizes_follow and header.method == STORED:
                raise DirectoryNeeded
            member = Member(self._source, header, self._bounds, self.defects)
            yield member
            seen[header.offset] = member.stated
        if signature not in (CENTRAL, END, END64):
            raise DirectoryNeeded
        start = self._source.position
        count = self._compare(seen, start)
        self._finish(End(count, start, self._source.position - start, 0, 0))

    def _compare(self, seen: dict[int, Header], start: int) -> int:
        """Compare the table of contents with the members, and return how many it names."""
        named: set[int] = set()
        count = 0
        for header in read_central(self._source):
            count += 1
            if count > MEMBER_LIMIT:
                raise too_many()
            local = seen.get(header.offset)
            if header.offset in named or (local is None and header.offset < start):
                self._overlap(header)
            elif local is None:
                self._contradiction("the table of contents names a part that is not there", header)
            else:
                self._check_same(local, header)
            named.add(header.offset)
        for offset in seen.keys() - named:
            self._contradiction("the table of contents does not name this part", seen[offset])
        return count

    def _finish(self, expected: End) -> None:
        """Compare the end record with what was found, and look for bytes behind it."""
        tail = self._source.peek(END_LIMIT)
        if tail[:4] not in (END, END64):
            raise self._source.damaged("its end record is missing")
        end = find_end(tail, self._source.position + len(tail), self.place)
        if end[:3] != expected[:3]:
            self._contradiction("the end record contradicts the table of contents")
        rest = sum(len(piece) for piece in iter(self._source.some, b"")) - len(tail)
        self._check_after(end.after + rest)

    def _by_directory(self, directory: Directory) -> Iterator[Member]:
        source, end = self._source, directory.end
        for header in sorted(directory.headers, key=lambda each: each.offset):
            gap = header.offset + end.before - source.position
            if gap < 0:
                self._overlap(header)
                continue
            self._skip(gap)
            local = read_local(source)
            self._check_same(local, header)
            yield Member(source, header._replace(flags=local.flags), self._bounds, self.defects, exact=True)
        if source.position > end.start:
            self.defects.add(packages.OVERLAP, "a part reaches into the table of contents", self.place)
        self._skip(end.start - source.position)
        self._check_after(end.after)

    def _skip(self, count: int) -> None:
        if count > 0 and self._source.peek(4) == LOCAL:
            self.defects.add(packages.CONTRADICTION, "the table of contents does not name all its parts", self.place)
        elif count > 0:
            message = f"{count:,} bytes at position {self._source.position:,} belong to nothing"
            self.defects.add(packages.FOREIGN_BYTES, message, self.place)
        self._source.skip(max(count, 0))

    def _check_after(self, count: int) -> None:
        if count:
            self.defects.add(packages.FOREIGN_BYTES, f"{count:,} bytes follow the end of the archive", self.place)

    def _check_same(self, local: Header, header: Header) -> None:
        if local.raw_name != header.raw_name:
            self._contradiction("the part's own header has another name", header)
        elif local.method != header.method or (local.flags ^ header.flags) & 1:
            self._contradiction("the part's own header has another way of compression", header)
        elif not local.sizes_follow and local[3:6] != header[3:6]:
            self._contradiction("the part's own header has another size or checksum", header)

    def _overlap(self, header: Header) -> None:
        self.defects.add(packages.OVERLAP, "it shares bytes with another part", self.place, header.name)

    def _contradiction(self, message: str, header: Header | None = None) -> None:
        self.defects.add(packages.CONTRADICTION, message, self.place, header.name if header else "")


def read_directory(source: Source, end: End) -> Directory:
    """Return the table of contents; the source holds nothing else."""
    headers = tuple(read_central(source))
    if len(headers) != end.members or source.position != end.length:
        raise source.damaged("the table of contents is not as long as its end says")
    return Directory(headers, end)


def directory_of(tail: bytes, size: int, place: str) -> Directory:
    """Return the table of contents of an archive of this size; its last ``TAIL_LIMIT`` bytes are enough."""
    end = find_end(tail, size, place)
    start = end.start - (size - len(tail))
    return read_directory(Source(iter((tail[start : start + end.length],)), place), end)
