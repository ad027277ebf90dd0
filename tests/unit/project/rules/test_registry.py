from __future__ import annotations

import pytest

from cses_action.project.rules import RULES, Options, Rule
from tests.unit.project.rules.kit import Case, configuration, definition, found, said, web

SMALL = definition(web(attributes='name="Web" vmsize="Small"'))


def test_an_id_that_is_there_already_is_refused() -> None:
    before = dict(RULES)
    with pytest.raises(ValueError, match="the rule X001 is there twice"):
        Rule("X001", "error", "Another", source="nobody")
    assert before == RULES


def test_every_rule_has_a_title_of_one_line_and_a_source() -> None:
    assert all(rule.title and rule.source and "\n" not in rule.title for rule in RULES.values())


def test_a_warning_can_count_as_an_error_and_a_hint_cannot() -> None:
    text = definition(web(), 'name="Svc" schemaVersion="2014-01.2.3"')
    findings = found(Case("", (), text, options=Options(warnings_as_errors=True)))
    assert {each.rule.id: each.severity for each in findings} == {"CSD006": "info", "CSD062": "error"}


def test_what_only_extended_support_refuses_is_not_told_of_the_classic_service() -> None:
    assert said(found(Case("", (), SMALL)), "CSES020")
    assert not said(found(Case("", (), SMALL, options=Options(target="classic"))), "CSES020")


def test_a_rule_can_be_switched_off_unless_no_other_could_look_without_it() -> None:
    options = Options(disabled=frozenset({"CSD062", "X002"}))
    findings = found(Case("", (), definition(web()), "<Other/>", options))
    assert [each.rule.id for each in findings] == ["X002"]
    assert said(found(Case("", (), definition(web()), configuration(""))), "CSD062")


def test_all_mistakes_are_named_at_once_by_weight_and_place() -> None:
    endpoints = (
        '<Endpoints>\n<InputEndpoint name="E" protocol="http"\n   port="x"/>\n'
        '<InputEndpoint name="e" protocol="tcp" port="0"/></Endpoints>'
    )
    findings = found(Case("", (), definition(web(endpoints), attributes=""), options=Options(target="classic")))
    assert [(each.line, each.column, each.rule.id, each.severity) for each in findings] == [
        (1, 1, "CSD001", "error"),
        (5, 4, "CSD033", "error"),
        (6, 16, "CSD030", "error"),
        (6, 40, "CSD033", "error"),
        (2, 1, "CSD062", "warning"),
    ]
