"""Starts the action; the only file that reads the process's environment, arguments and signals."""

import _signal  # type: ignore[import-not-found] # what the module signal wraps: that one takes a while to load
import os


def _end_early(number: int, _: object) -> None:
    _signal.signal(_signal.SIGALRM, lambda *_: os._exit(128 + number))
    _signal.alarm(1)  # nobody may take what is said
    try:
        os.write(1, b"Cancelled. Nothing was changed in Azure.\n")
    finally:
        os._exit(128 + number)


if __name__ == "__main__":  # before all else: a signal may come while the rest loads
    for each in (_signal.SIGINT, _signal.SIGTERM):
        _signal.signal(each, _end_early)

import _thread  # threading would cost every start two milliseconds
import gc
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 0.5
"""Seconds until a signal is obeyed without the main thread."""
PATIENCE = 1.5
"""Seconds until a signal is obeyed although nobody takes what is said."""


def main() -> int:
    """Run with this process's arguments and environment, and return the exit code."""
    for each in SIGNALS:
        signal.signal(each, _end_early)
    if sys.stdout is None:
        # A shell may close it (>&-). Nothing else may come to stand at its number: a socket would get the log.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    with suppress(OSError):
        os.set_blocking(1, True)  # who shares the stream may have changed that, and a full pipe would lose the log
    # With a password found in ~/.netrc requests would replace the token of every request.
    os.environ["NETRC"] = os.devnull
    # Loading makes no garbage, and looking for it is a tenth of a run that stops at a mistake; cloud/ enables it.
    gc.disable()

    from cses_action.app import App  # noqa: PLC0415 - a signal that comes while this loads finds a handler

    app = App(os.environ, sys.stdout)
    cancel = _Cancel(app.cancelled, lambda: app.run.busy)
    exit_code = app.main(sys.argv[1:])
    cancel.catch_up()
    return exit_code


class _Cancel:
    """Ends the process at the first signal, without waiting for any thread, and says how Azure is left.

    The main thread does that, so that it does nothing else meanwhile. But Python lets it see a signal only between
    two of its own steps, and looking up a name is one that can take half a minute. Then another thread does it, and
    the main thread comes no further than its signal handler.
    """

    def __init__(self, tell: Callable[..., object], busy: Callable[[], bool]) -> None:
        self._tell = tell
        self._busy = busy
        self._waiting = 0
        self._telling = _thread.allocate_lock()
        self._signals, note = os.pipe()
        os.set_blocking(note, False)
        for each in SIGNALS:
            signal.signal(each, self._obey)
        signal.set_wakeup_fd(note)
        with suppress(RuntimeError):  # a container may allow no further thread
            _thread.start_new_thread(self._watch, ())

    def _obey(self, number: int, _: FrameType | None) -> None:
        # The runner sends a second signal after the first: it must not break into what is said.
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        if self._busy():
            self._waiting = number  # the other thread ends the process, once there was time to finish
        else:
            self._end(number)

    def catch_up(self) -> None:
        """Obey a signal that had to wait, if there was one."""
        if self._waiting:
            self._end(self._waiting)

    def _watch(self) -> None:
        number = os.read(self._signals, 1)[0]
        with suppress(RuntimeError):
            _thread.start_new_thread(self._give_up, (number,))
        time.sleep(GRACE)
        self._end(number)

    def _give_up(self, number: int) -> None:
        """End the process though somebody holds the log, and so whoever wants to tell."""
        time.sleep(PATIENCE)
        os._exit(128 + number)

    def _end(self, number: int) -> None:
        with self._telling:  # never left: whichever thread comes second waits here until the process has ended
            try:
                with open(_taken_over(), "w", encoding="utf-8", errors="replace") as out:
                    self._tell(number, out)
            finally:
                os._exit(128 + number)


def _taken_over() -> int:
    """Return standard output as a fresh descriptor; what goes to the old one, as by an upload's threads, is lost."""
    fresh = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return fresh


if __name__ == "__main__":
    exit_code = main()
    with suppress(OSError):
        sys.stdout.flush()
    # Nothing is left to be done: Python's own tidying up would be a sixth of a short run.
    os._exit(exit_code)
