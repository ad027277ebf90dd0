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
from cses_action.project.xml import read_xml
from tests.unit.project.given import SAMPLES, definition


def read(tmp_path: Path, text: str) -> Definition:
    file = tmp_path / "a.csdef"
    file.write_text(text, encoding="utf-8")
    return read_definition(read_xml(str(file)))


def test_the_sample_says_its_roles_endpoints_and_certificates() -> None:
    path = str(SAMPLES / "multirole-https" / "ServiceDefinition.csdef")
    found = read_definition(read_xml(path))
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


@pytest.mark.parametrize(("port", "read_as"), [("1", 1), (" 80 ", 80), ("65535", 65535), ("x", 0), ("", 0)])
def test_a_port_is_a_number(tmp_path: Path, port: str, read_as: int) -> None:
    text = (
        f'<WebRole name="A"><Endpoints><InputEndpoint name="e" protocol="tcp" port="{port}"/></Endpoints></WebRole>'
    )
    assert read(tmp_path, definition(text)).roles[0].endpoints[0].port == read_as
