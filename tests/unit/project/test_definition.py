from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.project.definition import (
    Binding,
    DefinedCertificate,
    Definition,
    HttpsEndpoint,
    InputEndpoint,
    Site,
    read_definition,
)
from tests.unit.project.given import SAMPLES, brief, definition, problems

BINDING = '<Bindings><Binding name="b"/></Bindings>'


def read(tmp_path: Path, text: str) -> Definition:
    file = tmp_path / "a.csdef"
    file.write_text(text, encoding="utf-8")
    return read_definition(str(file))


def test_the_sample_says_its_roles_endpoints_and_certificates() -> None:
    path = str(SAMPLES / "multirole-https" / "ServiceDefinition.csdef")
    found = read_definition(path)
    web, worker = found.roles
    assert (found.file, found.name, found.line) == (path, "ContosoCS", 11)
    assert (web.name, web.kind, web.vmsize, web.line, web.vmsize_line) == (
        "WebRole1",
        "web",
        "Standard_D1_v2",
        12,
        12,
    )
    assert web.endpoints == (
        InputEndpoint("Endpoint1", "http", 80, "", 22),
        InputEndpoint("HttpsIn", "https", 443, "Certificate1", 23),
    )
    assert web.certificates == (DefinedCertificate("Certificate1", "LocalMachine", "My", 26),)
    assert web.sites == (Site("Web", (Binding("Endpoint1", "Endpoint1"), Binding("HttpsIn", "HttpsIn"))),)
    assert (worker.name, worker.kind, worker.endpoints) == ("WorkerRole1", "worker", ())
    assert found.https_endpoints() == (HttpsEndpoint("WebRole1", "Certificate1", 443, "HttpsIn", 23),)


def test_settings_and_imports_are_read_and_a_missing_vmsize_is_empty(tmp_path: Path) -> None:
    text = (
        '<WebRole name="A"><ConfigurationSettings><Setting name="x"/><Setting name="Y"/></ConfigurationSettings>'
        '<Imports><Import moduleName="RemoteAccess"/></Imports><!-- <Endpoints/> -->'
        '<o:Endpoints xmlns:o="urn:other"><o:InputEndpoint/></o:Endpoints></WebRole>'
    )
    (role,) = read(tmp_path, definition(text)).roles
    assert (role.settings, role.imports, role.vmsize, role.endpoints) == (("x", "Y"), ("RemoteAccess",), "", ())


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ("<WebRole/>", "<WebRole> has no name"),
        ('<WebRole name="A"/><WorkerRole name="a"/>', "The role a is there twice, first in line 2"),
        (
            '<WebRole name="A"><Certificates><Certificate name="c" storeName="My"/></Certificates></WebRole>',
            "<Certificate> c has no storeLocation",
        ),
        (
            '<WebRole name="A"><ConfigurationSettings><Setting/></ConfigurationSettings></WebRole>',
            "<Setting> has no name",
        ),
        (
            f'<WebRole name="A"><Sites><Site name="s">{BINDING}</Site></Sites></WebRole>',
            "<Binding> b has no endpointName",
        ),
    ],
)
def test_what_a_role_lacks_is_named(tmp_path: Path, children: str, message: str) -> None:
    assert brief(lambda: read(tmp_path, definition(children))) == [(2, message)]


@pytest.mark.parametrize(
    ("attributes", "message", "fix"),
    [
        ('protocol="http" port="80"', "<InputEndpoint> has no name", 'Add name="…" to <InputEndpoint>.'),
        ('name="E" protocol="http"', "<InputEndpoint> E has no port", 'Add port="…" to <InputEndpoint>.'),
        ('name="E" port="80"', "<InputEndpoint> E has no protocol", 'Add protocol="…" to <InputEndpoint>.'),
        (
            'name="E" port="80" protocol="HTTP"',
            "Endpoint E has the protocol HTTP, which is none of http, https, tcp, udp",
            'Set protocol="http".',
        ),
        (
            'name="E" port="80" protocol="ftp"',
            "Endpoint E has the protocol ftp, which is none of http, https, tcp, udp",
            'Set protocol="https".',
        ),
        (
            'name="E" port="65536" protocol="https" certificate="c"',
            "Endpoint E has the port 65536",
            'Set port="443" or another number from 1 to 65535.',
        ),
        (
            'name="E" port="٣" protocol="tcp"',
            "Endpoint E has the port ٣",
            'Set port="80" or another number from 1 to 65535.',
        ),
        (
            'name="E" port="443" protocol="https"',
            "Endpoint E is https and has no certificate",
            'Add certificate="…" with the name of a <Certificate> of this role to <InputEndpoint name="E">.',
        ),
    ],
)
def test_a_wrong_endpoint_is_refused_with_line_and_fix(
    tmp_path: Path, attributes: str, message: str, fix: str
) -> None:
    text = f'<WebRole name="A"><Endpoints>\n<InputEndpoint {attributes}/></Endpoints></WebRole>'
    (problem,) = problems(lambda: read(tmp_path, definition(text)))
    assert (problem.line, problem.message, problem.fix) == (3, message, fix)


@pytest.mark.parametrize("port", ["1", " 80 ", "65535"])
def test_a_port_in_range_is_accepted(tmp_path: Path, port: str) -> None:
    text = (
        f'<WebRole name="A"><Endpoints><InputEndpoint name="e" protocol="tcp" port="{port}"/></Endpoints></WebRole>'
    )
    assert read(tmp_path, definition(text)).roles[0].endpoints[0].port == int(port)


def test_all_mistakes_of_a_file_are_named_at_once_with_line_and_column(tmp_path: Path) -> None:
    text = (
        '<WebRole name="A">\n<Endpoints>\n<InputEndpoint name="E" protocol="http"\n   port="x"/>\n'
        '<InputEndpoint name="e" protocol="tcp" port="0"/></Endpoints></WebRole>'
    )
    found = problems(lambda: read(tmp_path, definition(text, attributes="")))
    assert [(each.line, each.column, each.message) for each in found] == [
        (1, 1, "<ServiceDefinition> has no name"),
        (6, 1, "The endpoint e is there twice, first in line 4"),
        (5, 4, "Endpoint E has the port x"),
        (6, 40, "Endpoint e has the port 0"),
    ]


def test_a_definition_without_roles_is_refused(tmp_path: Path) -> None:
    assert brief(lambda: read(tmp_path, definition(""))) == [(1, "The definition has no role")]


def test_more_roles_than_azure_takes_are_refused(tmp_path: Path) -> None:
    text = definition("\n".join(f'<WorkerRole name="r{n}"/>' for n in range(26)))
    assert brief(lambda: read(tmp_path, text)) == [(27, "The definition has 26 roles; Azure takes 25")]


def test_a_configuration_in_its_place_is_refused() -> None:
    path = str(SAMPLES / "multirole-rdp" / "ServiceConfiguration.Cloud.cscfg")
    (problem,) = problems(lambda: read_definition(path))
    assert (problem.file, problem.line) == (path, 11)
    assert "the two files may be swapped" in problem.fix
