"""What only GitHub has; what holds for every CI host is in test_both_hosts.py."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from actions_toolkit import file_command

from cses_action.errors import Problem
from cses_action.hosts.github import GitHub
from cses_action.messages import Annotation, Line
from cses_action.values import Secret
from tests.fakes.runner import parse_commands, read_log, read_outputs
from tests.unit.hosts.machines import Runner, after


def test_outputs_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("before=1", encoding="utf-8")
    host = GitHub({"GITHUB_OUTPUT": str(path)}, io.StringIO())
    host.publish({"a": "x\nEOF\nb=evil"})
    host.publish({"c": "d"})
    expected = {"before": "1", "a": "x\nEOF\nb=evil", "c": "d"}
    assert read_outputs(path.read_text(encoding="utf-8")) == expected


def test_a_delimiter_that_is_in_the_value_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(["1", "2"])
    monkeypatch.setattr(file_command, "uuid4", lambda: next(ids))
    path = tmp_path / "output"
    GitHub({"GITHUB_OUTPUT": str(path)}, io.StringIO()).publish({"a": "ghadelimiter_1\nb=evil"})
    assert read_outputs(path.read_text(encoding="utf-8")) == {"a": "ghadelimiter_1\nb=evil"}


@pytest.mark.parametrize("make", [lambda _: {}, lambda folder: {"GITHUB_OUTPUT": str(folder / "missing" / "file")}])
def test_outputs_without_a_file_are_one_warning_and_are_never_printed(
    tmp_path: Path, make: Callable[[Path], dict[str, str]]
) -> None:
    out = io.StringIO()
    host = GitHub(make(tmp_path), out)
    host.publish({"a": "the-value"})
    host.publish({"a": "the-value"})
    (warning,) = read_log(out.getvalue()).annotations
    assert warning.name == "warning"
    assert "GITHUB_OUTPUT" in warning.data
    assert "the-value" not in out.getvalue()


def test_a_summary_without_a_file_is_one_warning() -> None:
    out = io.StringIO()
    host = GitHub({}, out)
    host.summarise("# Done")
    host.summarise("# Done")
    (warning,) = read_log(out.getvalue()).annotations
    assert "GITHUB_STEP_SUMMARY" in warning.data


def test_the_summary_holds_no_secret_and_no_command(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    host = GitHub({"GITHUB_STEP_SUMMARY": str(path)}, io.StringIO())
    host.hide(Secret("hunter22"))
    host.summarise("# hunter22\n\n::error::x")
    assert path.read_text(encoding="utf-8") == "# ***\n\n:\u200b:error:\u200b:x\n"


def test_a_secret_of_several_lines_is_masked_whole_and_line_by_line() -> None:
    runner = Runner()
    runner.host.hide(Secret("line1\nline2"))
    assert [command.data for command in parse_commands(runner.out.getvalue())] == ["line1\nline2", "line1", "line2"]


def test_a_secret_with_a_line_too_short_to_hide_is_masked_by_its_other_lines() -> None:
    assert after(Runner(), hide=('{\n"secret": 1\n}',)).masks == ['"secret": 1'] * 2


def test_code_request_id_and_fix_follow_the_message() -> None:
    problem = Problem(message="No.", fix="Grant it.", code="AuthorizationFailed", request_id="42")
    (annotation,) = after(Runner(), Annotation("error", problem)).annotations
    assert annotation.data == "No.\ncode AuthorizationFailed, request id 42\nGrant it."


def test_what_is_not_given_is_no_property() -> None:
    runner = Runner()
    runner.host.show(Annotation("error", Problem(message="m")))
    assert runner.out.getvalue() == "::error::m\n"


def test_everything_is_written_as_utf_8_whatever_the_locale() -> None:
    raw = io.BytesIO()
    host = GitHub({}, io.TextIOWrapper(raw, encoding="ascii"))
    host.show(Line("é\udce9"))
    assert raw.getvalue() == "é\\udce9\n".encode()


def test_a_second_host_on_the_same_stream_works() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    GitHub({}, stream).show(Line("one"))
    GitHub({}, stream).show(Line("two"))
    stream.seek(0)
    assert stream.read() == "one\ntwo\n"
