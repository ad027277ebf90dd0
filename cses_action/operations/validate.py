"""``operation: validate``: everything that can be wrong with the files, without Azure."""

from __future__ import annotations

from cses_action.errors import ProjectError
from cses_action.inputs import Inputs
from cses_action.operations.files import rule_options
from cses_action.operations.findings import ALL, tell
from cses_action.project import examine
from cses_action.report.findings import totals
from cses_action.steps.run import Run


def validate(inputs: Inputs, run: Run) -> None:
    """Show what the rules find; errors stop the run once everything is shown."""
    options = rule_options(inputs)
    with run.part("Check the project files"):
        examined = examine(inputs.definition, inputs.configurations, options)
    tell(examined, run, ALL)
    run.say(f"{totals(examined)}.")
    if examined.errors:
        raise ProjectError.of(examined.errors)
