from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from cses_action.errors import Problem
from cses_action.hosts.screen import Screen
from cses_action.hosts.terminal import Terminal
from cses_action.messages import Annotation, Level, Line, Message, Progress, Table, Waiting
from cses_action.values import Secret
from tests.fakes.agent import parse_agent_commands
from tests.fakes.runner import parse_commands
from tests.unit.hosts.texts import brief, hostile

PROBLEM = Problem(message="wrong", fix="Set it.\nAgain.", file="a.cscfg", line=7, column=3, code="C", request_id="42")
TABLE = Table(("Role", "Count"), (("WebRole1", "2"), ("W", "10"), ("alone",)))
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*3\dm")


class Tty(io.StringIO):
    """A terminal: what a person would see is in ``getvalue``, with all its sequences."""

    def isatty(self) -> bool:
        return True


def plain(*messages: Message) -> str:
    out = io.StringIO()
    host = Terminal({}, out)
    for message in messages:
        host.show(message)
    return out.getvalue()


def on_screen(*messages: Message, **env: str) -> str:
    out = Tty()
    host = Terminal({"COLUMNS": "80", "TERM": "xterm"} | env, out)
    for message in messages:
        host.show(message)
    return out.getvalue()


def seen(text: str) -> str:
    return SEQUENCE.sub("", text)


def test_a_problem_is_a_line_with_its_place_and_the_fix_below_it() -> None:
    expected = "a.cscfg:7:3: error: wrong\n  code C, request id 42\n  Set it.\n  Again.\n"
    assert plain(Annotation("error", PROBLEM)) == expected
    assert seen(on_screen(Annotation("error", PROBLEM))) == expected


def test_a_title_stands_before_the_message() -> None:
    assert plain(Annotation("notice", Problem(message="m"), "Title")) == "notice Title: m\n"


def test_a_problem_without_words_still_has_its_level() -> None:
    assert plain(Annotation("warning", Problem(message=""))) == "warning\n"


def test_the_lines_of_a_table_are_aligned() -> None:
    assert plain(TABLE) == "Role      Count\nWebRole1  2\nW         10\nalone\n"


def test_waiting_is_a_line_for_every_minute_and_every_new_detail() -> None:
    def waited(seconds: int, detail: str = "InProgress", *, ended: bool = False) -> Waiting:
        return Waiting("wait", seconds, 1800, detail, ended)

    text = plain(*map(waited, (0, 2, 59, 60, 119, 250)), waited(251, "b"), waited(252, "b", ended=True))
    assert text.splitlines() == [
        "wait: InProgress, 0 s of at most 30 min",
        "wait: InProgress, 1 min of at most 30 min",
        "wait: InProgress, 4 min 10 s of at most 30 min",
        "wait: b, 4 min 11 s of at most 30 min",
        "wait: b, 4 min 12 s",
    ]
    assert plain(Waiting("wait", 3661, 28800)) == "wait: 61 min 1 s of at most 480 min\n"


def test_progress_is_a_line_for_every_tenth_and_every_new_detail() -> None:
    steps = [Progress("upload", done, 100) for done in (0, 5, 10, 11, 55, 100, 100)]
    text = plain(*steps, Progress("wait", 1, 9, "a"), Progress("wait", 1, 9, "b"), Progress("empty", 0, 0))
    assert text.splitlines() == [
        "upload: 0 %",
        "upload: 10 %",
        "upload: 55 %",
        "upload: 100 %",
        "wait: 11 % a",
        "wait: 11 % b",
        "empty: 100 %",
    ]


def test_a_group_is_a_title_above_its_lines() -> None:
    out = io.StringIO()
    host = Terminal({}, out)
    host.hide(Secret("hunter22"))
    with host.group("Title hunter22"):
        host.show(Line("within"))
    assert out.getvalue() == "Title ***\nwithin\n"


def test_outputs_are_shown_at_the_end_and_without_secrets() -> None:
    out = io.StringIO()
    host = Terminal({}, out)
    host.hide(Secret("hunter22"))
    host.publish({"a": "1", "b": "hunter22\nx"})
    host.publish({"a": "2", "plan": '{"version":1}'})
    assert out.getvalue() == ""
    host.summarise(lambda: "# Done")
    assert out.getvalue().splitlines() == [
        "output a = 2",
        "output b = *** x",
        "output plan = (JSON of 13 characters)",
    ]


def test_a_summary_is_shown_nowhere_but_in_a_file_that_is_named(tmp_path: Path) -> None:
    out = io.StringIO()
    Terminal({}, out).summarise(lambda: pytest.fail("It is made, and nobody reads it."))
    path = tmp_path / "summary"
    host = Terminal({"GITHUB_STEP_SUMMARY": str(path)}, out)
    host.hide(Secret("hunter22"))
    host.summarise(lambda: "# Done hunter22")
    assert out.getvalue() == ""
    assert path.read_text(encoding="utf-8") == "# Done ***\n"


def test_text_that_the_terminal_cannot_write_is_written_as_numbers() -> None:
    raw = io.BytesIO()
    host = Terminal({}, io.TextIOWrapper(raw, encoding="ascii"))
    host.show(Line("é"))
    assert raw.getvalue() == b"\\xe9\n"


