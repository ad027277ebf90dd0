"""The packages that demo and tests use, read by means that share nothing with their writer."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.data.ctp_packages import ctp_package
from tests.data.packages import legacy_package

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
HTTPS = SAMPLES / "multirole-https" / "ServiceDefinition.csdef"
NAMESPACE = {"d": "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"}
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

Parts = dict[str, bytes]


def parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def one(parts: Parts, end: str) -> bytes:
    (found,) = [data for name, data in parts.items() if name.endswith(end)]
    return found


def targets(parts: Parts) -> dict[str, str]:
    rows = ET.fromstring(parts["_rels/.rels"]).iter(RELATIONSHIP)
    return {row.attrib["Id"]: row.attrib["Target"].lstrip("/") for row in rows}


@pytest.fixture(name="package")
def a_package(tmp_path: Path) -> Parts:
    return parts(legacy_package(HTTPS, tmp_path / "a.cspkg", content=b"the application").read_bytes())


def nested(package: Parts) -> list[Parts]:
    return [package, *(parts(data) for name, data in package.items() if name.endswith("x") and "." in name)]


def test_the_root_holds_a_package_a_role_and_the_descriptions(package: Parts) -> None:
    assert sorted(name.partition("_")[0] for name in package if not name.endswith("csman")) == [
        "",
        "NamedStreamPackage",
        "SDPackage",
        "SMPackage",
        "WebRole1",
        "WorkerRole1",
        "[Content",
    ]


def test_every_manifest_lists_every_part_with_its_hash(package: Parts) -> None:
    containers = nested(package)
    assert len(containers) == 6
    for container in containers:
        manifest = targets(container)["MANIFEST"]
        items = ET.fromstring(container[manifest]).findall("Contents/Item")
        listed = {item.attrib["uri"].lstrip("/"): item.attrib["hash"] for item in items}
        assert listed == {
            name: hashlib.sha256(data).hexdigest().upper()
            for name, data in container.items()
            if name not in {manifest, "[Content_Types].xml", "_rels/.rels"}
        }


def test_every_relationship_leads_to_a_part_or_is_the_product_version(package: Parts) -> None:
    for container in nested(package):
        for target in targets(container).values():
            assert target in container or "/UAR/ProductVersion#2.9" in target


def test_every_part_has_a_content_type(package: Parts) -> None:
    for container in nested(package):
        types = ET.fromstring(container["[Content_Types].xml"])
        known = {each.get("Extension") for each in types}
        names = [name.rpartition("/")[2] for name in container if name != "[Content_Types].xml"]
        assert {name.rpartition(".")[2] for name in names} - known <= {"csman"}
        assert f"/{targets(container)['MANIFEST']}" in {each.get("PartName") for each in types}


def test_the_definition_is_normalised_as_cspack_does(package: Parts) -> None:
    root = ET.fromstring(one(parts(one(package, ".csdx")), ".csdef"))
    (web,) = root.findall("d:WebRole", NAMESPACE)
    assert root.attrib == {"name": "ContosoCS", "schemaVersion": "2015-04.2.6"}
    assert web.attrib == {"name": "WebRole1", "vmsize": "Standard_D1_v2"}
    assert [child.tag.rpartition("}")[2] for child in web] == [
        "LocalResources",
        "ConfigurationSettings",
        "Endpoints",
        "Certificates",
    ]
    assert [dict(each.attrib) for each in web.findall("d:Endpoints/*", NAMESPACE)] == [
        {"name": "Endpoint1", "protocol": "http", "port": "80", "localPort": "80"},
        {"name": "HttpsIn", "protocol": "https", "port": "443", "certificate": "Certificate1", "localPort": "443"},
    ]
    assert [dict(each.attrib) for each in web.findall("d:Certificates/*", NAMESPACE)] == [
        {"name": "Certificate1", "storeLocation": "LocalMachine", "storeName": "My"}
    ]


def test_modules_ports_and_sizes_are_normalised_too(tmp_path: Path) -> None:
    text = (
        f'<ServiceDefinition xmlns="{NAMESPACE["d"]}" name="S"><WorkerRole name="W" vmsize="Small">'
        '<Imports><Import moduleName="RemoteForwarder"/><Import moduleName="RemoteAccess"/></Imports>'
        '<ConfigurationSettings><Setting name="z"/><Setting name="A"/></ConfigurationSettings>'
        '<Endpoints><InternalEndpoint name="i" protocol="tcp" port="81"/></Endpoints>'
        "</WorkerRole></ServiceDefinition>"
    )
    package = parts(legacy_package(text.encode(), tmp_path / "a").read_bytes())
    root = ET.fromstring(one(parts(one(package, ".csdx")), ".csdef"))
    (worker,) = root
    names = [each.attrib["name"] for each in worker.findall("d:ConfigurationSettings/*", NAMESPACE)]
    assert "vmsize" not in worker.attrib
    assert (names[0], names[-1], len(names)) == ("A", "z", 7)
    assert names == sorted(names)
    (fixed,) = worker.findall("d:Endpoints/d:InternalEndpoint/d:FixedPortRange", NAMESPACE)
    assert fixed.attrib == {"min": "81", "max": "81"}
    (forwarder,) = worker.findall("d:Endpoints/d:InputEndpoint", NAMESPACE)
    assert (forwarder.get("port"), forwarder.get("localPort")) == ("3389", "*")
    assert [each.get("name") for each in worker.findall("d:Certificates/*", NAMESPACE)] == [
        "Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption"
    ]


def test_a_web_role_holds_its_site_bindings_and_application(package: Parts) -> None:
    (web,) = [parts(data) for name, data in package.items() if name.startswith("WebRole1_")]
    model = ET.fromstring(web["RoleModel.xml"])
    (site,) = model.findall("d:Sites/d:Site", NAMESPACE)
    assert site.attrib == {"name": "Web", "physicalDirectory": "sitesroot\\0"}
    assert [each.get("endpointName") for each in site.iter(f"{{{NAMESPACE['d']}}}Binding")] == [
        "Endpoint1",
        "HttpsIn",
    ]
    assert web["sitesroot/0/bin/WebRole1.dll"] == web["approot/bin/WebRole1.dll"] == b"the application"
    assert web["__entrypoint.txt"] == b"bin\\WebRole1.dll"
    assert b"Stored0Certificate1" in web["RuntimeSetup.Manifest"]
    runtime = ET.fromstring(web["Cloud.uar.csman"]).findall("Contents/Item")
    for item in runtime:
        data = web[item.attrib["uri"].lstrip("/")]
        assert item.attrib["hash"] == hashlib.sha256(data).hexdigest().upper()
        assert data.startswith(b"placeholder")
    assert len(runtime) == 10


def test_a_worker_role_has_no_site(package: Parts) -> None:
    (worker,) = [parts(data) for name, data in package.items() if name.startswith("WorkerRole1_")]
    assert worker["__entrypoint.txt"] == b"WorkerRole1.dll"
    assert not [name for name in worker if name.startswith("sitesroot")]


def test_the_model_names_the_packages_of_the_roles_and_the_contract_their_ports(package: Parts) -> None:
    model = parts(one(package, ".csmx"))
    roles = [each for each in ET.fromstring(one(model, ".rd")).iter() if each.tag.endswith("}role")]
    assert {each.attrib["software"] for each in roles} == {name for name in package if name.endswith(".cssx")}
    contract = ET.fromstring(one(model, ".rdsc"))
    assert [each.get("url") for each in contract] == ["http://*:80", "https://*:443"]


def test_every_role_has_its_named_streams(package: Parts) -> None:
    streams = {name for name in parts(one(package, ".csnsx")) if name.endswith("/1.0")}
    listed = ET.fromstring(package[targets(package)["MANIFEST"]]).findall("NamedStreams/Stream")
    assert streams == {each.attrib["name"] for each in listed}
    assert len(streams) == 6


def test_the_same_input_makes_the_same_bytes_and_other_content_makes_others(tmp_path: Path) -> None:
    one, again, other = (
        legacy_package(HTTPS, tmp_path / str(number), content=content).read_bytes()
        for number, content in enumerate((b"1", b"1", b"2"))
    )
    assert one == again
    assert one != other


def test_the_writer_is_a_command_too(tmp_path: Path) -> None:
    script, package = HTTPS.parents[2] / "packages.py", tmp_path / "a.cspkg"
    subprocess.run([sys.executable, str(script), str(HTTPS), str(package)], check=True, capture_output=True)
    assert package.read_bytes() == legacy_package(HTTPS, tmp_path / "b").read_bytes()


def test_a_ctp_package_says_so_and_describes_every_part(tmp_path: Path) -> None:
    package = parts(ctp_package(HTTPS, tmp_path / "a").read_bytes())
    assert b"windowsazure/PackageDefinition/Version/2012/03/15" in package["_rels/.rels"]
    names = [each.text for each in ET.fromstring(package["package.xml"]).iter() if each.tag.endswith("Path")]
    assert {name for name in names if name and not name.startswith("\\")} == {
        name for name in package if name not in {"[Content_Types].xml", "_rels/.rels", "package.xml"}
    }
