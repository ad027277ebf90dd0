from __future__ import annotations

import os
from pathlib import Path

import pytest

from cses_action.hosts.log import PlainLog, percent
from cses_action.messages import Line, Progress


def test_a_reader_that_goes_away_ends_no_deployment() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as out:
        log = PlainLog(out)
        log.show(Line("nobody reads this"))
        log.show(Line("nor this"))
    assert out.closed, "closing it, too, fails no more"


def test_a_log_on_a_full_disk_ends_no_deployment() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as out:
        log = PlainLog(out)
        log.show(Line("this has no room"))
        log.show(Line("nor has this"))
    assert out.closed, "closing it, too, fails no more"


@pytest.mark.parametrize(("done", "total", "shown"), [(0, 0, 100), (1, 3, 33), (3, 2, 100), (-1, 10, 0)])
def test_progress_stays_between_nothing_and_all(done: int, total: int, shown: int) -> None:
    assert percent(Progress("Upload", done, total)) == shown
