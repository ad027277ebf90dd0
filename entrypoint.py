"""Starts the action; the only file that reads the process's environment, arguments and signals."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> int:
    """Run with this process's arguments and environment, and return the exit code."""
    for each in SIGNALS:
        signal.signal(each, _end_early)

    from cses_action.app import App  # noqa: PLC0415 - a signal that comes while this loads finds a handler

    app = App(os.environ, sys.stdout)

    def end(number: int, _: FrameType | None) -> None:
        # The runner sends a second signal after the first: it must not break into what is said here.
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        try:
            # A fresh stream: the signal may have come in the middle of a write. No thread is waited for.
            with open(1, "w", encoding="utf-8", errors="replace", closefd=False) as out:
                app.cancelled(number, out)
        finally:
            os._exit(128 + number)

    for each in SIGNALS:
        signal.signal(each, end)
    return app.main(sys.argv[1:])


def _end_early(number: int, _: FrameType | None) -> None:
    os.write(1, b"Cancelled. Nothing was changed in Azure.\n")
    os._exit(128 + number)


if __name__ == "__main__":
    exit_code = main()
    with suppress(OSError):
        sys.stdout.flush()
    # Nothing is left to be done: Python's own tidying up would be a sixth of a short run.
    os._exit(exit_code)
