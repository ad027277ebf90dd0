"""The summary of a job, as GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cses_action.errors import Problem
from cses_action.report.findings import findings_section
from cses_action.report.plain import cell
from cses_action.report.rows import (
    CERTIFICATES,
    CHANGES,
    PROOFS,
    ROLES,
    certificate_rows,
    change_rows,
    proof_rows,
    role_rows,
)
from cses_action.report.timeline import timeline, took
from cses_action.steps.run import Record
from cses_action.values import Value

if TYPE_CHECKING:
    from cses_action.planning.model import Plan

_VERDICTS = {
    0: "✅ Done",
    1: "🐞 Stopped by a fault of the action",
    2: "❌ Inputs",
    3: "❌ Project files",
    4: "❌ Azure",
    5: "⏳ Time ran out",
}


class Outcome(Value):
    """How a run ended."""

    operation: str
    service: str
    exit_code: int
    problems: tuple[Problem, ...]
    now: datetime
    notice: str


def summary(record: Record, outcome: Outcome) -> str:
    """Return everything a person wants to know of a run, most important first."""
    plan, examined = record.plan, record.examined
    found = {each.problem for each in examined.findings} if examined else set()
    title = (_verdict(record, outcome), cell(outcome.operation), cell(outcome.service))
    parts = [
        f"## {' · '.join(part for part in title if part)}",
        _problems([each for each in outcome.problems if each not in found]),
        findings_section(examined) if examined else "",
        cell(record.left) if outcome.problems else "",
        *([_changes(plan), _roles(plan)] if plan else []),
        _certificates(record, outcome.now),
        *(f"### {cell(title)}\n\n{table(shown.columns, shown.rows)}" for title, shown in record.tables),
        _instances(record),
        _proofs(record, outcome.now),
        _written(record.written),
        _warnings(record.warnings),
        _timings(record),
        f"> {cell(outcome.notice)}" if outcome.notice else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _verdict(record: Record, outcome: Outcome) -> str:
    if outcome.exit_code == 0 and outcome.operation == "plan":
        return "📋 Plan"
    if outcome.exit_code == 0 and outcome.operation == "validate":
        return "✅ No errors"
    if outcome.exit_code == 0 and outcome.operation == "inspect":
        return "📦 Package"
    if outcome.exit_code == 0 and record.unproven:
        return "⚠️ Done, HTTPS not proven" if record.changed else "⚠️ Nothing to do, HTTPS not proven"
    if outcome.exit_code == 0 and not (record.changed or record.written or record.stored):
        return "✅ Nothing to do"
    return _VERDICTS.get(outcome.exit_code, "🛑 Cancelled")


def _problems(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    rows = []
    for each in problems:
        place = ":".join(str(part) for part in (each.file, each.line) if part)
        asked = f" (request id {each.request_id})" if each.request_id else ""
        code = f" [{each.code}]" if each.code else ""
        rows.append((place, f"{each.message}{code}{asked}", each.fix))
    return table(("where", "what happened", "what to do"), rows)


def _changes(plan: Plan) -> str:
    rows = change_rows(plan)
    return f"### What changes\n\n{table(CHANGES, rows) if rows else 'Nothing.'}"


def _roles(plan: Plan) -> str:
    return f"### Roles\n\n{table(ROLES, role_rows(plan))}"


def _certificates(record: Record, now: datetime) -> str:
    rows = certificate_rows(record.certificates, now)
    return f"### Certificates\n\n{table(CERTIFICATES, rows)}" if rows else ""


def _instances(record: Record) -> str:
    rows = [(each.name, each.role, each.state, each.message) for each in record.instances]
    return f"### Role instances\n\n{table(('instance', 'role', 'state', 'message'), rows)}" if rows else ""


def _proofs(record: Record, now: datetime) -> str:
    rows = proof_rows(record.proven, now)
    parts = ("### HTTPS, proven", table(PROOFS, rows), " ".join(cell(each) for each in record.http_ports))
    return "\n\n".join(part for part in parts if part) if rows else ""


def _written(files: Sequence[str]) -> str:
    return "\n".join(["### Changed files", "", *(f"- {cell(each)}" for each in files)]) if files else ""


def _warnings(warnings: Sequence[str]) -> str:
    return "\n".join(["### Warnings", "", *(f"- {cell(each)}" for each in warnings)]) if warnings else ""


def _timings(record: Record) -> str:
    rows = [(each.title, took(each.seconds)) for each in record.timings]
    if not rows:
        return ""
    parts = ("### Time", timeline(record.timings), table(("part", "took"), rows))
    return "\n\n".join(part for part in parts if part)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; whatever stands in a cell stays in it."""
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    return "\n".join(lines)
