from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.errors import ProjectError
from cses_action.project.configuration import (
    ConfiguredCertificate,
    parse_configuration,
    read_configuration,
    same_meaning,
)
from cses_action.project.xml import read_xml
from cses_action.values import Thumbprint
from tests.unit.project.given import CONFIGURATION, NETWORK, SAMPLES, THUMBPRINT, configuration, role

SAMPLE = SAMPLES / "multirole-https" / "ServiceConfiguration.Cloud.cscfg"


def settings(*rows: str) -> str:
    return f"<ConfigurationSettings>{''.join(rows)}</ConfigurationSettings>"


def certificates(*attributes: str) -> str:
    rows = "".join(f"<Certificate {each}/>" for each in attributes)
    return f"<Certificates>{rows}</Certificates>"


def test_the_sample_says_its_roles_certificates_and_network() -> None:
    found = read_configuration(read_xml(str(SAMPLE)))
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
    assert read_configuration(read_xml(str(file))).text == text


def test_values_of_settings_are_read_in_order_and_never_shown() -> None:
    text = configuration(role(settings('<Setting name="b" value="hunter2"/>', '\n<Setting name="a" value=""/>')))
    found = parse_configuration(text)
    assert [(each.name, each.value, each.line) for each in found.roles[0].settings] == [
        ("b", "hunter2", 4),
        ("a", "", 5),
    ]
    element = found.document.root.find("Role", "ConfigurationSettings", "Setting")[0]
    shown = (found, found.roles, found.document, element, element.attributes)
    assert all("hunter2" not in repr(each) for each in shown)


@pytest.mark.parametrize(
    "written", [THUMBPRINT.lower(), f"\u200e{THUMBPRINT}", " ".join(THUMBPRINT[n : n + 2] for n in range(0, 40, 2))]
)
def test_a_thumbprint_is_read_as_people_copy_it(written: str) -> None:
    text = configuration(role(certificates(f'name="c" thumbprint="{written}" thumbprintAlgorithm="sha1"')))
    assert parse_configuration(text).roles[0].certificates[0].thumbprint == Thumbprint(THUMBPRINT)


@pytest.mark.parametrize("written", ["", "00DEADBEEF00", THUMBPRINT[:-1] + "G", "#{thumbprint}"])
def test_a_certificate_without_a_thumbprint_is_left_out(written: str) -> None:
    text = configuration(role(certificates(f'name="c" thumbprint="{written}"', 'name="d"')))
    assert parse_configuration(text).roles[0].certificates == ()


@pytest.mark.parametrize(
    ("instances", "count"), [("", 0), ('<Instances count="x"/>', 0), ('<Instances count=" 3 "/>', 3)]
)
def test_a_count_that_is_none_is_zero(instances: str, count: int) -> None:
    assert parse_configuration(configuration(f'<Role name="A">{instances}</Role>')).roles[0].instances == count


def test_a_configuration_without_network_or_roles_can_be_read() -> None:
    found = parse_configuration(configuration("", rest=""))
    assert (found.virtual_network, found.roles) == ("", ())


def test_a_definition_in_its_place_is_refused() -> None:
    text = (SAMPLES / "multirole-rdp" / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig")
    with pytest.raises(ProjectError, match="The root element is <ServiceDefinition>"):
        parse_configuration(text)


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