@given(hostile)
@brief
def test_no_text_is_a_command_or_moves_the_terminal(text: str) -> None:
    problem = Problem(message=text, fix=text, file=text)
    messages = (
        Line(text),
        Annotation("error", problem, text),
        Progress(text, 1, 2, text),
        Table((text,), ((text,),)),
    )
    lines = plain(*messages)
    screen = on_screen(*messages)
    for output in (lines, screen):
        assert (parse_commands(output), parse_agent_commands(output)) == ([], [])
    assert "\x1b" not in lines
    allowed = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[hl]|2K|1A)")
    assert not re.search("[\x1b\x9b]", allowed.sub("", screen))


def test_colour_is_shown_unless_it_is_not_wanted() -> None:
    assert COLOUR.search(on_screen(Annotation("error", PROBLEM)))
    assert not COLOUR.search(on_screen(Annotation("error", PROBLEM), NO_COLOR="1"))


def test_a_terminal_that_can_do_nothing_gets_plain_lines() -> None:
    assert on_screen(TABLE, TERM="dumb") == plain(TABLE)


def test_a_table_is_drawn_on_the_screen() -> None:
    text = seen(on_screen(TABLE))
    assert re.search(r"WebRole1\s+2\s", text)
    assert "─" in text


def test_brackets_and_colons_are_no_markup() -> None:
    text = seen(on_screen(Line("[bold]:smile:[/nothing]"), Table(("[red]",), ((":smile:",),))))
    assert text.startswith("[bold]:smile:[/nothing]\n")
    assert "[red]" in text
    assert text.count(":smile:") == 2


def test_a_terminal_that_goes_away_ends_no_deployment() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as out:
        screen = Screen({"COLUMNS": "80", "TERM": "xterm"}, out)
        with screen.group("title"):
            screen.show(Waiting("wait", 1, 10))
            screen.show(Line("nobody reads this"))
            screen.show(TABLE)
    assert out.closed


def test_a_table_that_is_too_wide_is_shown_cell_by_cell() -> None:
    thumbprint, long = "A1" * 20, "x" * 100
    table = Table(
        ("role", "thumbprint", "why"), (("Web", thumbprint, long), ("Worker", thumbprint, "[red]::error::"))
    )
    rows = seen(on_screen(table)).splitlines()
    assert [row.split() for row in rows[:2]] == [["role", "Web"], ["thumbprint", thumbprint]]
    assert "".join(row.split()[-1] for row in rows[2:4]) == long
    assert rows[7].strip() == "why         [red]:\u200b:error:\u200b:"
    wide = seen(on_screen(table, COLUMNS="200")).splitlines()
    assert any(row.split() == ["Web", thumbprint, long] for row in wide)


def test_a_long_line_is_not_broken() -> None:
    assert seen(on_screen(Line("word " * 40 + "end"))) == "word " * 40 + "end\n"


def test_a_bar_moves_until_everything_is_done() -> None:
    out = Tty()
    host = Terminal({"COLUMNS": "80", "TERM": "xterm"}, out)
    host.show(Progress("{upload}", 1, 4, "[red]1 MB"))
    host.show(Progress("wait", 0, 2))
    host.show(Progress("{upload}", 4, 4))
    host.show(Progress("wait", 2, 2))
    text = seen(out.getvalue())
    assert re.search(r"\{upload\} .* 25 % \[red\]1 MB", text)
    assert re.search(r"\{upload\} .* 100 %", text)
    assert text.rstrip(" \r").endswith("\n")
    host.show(Line("after"))
    assert out.getvalue().endswith("after\n")


def test_a_wait_shows_how_long_it_has_been_and_ends() -> None:
    out = Tty()
    host = Terminal({"COLUMNS": "80", "TERM": "xterm"}, out)
    host.show(Waiting("wait", 70, 1800, "[red]InProgress"))
    assert re.search(r"wait .* 1 min 10 s of at most 30 min \[red\]InProgress", seen(out.getvalue()))
    assert "%" not in out.getvalue()
    assert isinstance(host._view, Screen)
    assert host._view._bars is not None
    assert [task.total for task in host._view._bars.tasks] == [None], "it moves to and fro"
    host.show(Waiting("wait", 80, 1800, "Succeeded", ended=True))
    text = seen(out.getvalue())
    assert re.search(r"wait .* 1 min 20 s Succeeded", text)
    assert text.rstrip(" \r").endswith("\n")


@pytest.mark.parametrize("level", ["warning", "error"])
def test_a_line_is_shown_above_a_bar_and_an_error_ends_it(level: Level) -> None:
    out = Tty()
    host = Terminal({"COLUMNS": "80", "TERM": "xterm"}, out)
    host.show(Progress("upload", 1, 4))
    host.show(Annotation(level, PROBLEM))
    last = seen(out.getvalue()).rstrip().splitlines()[-1]
    assert ("upload" in last) == (level == "warning")


def test_an_error_that_passes_a_group_ends_its_bars() -> None:
    out = Tty()
    host = Terminal({"COLUMNS": "80", "TERM": "xterm"}, out)

    def stopped() -> None:
        with host.group("Title"):
            host.show(Progress("upload", 1, 4))
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        stopped()
    text = seen(out.getvalue())
    assert text.startswith("Title\n")
    assert text.endswith("\n")


def test_the_cursor_is_never_left_hidden() -> None:
    text = on_screen(Progress("upload", 1, 4))
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_rich_is_not_loaded_for_a_log() -> None:
    code = "import io, sys, cses_action.hosts as h; h.detect({}, io.StringIO()); print('rich' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
