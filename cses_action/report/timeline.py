"""When the parts of a run began and how long they took, as a Mermaid Gantt chart that GitHub draws.

The time runs from the beginning of the run. A chart has no other zone than its reader's, so every moment is
written as one of the first day of 2000, and only hours, minutes and seconds are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from cses_action.steps.run import Stage, Timing

MOST_BARS = 12
NARROWEST = 0.01
"""Part of the whole width below which a bar could not be seen."""
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001 - a moment without a zone, see above
# A run up to so many seconds, the distance of the marks on the axis, and how they read.
_AXES = (
    (12, "1second", "%-S s"),
    (60, "5second", "%-S s"),
    (300, "30second", "%-M:%S min"),
    (900, "1minute", "%-M min"),
    (3600, "5minute", "%-M min"),
    (10800, "15minute", "%-H:%M h"),
)
_LONG_AXIS = ("1hour", "%-H:%M h")
# Colon, semicolon and hash end a title in Mermaid; %% and {} give it orders; a fence ends at backticks.
_NO_TITLE = re.compile(r"[^\w .()/'-]+")


def timeline(timings: Sequence[Timing]) -> str:
    """Return the chart of two parts or more, of very many the longest; one alone is empty: it would tell nothing."""
    if len(timings) < 2:
        return ""
    began = min(each.began for each in timings)
    total = max((each.began - began).total_seconds() + each.seconds for each in timings)
    longest = sorted(timings, key=lambda each: each.seconds, reverse=True)[:MOST_BARS]
    lines = ["gantt", "    dateFormat YYYY-MM-DD HH:mm:ss.SSS", *_axis(total), "    todayMarker off"]
    for stage in get_args(Stage):
        bars = [each for each in timings if each.stage == stage and each in longest]
        if bars:
            lines.append(f"    section {stage.capitalize()}")
            lines += [_bar(each, began, total) for each in bars]
    return "\n".join(["```mermaid", *lines, "```"])


def took(seconds: float) -> str:
    """Return a length of time as people write it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _axis(total: float) -> list[str]:
    tick, form = next(((tick, form) for most, tick, form in _AXES if total <= most), _LONG_AXIS)
    return [f"    axisFormat {form}", f"    tickInterval {tick}"]


def _bar(timing: Timing, began: datetime, total: float) -> str:
    start = _MIDNIGHT + (timing.began - began)
    width = timedelta(seconds=max(timing.seconds, total * NARROWEST, 0.001))
    title = " ".join(_NO_TITLE.sub(" ", timing.title).split())
    milliseconds = width // timedelta(milliseconds=1)
    moment = start.isoformat(sep=" ", timespec="milliseconds")
    return f"    {title} · {took(timing.seconds)} :{moment}, {milliseconds}ms"
