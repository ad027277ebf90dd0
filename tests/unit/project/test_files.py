from __future__ import annotations

import os
from pathlib import Path

import pytest

from cses_action.project.files import TEXT_LIMIT, Text, read_text
from tests.unit.project.given import brief, problems

TEXT = '<a b="Zürich"/>\r\n'


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("utf-8", "utf-16"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("utf-16", "utf-16-be"),
        ("utf-16", "utf-8"),
        ("UTF-8", "utf-8"),
        ("windows-1252", "windows-1252"),
        ("ISO-8859-1", "iso-8859-1"),
    ],
)
def test_text_is_read_in_the_encoding_that_its_bytes_show(tmp_path: Path, declared: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{TEXT}' if declared else TEXT
    file = tmp_path / "a.cscfg"
    file.write_bytes(text.encode(encoding))
    found = read_text(str(file))
    assert found.text == text
    assert found.encoded(found.text) == file.read_bytes()
    assert "Z" not in repr(found)


def test_a_big_endian_mark_is_known(tmp_path: Path) -> None:
    file = tmp_path / "a.cscfg"
    file.write_bytes(f"\ufeff{TEXT}".encode("utf-16-be"))
    assert read_text(str(file)) == Text(TEXT, "utf-16-be", b"\xfe\xff")


@pytest.mark.parametrize("name", ["nonsense", "zip", "punycode", "rot13", "idna", "unicode_escape"])
def test_an_encoding_that_is_no_alphabet_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.cscfg"
    file.write_bytes(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode())
    assert brief(lambda: read_text(str(file))) == [(1, f"The encoding {name} is not known")]


@pytest.mark.parametrize(
    ("data", "line"), [(b"<a>\n\xff</a>", 2), ("\ufeff<a>\n\n".encode("utf-16-le") + b"\0\xd8\0\0", 3)]
)
def test_bytes_that_are_not_in_the_encoding_are_refused_with_their_line(
    tmp_path: Path, data: bytes, line: int
) -> None:
    file = tmp_path / "a.cscfg"
    file.write_bytes(data)
    (problem,) = problems(lambda: read_text(str(file)))
    assert problem.message.startswith("The file has bytes that are not utf-")
    assert problem.line == line


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert brief(lambda: read_text(str(tmp_path))) == [(0, "Not a regular file")]


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert brief(lambda: read_text(str(tmp_path / "pipe"))) == [(0, "Not a regular file")]


def test_a_device_is_refused() -> None:
    assert brief(lambda: read_text("/dev/zero")) == [(0, "Not a regular file")]


def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    ((line, message),) = brief(lambda: read_text(str(loop)))
    assert line == 0
    assert message.startswith("The file cannot be read: Too many")


def test_a_large_file_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.cscfg"
    with file.open("wb") as stream:
        stream.truncate(TEXT_LIMIT + 1)
    assert brief(lambda: read_text(str(file))) == [(0, "The file is larger than 10 MiB")]


def test_a_path_is_shown_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (problem,) = problems(lambda: read_text("./missing.cscfg"))
    assert problem.file == "./missing.cscfg"
