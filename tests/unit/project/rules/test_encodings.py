"""X004 compares the declaration with the bytes of a file, not with a text."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from cses_action.project import examine
from tests.unit.project.rules.kit import definition, said, web


def found(file: Path, data: bytes) -> tuple[list[str], list[str]]:
    """Return what X004 says of a file, and how to mend it."""
    file.write_bytes(data)
    findings = [each for each in examine(str(file), []).findings if each.rule.id == "X004"]
    return said(findings, "X004"), [each.fix for each in findings]


def text(declared: str) -> str:
    return f"<?xml version='1.0'\n\tencoding='{declared}'?>\n<!-- é -->{definition(web())}"


@pytest.mark.parametrize(
    ("data", "message", "fix"),
    [
        (text("utf-16").encode(), "says utf-16, but the bytes are utf-8", 'Declare encoding="utf-8".'),
        (text("UTF-8").encode("utf-16"), "says UTF-8, but the bytes are utf-16-le", 'Declare encoding="utf-16".'),
        (
            codecs.BOM_UTF8 + text("iso-8859-1").encode(),
            "says iso-8859-1, but the bytes are utf-8",
            'Declare encoding="utf-8".',
        ),
    ],
)
def test_a_declaration_that_the_bytes_contradict_is_told(tmp_path: Path, data: bytes, message: str, fix: str) -> None:
    file = tmp_path / "a.csdef"
    assert found(file, data) == ([f"{file}:2:2 warning: The XML declaration {message}"], [fix])


@pytest.mark.parametrize(
    "data",
    [
        text("utf-8").encode(),
        codecs.BOM_UTF8 + text("UTF-8").encode(),
        text("utf-16").encode("utf-16"),
        codecs.BOM_UTF16_BE + text("utf-16").encode("utf-16-be"),
        text("iso-8859-1").encode("iso-8859-1"),
    ],
)
def test_a_declaration_that_fits_is_not_told(tmp_path: Path, data: bytes) -> None:
    assert found(tmp_path / "a.csdef", data) == ([], [])
