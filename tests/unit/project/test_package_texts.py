"""Descriptions in a package that would fill memory or time: read in little of both, or given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.data.ctp_packages import ctp_package
from tests.data.package_switches import Files, Pack, listed, own, with_files
from tests.data.packages import legacy_package
from tests.unit.project.test_package_bounds import DEFINITION, MEBIBYTE, memory_and_rules

ROLES = b'<ServiceDefinition xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition">'
ITEMS = b'<P><Contents hashtype="1">'

Change = Callable[[Files], Files]


def rows(begin: bytes, row: bytes, times: int, end: bytes) -> bytes:
    """Return very many rows; ``%d`` in one is its number."""
    return begin + b"".join(row.replace(b"%d", b"%d" % number) for number in range(times)) + end


def part(name: str, data: bytes) -> Change:
    """Return what makes the parts of this name so."""
    return lambda files: {each: data if each.endswith(name) else old for each, old in files.items()}


def manifest(data: bytes) -> Change:
    """Return what makes a container's own manifest so."""
    return lambda files: files | {own(files): data}


def crowd(files: Files) -> Files:
    return files | {f"{number}.csman": b" " * 7 * MEBIBYTE for number in range(5)}


def longer(files: Files) -> Files:
    """Return a service model as that of a service with very many settings."""
    extra = rows(b"", b'<map name="%d"/>', 150_000, b"</serviceModel>")
    return {name: data.replace(b"</serviceModel>", extra) for name, data in files.items()}


WEB: dict[str, tuple[str, Pack]] = {
    "a manifest lists very many parts": (
        "PKG008",
        with_files("WebRole1", manifest(rows(ITEMS, b'<Item uri="/%d" hash="x"/>', 200_000, b"</Contents></P>"))),
    ),
    "a manifest lists very many streams": (
        "PKG021 PKG022",
        with_files("", manifest(rows(ITEMS, b'<Stream name="%d"/>', 200_000, b"</Contents></P>"))),
    ),
    "the address of a part is very long": (
        "PKG021 PKG022 PKG024",
        with_files("WebRole1", manifest(rows(ITEMS + b'<Item uri="/', b"%41", 300_000, b'"/></Contents></P>'))),
    ),
    "a tag is very long": ("PKG020", with_files("WebRole1", manifest(rows(b"<P ", b'a%d="" ', 300_000, b"/>")))),
    "there are many manifests": ("PKG008", with_files("WebRole1", crowd)),
    "relationships are many": (
        "PKG025",
        with_files("WebRole1", part(".rels", rows(b"<R>", b"<a/>", 200_000, b"</R>"))),
    ),
    "the service model is long": ("", listed(".csmx", longer)),
    "roles are very many": (
        "PKG008",
        listed(".csdx", part(".csdef", rows(ROLES, b'<WebRole name="%d"/>', 15_000, b"</ServiceDefinition>"))),
    ),
}
CTP: dict[str, tuple[str, bytes]] = {
    "elements are many": ("PKG005", rows(b"<P>", b"<a/>", 1_000_000, b"</P>")),
    "contents are many": ("PKG008", rows(b"<P>", b"<ContentDefinition/>", 200_000, b"</P>")),
    "roles are many": ("PKG008", rows(b"<P>", b"<Name>%d</Name>", 100_000, b"</P>")),
    "elements are deep": ("PKG005", b"<ContentDefinition>" * 200 + b"</ContentDefinition>" * 200),
}


@pytest.mark.parametrize("name", WEB)
def test_what_describes_itself_at_length_takes_little_memory(tmp_path: Path, name: str) -> None:
    expected, pack = WEB[name]
    memory, broken = memory_and_rules(legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=pack))
    assert broken == expected
    assert memory < 100


@pytest.mark.parametrize("name", CTP)
def test_a_ctp_package_that_describes_itself_at_length_takes_little_memory(tmp_path: Path, name: str) -> None:
    expected, data = CTP[name]
    pack = with_files("", part("package.xml", data))
    memory, broken = memory_and_rules(ctp_package(DEFINITION, tmp_path / "ctp.cspkg", pack=pack))
    assert broken == expected
    assert memory < 100
