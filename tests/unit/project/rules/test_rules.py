"""Every rule fires where it should, says what it should, and is silent right beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.unit.project.rules.kit import Case, found, said

FAMILIES = sorted(each.stem for each in Path(__file__).parent.glob("cases_*.py"))
CASES: tuple[Case, ...] = tuple(
    case for name in FAMILIES for case in import_module(f"tests.unit.project.rules.{name}").CASES
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_says_exactly_this(case: Case) -> None:
    findings = found(case)
    assert said(findings, case.rule) == list(case.expected)
    assert all(each.fix for each in findings)
