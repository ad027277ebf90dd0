"""The tables of elements hang together."""

from __future__ import annotations

import pytest

from cses_action.project.rules.schema import CONFIGURATION, DEFINITION, Kind, kinds


@pytest.mark.parametrize(
    ("table", "root"), [(DEFINITION, "ServiceDefinition"), (CONFIGURATION, "ServiceConfiguration")]
)
def test_every_element_has_a_line_and_a_parent(table: str, root: str) -> None:
    known = kinds(table)
    assert {child for kind in known.values() for child in kind.children} | {root} == set(known)
    assert len(known) == len(table.strip().splitlines())


def test_a_line_says_attributes_children_and_which_may_be_there_often() -> None:
    known = kinds(DEFINITION)
    assert known["Sites"] == Kind((), {"Site": "*"})
    assert known["Runtime"] == Kind(("executionContext",), {"Environment": "", "EntryPoint": ""})
    assert not known["AllowAllTraffic"].is_open
    assert kinds(CONFIGURATION)["IPForwarding"].is_open
