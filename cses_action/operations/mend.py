"""``fix: true``: what can be mended safely is mended in the files, and shown."""

from __future__ import annotations

from cses_action.errors import Problem, ProjectError
from cses_action.project import Examined
from cses_action.project.edits import unified_diff
from cses_action.project.local import line_edits
from cses_action.project.mending import Mended, mended
from cses_action.project.rules import Options
from cses_action.project.writing import write
from cses_action.report.findings import number
from cses_action.steps.run import Run

REBUILD = "The definition was changed, and Azure reads the definition inside the package, never this file."


def mend(examined: Examined, options: Options, run: Run) -> tuple[Examined, tuple[Problem, ...]]:
    """Return the files as they are now, and why they could not be written if they are as they were."""
    after, changed = mended(examined, options)
    if not changed:
        run.say("Nothing can be mended safely.")
        return examined, ()
    with run.part("Mend the project files", "change"):
        for each in changed:
            _show(each, run)
        try:
            with run.undivided():
                write([(each.document, each.text) for each in changed])
        except ProjectError as failure:
            return examined, failure.problems
    run.record.written = tuple(each.document.file for each in changed)
    run.record.left = "Project files were changed, and nothing in Azure."
    run.say(f"Mended {number(len(changed), 'file', 'files')}. What is left:")
    if any(each.document is examined.definition for each in changed):
        run.warn(REBUILD, fix="Build the package anew, then deploy it.")
    return after, ()


def _show(mended: Mended, run: Run) -> None:
    file, before = mended.document.file, mended.document.text
    for reason in mended.reasons:
        run.say(f"{file}: {reason}")
    edits = line_edits(file, before, mended.text)
    for line in (f"--- {file}", f"+++ {file}", *unified_diff(before, edits)):
        run.say(line)
