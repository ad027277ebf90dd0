from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.errors import Problem
from cses_action.project.configuration import parse_configuration, read_configuration
from cses_action.project.consistency import check_pair
from cses_action.project.definition import read_definition
from tests.unit.project.given import SAMPLES, THUMBPRINT, configuration, definition, problems, role

NO_ROLE = "The CSCFG did not match the CSDEF. More details: No role named"
SIZE = 'vmsize="Standard_D1_v2"'
ENDPOINT = '<Endpoints>\n<InputEndpoint name="In" protocol="https" port="443" certificate="C"/></Endpoints>'
DECLARED = '<Certificates><Certificate name="c" storeLocation="LocalMachine" storeName="My"/></Certificates>'
GIVEN = (
    f'<Certificates><Certificate name="C" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/>'
    f'<Certificate name="Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption" thumbprint="{THUMBPRINT}" '
    'thumbprintAlgorithm="sha1"/></Certificates>'
)


def found(tmp_path: Path, roles: str, configured: str) -> list[Problem]:
    file = tmp_path / "a.csdef"
    file.write_text(definition(roles), encoding="utf-8")
    pair = read_definition(str(file)), parse_configuration(configuration(configured), file="a.cscfg")
    return list(problems(lambda: check_pair(*pair)))


def one(tmp_path: Path, roles: str, configured: str) -> tuple[str, int, str, str]:
    (problem,) = found(tmp_path, roles, configured)
    return Path(problem.file).name, problem.line, problem.message, problem.fix


@pytest.mark.parametrize("sample", ["multirole-rdp", "multirole-https", "singlerole-certificate"])
def test_samples_belong_together(sample: str) -> None:
    folder = SAMPLES / sample
    pair = read_definition(str(folder / "ServiceDefinition.csdef")), folder / "ServiceConfiguration.Cloud.cscfg"
    assert check_pair(pair[0], read_configuration(str(pair[1]))) is None  # type: ignore[func-returns-value]


def test_names_are_compared_without_case_and_plugins_need_no_declaration(tmp_path: Path) -> None:
    plugin = '<Setting name="Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString" value=""/>'
    configured = role(f"{GIVEN}<ConfigurationSettings>{plugin}</ConfigurationSettings>", name="WEB")
    file = tmp_path / "a.csdef"
    file.write_text(definition(f'<WebRole name="Web" {SIZE}>{ENDPOINT}{DECLARED}</WebRole>'), encoding="utf-8")
    checked = check_pair(read_definition(str(file)), parse_configuration(configuration(configured)))  # type: ignore[func-returns-value]
    assert checked is None


def test_a_role_on_one_side_only_is_refused_on_both(tmp_path: Path) -> None:
    problems = found(tmp_path, f'<WebRole name="Web" {SIZE}/>', role(name="Other"))
    assert [(Path(each.file).name, each.line, each.message) for each in problems] == [
        (
            "a.cscfg",
            2,
            f"{NO_ROLE} 'Other' found in the service definition file.",
        ),
        (
            "a.cscfg",
            1,
            f"{NO_ROLE} 'Web' found in the service configuration file.",
        ),
    ]
    assert problems[1].fix == 'Add <Role name="Web"> with its <Instances count="2" />.'


def test_an_endpoint_needs_its_certificate_declared_in_the_role(tmp_path: Path) -> None:
    problems = found(tmp_path, f'<WebRole name="Web" {SIZE}>{ENDPOINT}</WebRole>', role(GIVEN))
    assert problems[0].line == 3
    assert problems[0].message == "Endpoint In names certificate C, which role Web does not declare"
    assert problems[0].fix == (
        'Add <Certificate name="C" storeLocation="LocalMachine" storeName="My" /> to the <Certificates> of role Web, '
        "then rebuild the package."
    )
    assert problems[1].message == (
        "The service definition file does not provide a certificate definition for certificate 'C' for role 'Web'."
    )


def test_an_https_endpoint_needs_its_certificate_in_the_configuration(tmp_path: Path) -> None:
    assert one(tmp_path, f'<WebRole name="Web" {SIZE}>{ENDPOINT}{DECLARED}</WebRole>', role()) == (
        "a.cscfg",
        2,
        "Role Web has no thumbprint for certificate C of endpoint In",
        'Add <Certificate name="C" thumbprint="…" thumbprintAlgorithm="sha1" /> to the <Certificates> of role Web.',
    )


def test_a_certificate_that_the_definition_does_not_know_is_refused(tmp_path: Path) -> None:
    file, line, message, _ = one(tmp_path, f'<WebRole name="Web" {SIZE}/>', role(GIVEN))
    assert (file, line) == ("a.cscfg", 4)
    assert message.endswith("a certificate definition for certificate 'C' for role 'Web'.")


def test_settings_must_be_declared_and_have_values_but_values_are_not_shown(tmp_path: Path) -> None:
    declared = '<ConfigurationSettings><Setting name="a"/><Setting name="b"/></ConfigurationSettings>'
    given = '<Setting name="a" value="hunter2"/><Setting name="S" value="hunter2"/>'
    problems = found(
        tmp_path,
        f'<WebRole name="Web" {SIZE}>{declared}</WebRole>',
        role(f"<ConfigurationSettings>{given}</ConfigurationSettings>"),
    )
    assert [each.line for each in problems] == [4, 2]
    assert problems[0].message == (
        "Setting 'S' for role 'Web' specified in the service configuration file is not declared "
        "in the service definition file."
    )
    assert problems[1].message == "Role Web has no value for setting b, which the definition declares"
    assert "hunter2" not in str(problems)


@pytest.mark.parametrize(
    ("size", "message", "fix"),
    [
        (
            "",
            "Role Web has no vmsize, which means Small: extended support does not have it",
            'Add vmsize="Standard_A1_v2", then rebuild the package.',
        ),
        (
            '\nvmsize="ExtraLarge"',
            "Role Web has the vmsize ExtraLarge, which extended support does not have",
            'Set vmsize="Standard_A8_v2", then rebuild the package.',
        ),
        (
            '\nvmsize="a9"',
            "Role Web has the vmsize a9, which is gone without a successor",
            'Choose another size, for example vmsize="Standard_D2_v2", then rebuild the package.',
        ),
    ],
)
def test_a_size_of_the_classic_service_is_refused_with_its_successor(
    tmp_path: Path, size: str, message: str, fix: str
) -> None:
    line = 3 if size else 2
    assert one(tmp_path, f'<WebRole name="Web" {size}/>', role()) == ("a.csdef", line, message, fix)
