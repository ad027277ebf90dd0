"""What can be wrong with a definition and a configuration, found before Azure sees them.

::

    registry.py       Rule, Finding, and the one list of all rules       reading.py    what several rules need
    form.py           X: XML and schema form                             schema.py     what may stand where
    roles.py endpoints.py endpoint_ports.py certificates.py
    sites.py parts.py traffic.py      CSD: the definition                allowed.py    values, one of a few
    configuration.py settings.py thumbprints.py network.py               CFG: the configuration alone
    pair.py           CFG: both files together                           extended.py sizes.py   CSES: extended support
    packages.py gate.py      PKG: the package as a file, and beside the others; found where it is read

A family is a file: its rules, then the functions that look for them. ``docs/rules.md`` is made from the registry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

from cses_action.errors import Problem
from cses_action.project.rules import (
    certificates,
    configuration,
    endpoint_ports,
    endpoints,
    extended,
    form,
    gate,
    network,
    packages,
    pair,
    parts,
    roles,
    settings,
    sites,
    sizes,
    thumbprints,
    traffic,
)
from cses_action.project.rules.registry import RULES, Finding, Rule, Severity, brief
from cses_action.project.xml import Document
from cses_action.values import Value, replace

__all__ = [
    "RULES",
    "Finding",
    "Options",
    "Rule",
    "Severity",
    "arranged",
    "findings_of",
    "first_of",
    "gate",
    "lint",
    "packages",
    "together",
]

Target = Literal["extended-support", "classic"]
FORM = ("X001", "X002", "X003")
"""Without these no other rule can look; they cannot be switched off."""
ALWAYS = frozenset({*FORM, *(each.id for each in packages.SAFETY)})
"""Those that cannot be switched off."""
_YIELDING = frozenset({"CFG048", "CSES070", "CSES071"})
"""They say nothing where an error stands: it has told what is wrong with the same attribute."""
MOST = 10_000
"""Findings that are kept: more help nobody, and would need more memory than the files."""
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2, "off": 3}

_Check = Callable[[Document], Iterator[Finding]]
_DEFINITION: tuple[_Check, ...] = (
    form.check,
    roles.check,
    endpoints.check,
    endpoint_ports.check,
    certificates.check,
    sites.check,
    parts.check,
    traffic.check,
    sizes.check,
    extended.check_definition,
)
_CONFIGURATION: tuple[_Check, ...] = (
    form.check,
    configuration.check,
    settings.check,
    thumbprints.check,
    network.check,
    extended.check_configuration,
)
_PAIR: tuple[Callable[[Document, Document], Iterator[Finding]], ...] = (pair.check, network.check_pair)


class Options(Value):
    """What the user wants to be looked for."""

    disabled: frozenset[str] = frozenset()
    enabled: frozenset[str] = frozenset()
    """Rules that are off unless they are named here."""
    warnings_as_errors: bool = False
    target: Target = "extended-support"
    deployed: bool = True
    """The files go to Azure as they are; otherwise a later step may still replace tokens in them."""


def lint(definition: Document | None, configurations: Sequence[Document]) -> Iterator[Finding]:
    """Yield everything that is wrong with the files, alone and with each other."""
    for check in _CONFIGURATION:
        for document in configurations:
            yield from check(document)
    if definition is None:
        return
    for check in _DEFINITION:
        yield from check(definition)
    for compare in _PAIR:
        for document in configurations:
            yield from compare(definition, document)


def findings_of(problems: Iterable[Problem]) -> list[Finding]:
    """Return what reading a file has refused, as findings; without what is about the file as a whole."""
    return [
        Finding(RULES[each.rule], "error", brief(each.message), brief(each.fix), each.file, each.line, each.column)
        for each in problems
        if each.rule
    ]


def arranged(findings: Iterable[Finding], options: Options) -> tuple[Finding, ...]:
    """Return the findings that the options leave, once each: errors first, then by file and line."""
    wanted = [_looked_at(each, options) for each in findings if _wanted(each, options)]
    errors = {(each.file, each.start) for each in wanted if each.severity == "error"}
    told = (each for each in wanted if each.rule.id not in _YIELDING or (each.file, each.start) not in errors)
    kept = {_weighed(each, options): None for each in told}
    return tuple(sorted(kept, key=_order))


def first_of(findings: Iterable[Finding], options: Options) -> tuple[tuple[Finding, ...], Mapping[Severity, int]]:
    """Return the findings arranged, of very many the first ones; and how many there are of each severity."""
    counts: Counter[Severity] = Counter()
    kept: tuple[Finding, ...] = ()
    rest = iter(findings)
    while batch := tuple(islice(rest, MOST)):
        kept = tuple(sorted(dict.fromkeys((*kept, *arranged(batch, options))), key=_order))
        counts.update(each.severity for each in kept[MOST:])
        kept = kept[:MOST]
    return kept, counts + Counter(each.severity for each in kept)


def together(first: Iterable[Finding], second: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings that were arranged apart, errors first, and no more than are kept."""
    return tuple(sorted((*first, *second), key=_order))[:MOST]


def _order(finding: Finding) -> tuple[int, str, int, int]:
    return _ORDER[finding.severity], finding.file, finding.line, finding.column


def _wanted(finding: Finding, options: Options) -> bool:
    name = finding.rule.id
    if name in ALWAYS:
        return True
    if name.startswith("CSES") and options.target == "classic":
        return False
    if finding.deployed_only and not options.deployed:
        return False
    return name not in options.disabled and (finding.severity != "off" or name in options.enabled)


def _looked_at(finding: Finding, options: Options) -> Finding:
    """Return the finding with the weight that it has before or after the files are deployed."""
    return finding if options.deployed or not finding.checked_as else replace(finding, severity=finding.checked_as)


def _weighed(finding: Finding, options: Options) -> Finding:
    """Return the finding with the weight that it has in this run."""
    if finding.severity == "off":
        return replace(finding, severity="info")
    if finding.severity == "warning" and options.warnings_as_errors:
        return replace(finding, severity="error")
    return finding
