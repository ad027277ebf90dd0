"""What findings carry besides their message: changes that mend them, and when they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.project import examine
from cses_action.project.rules import Finding, Options, arranged, lint
from cses_action.project.xml import parse_xml
from tests.unit.project.rules import cases_configuration, cases_extended, cases_thumbprints
from tests.unit.project.rules.cases_configuration import setting
from tests.unit.project.rules.cases_network import access, frontend
from tests.unit.project.rules.cases_pair import DECLARED, ENDPOINT, PLUGINS, settings
from tests.unit.project.rules.cases_sizes import size
from tests.unit.project.rules.cases_thumbprints import algorithm, thumbprint
from tests.unit.project.rules.kit import NETWORK, THUMBPRINT, Case, configuration, definition, found, role, said, web

SHA1 = 'thumbprintAlgorithm="sha1"'
PLUGIN = '<Setting name="Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString" value="hunter2"/>'


def findings(text: str, file: str, options: Options | None = None) -> tuple[Finding, ...]:
    """Return what is found in a configuration of this name."""
    return arranged(lint(None, [parse_xml(text, file=file)]), options or Options())


def mended(case: Case) -> str:
    """Return the text after the changes of the case's rule."""
    text = case.configuration or case.definition
    edits = [edit for each in found(case) if each.rule.id == case.rule for edit in each.edits]
    assert all(edit.reason for edit in edits)
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("rule", "written", "right"),
    [
        *(("CFG044", thumbprint(each), thumbprint(THUMBPRINT)) for each in (f"\u200e{THUMBPRINT} ", "01 23" * 10)),
        ("CFG044", thumbprint(f"&#x200E;{THUMBPRINT.lower()}"), thumbprint(THUMBPRINT)),
        ("CFG045", thumbprint(THUMBPRINT.lower()), thumbprint(THUMBPRINT)),
        *(
            ("CFG043", algorithm(f'thumbprintAlgorithm="{each}"'), algorithm('thumbprintAlgorithm="sha1"'))
            for each in ("SHA1", "Sha-1", " sha1 ", "SHA_1")
        ),
    ],
)
def test_what_is_safe_to_mend_in_a_configuration_comes_with_the_change(rule: str, written: str, right: str) -> None:
    expected = right.replace(THUMBPRINT, "0123" * 10) if "01 23" in written else right
    assert mended(Case(rule, (), configuration=written)) == expected


@pytest.mark.parametrize(("old", "new"), [("Small", "Standard_A1_v2"), ("a7", "Standard_A8m_v2")])
def test_a_size_of_the_classic_service_comes_with_its_successor(old: str, new: str) -> None:
    case = Case("CSES020", (), size(f"vmsize='{old}'"))
    assert mended(case) == size(f"vmsize='{new}'")
    fixes = [each.fix for each in found(case) if each.rule.id == case.rule]
    assert fixes == [f'Set vmsize="{new}", then rebuild the package.']


@pytest.mark.parametrize("attribute", ["", 'thumbprintAlgorithm="sha256"', 'thumbprintAlgorithm=""'])
def test_another_algorithm_is_not_mended(attribute: str) -> None:
    text = algorithm(attribute)
    assert mended(Case("CFG043", (), configuration=text)) == text


def test_the_local_configuration_may_use_the_emulator_until_it_is_deployed() -> None:
    text, file = setting("UseDevelopmentStorage=true"), "ServiceConfiguration.Local.cscfg"
    assert said(list(findings(text, file, Options(deployed=False))), "CFG080") == []
    assert len(said(list(findings(text, file)), "CFG080")) == 1


LACKING = definition(
    web(
        '<Imports><Import moduleName="Diagnostics"/></Imports>'
        '<ConfigurationSettings><Setting name="a"/></ConfigurationSettings>'
        + ENDPOINT.replace("/>", ' loadBalancer="b"/>')
        + DECLARED.replace("/>", "/>" + DECLARED.replace('"c"', '"d"').partition(">")[2].rpartition("<")[0])
    )
)
"""A definition that asks for more than a configuration for the emulators gives."""


@pytest.mark.parametrize(
    ("rule", "network"),
    [
        *((each, "") for each in ("CFG031", "CFG034", "CFG041", "CFG041b", "CFG058", "CSES050")),
        ("CSES051", "<NetworkConfiguration/>"),
        ("CSES053", NETWORK.replace('"Web"', '"Other"')),
    ],
)
def test_the_local_configuration_may_lack_what_only_azure_needs_until_it_is_deployed(rule: str, network: str) -> None:
    def count(file: str, *, deployed: bool) -> int:
        pair = parse_xml(LACKING, file="a.csdef"), [parse_xml(configuration(role(), rest=network), file=file)]
        return sum(each.rule.id == rule for each in arranged(lint(*pair), Options(deployed=deployed)))

    assert count("a.Local.cscfg", deployed=False) == 0
    assert count("a.Local.cscfg", deployed=True) == 1
    assert count("a.Cloud.cscfg", deployed=False) == 1


