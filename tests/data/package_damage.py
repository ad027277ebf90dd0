"""Damages a package as disks, networks and attackers do: bytes changed, taken out, put in, moved; the end cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.data.package_parts import plainly
from tests.data.package_switches import Files
from tests.data.packages import legacy_package
from tests.data.zips import FOLLOWS, STORED, entries, written

Change = tuple[int, int, int]
"""What to do, where, and with what; any three numbers are a change."""

ROLE = (
    b'<ServiceDefinition xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition" name="S">'
    b'<WebRole name="W" vmsize="Standard_D1_v2"><Sites><Site name="Web"><Bindings>'
    b'<Binding name="In" endpointName="In"/></Bindings></Site></Sites><Endpoints>'
    b'<InputEndpoint name="In" protocol="https" port="443" certificate="C"/></Endpoints><Certificates>'
    b'<Certificate name="C" storeLocation="LocalMachine" storeName="My"/></Certificates></WebRole>'
    b"</ServiceDefinition>"
)


def _stored(_place: str, files: Files) -> bytes:
    return written([replace(each, method=STORED) for each in entries(files)])


def _following(_place: str, files: Files) -> bytes:
    return written([replace(each, method=STORED, flags=FOLLOWS) for each in entries(files)])


def originals(folder: Path) -> list[bytes]:
    """Return healthy packages: as usual, and without compression, so that a change reaches what lies deep inside."""
    usual = legacy_package(ROLE, folder / "usual.cspkg").read_bytes()
    stored = legacy_package(ROLE, folder / "stored.cspkg", pack=_stored).read_bytes()
    following = legacy_package(ROLE, folder / "following.cspkg", pack=_following).read_bytes()
    return [usual, stored, following]


def damaged(original: bytes, changes: Iterable[Change]) -> bytes:
    """Return the bytes after all changes."""
    data = bytearray(original)
    for kind, place, value in changes:
        at = place % max(len(data), 1)
        match kind % 6:
            case 0 | 1:
                data[at : at + 1] = bytes((value % 256,))
            case 2:
                data[at : at + 1] = bytes((data[at] ^ 1 << value % 8,)) if data else b""
            case 3:
                del data[at : at + value % 40]
            case 4:
                data[at:at] = data[value % max(len(data), 1) :][: value % 40]
            case _:
                # Fields of two, four and eight bytes are where the sizes and places are.
                data[at : at + 4] = (value * 0x01010101 & 0xFFFFFFFF).to_bytes(4, "little")
    return bytes(data)


def damaged_within(folder: Path, place: str, number: int, changes: Iterable[Change]) -> bytes:
    """Return a package with one part damaged before it was packed; what encloses it fits."""

    def pack(where: str, files: Files) -> bytes:
        if where != place:
            return plainly(where, files)
        name = list(files)[number % len(files)]
        return plainly(where, files | {name: damaged(files[name], changes)})

    return legacy_package(ROLE, folder / "within.cspkg", pack=pack).read_bytes()
