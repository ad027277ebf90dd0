from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cses_action.hosts.files import CUT, SUMMARY_LIMIT, StepFile, summary_file
from cses_action.messages import Annotation
from tests.fakes.runner import read_summary


def summary(path: Path) -> Callable[[str], bool]:
    warnings: list[Annotation] = []
    file = summary_file({"GITHUB_STEP_SUMMARY": str(path)})
    return lambda text: file.append(text, warnings.append)


def test_an_open_line_is_ended_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"open")
    summary(path)("ours\n")
    assert path.read_bytes() == b"open\nours\n"


def test_an_ended_line_gets_no_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"ended\n")
    summary(path)("ours\n")
    assert path.read_bytes() == b"ended\nours\n"


def test_a_summary_is_cut_at_a_line_end_with_a_note_and_nothing_follows(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    append = summary(path)
    append("é" * 300_000 + "\n")
    append("ö" * 200_000 + "\n" + "ü" * 300_000 + "\n")
    append("late\n")
    text = read_summary(path)
    assert text == "é" * 300_000 + "\n" + "ö" * 200_000 + "\n" + CUT.decode()


@pytest.mark.parametrize(
    ("before", "closed"),
    [("```mermaid\n", "```\n"), ("```mermaid\ngantt\n```\n", ""), ("```\na\n```\n```text\n", "```\n")],
)
def test_a_summary_that_is_cut_within_a_chart_or_code_ends_it_before_the_note(
    tmp_path: Path, before: str, closed: str
) -> None:
    path = tmp_path / "summary"
    summary(path)(before + "a line\n" * 200_000)
    text = read_summary(path)
    assert text.endswith(f"\na line\n{closed}{CUT.decode()}")
    assert text.count("```") % 2 == 0


@pytest.mark.parametrize("left", range(len(CUT) + 8))
def test_however_little_room_a_cut_summary_has_it_keeps_to_the_limit(tmp_path: Path, left: int) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * (SUMMARY_LIMIT - left - 1) + b"\n")
    summary(path)("```mermaid\ngantt\n" * 10)
    text = read_summary(path)[SUMMARY_LIMIT - left :]
    assert text in {"", CUT.decode()}


def test_a_summary_may_be_as_long_as_github_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    summary(path)("x" * (SUMMARY_LIMIT - 1) + "\n")
    assert len(read_summary(path)) == SUMMARY_LIMIT


def test_a_full_summary_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * (SUMMARY_LIMIT - 1) + b"\n")
    summary(path)("late\n")
    assert path.read_bytes() == b"x" * (SUMMARY_LIMIT - 1) + b"\n"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "it is not set"),
        ("{}", "Is a directory"),
        ("{}/no/file", "No such file"),
        ("a\0b", "ValueError"),
        ("/dev/full", "No space left on device"),
    ],
)
def test_a_file_that_cannot_be_written_is_a_warning_that_says_why(tmp_path: Path, path: str, reason: str) -> None:
    warnings: list[Annotation] = []
    file = StepFile("GITHUB_OUTPUT", path.format(tmp_path))
    assert not file.append("the-value", warnings.append)
    assert not file.append("the-value", warnings.append)
    (warning,) = warnings
    assert warning.level == "warning"
    assert reason in warning.problem.message
    assert "the-value" not in str(warning.problem)
    assert ("mount the folder" in warning.problem.fix.lower()) == (reason == "No such file")


def test_a_disk_that_is_full_in_the_middle_of_a_value_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    path.write_bytes(b"before=1\n")
    program = (
        "import resource, sys\n"
        "from cses_action.hosts.github import GitHub\n"
        "before = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))\n"
        "GitHub({'GITHUB_OUTPUT': sys.argv[1]}, sys.stdout).publish({'plan': 'x' * 2000})\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, before)\n"  # whoever measures us writes a file at the end
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert path.read_bytes() == b"before=1\n"
    assert done.stdout.startswith("::warning::GITHUB_OUTPUT leads to no file that can be written")
