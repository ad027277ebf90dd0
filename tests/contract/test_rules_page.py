"""docs/rules.md is made from the registry of the rules."""

from __future__ import annotations

from cses_action.project.rules import RULES
from tests.contract.files import read
from tests.rules_page import FAMILIES, of, page


def test_the_page_is_what_make_rules_writes() -> None:
    assert read("docs/rules.md") == page(RULES.values())


def test_every_rule_has_a_row_in_its_family() -> None:
    text = read("docs/rules.md")
    assert {of(each) for each in RULES.values()} <= set(FAMILIES)
    assert [name for name in RULES if text.count(f"\n| {name} |") != 1] == []
