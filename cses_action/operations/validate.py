"""``operation: validate``: everything that can be wrong with the files, without Azure."""

from __future__ import annotations

from pathlib import Path

from cses_action.errors import Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.operations.files import rule_options
from cses_action.operations.findings import ALL, tell
from cses_action.project import Examined, examine
from cses_action.report.findings import totals
from cses_action.steps.run import Run


def validate(inputs: Inputs, run: Run) -> None:
    """Show what the rules find; errors stop the run once everything is shown."""
    options = rule_options(inputs)
    check_sarif(inputs)
    with run.part("Check the project files"):
        examined = examine(inputs.definition, inputs.configurations, options)
    refused: tuple[Problem, ...] = ()
    if inputs.fix:
        from cses_action.operations.mend import mend  # noqa: PLC0415 - few runs change files

        examined, refused = mend(examined, options, run)
    conclude(examined, inputs, run, refused)


def check_sarif(inputs: Inputs) -> None:
    """Refuse a place that SARIF cannot be written to, before anything else is done."""
    if inputs.sarif_file:
        from cses_action.operations.reports import check_report  # noqa: PLC0415 - few runs write one

        check_report(inputs.sarif_file, "sarif-file")


def conclude(examined: Examined, inputs: Inputs, run: Run, refused: tuple[Problem, ...] = ()) -> None:
    """Tell what was found and write it as SARIF; a ProjectError names the errors, with what was refused before."""
    tell(examined, run, ALL)
    fixable = sum(bool(each.edits) for each in examined.findings)
    run.say(f"{totals(examined)}.{f' fix: true would mend {fixable:,}.' if fixable else ''}")
    problems = (*examined.errors, *refused, *_sarif(examined, inputs.sarif_file, run))
    if problems:
        raise ProjectError.of(problems)
    if examined.findings:  # where nothing was found, that has been said
        run.say("The files have no errors.")


def _sarif(examined: Examined, path: str, run: Run) -> tuple[Problem, ...]:
    if not path:
        return ()
    from cses_action.operations.reports import write_report  # noqa: PLC0415
    from cses_action.report.sarif import sarif  # noqa: PLC0415

    return write_report("SARIF", path, sarif(examined, Path.cwd()), run)
