"""The files that GitHub hands to a step to append to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from cses_action.errors import Problem
from cses_action.ports import Annotation

SUMMARY_LIMIT = 1024 * 1024
"""A summary of more bytes than this is not shown at all (actions/runner, CreateStepSummaryCommand)."""

CUT = b"\n*The rest is left out: GitHub takes no longer summary.*\n"

Warn = Callable[[Annotation], None]


class StepFile:
    """A file of the step; one that cannot be written is said once, without its content, and stops nothing.

    ``act`` with a self-hosted platform names files that are not mounted into the container.
    """

    def __init__(self, variable: str, path: str, warn: Warn, *, limit: int | None = None) -> None:
        self._variable = variable
        self._path = path
        self._warn = warn
        self._limit = limit
        self._warned = False

    def append(self, text: str) -> None:
        """Add the text, as a line of its own even if somebody before us left a line open."""
        data = text.encode("utf-8", "backslashreplace")
        try:
            with Path(self._path).open("ab+") as file:
                size = file.seek(0, os.SEEK_END)
                file.write(self._fitting(data if _line_ended(file, size) else b"\n" + data, size))
        except (OSError, ValueError) as error:
            self._explain(error)

    def _fitting(self, data: bytes, size: int) -> bytes:
        if self._limit is None or size + len(data) <= self._limit:
            return data
        room = self._limit - size - len(CUT)
        self._limit = 0  # nothing comes after the cut
        kept = data[: max(room, 0)]
        return kept[: kept.rfind(b"\n") + 1] + CUT if room >= 0 else b""

    def _explain(self, error: OSError | ValueError) -> None:
        if not self._warned:
            reason = getattr(error, "strerror", None) or type(error).__name__
            what = f"{self._path}: {reason}" if self._path else "it is not set"
            message = f"The file that {self._variable} names cannot be written ({what})."
            fix = "The run itself goes on; mount the folder of this file into the container to get its content."
            self._warn(Annotation("warning", Problem(message=message, fix=fix)))
        self._warned = True


def summary_file(env: Mapping[str, str], warn: Warn) -> StepFile:
    """Return the file for the job's summary."""
    name = "GITHUB_STEP_SUMMARY"
    return StepFile(name, env.get(name, ""), warn, limit=SUMMARY_LIMIT)


def _line_ended(file: BinaryIO, size: int) -> bool:
    if size:
        file.seek(size - 1)
    return not size or file.read(1) == b"\n"
