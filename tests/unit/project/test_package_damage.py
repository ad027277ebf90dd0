"""Whatever happens to a package, reading it gives a package or one of our own errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cses_action.errors import ProjectError
from cses_action.project.package import examine_package
from tests.data.package_damage import damaged, damaged_within, originals

CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40_000), st.integers(0, 255)), min_size=1, max_size=6)


def outcome(file: Path, data: bytes) -> str:
    """Return whether a file can be read, and whether that says something is wrong."""
    file.write_bytes(data)
    try:
        package = examine_package(str(file))
    except ProjectError as failure:
        assert all(each.rule.startswith("PKG") and each.fix and each.file == str(file) for each in failure.problems)  # noqa: PT017
        return "refused"
    assert package.size == len(data)
    return "defects" if package.defects else "healthy"


@pytest.fixture(name="folder", scope="module")
def a_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(name="packages", scope="module")
def some_packages(folder: Path) -> list[bytes]:
    return originals(folder)


def test_the_originals_are_healthy(folder: Path, packages: list[bytes]) -> None:
    assert [outcome(folder / "a.cspkg", each) for each in packages] == ["healthy"] * 3


@pytest.mark.parametrize("tenths", range(10))
def test_a_package_that_is_cut_off_is_refused(folder: Path, packages: list[bytes], tenths: int) -> None:
    assert {outcome(folder / "a.cspkg", each[: len(each) * tenths // 10]) for each in packages} == {"refused"}


IN_CI = settings().max_examples > 1000


@settings(max_examples=5000 if IN_CI else 200)
@given(st.integers(0, 2), CHANGES)
def test_any_damage_ends_in_a_package_or_in_our_own_error(
    folder: Path, packages: list[bytes], which: int, changes: list[tuple[int, int, int]]
) -> None:
    assert outcome(folder / "b.cspkg", damaged(packages[which], changes)) in {"healthy", "defects", "refused"}


@settings(max_examples=1000 if IN_CI else 60)
@given(st.sampled_from(["", "W", ".csdx", ".csmx", ".csnsx"]), st.integers(0, 20), CHANGES)
def test_damage_that_the_enclosing_archives_do_not_show_ends_so_too(
    folder: Path, place: str, number: int, changes: list[tuple[int, int, int]]
) -> None:
    data = damaged_within(folder, place, number, changes)
    assert outcome(folder / "c.cspkg", data) in {"healthy", "defects", "refused"}


def test_every_changed_bit_of_a_stored_package_is_seen_or_changes_nothing(
    folder: Path, packages: list[bytes]
) -> None:
    original = examine_package(str(folder / "stored.cspkg"))
    unseen = []
    for place in range(0, len(packages[1]), 397):
        data = bytearray(packages[1])
        data[place] ^= 1 << place % 8
        if outcome(folder / "d.cspkg", bytes(data)) == "healthy":
            unseen.append(examine_package(str(folder / "d.cspkg")))
    assert [each for each in unseen if (each.files, each.roles) != (original.files, original.roles)] == []
