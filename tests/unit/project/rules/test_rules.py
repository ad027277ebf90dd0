"""Every rule fires where it should, says what it should, and is silent right beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from cses_action.project.rules import RULES
from tests.unit.project.rules.kit import Case, found, said

FAMILIES = sorted(each.stem for each in Path(__file__).parent.glob("cases_*.py"))
CASES: tuple[Case, ...] = tuple(
    case for name in FAMILIES for case in import_module(f"tests.unit.project.rules.{name}").CASES
)
TABLE = {
    row.split("\t")[0]: row.split("\t")[1]
    for file in sorted((Path(__file__).parents[3] / "data").glob("rules*.tsv"))
    for row in file.read_text(encoding="utf-8").splitlines()[1:]
}
"""The severities of the rules as they were decided, each file for whole groups of ids: X, CSD, …"""
FOUND_ELSEWHERE = {"CFG049", "CSES100", "CSES110"}
"""What Azure, the package and the day have to say of the files: their tests are there."""


def group(name: str) -> str:
    return name.rstrip("b").rstrip("0123456789")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_says_exactly_this(case: Case) -> None:
    findings = found(case)
    assert said(findings, case.rule) == list(case.expected)
    assert all(each.fix for each in findings)


def test_the_rules_are_those_of_the_table_with_its_severities() -> None:
    words = {"E": "error", "W": "warning", "I": "info", "off": "off"}
    groups = {group(name) for name in TABLE}
    ours = {name: rule.severity for name, rule in RULES.items() if group(name) in groups}
    assert ours == {name: words[severity] for name, severity in TABLE.items()}


@pytest.mark.parametrize("rule", sorted(set(TABLE) - FOUND_ELSEWHERE))
def test_a_rule_has_a_case_that_fires_and_one_that_does_not(rule: str) -> None:
    assert {bool(case.expected) for case in CASES if case.rule == rule} == {True, False}
