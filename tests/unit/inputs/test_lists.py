from __future__ import annotations

import pytest

from cses_action.inputs.lists import KEEP, instance_counts, rule_ids, settings
from cses_action.inputs.values import Invalid, attribute_name, thumbprint
from cses_action.values import Thumbprint

HUSH = "hunter2-hunter2"
JSON = (("S", "a\U0001f600"), ("N", "8.50"), ("T", "true"), ("F", "false"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("A=1", (("A", "1"),)),
        ("A=x,y=z\n\n Web.B = c=d \n", (("A", "x,y=z"), ("Web.B", "c=d"))),
        ("A=", (("A", ""),)),
        ("A: 08\nWeb.B: yes", (("A", "08"), ("Web.B", "yes"))),
        ('{"A": "x=y", "B": "1"}', (("A", "x=y"), ("B", "1"))),
        ("A: DefaultEndpointsProtocol=https;x=y", (("A", "DefaultEndpointsProtocol=https;x=y"),)),
        ('"A": "x=y"', (("A", "x=y"),)),
        ("A=http://host: 80", (("A", "http://host: 80"),)),
        ("My Key: AccountKey=abc", (("My Key", "AccountKey=abc"),)),
        ('{\n\t"S": "x"\n}', (("S", "x"),)),
        ('{"S": "a\\ud83d\\ude00", "N": 8.50, "T": true, "F": false}', JSON),
        ("{S: a, N: 08}", (("S", "a"), ("N", "08"))),
    ],
)
def test_settings_are_lines_or_a_map(raw: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert settings(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        f"A=1\n{HUSH}",
        f"={HUSH}",
        f"A=1\nA={HUSH}",
        f"{HUSH}=1\n{HUSH.upper()}=1",
        f"A: x\na: {HUSH}",
        f'{{"A": "x", "A": "{HUSH}"}}',
        f'{{"A": null, "B": "{HUSH}"}}',
        f'{{"A": ["{HUSH}"]}}',
        f"A: [{HUSH}]",
        f"A: {{{HUSH}",
        f"[{HUSH}]: b",
        f"- {HUSH}",
        HUSH,
        "{" * 500,
    ],
)
def test_wrong_settings_are_refused_without_showing_a_value(raw: str) -> None:
    with pytest.raises(Invalid) as caught:
        settings(raw)
    assert HUSH not in f"{caught.value}{caught.value.fix}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Web=3", (("Web", 3),)),
        ("Web=3,web=3", (("Web", 3),)),
        ("Web = 3, Api=0\nWeb=3", (("Web", 3), ("Api", 0))),
        ("KEEP", KEEP),
    ],
)
def test_counts_are_given_by_role(raw: str, expected: tuple[tuple[str, int], ...]) -> None:
    assert instance_counts(raw) == expected


@pytest.mark.parametrize("raw", ["3", "Web=", "=3", "Web=-1", "Web=1.5", "Web=99999", "Web=1,Web=2", "Web: 3"])
def test_wrong_counts_are_refused(raw: str) -> None:
    with pytest.raises(Invalid, match=r"is not Role=number|two counts"):
        instance_counts(raw)


def test_rules_are_named_by_id() -> None:
    assert rule_ids("cses020, CFG041b\nx001") == ("CSES020", "CFG041b", "X001")


@pytest.mark.parametrize("raw", ["all", "CFG1", "CFG0001", "CFG001,*"])
def test_what_cannot_be_an_id_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="no id of a rule"):
        rule_ids(raw)


def test_a_thumbprint_is_read_as_people_copy_it() -> None:
    assert thumbprint(f"\u200e{'ab ' * 20}") == Thumbprint("AB" * 20)
    with pytest.raises(Invalid, match="40 hexadecimal digits"):
        thumbprint("AB")


@pytest.mark.parametrize("raw", ["", 'a"b', "a b", "<x>", "a" * 81])
def test_a_name_for_the_files_has_no_markup(raw: str) -> None:
    assert attribute_name("Https_In-2.x") == "Https_In-2.x"
    with pytest.raises(Invalid, match="is not a name"):
        attribute_name(raw)
