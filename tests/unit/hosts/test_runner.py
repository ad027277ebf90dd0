"""The reader itself: it must obey what a real runner obeys, or the other tests prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.runner import (
    Command,
    parse_commands,
    read_log,
    read_outputs,
    read_summary,
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("::error::a%0Ab%253A", Command("error", "a\nb%3A")),
        ("  ::Error file=a%3Ab,line=3,x=::m", Command("error", "m", {"file": "a:b", "line": "3"})),
        ("::group::a::b", Command("group", "a::b")),
        ("text ##[error file=a;line=1]m%5D", Command("error", "m]", {"file": "a", "line": "1"})),
        ("::nothing:: ##[endgroup]", Command("endgroup")),
    ],
)
def test_both_forms_of_a_github_command_are_obeyed(line: str, command: Command) -> None:
    assert parse_commands(line) == [command]


@pytest.mark.parametrize(
    "line", ["a ::error::b", "::error", "::unknown::b", "##[error", "##[unknown]", ":: error::x"]
)
def test_what_is_no_github_command_is_not_obeyed(line: str) -> None:
    assert parse_commands(line) == []


def test_a_lone_carriage_return_begins_a_line() -> None:
    assert parse_commands("x\r::error::y\r\nz") == [Command("error", "y")]


def test_weightless_characters_hide_a_marker_from_nobody_but_shift_the_name() -> None:
    assert parse_commands("\u200b:: ") == []
    assert parse_commands("##\u200b[error]x") == []


def test_masks_act_on_the_lines_that_follow() -> None:
    log = read_log("secret1\n::add-mask::secret1%0Asecret2\nsecret1 secret2\n")
    assert log.lines == ["secret1", "*** ***"]


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(AssertionError):
        read_log("::add-mask:: \n")


def test_a_command_that_nobody_should_send_is_refused() -> None:
    with pytest.raises(AssertionError):
        read_log("::set-output name=x::y\n")


def test_ten_annotations_of_a_level_are_kept_and_cut() -> None:
    log = read_log("::group::g\n" + "::error::" + "x" * 5000 + "\n::error::y" * 12 + "\n::notice::z\n::endgroup::\n")
    assert [command.name for command in log.annotations] == ["error"] * 10 + ["notice"]
    assert len(log.annotations[0].data) == 4096
    assert (log.groups, log.open_groups) == (["g"], 0)


def test_outputs_are_read_in_both_forms() -> None:
    assert read_outputs("a=b=<<c\n\nd<<E\n1\r\n\n2\nE\ne<<F\nF\n") == {"a": "b=<<c", "d": "1\r\n\n2", "e": ""}


@pytest.mark.parametrize("text", ["a", "=a", "<<a", "a<<", "a<<E\nb\n"])
def test_a_bad_output_file_fails_the_step(text: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid format|delimiter not found"):
        read_outputs(text)


def test_a_summary_that_is_too_long_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * 1024 * 1024)
    assert len(read_summary(path)) == 1024 * 1024
    path.write_bytes(b"x" * (1024 * 1024 + 1))
    with pytest.raises(ValueError, match="1024k"):
        read_summary(path)
