"""The files that a CI host hands to a step, or takes from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import FileIO

from cses_action.errors import Problem
from cses_action.messages import Annotation

SUMMARY_LIMIT = 1024 * 1024
"""GitHub does not show a summary of more bytes at all (actions/runner, CreateStepSummaryCommand)."""

FENCE = b"```\n"
CUT = b"\n*The rest is left out: a summary has at most 1 MiB.*\n"

Warn = Callable[[Annotation], None]
"""Called when a file cannot be written."""


class StepFile:
    """A file of the step; one that cannot be written is said once, without its content, and stops nothing.

    ``act`` with a self-hosted platform names files that are not mounted into the container.
    """

    def __init__(self, variable: str, path: str, *, limit: int | None = None) -> None:
        self._variable = variable
        self._path = path
        self._limit = limit
        self._warned = False

    def append(self, text: str, warn: Warn) -> bool:
        """Add the text, as a line of its own even if somebody left a line open before; return whether it is there."""
        data = text.encode("utf-8", "backslashreplace")
        try:
            # No buffer: what fails, fails here, and a signal cannot come between the parts of a write.
            with open(self._path, "ab+", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                _write(file, self._fitting(data if _line_ended(file, size) else b"\n" + data, size), size)
        except (OSError, ValueError) as error:
            self._explain(error, warn)
            return False
        return True

    def _fitting(self, data: bytes, size: int) -> bytes:
        if self._limit is None or size + len(data) <= self._limit:
            return data
        room = self._limit - size - len(FENCE + CUT)
        self._limit = 0  # nothing comes after the cut
        kept = data[: max(room, 0)]
        kept = kept[: kept.rfind(b"\n") + 1]
        # Within a chart or code the note would not be read as one.
        inside = sum(line.startswith(b"```") for line in kept.split(b"\n")) % 2
        return kept + FENCE * inside + CUT if room >= 0 else b""

    def _explain(self, error: OSError | ValueError, warn: Warn) -> None:
        if not self._warned:
            reason = getattr(error, "strerror", None) or type(error).__name__
            what = f"{self._path}: {reason}" if self._path else "it is not set"
            message = f"{self._variable} leads to no file that can be written ({what})."
            fix = "The run itself goes on."
            if self._path and isinstance(error, (FileNotFoundError, NotADirectoryError)):
                fix += " Mount the folder of this file into the container to get its content."
            warn(Annotation("warning", Problem(message=message, fix=fix)))
        self._warned = True


def summary_file(env: Mapping[str, str]) -> StepFile:
    """Return the file for the job's summary."""
    name = "GITHUB_STEP_SUMMARY"
    return StepFile(name, env.get(name, ""), limit=SUMMARY_LIMIT)


def _write(file: FileIO, data: bytes, size: int) -> None:
    try:
        while data:
            data = data[file.write(data) :]
    except OSError:
        # Half an output would make the runner fail the step, after a deployment that went well.
        with suppress(OSError):
            file.truncate(size)
        raise


def _line_ended(file: FileIO, size: int) -> bool:
    if size:
        file.seek(size - 1)
    return not size or file.read(1) == b"\n"