def test_warnings_are_errors_if_the_user_says_so() -> None:
    case = Case("CFG046", (), configuration=thumbprint("0" * 40), options=Options(warnings_as_errors=True))
    assert [each.severity for each in found(case) if each.rule.id == "CFG046"] == ["error"]


@pytest.mark.parametrize(
    ("case", "fix"),
    [
        (
            Case("CFG022", (), definition(web()), configuration(role(name="Other"))),
            'Add <Role name="Web"> with its <Instances count="2" />.',
        ),
        (
            Case("CFG041", (), definition(web(ENDPOINT)), configuration(role())),
            f'Add <Certificate name="C" thumbprint="…" {SHA1} /> to the <Certificates> of role Web.',
        ),
        (
            Case("CFG030", (), definition(web()), configuration(role(settings("a")))),
            "Remove the setting, or declare it in the definition and rebuild the package.",
        ),
        (
            Case("CFG030", (), definition(web()), configuration(role(settings(f"{PLUGINS}.Caching.Loglevel")))),
            (
                'Remove the setting, or add <Import moduleName="Caching" /> to the <Imports> of role Web '
                "and rebuild the package."
            ),
        ),
        (Case("CSES022", (), size("")), 'Add vmsize="Standard_A1_v2", then rebuild the package.'),
        (
            Case("CSES021", (), size('vmsize="a9"')),
            'Choose another size, for example vmsize="Standard_D2_v2", then rebuild the package.',
        ),
    ],
    ids=str,
)
def test_the_fix_says_exactly_what_to_change(case: Case, fix: str) -> None:
    assert [each.fix for each in found(case) if each.rule.id == case.rule] == [fix]


def test_a_token_that_was_not_replaced_is_to_be_replaced() -> None:
    (fix,) = [
        each.fix for each in found(Case("CFG042", (), configuration=thumbprint("@@T@@"))) if each.rule.id == "CFG042"
    ]
    assert fix == "Let a step of the pipeline replace it before the file is deployed."


@pytest.mark.parametrize(
    ("written", "right"),
    [
        (access('action="Permit" order="1" remoteSubnet="10.0.0.0/8"'), "permit"),
        (access('action=" deny " order="1" remoteSubnet="10.0.0.0/8"'), "deny"),
        (frontend('type="PRIVATE"'), "private"),
    ],
)
def test_a_word_of_the_network_in_another_case_comes_with_the_change(written: str, right: str) -> None:
    before, after = written, mended(Case("CFG059", (), configuration=written))
    assert after != before
    assert f'="{right}"' in after
    assert after.lower().replace(" ", "") == before.lower().replace(" ", "")
    assert mended(Case("CFG059", (), configuration=after)) == after


def test_a_sha_256_is_called_one() -> None:
    (fix,) = [each.fix for each in found(Case("CFG042", (), configuration=thumbprint("0123456789abcdef" * 4)))]
    assert fix.endswith("This one is a SHA-256.")


def test_no_finding_shows_the_value_of_a_setting() -> None:
    rows = f'{PLUGIN}<Setting name="a" value="hunter2 __T__"/><Setting value="AccountKey=hunter2hunter2hunter2"/>'
    text = configuration(role(f"<ConfigurationSettings>{rows}</ConfigurationSettings>"))
    told = found(Case("CFG030", (), definition(web()), text))
    assert {"CFG030", "CFG048", "CFG090"} <= {each.rule.id for each in told}
    assert "hunter2" not in str(told)


def test_every_finding_stands_where_its_line_and_column_say() -> None:
    cases = (*cases_configuration.CASES, *cases_thumbprints.CASES, *cases_extended.CASES)
    checked = 0
    for case in cases:
        for each in found(case):
            text = case.definition if each.file == "a.csdef" else case.configuration
            lines = text.split("\n")
            assert sum(len(line) + 1 for line in lines[: each.line - 1]) + each.column - 1 == each.start
            checked += 1
    assert checked > 100


def test_many_roles_are_looked_at_once_each(tmp_path: Path) -> None:
    count = 3_000
    files = tmp_path / "a.csdef", tmp_path / "a.cscfg"
    sized = "".join(f'<WorkerRole name="r{each}" vmsize="Standard_D1_v2"/>' for each in range(count))
    counted = "".join(f'<Role name="r{each}"><Instances count="2"/></Role>' for each in range(count))
    files[0].write_text(definition(sized), encoding="utf-8")
    files[1].write_text(configuration(counted), encoding="utf-8")
    told = examine(str(files[0]), [str(files[1])]).findings
    assert sum(each.rule.id == "CSES053" for each in told) == count
