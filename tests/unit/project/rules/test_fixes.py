"""What rules of form and definition tell people to change, and the changes that can be made for them."""

from __future__ import annotations

import pytest

from cses_action.project.rules import Finding
from cses_action.project.xml import parse_xml
from tests.unit.project.rules.cases_certificates import declared
from tests.unit.project.rules.cases_endpoints import inputs
from tests.unit.project.rules.cases_form import ALL_OF_EXTENDED_SUPPORT
from tests.unit.project.rules.kit import Case, definition, found, web

BINDINGS = '<Bindings>\r\n\t\t\t<Binding name="b" endpointName="e" />\r\n\t\t</Bindings>'
APPLICATION = '<VirtualApplication name="a" physicalDirectory="é" />'


def one(text: str, rule: str, configuration: str = "") -> Finding:
    """Return the only finding of a rule."""
    (finding,) = (each for each in found(Case(rule, (), text, configuration)) if each.rule.id == rule)
    return finding


def mended(text: str, finding: Finding) -> str:
    for edit in sorted(finding.edits, key=lambda each: each.start, reverse=True):
        assert edit.file == finding.file
        assert edit.reason
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def site(*children: str) -> str:
    return definition(web("<Sites>\r\n\t<Site name='Web'>{}\r\n\t</Site></Sites>".format("".join(children))))


@pytest.mark.parametrize(
    ("rule", "text", "fix"),
    [
        ("CSD032", inputs('name="E" port="80" protocol="HTTP"'), 'Set protocol="http".'),
        ("CSD032", inputs('name="E" port="80" protocol="ftp"'), "Set protocol to http, https, tcp or udp."),
        ("CSD033", inputs('name="E" port="x" protocol="tcp"'), "Set port to a number from 1 to 65535."),
        ("CSD031", inputs('name="E" port="80"'), 'Add protocol="…" to <InputEndpoint>.'),
        (
            "CSD036",
            inputs('name="E" port="443" protocol="https"'),
            'Add certificate="…" with the name of a <Certificate> of this role to <InputEndpoint name="E">.',
        ),
        (
            "CSD037",
            inputs('name="E" port="443" protocol="https" certificate="C"'),
            (
                'Add <Certificate name="C" storeLocation="LocalMachine" storeName="My" /> to the <Certificates> of '
                "role Web, then rebuild the package."
            ),
        ),
        ("CSD053", declared('name="c" storeLocation="LocalMachine" storeName="root"'), 'Set storeName="Root".'),
        ("X010", definition(web("<Certificate/>")), "Move it into <Certificates>."),
        ("X010", definition(web("<InstanceInputEndpoint/>")), "Move it into <Endpoints>."),
        ("X010", definition(web("<RunTime/>")), "Rename it to <Runtime>."),
        ("X010", definition(web("<PrivateKey/>")), "Remove it, or correct its name."),
        (
            "X011",
            definition(web("<Runtime/><Runtime executionContext='limited'/>")),
            "Remove one of the two <Runtime>.",
        ),
        (
            "X011",
            definition(web("<Startup/><Startup><Task commandLine='a'/></Startup>")),
            "Move what it holds into the first <Startup>, and remove it.",
        ),
        ("X012", definition(web("<Runtime executioncontext='limited'/>")), "Rename it to executionContext."),
        ("X012", definition(web("<Runtime any='limited'/>")), "Remove it, or correct its name."),
    ],
)
def test_a_fix_says_what_to_change(rule: str, text: str, fix: str) -> None:
    assert one(text, rule).fix == fix


def test_a_value_in_another_case_can_be_mended() -> None:
    text = inputs('name="É" port="80" protocol=" Https " certificate="#{c}"')
    assert mended(text, one(text, "CSD032")) == text.replace(" Https ", "https")


@pytest.mark.parametrize("before", ["", "\r\n\t\t<!-- first -->"])
def test_bindings_are_moved_behind_all_else_with_their_indent(before: str) -> None:
    after = f"\r\n\t\t<!-- app -->\r\n\t\t{APPLICATION}\r\n\t\t{APPLICATION.replace('Application', 'Directory')}"
    text = site(before, f"\r\n\t\t{BINDINGS}", after)
    assert mended(text, one(text, "CSD067")) == site(before, after, f"\r\n\t\t{BINDINGS}")


def test_bindings_in_one_line_are_moved_too() -> None:
    text = site(BINDINGS, APPLICATION)
    after = mended(text, one(text, "CSD067"))
    assert after == site(APPLICATION, BINDINGS)
    assert parse_xml(after, file="a").root.children


def test_the_values_of_settings_and_variables_are_never_said() -> None:
    secret = "hunter2"
    setting = f'<Setting name="a" value="{secret}" Value="{secret}"/>'
    rows = f"<ConfigurationSettings>{secret}{setting}</ConfigurationSettings>"
    variable = f'<Runtime><Environment><Variable Value="{secret}" value="{secret}"><RoleInstanceValue/></Variable>'
    text = definition(web(f'{rows}{variable}</Environment></Runtime><Startup><Task Line="{secret}"/></Startup>'))
    configuration = ALL_OF_EXTENDED_SUPPORT.replace("</Role>", f"{rows}</Role>")
    findings = found(Case("", (), text, configuration))
    assert {"X012", "X013", "CSD103"} <= {each.rule.id for each in findings}
    assert secret not in repr(findings)


def test_of_many_unknown_names_only_some_are_compared_with_known_ones() -> None:
    text = definition("".join(f"<WebRoles{n}/>" for n in range(150)) + "<WebRoles0/>")
    meant = [each.fix == "Rename it to <WebRole>." for each in found(Case("", (), text)) if each.rule.id == "X010"]
    assert meant == [True] * 100 + [False] * 50 + [True]
