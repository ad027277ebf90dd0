"""``operation: inspect``: what is in a package, whether it holds together, and what changed since another one."""

from __future__ import annotations

from pathlib import Path

from cses_action.errors import Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.messages import Table
from cses_action.operations.files import rule_options
from cses_action.operations.findings import ALL, tell
from cses_action.operations.reports import check_report, write_report
from cses_action.project import examine, with_package
from cses_action.project.package import Package, examine_package
from cses_action.report.findings import totals
from cses_action.report.inspection import tables
from cses_action.report.inspection_json import inspection_json
from cses_action.report.package_changes import COLUMNS, Changed, changes
from cses_action.steps.run import Run

MOST_ROWS = 200
"""Changes that are shown; the file for JSON has all."""


def inspect(inputs: Inputs, run: Run) -> None:
    """Show a package; errors stop the run once everything is shown."""
    options = rule_options(inputs)
    for path, name in ((inputs.inspect_file, "inspect-file"), (inputs.sarif_file, "sarif-file")):
        if path:
            check_report(path, name)
    with run.part("Read the package"):
        files = examine(inputs.definition, inputs.configurations, options)
        found = with_package(files, inputs.package, options, inputs.package_check)
        earlier, refused = _earlier(inputs.package_previous)
    tell(found, run, ALL)
    since = changes(earlier, found.package) if earlier and found.package else None
    if found.package:
        _show(found.package, since, run)
    run.say(f"{totals(found)}.")
    written: tuple[Problem, ...] = ()
    if inputs.inspect_file and found.package:
        parts = inspection_json(found.package, found.findings, since)
        written = write_report("JSON", inputs.inspect_file, parts, run)
    if inputs.sarif_file:
        from cses_action.report.sarif import sarif  # noqa: PLC0415 - few runs write one

        written += write_report("SARIF", inputs.sarif_file, sarif(found, Path.cwd()), run)
    problems = (*found.errors, *refused, *written)
    if problems:
        raise ProjectError.of(problems)


def _earlier(path: str) -> tuple[Package | None, tuple[Problem, ...]]:
    """Return the package to compare with, and why it cannot be read; what else is wrong with it does not matter."""
    try:
        return (examine_package(path) if path else None), ()
    except ProjectError as failure:
        return None, failure.problems


def _show(package: Package, since: tuple[Changed, ...] | None, run: Run) -> None:
    shown = [*tables(package)]
    if since is not None:
        rows = since[:MOST_ROWS]
        shown.append((f"Changes since the previous package: {len(since):,}", Table(COLUMNS, rows)))
        if len(since) > len(rows):
            run.say(f"Of {len(since):,} changes the first {len(rows)} are shown; inspect-file has all.")
    for title, table in shown:
        run.say(title)
        if table.rows:
            run.host.show(table)
    run.record.tables = tuple(shown)
