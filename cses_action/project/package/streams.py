"""Bytes that are read once, in order, and never many at a time."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator

from cses_action.project.rules import packages
from cses_action.project.rules.registry import Rule

CHUNK = 128 * 1024
INFLATED_LIMIT = 8 * 1024**3
"""Bytes that all members of all archives may have together; a package has at most 800 MB."""
RATIO_LIMIT = 200
"""How many times its own size a package may inflate to; deflate itself reaches 1032."""
RATIO_FREE = 256 * 1024**2
"""Bytes below which the ratio does not count."""
MEMBER_LIMIT = 50_000
"""Members of all archives together."""
TEXT_LIMIT = 2 * 1024**2
"""Bytes of all descriptions together; those of a role are some ten thousand."""

Piece = bytes | memoryview


class Broken(Exception):
    """Reading cannot go on; never leaves this package of modules."""

    def __init__(self, rule: Rule, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.fix = rule, message, fix or rule.fix


def damaged(place: str, reason: str) -> Broken:
    """Return that an archive cannot be read on; the place is empty for the package itself."""
    where = f"{place}: " if place else ""
    return Broken(packages.DAMAGED, f"The package is cut off or damaged: {where}{reason}")


def too_many() -> Broken:
    """Return that a package has more parts than any."""
    return Broken(packages.BOMB, f"The package has more than {MEMBER_LIMIT:,} parts")


class Bounds:
    """What a package may still hold: an archive that inflates without end is given up."""

    def __init__(self, size: int) -> None:
        self._bytes = min(INFLATED_LIMIT, max(RATIO_FREE, RATIO_LIMIT * size))
        self._members = MEMBER_LIMIT
        self._text = TEXT_LIMIT

    def count_member(self) -> None:
        """Take note of a member."""
        self._members -= 1
        if self._members < 0:
            raise too_many()

    def count_text(self, count: int) -> None:
        """Take note of bytes of a description that is kept."""
        self._text -= count
        if self._text < 0:
            raise Broken(packages.BOMB, "The descriptions in the package are longer than those of any package")

    def count_bytes(self, count: int) -> None:
        """Take note of bytes that were inflated."""
        self._bytes -= count
        if self._bytes < 0:
            raise Broken(packages.BOMB, "The package inflates to far more than its own size")


class Source:
    """Pieces of bytes, as one sequence that is read from its start to its end."""

    def __init__(self, pieces: Iterator[Piece], place: str) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")
        self._at = 0
        self.position = 0
        self.place = place
        """Which archive this is, as a message says it."""

    def some(self, limit: int = CHUNK) -> memoryview:
        """Return the next bytes, at most so many; none only at the end. They are good until the next call."""
        if self._at == len(self._piece):
            self._piece, self._at = memoryview(next(self._pieces, b"")), 0
        found = self._piece[self._at : self._at + limit]
        self._at += len(found)
        self.position += len(found)
        return found

    def give_back(self, count: int) -> None:
        """Return to where so many bytes of the last ``some`` were not read yet."""
        self._at -= count
        self.position -= count

    def peek(self, count: int) -> bytes:
        """Return the next bytes without going on; fewer only at the end."""
        while len(self._piece) - self._at < count and (more := next(self._pieces, b"")):
            self._piece, self._at = memoryview(b"".join((self._piece[self._at :], more))), 0
        return bytes(self._piece[self._at : self._at + count])

    def exactly(self, count: int) -> bytes:
        """Return so many bytes."""
        found = self.peek(count)
        if len(found) < count:
            raise self.damaged("it ends in the middle")
        self._at += count
        self.position += count
        return found

    def skip(self, count: int) -> None:
        """Go on by so many bytes."""
        for _ in self.stored(count):
            pass

    def stored(self, count: int) -> Iterator[Piece]:
        """Yield so many bytes."""
        while count:
            piece = self.some(min(count, CHUNK))
            if not piece:
                raise self.damaged("it ends in the middle")
            count -= len(piece)
            yield piece

    def inflated(self, packed: int | None) -> Iterator[Piece]:
        """Yield what so many bytes inflate to, or as many as belong together if it is None."""
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        left = packed if packed is not None else 1 << 62
        while not engine.eof:
            piece: Piece = engine.unconsumed_tail
            if not piece:
                piece = self.some(min(left, CHUNK))
                left -= len(piece)
            try:
                found = engine.decompress(piece, 2 * CHUNK)
            except zlib.error as failure:
                raise self.damaged("a part cannot be inflated") from failure
            if not piece and not found and not engine.eof:
                raise self.damaged("a part ends in the middle")
            if found:
                yield found
        self.give_back(len(engine.unused_data))

    def damaged(self, reason: str) -> Broken:
        """Return that this archive cannot be read on."""
        return damaged(self.place, reason)


def file_pieces(descriptor: int, start: int, take: Callable[[bytes], None]) -> Iterator[bytes]:
    """Yield a file's bytes from here to its end, each given to ``take`` too; others may read the file meanwhile."""
    while piece := os.pread(descriptor, CHUNK, start):
        take(piece)
        start += len(piece)
        yield piece


def nobody(_: bytes) -> None:
    """Take what nobody wants."""
