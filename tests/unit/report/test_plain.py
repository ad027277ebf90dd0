from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from cses_action.report.plain import MARK, cell, defuse, one_line
from tests.fakes.agent import parse_agent_commands
from tests.fakes.runner import parse_commands
from tests.unit.hosts.texts import brief, hostile, marks, seen

MARKERS = re.compile(r"::|##\[|##vso\[", re.IGNORECASE)


def rendered(text: str) -> list[str]:
    """The cells of a table's only row that holds this text between two others, as a reader sees them."""
    source = f"| a | b | c |\n|---|---|---|\n| left | {cell(text)} | right |\n"
    html = MarkdownIt("commonmark").enable("table").render(source)
    assert html.count("<tr>") == 2
    cells = re.findall("<td>(.*?)</td>", html, re.DOTALL)
    assert not any("<" in one for one in cells)
    plain = [one.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"') for one in cells]
    return [one.replace("&amp;", "&") for one in plain]


@given(hostile)
def test_defused_text_is_the_text_with_one_mark_in_every_marker(text: str) -> None:
    safe = defuse(text)
    assert not MARKERS.search(safe)
    assert safe.replace(MARK, "") == seen(text)
    assert safe.count(MARK) == text.count(MARK) + marks(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", safe)
    assert defuse(safe) == safe


@given(hostile)
@example("::error::x")
@example("  ::add-mask::x")
@example("a ##[error]x")
@example("a ##vso[task.complete result=Failed]x")
def test_defused_text_is_no_command_on_any_host(text: str) -> None:
    safe = defuse(text)
    assert parse_commands(safe) == []
    assert parse_agent_commands(safe) == []


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("::", ":\u200b:"),
        ("::::", ":\u200b:\u200b:\u200b:"),
        ("##[x", "#\u200b#[x"),
        ("###[x", "##\u200b#[x"),
        ("##Vso[x", "#\u200b#Vso[x"),
        ("a:b #1 ##vs", "a:b #1 ##vs"),
    ],
)
def test_the_mark_stands_inside_the_marker(text: str, safe: str) -> None:
    assert defuse(text) == safe


def test_no_terminal_sequence_passes() -> None:
    assert defuse("a\x1b[2J\x9b31m\x07\tb") == "a [2J 31m \tb"


def test_one_line_has_a_space_for_every_line_end_and_control_character() -> None:
    assert one_line("a\nb\r\nc\rd\te\x1bf\u2028g") == "a b c d e f g"


@given(hostile)
@brief
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@given(hostile)
@example("a|b \\| c\\")
@example("<img src=x> `code` **bold** [link](http://x) __x__ ~~y~~ snake_case")
def test_a_cell_reads_as_its_text_and_is_one_cell(text: str) -> None:
    left, middle, right = rendered(text)
    assert (left, right) == ("left", "right")
    words = " ".join(re.sub(r"[\t\n]", " ", seen(text)).split())
    assert " ".join(middle.replace(MARK, "").split()) == words


def test_a_cell_keeps_names_readable_in_the_source() -> None:
    assert cell("my_role-1.2/x") == "my_role-1.2/x"
