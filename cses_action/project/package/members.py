"""One member of a zip archive: its bytes, their hash, and whether they are what its header says."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from hashlib import sha256

from cses_action.project.package.defects import Defects, joined
from cses_action.project.package.records import DEFLATED, STORED, Header, read_descriptor
from cses_action.project.package.streams import Bounds, Broken, Piece, Source
from cses_action.project.rules import packages
from cses_action.project.rules.registry import Rule

_UNSAFE = re.compile(r"[/\\]|[A-Za-z]:|(.*[/\\])?\.\.([/\\]|$)|.*[\x00-\x1f\x7f]", re.DOTALL)
# What is no part name to the Open Packaging Conventions: not ASCII, an empty segment, or one that ends in a dot.
_FOREIGN = re.compile(r"[^\x20-\x7e]|\\|//|\.(?=/|$)")
_NAME_LIMIT = 0xFFFF
"""Bytes of a name in a zip archive."""


def path_of(name: str) -> str:
    """Return the path that a part's name or address means."""
    return unescaped(name).replace("\\", "/").removeprefix("/")


def unescaped(name: str) -> str:
    """Return a part's name without the percent signs that addresses need."""
    # What is longer names no part, and would fill the memory where it is taken apart.
    if "%" not in name or len(name) > _NAME_LIMIT:
        return name
    from urllib.parse import unquote  # noqa: PLC0415 - few packages have such a name

    return unquote(name)


class Member:
    """A member whose bytes are read now or never; ``sha256`` and ``size`` are known when they were."""

    def __init__(
        self, source: Source, stated: Header, bounds: Bounds, defects: Defects, *, exact: bool = False
    ) -> None:
        self.stated = stated
        """What its own header says, completed with what follows its bytes."""
        self.path = path_of(stated.name)
        self.key = self.path.casefold()
        """Names are the same whatever their case."""
        self.size = 0
        self.start = source.position
        self.sha256 = ""
        self._source = source
        self._bounds = bounds
        self._defects = defects
        # Whether the header's sizes hold although they follow the bytes too: the table of contents gave them.
        self._exact = exact or not stated.sizes_follow
        self._check_method()
        self._pieces = self._read()

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.path.endswith("/") and not self.stated.size

    def pieces(self) -> Iterator[Piece]:
        """Yield its bytes; they are good until the next piece."""
        return self._pieces

    def drain(self) -> None:
        """Read what is left of its bytes."""
        for _ in self._pieces:
            pass

    def read(self, limit: int) -> bytes:
        """Return all its bytes, if they are not more than these."""
        data = bytearray()
        for piece in self._pieces:
            data += piece
            if len(data) > limit:
                raise Broken(packages.BOMB, f"{self._place} is larger than {limit:,} bytes, which no package needs")
        return bytes(data)

    def check_name(self) -> None:
        """Note what is wrong with the name."""
        name = self.stated.name
        if any(_UNSAFE.match(each) for each in (name, unescaped(name))):
            message = "the name leads out of the package, or holds control characters"
            self._defects.add(packages.UNSAFE_NAME, message, self._source.place, name)
        elif _FOREIGN.search(name.removesuffix("/")):
            message = "the name is none that a part can have, so the platform does not see it"
            self._defects.add(packages.FOREIGN_NAME, message, self._source.place, name)

    @property
    def _place(self) -> str:
        return joined(self._source.place, self.path)

    def _note(self, rule: Rule, message: str) -> None:
        self._defects.add(rule, message, self._source.place, self.path)

    def _check_method(self) -> None:
        if self.stated.locked:
            raise Broken(packages.METHOD, f"{self._place} is protected by a password")
        if self.stated.method not in (STORED, DEFLATED):
            raise Broken(packages.METHOD, f"{self._place} is compressed in a way that packages are not")

    def _read(self) -> Iterator[Piece]:
        digest, checksum, size = sha256(), 0, 0
        source, stated = self._source, self.stated
        if stated.method == STORED:
            pieces = source.stored(stated.packed)
        else:
            pieces = source.inflated(stated.packed if self._exact else None)
        for piece in pieces:
            digest.update(piece)
            checksum = zlib.crc32(piece, checksum)
            size += len(piece)
            self._bounds.count_bytes(len(piece))
            yield piece
        self.size, self.sha256 = size, digest.hexdigest()
        self._check_end(checksum, source.position - self.start)

    def _check_end(self, checksum: int, packed: int) -> None:
        """Compare the bytes with what is stated before and behind them."""
        stated = self.stated
        if self._exact and packed < stated.packed:
            self._note(packages.FOREIGN_BYTES, f"{stated.packed - packed:,} bytes behind its own belong to nothing")
            self._source.skip(stated.packed - packed)
        if stated.sizes_follow:
            crc = read_descriptor(self._source, stated.packed if self._exact else packed, self.size)
            if not self._exact:
                self.stated = stated = stated.completed(crc, packed, self.size)
            elif crc != stated.crc:
                self._note(packages.CONTRADICTION, "the checksum behind its bytes is another one")
        if (stated.crc, stated.size) != (checksum, self.size):
            self._note(packages.CHECKSUM, "the bytes are not those that were packed: checksum or size differ")
