"""Files for SARIF and JSON: written whole or not at all, and never over something that is no report."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cses_action.errors import InputError, Problem
from cses_action.project.files import cannot_write
from cses_action.steps.run import Run


def check_report(path: str, name: str) -> None:
    """Refuse a path of this input that no report can be written to; nothing is made or changed."""
    target = _target(path)
    if not target.parent.is_dir():
        raise InputError(f"{name}: the folder of {path} does not exist", fix="Make the folder first.")
    if target.exists() and not target.is_file():
        raise InputError(f"{name}: {path} is not a regular file", fix="Give the path of a file.")


def write_report(title: str, path: str, parts: Iterable[str], run: Run) -> tuple[Problem, ...]:
    """Write the report and say where, or return why it cannot be written and leave the file as it was."""
    target = _target(path)
    beside = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            # With the rights that the user's files get: a later step, of another user, reads it.
            with beside.open("x", encoding="utf-8") as stream:
                stream.writelines(parts)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as failure:
        return cannot_write(path, failure).problems
    run.say(f"{title}: {path}")
    return ()


def _target(path: str) -> Path:
    return Path(os.path.realpath(path))
