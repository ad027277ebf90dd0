from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.errors import ProjectError
from cses_action.project.configuration import (
    NO_NETWORK,
    ConfiguredCertificate,
    parse_configuration,
    read_configuration,
    same_meaning,
)
from cses_action.values import Thumbprint
from tests.unit.project.given import CONFIGURATION, NETWORK, SAMPLES, THUMBPRINT, brief, configuration, problems, role

SAMPLE = SAMPLES / "multirole-https" / "ServiceConfiguration.Cloud.cscfg"


NO_THUMBPRINT = "Certificate c has no thumbprint of 40 hexadecimal digits"


def settings(*rows: str) -> str:
    return f"<ConfigurationSettings>{''.join(rows)}</ConfigurationSettings>"


def certificates(*attributes: str) -> str:
    rows = "".join(f"<Certificate {each}/>" for each in attributes)
    return f"<Certificates>{rows}</Certificates>"


def test_the_sample_says_its_roles_certificates_and_network() -> None:
    found = read_configuration(str(SAMPLE))
    web, worker = found.roles
    assert (found.file, found.service_name, found.os_family, found.os_version) == (str(SAMPLE), "ContosoCS", "6", "*")
    assert found.virtual_network == "contosocsVNet"
    assert (web.name, web.instances, web.line) == ("WebRole1", 1, 12)
    assert web.certificates == (ConfiguredCertificate("Certificate1", Thumbprint(THUMBPRINT), 15, 40),)
    assert (worker.name, worker.settings, worker.certificates) == ("WorkerRole1", (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_text_for_azure_is_the_file_without_its_mark_and_with_its_line_ends(
    tmp_path: Path, encoding: str
) -> None:
    text = configuration(role()).replace("\n", "\r\n")
    file = tmp_path / "a.cscfg"
    file.write_bytes(text.encode(encoding))
    assert read_configuration(str(file)).text == text


def test_values_of_settings_are_read_in_order_and_never_shown() -> None:
    text = configuration(role(settings('<Setting name="b" value="hunter2"/>', '\n<Setting name="a" value=""/>')))
    found = parse_configuration(text)
    assert [(each.name, each.value, each.line) for each in found.roles[0].settings] == [
        ("b", "hunter2", 4),
        ("a", "", 5),
    ]
    assert "hunter2" not in repr(found)


def test_no_message_shows_the_value_of_a_setting() -> None:
    rows = settings('<Setting value="hunter2"/>', *['<Setting name="a" value="hunter2"/>'] * 2)
    assert "hunter2" not in str(problems(lambda: parse_configuration(configuration(role(rows)), file="a")))


@pytest.mark.parametrize(
    "written", [THUMBPRINT.lower(), f"\u200e{THUMBPRINT}", " ".join(THUMBPRINT[n : n + 2] for n in range(0, 40, 2))]
)
def test_a_thumbprint_is_read_as_people_copy_it(written: str) -> None:
    text = configuration(role(certificates(f'name="c" thumbprint="{written}" thumbprintAlgorithm="sha1"')))
    assert parse_configuration(text).roles[0].certificates[0].thumbprint == Thumbprint(THUMBPRINT)


@pytest.mark.parametrize("written", ["", "00DEADBEEF00", THUMBPRINT[:-1] + "G", "#{thumbprint}"])
def test_another_thumbprint_is_refused_at_its_place(written: str) -> None:
    text = configuration(role(certificates(f'name="c" thumbprintAlgorithm="sha1"\n thumbprint="{written}"')))
    (problem,) = problems(lambda: parse_configuration(text, file="a.cscfg"))
    assert (problem.file, problem.line, problem.column) == ("a.cscfg", 5, 2)
    assert problem.message == NO_THUMBPRINT


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ('<Role name="A"/>', "Role A has no <Instances>"),
        ('<Role name="A"><Instances/></Role>', 'Role A has the instance count "", which is no whole number'),
        (
            '<Role name="A"><Instances count="-1"/></Role>',
            'Role A has the instance count "-1", which is no whole number',
        ),
        (
            '<Role name="A"><Instances count="²"/></Role>',
            'Role A has the instance count "²", which is no whole number',
        ),
        ('<Role><Instances count="1"/></Role>', "<Role> has no name"),
    ],
)
def test_a_wrong_role_is_refused(children: str, message: str) -> None:
    assert brief(lambda: parse_configuration(configuration(children), file="a")) == [(2, message)]


