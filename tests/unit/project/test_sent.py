from __future__ import annotations

import pytest

from cses_action.errors import InputError
from cses_action.project.configuration import read_configuration
from cses_action.project.sent import Wishes, with_wishes
from cses_action.project.xml import Document, parse_xml
from tests.unit.project.given import configuration, definition, role


def settings(**values: str) -> str:
    rows = "".join(f'<Setting name="{name}" value="{value}"/>' for name, value in values.items())
    return f"<ConfigurationSettings>{rows}</ConfigurationSettings>"


def cscfg(*roles: str) -> Document:
    return parse_xml(configuration("".join(roles)), file="a.cscfg")


def csdef(**declared: str) -> Document:
    roles = (
        f'<WebRole name="{role}"><ConfigurationSettings>'
        + "".join(f'<Setting name="{name}"/>' for name in names.split())
        + "</ConfigurationSettings></WebRole>"
        for role, names in declared.items()
    )
    return parse_xml(definition("".join(roles)), file="a.csdef")


BOTH = cscfg(role(settings(A="1", B="2")), role(settings(A="3"), name="Worker"))


def sent(
    document: Document, *wishes: tuple[str, str], definition: Document | None = None
) -> dict[str, dict[str, str]]:
    """Return the settings of each role as they are to be sent."""
    found = read_configuration(with_wishes(definition, document, Wishes(wishes)))
    return {each.name: {setting.name: setting.value for setting in each.settings} for each in found.roles}


def refused(document: Document, wishes: Wishes, definition: Document | None = None) -> list[tuple[str, str]]:
    """Return what is wrong with the wishes and what to do; no value is in it."""
    with pytest.raises(InputError) as caught:
        with_wishes(definition, document, wishes)
    assert "geheim" not in str(caught.value.problems)
    return [(problem.message, problem.fix) for problem in caught.value.problems]


def test_a_setting_is_set_in_all_roles_that_have_it() -> None:
    assert sent(BOTH, ("a", "x")) == {"Web": {"A": "x", "B": "2"}, "Worker": {"A": "x"}}


def test_a_setting_of_one_role_is_set_there_alone_and_counts_for_more() -> None:
    for wishes in ((("web.A", "x"), ("A", "y")), (("A", "y"), ("web.A", "x"))):
        assert sent(BOTH, *wishes) == {"Web": {"A": "x", "B": "2"}, "Worker": {"A": "y"}}


def test_a_value_is_written_so_that_the_same_is_read() -> None:
    value = "a=1;b=\"2\" & 'c' <d>\t\r\n,]]>"
    assert sent(BOTH, ("B", value))["Web"]["B"] == value


def test_a_dot_belongs_to_the_name_unless_a_role_stands_before_it() -> None:
    name = "Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString"
    document = cscfg(role(f'<ConfigurationSettings><Setting name="{name}" value=""/></ConfigurationSettings>'))
    assert sent(document, (name, "x")) == {"Web": {name: "x"}}
    assert sent(document, (f"Web.{name}", "y")) == {"Web": {name: "y"}}


def test_a_name_that_can_be_read_both_ways_is_refused() -> None:
    document = cscfg(
        role(settings(A="1")),
        role('<ConfigurationSettings><Setting name="web.a"/></ConfigurationSettings>', name="B"),
    )
    assert refused(document, Wishes((("Web.A", "geheim"),))) == [
        (
            "settings: Web.A is a setting, and also setting A of role Web",
            "Rename one of the two, or set it in the file.",
        )
    ]


@pytest.mark.parametrize("name", ["C", "Web.C", "Shop.A", "Worker.B", "."])
def test_a_setting_that_nobody_declares_is_refused(name: str) -> None:
    assert refused(BOTH, Wishes((("A", "x"), (name, "geheim")))) == [
        (
            "settings: entry 2 names a setting that no role declares",
            "Declare it in the definition, or use one of: A, B.",
        )
    ]


def test_a_name_that_is_nearly_right_is_guessed_and_what_was_written_is_not_shown() -> None:
    ((message, fix),) = refused(cscfg(role(settings(Connection="x"))), Wishes((("Conection", "geheim"),)))
    assert fix.endswith("use one of: Connection. Did you mean Connection?")
    assert "Conection" not in message + fix


def test_where_no_setting_is_declared_none_is_offered() -> None:
    assert refused(cscfg(role()), Wishes((("A", "geheim"),))) == [
        ("settings: entry 1 names a setting that no role declares", "Declare it first.")
    ]


def test_a_setting_of_the_definition_is_added_as_it_is_spelled_there() -> None:
    declared = csdef(WEB="A New", Worker="New")
    document = cscfg(role(settings(A="1")), role(name="Worker"), role(name="Extra"))
    assert sent(document, ("new", "x"), definition=declared) == {
        "Web": {"A": "1", "New": "x"},
        "Worker": {"New": "x"},
        "Extra": {},
    }


def test_a_setting_without_value_gets_one() -> None:
    document = cscfg(role('<ConfigurationSettings><Setting name="A" /></ConfigurationSettings>'))
    assert sent(document, ("A", "x")) == {"Web": {"A": "x"}}


def test_a_character_that_xml_does_not_have_is_refused() -> None:
    assert refused(BOTH, Wishes((("A", "geheim\x07"),))) == [
        (
            "settings: the value of A holds a character that XML does not allow",
            "Encode the value, for example as Base64.",
        )
    ]


def test_settings_and_counts_can_be_new_in_one_role() -> None:
    declared = csdef(Web="S")
    found = with_wishes(declared, cscfg('<Role name="Web" />'), Wishes((("S", "x"),), (("WEB", 2),)))
    (web,) = found.root.find("Role")
    assert web.find("Instances")[0].value("count") == "2"
    assert web.find("ConfigurationSettings", "Setting")[0].value("value") == "x"


def test_counts_are_set_by_role() -> None:
    document = cscfg(role(), '<Role name="Bare"></Role>')
    found = read_configuration(with_wishes(None, document, Wishes(counts=(("web", 3), ("Bare", 2)))))
    assert {each.name: each.instances for each in found.roles} == {"Web": 3, "Bare": 2}
    assert with_wishes(None, document, Wishes(counts=(("Web", 1),))) is document


def test_a_count_of_a_role_that_there_is_not_is_refused() -> None:
    assert refused(BOTH, Wishes(counts=(("Shop", 3),))) == [
        (
            "instance-counts names a role that there is not: Shop",
            "Correct instance-counts: the configuration has Web, Worker.",
        )
    ]
    assert refused(parse_xml("<ServiceConfiguration/>", file="a"), Wishes(counts=(("Shop", 3),)))[0][1].endswith(
        "the configuration has no roles."
    )


def test_every_wish_that_does_not_fit_is_told_at_once() -> None:
    assert len(refused(BOTH, Wishes((("C", "geheim"), ("D", "geheim")), (("Shop", 1),)))) == 3


def test_a_wish_cannot_print_itself() -> None:
    assert "geheim" not in repr(Wishes((("A", "geheim"),)))
