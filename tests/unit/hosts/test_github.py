"""What only GitHub has; what holds for every CI host is in test_both_hosts.py."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from actions_toolkit import file_command

from cses_action.errors import Problem
from cses_action.hosts.github import OUTPUTS_LIMIT, GitHub
from cses_action.hosts.limits import LONGEST_VALUE
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


def test_an_output_that_github_would_not_carry_is_left_out_and_the_others_are_set(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.host.publish({"plan": "é" * (OUTPUTS_LIMIT // 2 + 1), "fqdn": "a"})
    assert runner.outputs() == {"fqdn": "a"}
    (warning,) = runner.log().annotations
    assert warning.name == "warning"
    assert "The output plan is left out: with it the outputs would have 1024 KiB in UTF-16" in warning.data


def test_all_outputs_together_are_no_more_than_github_carries(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    half = "x" * (OUTPUTS_LIMIT // 4)
    runner.host.publish({"a": half})
    runner.host.publish({"a": half, "b": half})  # anew, it counts once
    runner.host.publish({"c": "y", "a": ""})
    runner.host.publish({"c": "y"})
    assert {name: len(value) for name, value in runner.outputs().items()} == {"a": 0, "b": len(half), "c": 1}
    left_out = [each.data for each in runner.log().annotations if "left out" in each.data]
    assert len(left_out) == 1
    assert left_out[0].startswith("The output c is left out")


def test_an_output_that_no_environment_takes_is_set_with_a_warning(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.host.publish({"fits": "x" * LONGEST_VALUE, "plan": "x" * (LONGEST_VALUE + 1)})
    assert len(runner.outputs()["plan"]) == LONGEST_VALUE + 1
    (warning,) = runner.log().annotations
    assert warning.data.startswith("The output plan has 127 KiB: no step starts with that in its environment.")


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
    host.summarise(lambda: "# Done")
    host.summarise(lambda: "# Done")
    (warning,) = read_log(out.getvalue()).annotations
    assert "GITHUB_STEP_SUMMARY" in warning.data


def test_the_summary_holds_no_secret_and_no_command(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    host = GitHub({"GITHUB_STEP_SUMMARY": str(path)}, io.StringIO())
    host.hide(Secret("hunter22"))
    host.summarise(lambda: "# hunter22\n\n::error::x")
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
