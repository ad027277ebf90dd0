"""Starts the action; the only file that reads the process's environment, arguments and signals."""

import os
import signal
import sys
from types import FrameType

from cses_action.app import App


def main() -> int:
    """Run with this process's arguments and environment, and return the exit code."""
    app = App(os.environ, sys.stdout)

    def end(number: int, _: FrameType | None) -> None:
        # A fresh stream: the signal may have come in the middle of a write. No thread is waited for.
        with open(1, "w", encoding="utf-8", errors="replace", closefd=False) as out:
            code = app.cancelled(number, out)
        os._exit(code)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    return app.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
