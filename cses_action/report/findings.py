"""What the rules found, in one line and as a table of the summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from cses_action.report.plain import cell
from cses_action.values import Value

if TYPE_CHECKING:  # a run with wrong inputs makes its summary without a parser of XML
    from cses_action.project import Examined
    from cses_action.project.rules import Finding, Severity

BYTES = 512 * 1024
"""How much of a summary the findings may take; all of it is one MiB."""

_COLUMNS = ("rule", "severity", "where", "what is wrong", "what to do")
_NAMES: Mapping[Severity, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("note", "notes"),
}


class Totals(Value):
    """How many findings there are, in words."""

    counts: str
    files: str

    def __str__(self) -> str:
        return f"{self.counts} in {self.files}"


def totals(examined: Examined) -> Totals:
    """Return how much was found in how many files; a file that cannot be read is an error."""
    counts = dict(examined.counts)
    counts["error"] = counts.get("error", 0) + len(examined.unreadable)
    found = [number(counts[level], *words) for level, words in _NAMES.items() if counts.get(level)]
    return Totals(", ".join(found) or "no errors, warnings or notes", number(examined.files, "file", "files"))


def number(count: int, one: str, many: str) -> str:
    """Return a number with its noun: 1 file, 2 files."""
    return f"{count:,} {one if count == 1 else many}"


def findings_section(examined: Examined) -> str:
    """Return all findings as a part of the summary, errors first; empty if there are none."""
    if not examined.findings:
        return ""
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{' --- |' * len(_COLUMNS)}", *_fitting(map(_row, examined.findings))]
    left_out = sum(examined.counts.values()) - (len(lines) - 2)
    more = f"\n\n{number(left_out, 'more is', 'more are')} left out here." if left_out else ""
    return f"### Project files: {totals(examined)}\n\n" + "\n".join(lines) + more


def _fitting(rows: Iterable[str]) -> Iterator[str]:
    room = BYTES
    for row in rows:
        room -= len(row.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            return
        yield row


def _row(finding: Finding) -> str:
    place = ":".join(str(each) for each in (finding.file, finding.line, finding.column) if each)
    severity = _NAMES[finding.severity][0]
    return f"| {' | '.join(map(cell, (finding.rule.id, severity, place, finding.message, finding.fix)))} |"
