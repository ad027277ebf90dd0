"""Project files that a run changes: shown as a diff, then written all together or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from cses_action.errors import ProjectError
from cses_action.project.changes import Change, unified_diff
from cses_action.project.writing import check, write
from cses_action.project.xml import Document
from cses_action.steps.run import Run

REBUILD = "The definition was changed, and Azure reads the definition inside the package, never this file."


def check_files(changes: Sequence[Change]) -> None:
    """Raise the ProjectError of a file that could not be written, before anything is shown or said of it."""
    check(_written(changes))


def change_files(changes: Sequence[Change], definition: str, run: Run) -> None:
    """Show what changes and why, and write it; a ProjectError leaves every file as it was."""
    for each in changes:
        _show(each, run)
    written = [each for each in changes if each.edits]
    if not written:
        return
    before = run.record.left
    # What a run says that ends right here.
    run.record.left = f"Project files may have been changed. {before}"
    with run.undivided():
        try:
            write(_written(changes))
        except ProjectError:
            run.record.left = before
            raise
    run.record.written = tuple(each.file for each in written)
    run.record.left = f"Project files were changed. {before}"
    if definition in run.record.written:
        run.warn(REBUILD, fix="Build the package anew, then deploy it.")


def _written(changes: Sequence[Change]) -> list[tuple[Document, str]]:
    return [(each.before, each.after.text) for each in changes if each.edits]


def _show(change: Change, run: Run) -> None:
    file = change.file
    if not change.edits:
        run.say(f"{file}: nothing to change")
        return
    for reason in change.reasons:
        run.say(f"{file}: {reason}")
    for line in (f"--- {file}", f"+++ {file}", *unified_diff(change.before.text, change.edits)):
        run.say(line)