@pytest.mark.parametrize(
    ("children", "message"),
    [
        (settings("<Setting name='s'/>"), "Setting s has no value"),
        (settings("<Setting value='s'/>"), "<Setting> has no name"),
        (settings(*["<Setting name='s' value=''/>"] * 2), "The setting s is there twice, first in line 4"),
        (certificates("name='c' thumbprintAlgorithm='sha1'"), NO_THUMBPRINT),
        (
            certificates(f"name='c' thumbprint='{THUMBPRINT}' thumbprintAlgorithm='sha256'"),
            "Certificate c has no thumbprintAlgorithm that Azure knows",
        ),
        (
            certificates(f"name='c' thumbprint='{THUMBPRINT}'"),
            "Certificate c has no thumbprintAlgorithm that Azure knows",
        ),
        (certificates(f"thumbprint='{THUMBPRINT}' thumbprintAlgorithm='sha1'"), "<Certificate> has no name"),
        (
            certificates(*(f"name='{name}' thumbprint='{THUMBPRINT}' thumbprintAlgorithm='sha1'" for name in "cC")),
            "The certificate C is there twice, first in line 4",
        ),
    ],
)
def test_a_wrong_setting_or_certificate_is_refused(children: str, message: str) -> None:
    assert brief(lambda: parse_configuration(configuration(role(children)), file="a")) == [(4, message)]


@pytest.mark.parametrize(
    ("network", "line"),
    [
        ("", 1),
        ("<NetworkConfiguration/>", 6),
        ("<NetworkConfiguration>\n<VirtualNetworkSite/></NetworkConfiguration>", 7),
    ],
)
def test_a_configuration_without_network_is_refused_in_the_words_of_microsofts_validator(
    network: str, line: int
) -> None:
    text = configuration(role(), rest=network)
    assert brief(lambda: parse_configuration(text, file="a")) == [(line, NO_NETWORK)]


def test_all_mistakes_of_a_configuration_are_named_at_once() -> None:
    text = configuration(role() + role(name="WEB"), rest="", attributes="")
    assert brief(lambda: parse_configuration(text, file="a")) == [
        (1, "<ServiceConfiguration> has no serviceName"),
        (5, "The role WEB is there twice, first in line 2"),
        (1, NO_NETWORK),
    ]


def test_a_configuration_without_roles_is_refused() -> None:
    assert brief(lambda: parse_configuration(configuration(""), file="a")) == [(1, "The configuration has no role")]


def test_a_definition_in_its_place_is_refused() -> None:
    with pytest.raises(ProjectError, match="The root element is <ServiceDefinition>"):
        read_configuration(str(SAMPLES / "multirole-rdp" / "ServiceDefinition.csdef"))


FULL = role(
    '<ConfigurationSettings><Setting name="a" value="1"/><Setting name="b" value="2"/></ConfigurationSettings>'
    f'<Certificates><Certificate name="c" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/></Certificates>'
)


def test_what_azure_serialises_anew_has_the_same_meaning() -> None:
    azure = (
        '<?xml version="1.0" encoding="utf-16"?><c:ServiceConfiguration serviceName="Svc"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:c="{CONFIGURATION}"><c:Role name="Web"><c:ConfigurationSettings><c:Setting value="2" name="b"/>'
        '<c:Setting value="1" name="a"/></c:ConfigurationSettings><c:Instances count="1"/><!-- x --><c:Certificates>'
        f'<c:Certificate thumbprint="{THUMBPRINT.lower()}" thumbprintAlgorithm="sha1" name="c"/></c:Certificates>'
        '</c:Role><c:NetworkConfiguration><c:VirtualNetworkSite name="net"/></c:NetworkConfiguration>'
        "</c:ServiceConfiguration>"
    )
    assert same_meaning(parse_configuration(configuration(FULL)), parse_configuration(azure))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value="1"', 'value="3"'),
        ('count="1"', 'count="2"'),
        (THUMBPRINT, THUMBPRINT[::-1]),
        ('name="net"', 'name="other"'),
        ('<Setting name="a" value="1"/>', ""),
        (NETWORK, f"{NETWORK}<Extra/>"),
        (NETWORK, f"{NETWORK}text"),
    ],
)
def test_any_other_difference_is_one_of_meaning(old: str, new: str) -> None:
    before = configuration(FULL)
    assert before != before.replace(old, new)
    assert not same_meaning(parse_configuration(before), parse_configuration(before.replace(old, new)))


def test_a_child_twice_means_something_else_than_once() -> None:
    one, two = (parse_configuration(configuration(role("<x/>" * times))) for times in (1, 2))
    assert not same_meaning(one, two)
