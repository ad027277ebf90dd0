"""``fix: true``: what can be mended safely is mended in the files, and shown."""

from __future__ import annotations

from cses_action.errors import Problem, ProjectError
from cses_action.operations.change_files import change_files, check_files
from cses_action.project import Examined
from cses_action.project.mending import mended
from cses_action.project.rules import Options
from cses_action.report.findings import number
from cses_action.steps.run import Run


def mend(examined: Examined, options: Options, run: Run) -> tuple[Examined, tuple[Problem, ...]]:
    """Return the files as they are now, and why they could not be written if they are as they were."""
    after, changes = mended(examined, options)
    if not changes:
        run.say("Nothing can be mended safely.")
        return examined, ()
    definition = examined.definition.file if examined.definition else ""
    try:
        check_files(changes)
        with run.part("Mend the project files", "change"):
            change_files(changes, definition, run)
    except ProjectError as failure:
        return examined, failure.problems
    run.say(f"Mended {number(len(changes), 'file', 'files')}. What is left:")
    return after, ()
