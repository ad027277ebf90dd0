"""What is wrong with the project files, as a run tells it."""

from __future__ import annotations

from collections.abc import Mapping

from cses_action.messages import Level
from cses_action.project import Examined
from cses_action.project.rules import Severity
from cses_action.steps.run import Run
from cses_action.values import replace

ALL: Mapping[Severity, Level] = {"error": "error", "warning": "warning", "info": "notice"}
SERIOUS: Mapping[Severity, Level] = {"error": "error", "warning": "warning"}


def tell(examined: Examined, run: Run, levels: Mapping[Severity, Level]) -> None:
    """Show what was found, errors first, and keep it for the summary; severities without a level are left out."""
    for problem in examined.unreadable:
        run.tell("error", problem)
    shown = tuple(each for each in examined.findings if each.severity in levels)
    for finding in shown:
        run.tell(levels[finding.severity], finding.problem)
    counts = {severity: count for severity, count in examined.counts.items() if severity in levels}
    run.record.examined = replace(examined, findings=shown, counts=counts)
