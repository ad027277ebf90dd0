"""What every CI host promises, tried with any text, as the machine reads it that runs the step."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cses_action.errors import Problem
from cses_action.messages import Annotation, Level, Line, Message, Progress, Table, Waiting
from cses_action.values import Secret
from tests.fakes.runner import LONGEST_MESSAGE, LONGEST_SUMMARY, Command, lines_of
from tests.unit.hosts.machines import MACHINES, Agent, Runner, after, unmarked
from tests.unit.hosts.texts import hostile, marks, one, seen

LEVELS: tuple[Level, ...] = ("error", "warning", "notice")
PLACES = {"file": "sourcepath", "line": "linenumber", "col": "columnnumber"}
"""The names of GitHub and of Azure Pipelines."""

machines = pytest.mark.parametrize("kind", MACHINES)
Kind = type[Runner | Agent]


def error(message: str, level: Level = "error") -> Annotation:
    return Annotation(level, Problem(message=message))


@machines
@given(hostile, st.sampled_from(LEVELS))
@example("%0A::error::50%", "error")
@example("%AZP25%0A##vso[task.setvariable variable=a]b%5D%3B", "warning")
def test_an_annotation_comes_back_as_one_line_or_plainly_where_the_host_has_no_such_level(
    kind: Kind, text: str, level: Level
) -> None:
    machine = kind()
    log = after(machine, error(text, level))
    if level in machine.levels:
        assert [unmarked(command) for command in log.annotations] == [Command(level, seen(text))]
        assert len(lines_of(machine.out.getvalue())) == 1
    else:
        assert log.annotations == []
        first, *more = seen(text).split("\n")
        head = f"{level}: {one(first)}" if first else level
        assert [line.replace("\u200b", "") for line in log.lines] == [head, *(f"  {line}" for line in more)]


@machines
@given(hostile, hostile, hostile)
def test_place_and_title_come_back(kind: Kind, message: str, file: str, title: str) -> None:
    problem = Problem(message=message, file=file, line=7, column=3)
    (command,) = map(unmarked, after(kind(), Annotation("error", problem, title)).annotations)
    place = {"file": one(file), "line": "7", "col": "3"}
    if kind is Runner:
        expected, text = {**place, "title": one(title).strip()}, seen(message)
    else:
        expected = {PLACES[name]: value for name, value in place.items()}
        text = ": ".join(part for part in (one(title).strip(), seen(message)) if part)
    assert command.data.strip() == text.strip()
    assert stripped(command.properties) == stripped(expected)


def stripped(properties: dict[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in properties.items() if value.strip()}


@machines
@given(hostile)
@example("  ::error::x")
@example("##vso[task.complete result=Failed;]")
@example("##[error]x")
def test_a_line_is_never_a_command_and_comes_back_but_for_a_mark_in_each_marker(kind: Kind, text: str) -> None:
    machine = kind()
    log = after(machine, Line(text))
    assert (log.annotations, log.masks, log.groups) == ([], [], [])
    shown = "\n".join(log.lines)
    assert shown.replace("\u200b", "") == seen(text)
    assert shown.count("\u200b") == text.count("\u200b") + marks(text)


@machines
@given(hostile, hostile)
def test_no_other_message_is_ever_a_command(kind: Kind, text: str, other: str) -> None:
    table = Table((text, other), ((other, text), (text,)))
    problem = Problem(message=text, fix=other, file=other, code=text, request_id=other)
    ten = [error("x")] * 10
    eleventh = Annotation("error", problem, text)
    log = after(
        kind(),
        *ten,
        Progress(text, 1, 2, other),
        Waiting(text, 1, 2, other),
        table,
        eleventh,
        Annotation("notice", problem, text),
    )
    assert Counter(command.name for command in log.annotations)["error"] == 10
    assert (log.masks, log.groups) == ([], [])


@machines
@given(hostile)
def test_a_group_has_its_title_and_ends(kind: Kind, title: str) -> None:
    machine = kind()
    with machine.host.group(title):
        machine.host.show(Line("within"))
    log = machine.log()
    assert [group.replace("\u200b", "") for group in log.groups] == [one(title)]
    assert (log.open_groups, log.lines) == (0, ["within"])


@machines
def test_a_group_ends_also_when_an_error_passes(kind: Kind) -> None:
    machine = kind()
    with pytest.raises(ValueError, match="stop"), machine.host.group("title"):
        raise ValueError("stop")
    assert machine.log().open_groups == 0


@machines
@given(st.dictionaries(st.from_regex("[a-z][a-z-]{0,8}", fullmatch=True), hostile, max_size=4))
@example({"a": "ghadelimiter_\nEOF\nb=evil", "b": "%0A::set-output name=c::d"})
@example({"a": "sig=a%2Bb%3D;x]y%AZP25", "b": "##vso[task.setvariable variable=c]d"})
def test_outputs_come_back_unchanged(kind: Kind, outputs: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = kind(Path(folder))
        machine.host.publish(outputs)
        machine.host.summarise(str)
        if outputs:
            assert machine.outputs() == outputs
        log = machine.log()
    assert (log.annotations, log.lines) == ([], [])


@machines
@given(st.lists(hostile, min_size=1, max_size=3))
def test_a_summary_comes_back_but_for_a_mark_in_each_marker(kind: Kind, texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = kind(Path(folder))
        for text in texts:
            machine.host.summarise(partial(str, text))
        assert machine.summary().replace("\u200b", "") == "".join(f"{seen(text)}\n" for text in texts)
        log = machine.log()
    assert (log.annotations, log.lines) == ([], [])


@machines
@given(hostile)
@example("-----BEGIN\nabcdef\n-----END")
@example("a%AZP25;b]%0Ac")
def test_a_mask_comes_back_and_is_out_before_anything_else(kind: Kind, text: str) -> None:
    log = after(kind(), Line(text), error(text), hide=(text, text))
    long_lines = [line for line in text.replace("\r", "\n").split("\n") if len(line.strip()) >= 4]
    assert set(long_lines) <= set(log.masks)
    assert all(mask == text or mask in long_lines for mask in log.masks)
    shown = [*log.lines, *(annotation.data for annotation in log.annotations)]
    assert not any(line in each for line in long_lines for each in shown)


def test_azure_pipelines_gets_the_lines_of_a_secret_and_github_takes_them_off_the_whole() -> None:
    secret = "line one\r\nline two"
    assert after(Agent(), hide=(secret,)).masks == ["line one", "line two"]
    assert after(Runner(), hide=(secret,)).masks[0] == secret


@machines
@pytest.mark.parametrize("text", ["", "abc", "  \n ", "{\n}"])
def test_what_is_too_short_to_hide_is_not_masked(kind: Kind, text: str) -> None:
    assert after(kind(), hide=(text,)).masks == []


@machines
def test_a_secret_is_shown_nowhere(kind: Kind) -> None:
    secret = "s3cret:,%x"
    problem = Problem(message=f"m {secret}", fix=secret, file=secret, code=secret, request_id=secret)
    messages: tuple[Message, ...] = (
        Line(f"a {secret}"),
        Annotation("error", problem, secret),
        Progress(secret, 0, 1, secret),
        Waiting(secret, 0, 1, secret),
        Table((secret,), ((secret,),)),
    )
    machine = kind()
    assert after(machine, *messages, hide=(secret, "s3cret")).masks[:1] == [secret]
    _, _, rest = machine.out.getvalue().split("\n", 2)
    assert "s3cret" not in rest
    assert "a ***\n" in rest


LINES = (b"x" * 99 + b"\n") * 10_500
lengths = st.sampled_from([0, 1, 4094, 4095, 4096, 4097, 10_000])


@machines
@given(hostile, st.lists(st.tuples(st.sampled_from(LEVELS), lengths), max_size=25))
@example("", [("error", 4096), ("error", 4097)])
@example("", [("warning", 1)] * 25)
def test_never_more_than_ten_annotations_of_a_level_and_4096_characters(
    kind: Kind, text: str, sent: list[tuple[Level, int]]
) -> None:
    machine = kind()
    log = after(machine, *(error(text + "😀" * (length // 2) + "x" * (length % 2), level) for level, length in sent))
    levels = Counter(level for level, _ in sent)
    kept = Counter(annotation.name for annotation in log.annotations)
    assert kept == {level: min(10, levels[level]) for level in machine.levels if levels[level]}
    said = machine.out.getvalue()
    assert sum(said.count(f"::{level}::") + said.count(f"type={level}]") for level in LEVELS) == kept.total()
    assert all(units(annotation.data) <= LONGEST_MESSAGE for annotation in log.annotations)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@machines
@given(hostile, st.integers(-200, 0), hostile)
@example("", -1, "")
@example("", 0, "")
def test_never_a_longer_summary_than_1_mib(kind: Kind, first: str, offset: int, last: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = kind(Path(folder))
        machine.host.summarise(lambda: first)
        (path,) = Path(folder).iterdir()
        with path.open("ab") as file:  # not by the host, which would take most of the test's time
            file.write(LINES[: LONGEST_SUMMARY - file.tell() + offset])
        machine.host.summarise(lambda: last)
        assert len(machine.summary().encode()) <= LONGEST_SUMMARY
        assert machine.log().annotations == []


@machines
def test_a_message_is_cut_where_the_host_would_cut_it_and_says_so(kind: Kind) -> None:
    one_kept, one_cut = after(kind(), error("é" * 4096), error("x" + "😀" * 2048)).annotations
    assert one_kept.data == "é" * 4096
    assert one_cut.data == "x" + "😀" * 2047 + "…"


@machines
def test_a_message_is_cut_before_what_to_do_about_it(kind: Kind) -> None:
    problem = Problem(message="é" * 5000, fix="Do it.", code="BadRequest", request_id="42")
    (kept,) = after(kind(), Annotation("error", problem)).annotations
    assert kept.data.endswith("é…\ncode BadRequest, request id 42\nDo it.")
    assert len(kept.data) == LONGEST_MESSAGE


@machines
def test_a_fix_that_is_too_long_is_cut_too(kind: Kind) -> None:
    problem = Problem(message="It is wrong.", fix="x" * 5000)
    (kept,) = after(kind(), Annotation("error", problem)).annotations
    assert kept.data.startswith("It is wrong.\nxxx")
    assert (len(kept.data), kept.data[-2:]) == (LONGEST_MESSAGE, "x…")


@machines
def test_what_the_host_would_not_keep_is_shown_as_lines(kind: Kind) -> None:
    problem = Problem(message="eleventh", fix="Do it.", file="cloud.cscfg", line=7)
    ten = [error(str(number)) for number in range(10)]
    log = after(kind(), *ten, Annotation("error", problem, "Title"), error("w", "warning"))
    assert [annotation.data for annotation in log.annotations] == [*map(str, range(10)), "w"]
    assert log.lines == ["cloud.cscfg:7: error Title: eleventh", "  Do it."]


@machines
def test_a_secret_that_stands_in_an_output_is_masked_before(kind: Kind, tmp_path: Path) -> None:
    machine = kind(tmp_path)
    machine.host.hide(Secret("hunter22"))
    machine.host.publish({"a": "a hunter22"})
    machine.host.summarise(str)
    assert machine.outputs() == {"a": "a hunter22"}
    assert "hunter22" in machine.log().masks
