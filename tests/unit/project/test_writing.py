from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cses_action.project.writing import check, write
from cses_action.project.xml import Document, read_xml
from tests.unit.project.given import brief, problems

TEXT = "<?xml version='1.0' encoding='{}'?>\r\n<a b='Zürich'/>\n"
LIMIT = 10_000


def given(folder: Path, name: str = "a.cscfg", encoding: str = "utf-8", mark: str = "") -> Document:
    declared = encoding.removesuffix("-le").removesuffix("-be")
    (folder / name).write_bytes((mark + TEXT.format(declared)).encode(encoding))
    return read_xml(str(folder / name))


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file can become larger than some bytes: writing on fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Failing:
    """Renames, but for the times that it is told to fail."""

    def __init__(self, *times: int) -> None:
        self.times, self.count = times, 0

    def __call__(self, source: str, target: Path) -> None:
        self.count += 1
        if self.count in self.times:
            raise PermissionError(13, "Permission denied")
        Path(source).replace(target)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", ""),
        ("utf-8", "\ufeff"),
        ("utf-16-le", "\ufeff"),
        ("utf-16-be", "\ufeff"),
        ("utf-16-le", ""),
        ("windows-1252", ""),
        ("iso-8859-1", ""),
        ("koi8-r", ""),
    ],
)
def test_the_new_text_stands_in_the_form_of_the_old_one(tmp_path: Path, encoding: str, mark: str) -> None:
    name = "Zürich" if encoding != "koi8-r" else "Москва"
    data = (mark + TEXT.format(encoding.removesuffix("-le").removesuffix("-be")).replace("Zürich", name)).encode(
        encoding
    )
    (tmp_path / "a").write_bytes(data)
    document = read_xml(str(tmp_path / "a"))
    write([(document, document.text.replace(name, f"{name} {name}"))])
    assert files(tmp_path) == {"a": data.replace(name.encode(encoding), f"{name} {name}".encode(encoding))}


def test_mode_and_owner_stay_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target = Path(given(tmp_path / "folder").file)
    target.chmod(0o640)
    link = tmp_path / "link.cscfg"
    link.symlink_to("folder/a.cscfg")
    document = read_xml(str(link))
    write([(document, "<new/>")])
    assert link.is_symlink()
    assert target.read_bytes() == b"<new/>"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert target.stat().st_uid == os.getuid()


def test_a_file_that_was_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    document = given(tmp_path)
    Path(document.file).write_text("<other/>", encoding="utf-8")
    assert brief(lambda: write([(document, "<new/>")])) == [(0, "The file was changed since it was read")]
    assert files(tmp_path) == {"a.cscfg": b"<other/>"}


def test_a_file_whose_mark_was_taken_away_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    document = given(tmp_path, mark="\ufeff")
    given(tmp_path)
    assert brief(lambda: write([(document, "<new/>")])) == [(0, "The file was changed since it was read")]


def test_a_file_that_vanished_is_an_error_of_ours(tmp_path: Path) -> None:
    document = given(tmp_path)
    Path(document.file).unlink()
    assert brief(lambda: write([(document, "<new/>")])) == [(0, "The file cannot be read: No such file or directory")]


def test_bytes_that_cannot_be_kept_are_not_written(tmp_path: Path) -> None:
    document = given(tmp_path)
    before = "\ufeff\ufeff<a/>".encode()
    Path(document.file).write_bytes(before)
    (problem,) = problems(lambda: write([(read_xml(document.file), "<new/>")]))
    assert "cannot be kept" in problem.message
    assert files(tmp_path) == {"a.cscfg": before}


def test_a_character_that_the_encoding_does_not_have_is_an_error_of_ours(tmp_path: Path) -> None:
    document = given(tmp_path, encoding="windows-1252")
    (problem,) = problems(lambda: write([(document, document.text.replace("Z", "geheim ł"))]))
    assert problem.message == "The encoding cp1252 cannot hold the character U+0142"
    assert files(tmp_path) == {"a.cscfg": document.text.encode("cp1252")}


def test_a_read_only_file_is_refused_even_for_root(tmp_path: Path) -> None:
    document = given(tmp_path)
    Path(document.file).chmod(0o444)
    assert brief(lambda: write([(document, "<new/>")])) == [(0, "The file is read-only")]
    assert files(tmp_path) == {"a.cscfg": document.text.encode()}


def test_a_full_disk_leaves_all_files_and_no_others(tmp_path: Path) -> None:
    one, two = given(tmp_path), given(tmp_path, "b.cscfg")
    with a_full_disk():
        (problem,) = problems(lambda: write([(one, "<new/>"), (two, f"<new>{'x' * LIMIT}</new>")]))
    assert problem.message.startswith("The file cannot be written: ")
    assert problem.file.endswith("b.cscfg")
    assert files(tmp_path) == {"a.cscfg": one.text.encode(), "b.cscfg": two.text.encode()}


def test_the_first_file_is_put_back_when_the_second_cannot_be_written(tmp_path: Path) -> None:
    one, two = given(tmp_path), given(tmp_path, "b.cscfg")
    (problem,) = problems(lambda: write([(one, "<new/>"), (two, "<new/>")], Failing(2)))
    assert problem.message == "The file cannot be written: Permission denied"
    assert files(tmp_path) == {"a.cscfg": one.text.encode(), "b.cscfg": two.text.encode()}


def test_a_file_that_cannot_even_be_put_back_is_named(tmp_path: Path) -> None:
    one, two = given(tmp_path), given(tmp_path, "b.cscfg")
    (problem,) = problems(lambda: write([(one, "<new/>"), (two, "<new/>")], Failing(2, 3)))
    assert f"changed already, and not to be put back: {one.file} (as it was: " in problem.message
    kept = problem.message.rpartition("as it was: ")[2].removesuffix(")")
    assert Path(kept).read_bytes() == one.text.encode()
    assert Path(one.file).read_bytes() == b"<new/>"
    assert Path(two.file).read_bytes() == two.text.encode()


def test_whatever_breaks_in_between_the_first_file_is_put_back(tmp_path: Path) -> None:
    one, two = given(tmp_path), given(tmp_path, "b.cscfg")
    replaced: list[Path] = []

    def interrupted(source: str, target: Path) -> None:
        replaced.append(target)
        if len(replaced) == 2:
            raise KeyboardInterrupt
        os.replace(source, target)  # noqa: PTH105 - as the product does

    with pytest.raises(KeyboardInterrupt):
        write([(one, "<new/>"), (two, "<new/>")], interrupted)
    assert files(tmp_path) == {"a.cscfg": one.text.encode(), "b.cscfg": two.text.encode()}


@pytest.mark.parametrize(
    "spoil", [lambda path: path.unlink(), lambda path: path.chmod(0o444), lambda path: path.write_text("x")]
)
def test_a_file_that_could_not_be_written_is_known_before(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    document = given(tmp_path)
    check([(document, "<new/>")])
    spoil(Path(document.file))
    before = files(tmp_path)
    assert len(brief(lambda: check([(document, "<new/>")]))) == 1
    assert files(tmp_path) == before


def test_a_text_that_the_encoding_cannot_hold_is_known_before(tmp_path: Path) -> None:
    document = given(tmp_path, encoding="windows-1252")
    assert "U+4E2D" in brief(lambda: check([(document, "中")]))[0][1]
