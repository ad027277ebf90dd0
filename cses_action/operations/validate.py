"""``operation: validate``: everything that can be wrong with the files, without Azure."""

from __future__ import annotations

from cses_action.errors import ProjectError
from cses_action.inputs import Inputs
from cses_action.messages import Annotation, Level
from cses_action.operations.files import rule_options
from cses_action.project import examine
from cses_action.project.rules import Severity
from cses_action.steps.run import Run

LEVELS: dict[Severity, Level] = {"error": "error", "warning": "warning", "info": "notice"}


def validate(inputs: Inputs, run: Run) -> None:
    """Show what the rules find; errors stop the run once everything is shown."""
    with run.part("Check the project files"):
        examined = examine(inputs.definition, inputs.configurations, rule_options(inputs))
    for finding in examined.findings:
        if finding.severity != "error":
            run.host.show(Annotation(LEVELS[finding.severity], finding.problem, finding.rule.id))
    if examined.errors:
        raise ProjectError.of(examined.errors)
    run.say("The files have no errors.")
