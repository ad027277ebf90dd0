"""Every rule fires where it should, says what it should, and is silent right beside it."""

from __future__ import annotations

import pytest

from tests.unit.project.rules import cases_endpoints
from tests.unit.project.rules.kit import Case, found, said

CASES = (*cases_endpoints.CASES,)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_says_exactly_this(case: Case) -> None:
    findings = found(case)
    assert said(findings, case.rule) == list(case.expected)
    assert all(each.fix for each in findings)
