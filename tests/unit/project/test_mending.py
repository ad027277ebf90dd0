from __future__ import annotations

import pytest

from cses_action.project import Examined, examined, mending
from cses_action.project.edits import Edit, edited
from cses_action.project.mending import mended
from cses_action.project.rules import Options
from cses_action.project.rules.registry import Finding
from cses_action.project.xml import parse_xml
from cses_action.values import replace
from tests.unit.project.rules.kit import THUMBPRINT, configuration, definition, role, web
from tests.unit.project.rules.test_rules import CASES


def found(text: str, *edits: tuple[Edit, ...]) -> Examined:
    """Return a text with findings that bring these edits along."""
    plain = examined(None, (parse_xml(text, file="a.cscfg"),), Options())
    some = plain.findings[0]
    return replace(plain, findings=tuple(replace(some, edits=each) for each in edits))


TEXT = "<ServiceConfiguration x='12345'/>"
DIGITS = TEXT.index("1")


def edit(start: int, end: int, text: str) -> Edit:
    """Return a change of some of the digits."""
    return Edit("a.cscfg", DIGITS + start, DIGITS + end, text, f"{start}")


def digits(*edits: tuple[Edit, ...]) -> str:
    """Return what the digits become."""
    after, (changed,) = mended(found(TEXT, *edits), Options())
    assert edited(TEXT, changed.edits) == changed.after.text == after.configurations[0].text
    return changed.after.text.split("'")[1]


def test_of_two_changes_at_one_place_the_first_is_made_and_of_two_places_both() -> None:
    assert digits((edit(0, 2, "x"),), (edit(1, 3, "y"),), (edit(4, 5, "z"),)) == "x34z"


def test_changes_side_by_side_are_not_made_together() -> None:
    assert digits((edit(2, 3, "x"),), (edit(3, 3, "y"),), (edit(1, 2, "z"),)) == "12x45"


def test_the_changes_of_one_finding_are_made_together_or_not_at_all() -> None:
    assert digits((edit(0, 1, ""), edit(2, 2, "1")), (edit(4, 5, "x"), edit(0, 0, "y"))) == "21345"


def test_the_reasons_are_those_of_the_changes_that_are_made() -> None:
    _, (changed,) = mended(found(TEXT, (edit(0, 2, "x"),), (edit(1, 3, "y"),), (edit(4, 5, "z"),)), Options())
    assert changed.reasons == ("0", "4")


def test_what_had_to_wait_is_mended_in_the_next_round() -> None:
    # Spaces and small letters are findings of their own, about the same characters.
    thumbprint = THUMBPRINT.lower().replace("a", "a ")
    certificate = f'<Certificate name="C" thumbprint="{thumbprint}" thumbprintAlgorithm="sha1"/>'
    text = configuration(role(f"<Certificates>{certificate}</Certificates>"))
    before = examined(None, (parse_xml(text, file="a.cscfg"),), Options())
    assert any(each.edits for each in before.findings)
    after, (changed,) = mended(before, Options())
    assert changed.after.text == text.replace(thumbprint, THUMBPRINT)
    assert not any(each.edits for each in after.findings)


@pytest.mark.parametrize(("rounds", "left"), [(1, "Medium"), (10, "Standard_A2_v2")])
def test_what_a_change_brings_up_is_mended_too_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, rounds: int, left: str
) -> None:
    monkeypatch.setattr(mending, "ROUNDS", rounds)
    text = definition(web(attributes='name="Web" vmsize="Small"'))
    found = examined(parse_xml(text, file="a.csdef"), (), Options())
    start = text.index("Small")
    worse = Edit("a.csdef", start, start + 5, "Medium", "to try it")
    found = replace(found, findings=tuple(replace(each, edits=(worse,)) for each in found.findings))
    assert [each.after.text for each in mended(found, Options())[1]] == [text.replace("Small", left)]


def test_what_is_mended_has_nothing_left_to_mend_in_any_case_of_the_rules() -> None:
    fixable: list[Finding] = []
    for case in CASES:
        if not case.expected or case.rule.startswith("X00"):
            continue
        csdef = parse_xml(case.definition, file="a.csdef") if case.definition else None
        cscfg = (parse_xml(case.configuration, file="a.cscfg"),) if case.configuration else ()
        before = examined(csdef, cscfg, case.options)
        fixable += [each for each in before.findings if each.edits]
        after, _ = mended(before, case.options)
        assert [each for each in after.findings if each.edits] == []
        assert mended(after, case.options)[1] == ()
    assert {each.rule.id for each in fixable} >= {"CSD067", "CFG043", "CFG045", "CSES020"}
