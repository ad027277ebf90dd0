from __future__ import annotations

import os

from cses_action.hosts.log import PlainLog
from cses_action.messages import Line


def test_a_reader_that_goes_away_ends_no_deployment() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as out:
        log = PlainLog(out)
        log.show(Line("nobody reads this"))
        log.show(Line("nor this"))
    assert out.closed, "closing it, too, fails no more"
