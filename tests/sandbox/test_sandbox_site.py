"""The site of the sandbox: it leaves nothing behind, whenever it ends."""

from __future__ import annotations

import gc
from pathlib import Path

from cses_action.sandbox import Sandbox


def test_an_end_while_the_site_is_opening_leaves_no_socket_behind(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as azure:
        shown = azure._world.vaults[0].named("contoso-web")[0]

        def open_and_end() -> None:
            azure._world._site.show(shown)
            azure._stop.set()

        azure._loop.call_soon_threadsafe(open_and_end)
    assert azure._loop.is_closed()
    # A socket without an owner warns when it is collected, and warnings are errors here.
    gc.collect()
