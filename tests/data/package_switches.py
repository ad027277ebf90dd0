"""How a package is made wrong in one place: its files, its manifests, or the bytes of its zip archives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from tests.data.package_parts import plainly
from tests.data.zips import FOLLOWS, STORED, UTF8, Entry, Record, Shape, changed, deflated, entries, written

Files = dict[str, bytes]
Pack = Callable[[str, Files], bytes]
ROOT, WEB = "", "WebRole1"


class Switch(NamedTuple):
    """A defect: the rules that it breaks, separated by blanks, and what packs it."""

    rules: str
    pack: Pack


def own(files: Files) -> str:
    """Return the name of a container's manifest."""
    (found,) = (name for name in files if re.fullmatch(r"[0-9a-f-]{36}\.csman", name))
    return found


def remade(files: Files) -> Files:
    """Return the files with a manifest that lists them as they are now."""
    manifest = own(files)
    rows = [
        f'<Item name="x" hash="{hashlib.sha256(data).hexdigest().upper()}" uri="/{_quoted(name)}"/>'
        for name, data in files.items()
        if name not in (manifest, "[Content_Types].xml", "_rels/.rels")
    ]
    before, _, after = re.split(rb"(?s)(<Item .*/>)(?=</Contents>)", files[manifest])
    return files | {manifest: before + "".join(rows).encode() + after}


def _quoted(name: str) -> str:
    return quote(name.lstrip("/"), "/%:\\")


def at(place: str, pack: Callable[[Files], bytes]) -> Pack:
    """Return what packs one container so, and the others as they should be."""
    return lambda where, files: pack(files) if where == place else plainly(where, files)


def with_files(place: str, change: Callable[[Files], Files]) -> Pack:
    """Return what changes the files of one container after its manifest was written."""
    return at(place, lambda files: plainly(place, change(files)))


def listed(place: str, change: Callable[[Files], Files]) -> Pack:
    """Return what changes the files of one container before its manifest was written."""
    return at(place, lambda files: plainly(place, remade(change(files))))


def members(place: str, change: Callable[[list[Entry]], list[Entry]], shape: Shape | None = None) -> Pack:
    """Return what writes the zip archive of one container by hand."""
    return at(place, lambda files: written(change(entries(files)), shape or Shape()))


def one(place: str, name: str, **given: object) -> Pack:
    return members(place, lambda every: changed(every, name, **given))


def both(place: str, name: str, **given: object) -> Pack:
    """Return what makes both headers of a member lie in the same way."""
    lie = Record(**given)  # type: ignore[arg-type]
    return one(place, name, local=lie, central=lie)


def shaped(place: str, **given: object) -> Pack:
    return members(place, list, Shape(**given))  # type: ignore[arg-type]


def named(place: str, name: bytes, flags: int = 0) -> Pack:
    """Return what adds a part of this name, listed as any other."""

    def pack(files: Files) -> bytes:
        text = name.decode("utf-8" if flags & UTF8 else "cp437", errors="replace")
        every = entries({each: data for each, data in remade(with_part(text)(files)).items() if each != text})
        return written([*every, Entry(name, b"new", flags=flags)])

    return at(place, pack)


def without(*names: str) -> Callable[[Files], Files]:
    """Return what takes out files, by the ends of their names."""
    return lambda files: {name: data for name, data in files.items() if not name.endswith(names)}


def edited(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    """Return what replaces bytes in the files whose names end so."""

    def change(files: Files) -> Files:
        assert any(old in data for each, data in files.items() if each.endswith(name))
        return {each: data.replace(old, new) if each.endswith(name) else data for each, data in files.items()}

    return change


def instead(name: str, new: bytes) -> Callable[[Files], Files]:
    return lambda files: {each: new if each.endswith(name) else data for each, data in files.items()}


def without_resource(name: str, extension: str) -> Callable[[Files], Files]:
    """Return what takes out an archive and the relationship that leads to it."""
    row = re.compile(rb"<Relationship [^>]*" + name.encode() + rb'"[^>]*/>')
    return lambda files: without(extension)(files | {"_rels/.rels": row.sub(b"", files["_rels/.rels"])})


def manifest(old: bytes, new: bytes) -> Callable[[Files], Files]:
    """Return what replaces the first match of a pattern in the container's manifest."""

    def change(files: Files) -> Files:
        text, count = re.subn(old, new, files[own(files)], count=1)
        assert count == 1
        return files | {own(files): text}

    return change


def ghost(**given: object) -> Callable[[list[Entry]], list[Entry]]:
    """Return what adds an entry to the table of contents that has no member of its own."""
    return lambda every: [*every, replace(every[0], ghost=True, central=Record(**given))]  # type: ignore[arg-type]


def missed(every: list[Entry]) -> list[Entry]:
    """Return the members, the last one's place in the table of contents a little too far."""
    place = len(written(every[:-1])) - sum(46 + len(each.name) for each in every[:-1]) - 22
    return [*every[:-1], replace(every[-1], central=Record(offset=place + 2))]


def hidden(every: list[Entry]) -> list[Entry]:
    return [*every, Entry(b"hidden.txt", b"hidden", central=None)]


def with_part(name: str) -> Callable[[Files], Files]:
    """Return what adds a part, with a content type for its extension."""
    types, new = "[Content_Types].xml", b'<Default Extension="new" ContentType="user/user"/></Types>'
    return lambda files: files | {name: b"new", types: files[types].replace(b"</Types>", new)}


def trailing(every: list[Entry]) -> list[Entry]:
    """Return the members, one with more bytes than it needs in front of its sizes."""
    return changed(every, "_rels/.rels", flags=FOLLOWS, raw=deflated(every[1].data) + b"junk")


def overlong(every: list[Entry]) -> list[Entry]:
    """Return the members, and one whose bytes reach into the table of contents."""
    lie = Record(packed=30, size=30)
    return [*every, Entry(b"a.rels", b"new", method=STORED, local=lie, central=lie)]


def wide_end(old: bytes, new: bytes) -> Callable[[Files], bytes]:
    """Return what writes an archive with ZIP64, and changes bytes of its end."""

    def pack(files: Files) -> bytes:
        before, end, after = written(entries(files), Shape(wide=True)).rpartition(b"PK\6\6")
        assert old in end + after
        return before + (end + after).replace(old, new)

    return pack


def add(name: str, data: bytes = b"new") -> Callable[[Files], Files]:
    return lambda files: files | {name: data}
