"""The safe changes that findings bring along, made together; in memory alone, no file is written."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence

from cses_action.project import Examined, examined
from cses_action.project.changes import Change, change
from cses_action.project.edits import Edit
from cses_action.project.local import line_edits
from cses_action.project.rules import FORM, Finding, Options
from cses_action.project.xml import Document
from cses_action.values import replace

ROUNDS = 10
"""A change may make room for another one at the same place, but not for ever."""


def mended(found: Examined, options: Options) -> tuple[Examined, tuple[Change, ...]]:
    """Return the files as they are once everything that can be mended is, examined again; and those that differ."""
    after = found
    reasons: dict[str, dict[str, None]] = {}
    rounds = 0
    while (edits := _compatible(after.findings)) and rounds < ROUNDS:
        rounds += 1
        for each in (each for edits_of_file in edits.values() for each in edits_of_file):
            reasons.setdefault(each.file, {})[each.reason] = None
        after = _again(after, edits, options)
    changed = (
        Change(old, new, line_edits(old.file, old.text, new.text), tuple(reasons[old.file]))
        for old, new in zip(found.documents, after.documents, strict=True)
        if old.text != new.text
    )
    return after, tuple(changed)


def _compatible(findings: Iterable[Finding]) -> Mapping[str, Sequence[Edit]]:
    """Return the edits by file; where two findings would change the same characters, those of the first."""
    taken: dict[str, list[tuple[int, int]]] = {}
    chosen: dict[str, list[Edit]] = {}
    for finding in findings:
        if any(_meets(taken.get(each.file, []), each) for each in finding.edits):
            continue
        for each in finding.edits:
            spans = taken.setdefault(each.file, [])
            spans.insert(bisect(spans, (each.start, each.end)), (each.start, each.end))
            chosen.setdefault(each.file, []).append(each)
    return chosen


def _meets(spans: Sequence[tuple[int, int]], edit: Edit) -> bool:
    """Return whether an edit touches one of these sorted spans: side by side counts, their order would be a guess."""
    number = bisect(spans, (edit.start, edit.end))
    before, behind = spans[max(number - 1, 0) : number], spans[number : number + 1]
    return any(end >= edit.start for _, end in before) or any(start <= edit.end for start, _ in behind)


def _again(found: Examined, edits: Mapping[str, Sequence[Edit]], options: Options) -> Examined:
    """Return the files with these edits, examined again; what could not be parsed stays as it is."""

    def changed(document: Document) -> Document:
        return change(document, edits.get(document.file, ())).after

    unparsed = [each.problem for each in found.findings if each.rule.id in FORM]
    definition = changed(found.definition) if found.definition else None
    configurations = tuple(map(changed, found.configurations))
    after = examined(definition, configurations, options, [*found.unreadable, *unparsed])
    return replace(after, files=found.files)
