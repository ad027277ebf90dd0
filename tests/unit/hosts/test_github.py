from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from actions_toolkit import file_command
from hypothesis import example, given
from hypothesis import strategies as st

from cses_action.errors import Problem
from cses_action.hosts.github import GitHub
from cses_action.ports import Annotation, Level, Line, Message, Progress, Table
from cses_action.values import Secret
from tests.fakes.runner import Command, Log, lines_of, parse_agent_commands, parse_commands, read_log, read_outputs
from tests.unit.hosts.texts import brief, hostile, seen, thorough


def shown(*messages: Message, hide: tuple[str, ...] = ()) -> str:
    out = io.StringIO()
    host = GitHub({}, out)
    for secret in hide:
        host.hide(Secret(secret))
    for message in messages:
        host.show(message)
    return out.getvalue()


def log_of(*messages: Message, hide: tuple[str, ...] = ()) -> Log:
    return read_log(shown(*messages, hide=hide))


def error(message: str, level: Level = "error") -> Annotation:
    return Annotation(level, Problem(message=message))


def unmarked(command: Command) -> Command:
    properties = {name: value.replace("\u200b", "") for name, value in command.properties.items()}
    return Command(command.name, command.data.replace("\u200b", ""), properties)


@given(hostile, st.sampled_from(["error", "warning", "notice"]))
@example("%0A::error::50%", "error")
@thorough
def test_an_annotation_is_one_command_with_its_text(text: str, level: Level) -> None:
    output = shown(error(text, level))
    (command,) = parse_commands(output)
    assert unmarked(command) == Command(level, seen(text))
    assert parse_agent_commands(output) == []
    assert len(lines_of(output)) == 1


@given(hostile, hostile, hostile)
@brief
def test_place_and_title_come_back(message: str, file: str, title: str) -> None:
    problem = Problem(message=message, file=file, line=7, column=3)
    (command,) = parse_commands(shown(Annotation("error", problem, title)))
    place = {"file": one(file), "line": "7", "col": "3", "title": one(title).strip()}
    expected = {name: value for name, value in place.items() if value}
    assert {name: value.strip() for name, value in unmarked(command).properties.items()} == {
        name: value.strip() for name, value in expected.items()
    }


def one(text: str) -> str:
    return seen(text).replace("\n", " ").replace("\t", " ")


@given(hostile)
@example("  ::error::x")
@thorough
def test_a_line_is_never_a_command(text: str) -> None:
    output = shown(Line(text))
    assert (parse_commands(output), parse_agent_commands(output)) == ([], [])
    assert output.replace("\u200b", "") == seen(text) + "\n"


@given(hostile, hostile)
@brief
def test_no_other_message_is_ever_a_command(text: str, other: str) -> None:
    table = Table((text, other), ((other, text), (text,)))
    output = shown(Progress(text, 1, 2, other), table, *[error("x")] * 10)
    extra = shown(*[error("x")] * 10, Annotation("error", Problem(message=text, fix=other, file=other), text))
    assert len(parse_commands(output)) == len(parse_commands(extra)) == 10
    assert parse_agent_commands(output + extra) == []


@given(hostile)
@brief
def test_a_group_has_its_title_and_ends(title: str) -> None:
    out = io.StringIO()
    host = GitHub({}, out)
    with host.group(title):
        host.show(Line("within"))
    log = read_log(out.getvalue())
    assert [group.replace("\u200b", "") for group in log.groups] == [one(title)]
    assert (log.open_groups, log.lines) == (0, ["within"])


def test_a_group_ends_also_when_an_error_passes() -> None:
    out = io.StringIO()
    host = GitHub({}, out)
    with pytest.raises(ValueError, match="stop"), host.group("title"):
        raise ValueError("stop")
    assert read_log(out.getvalue()).open_groups == 0


@given(st.dictionaries(st.from_regex("[a-z][a-z-]{0,8}", fullmatch=True), hostile, max_size=4), hostile)
@thorough
def test_outputs_come_back_unchanged(outputs: dict[str, str], secret: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "output")
        host = GitHub({"GITHUB_OUTPUT": str(path)}, io.StringIO())
        host.hide(Secret(secret))
        host.publish(outputs)
        assert read_outputs(path.read_bytes().decode()) == outputs


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


@given(hostile)
@example("-----BEGIN\nabcdef\n-----END")
@thorough
def test_a_mask_comes_back_and_is_out_before_anything_else(text: str) -> None:
    log = log_of(Line(text), hide=(text, text))
    long_lines = [line for line in text.replace("\r", "\n").split("\n") if len(line.strip()) >= 4]
    assert set(long_lines) <= set(log.masks)
    assert all(len(mask.strip()) >= 4 for mask in log.masks)
    assert not any(line in shown_line for line in long_lines for shown_line in log.lines)


@pytest.mark.parametrize("text", ["", "abc", "  \n ", "{\n}"])
def test_what_is_too_short_to_hide_is_not_masked(text: str) -> None:
    assert log_of(hide=(text,)).masks == []


def test_a_secret_of_several_lines_is_masked_whole_and_line_by_line() -> None:
    output = shown(hide=("line1\nline2",))
    assert [command.data for command in parse_commands(output)] == ["line1\nline2", "line1", "line2"]


def test_a_secret_with_a_line_too_short_to_hide_is_masked_by_its_other_lines() -> None:
    assert log_of(hide=('{\n"secret": 1\n}',)).masks == ['"secret": 1'] * 2


def test_a_secret_is_shown_nowhere() -> None:
    secret = "s3cret:,%x"
    problem = Problem(message=f"m {secret}", fix=secret, file=secret, code=secret, request_id=secret)
    output = shown(
        Line(f"a {secret}"),
        Annotation("error", problem, secret),
        Progress(secret, 0, 1, secret),
        Table((secret,), ((secret,),)),
        hide=(secret, "s3cret"),
    )
    masks, *rest = output.split("\n", 2)
    assert "s3cret:,%25x" in masks
    assert "s3cret" not in rest[1]
    assert "a ***\n" in rest[1]


def test_code_request_id_and_fix_follow_the_message() -> None:
    problem = Problem(message="No.", fix="Grant it.", code="AuthorizationFailed", request_id="42")
    (annotation,) = log_of(Annotation("error", problem)).annotations
    assert annotation.data == "No.\ncode AuthorizationFailed, request id 42\nGrant it."


def test_a_message_is_cut_where_github_would_cut_it() -> None:
    (annotation,) = log_of(error("x" * 5000)).annotations
    assert annotation.data == "x" * 4095 + "…"


def test_what_github_would_not_keep_is_shown_as_lines() -> None:
    problem = Problem(message="eleventh", fix="Do it.", file="cloud.cscfg", line=7)
    log = log_of(*[error(str(number)) for number in range(10)], Annotation("error", problem), error("w", "warning"))
    assert [annotation.data for annotation in log.annotations] == [*map(str, range(10)), "w"]
    assert log.lines == ["error: cloud.cscfg:7: eleventh", "  Do it."]


def test_what_is_not_given_is_no_property() -> None:
    assert shown(error("m")) == "::error::m\n"


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
