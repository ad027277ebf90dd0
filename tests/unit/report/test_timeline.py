from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cses_action.report.plain import defuse
from cses_action.report.timeline import MOST_BARS, timeline, took
from cses_action.steps.run import Stage, Timing
from tests.fakes.cloud import NOW

BAR = re.compile(r"    ([^:;#%`{}]+) :(2000-01-\d\d \d\d:\d\d:\d\d\.\d{3}), (\d+)ms")
PARTS: tuple[tuple[str, Stage], ...] = (
    ("Read the project files", "look"),
    ("Look at Azure", "look"),
    ("Decide what has to change", "look"),
    ("Upload the package", "change"),
    ("Update the cloud service", "change"),
    ("Wait for the role instances", "wait"),
    ("Prove HTTPS", "prove"),
)
FIVE_SECONDS = (0.02, 1.1, 0.0, 0.4, 2.4, 1.0, 0.1)
TWO_HOURS = (1.3, 4.2, 0.01, 95.0, 5220.0, 1870.0, 2.4)


def one_after_the_other(parts: Iterable[tuple[str, Stage]], seconds: Iterable[float]) -> list[Timing]:
    at, timings = NOW, []
    for (title, stage), each in zip(parts, seconds, strict=True):
        timings.append(Timing(title, at, each, stage))
        at += timedelta(seconds=each)
    return timings


def bars(chart: str) -> list[tuple[str, str, str]]:
    """The bars of a chart, all of whose lines must be ones that we mean."""
    found = []
    for line in chart.splitlines():
        if bar := BAR.fullmatch(line):
            found.append((bar[1], bar[2], bar[3]))
        else:
            known = r"```(mermaid)?|gantt|    (dateFormat|axisFormat|tickInterval|todayMarker|section) [^#;]+"
            assert re.fullmatch(known, line), line
    return found


@pytest.mark.parametrize(("name", "seconds"), [("five-seconds", FIVE_SECONDS), ("two-hours", TWO_HOURS)])
def test_a_run_is_drawn_by_its_stages(
    expect_golden: Callable[[str, str], None], name: str, seconds: tuple[float, ...]
) -> None:
    chart = timeline(one_after_the_other(PARTS, seconds))
    expect_golden(f"timeline-{name}.md", f"{chart}\n")
    assert len(bars(chart)) == 7


def test_what_took_no_time_is_wide_enough_to_be_seen() -> None:
    widths = [int(bar[2]) for bar in bars(timeline(one_after_the_other(PARTS, TWO_HOURS)))]
    assert min(widths) * 100 >= 7190 * 1000


def test_of_many_parts_the_longest_are_drawn_in_their_order() -> None:
    parts: list[tuple[str, Stage]] = [(f"Part {number}", "change") for number in range(30)]
    drawn = bars(timeline(one_after_the_other(parts, [30.0 - number for number in range(30)])))
    assert [title.split(" · ")[0] for title, _, _ in drawn] == [f"Part {number}" for number in range(MOST_BARS)]


def test_a_part_that_comes_back_to_a_stage_stands_in_its_section() -> None:
    parts: list[tuple[str, Stage]] = [("Update", "change"), ("Look again", "look"), ("Roll back", "change")]
    chart = timeline(one_after_the_other(parts, (1, 1, 1)))
    assert [line.split()[1] for line in chart.splitlines() if "section" in line] == ["Look", "Change"]
    assert [title.split(" · ")[0] for title, _, _ in bars(chart)] == ["Look again", "Update", "Roll back"]


def test_one_part_alone_is_not_drawn() -> None:
    assert timeline([Timing("Read", NOW, 1)]) == ""


def test_a_run_of_more_than_a_day_has_a_place_for_its_end() -> None:
    chart = timeline(one_after_the_other(PARTS[:3], (50_000, 50_000, 1)))
    assert "2000-01-02 03:46:40.000" in chart
    assert "tickInterval 1hour" in chart


@given(st.text())
@example("Certificate a:b, c; #35; %%{init: {}}%%")
@example("```\n::error::x")
def test_no_title_says_anything_to_mermaid_or_to_the_host(title: str) -> None:
    chart = timeline([Timing(title, NOW, 1), Timing("Prove HTTPS", NOW, 1, "prove")])
    assert len(bars(chart)) == 2
    assert defuse(chart) == chart


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (41.4, "41 s"),
        (59.6, "1 min 0 s"),
        (723, "12 min 3 s"),
        (6720, "1 h 52 min"),
    ],
)
def test_a_length_of_time_reads_well(seconds: float, text: str) -> None:
    assert took(seconds) == text
