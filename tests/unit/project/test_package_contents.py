"""What the product reads from a package is what a second reader finds, which shares no code with it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cses_action.project.package import Package
from tests.data.packages import legacy_package
from tests.unit.project.given import SAMPLES
from tests.unit.reading import read_package

NAMESPACE = {"d": "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"}
MANY = f"""<ServiceDefinition xmlns="{NAMESPACE["d"]}" name="Many">
<WebRole name="Front" vmsize="Small"><Startup><Task commandLine="a.cmd" taskType="simple"/></Startup>
<Sites><Site name="One"><Bindings><Binding name="H" endpointName="H"/></Bindings></Site>
<Site name="Two"><Bindings><Binding name="S" endpointName="S"/></Bindings></Site></Sites>
<ConfigurationSettings><Setting name="b"/><Setting name="a"/></ConfigurationSettings>
<Endpoints><InputEndpoint name="H" protocol="http" port="80"/>
<InputEndpoint name="S" protocol="https" port="443" certificate="2Cert"/>
<InternalEndpoint name="I" protocol="tcp" port="81"/></Endpoints>
<Imports><Import moduleName="Diagnostics"/><Import moduleName="RemoteAccess"/></Imports>
<Certificates><Certificate name="Cert" storeLocation="LocalMachine" storeName="My" permissionLevel="elevated"/>
<Certificate name="2Cert" storeLocation="LocalMachine" storeName="CA"/></Certificates></WebRole>
<WorkerRole name="Back" vmsize="Standard_D2_v2"/><WorkerRole name="Other_1" vmsize="Standard_D1_v2"/>
</ServiceDefinition>""".encode()

Parts = dict[str, bytes]


def parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def one(parts: Parts, end: str) -> bytes:
    (found,) = [data for name, data in parts.items() if name.endswith(end)]
    return found


def names(root: ET.Element, path: str, attribute: str = "name") -> tuple[str, ...]:
    return tuple(each.get(attribute, "") for each in root.findall(path, NAMESPACE))


@pytest.fixture(
    name="file",
    params=["multirole-https", "multirole-rdp", "singlerole-certificate", "many", "1.8.31004.1351", "2.7.6499.8"],
)
def a_package(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    kind, file = str(request.param), tmp_path / "Contoso.CS.cspkg"
    if kind[0].isdigit():
        return legacy_package(MANY, file, sdk=kind)
    return legacy_package(MANY if kind == "many" else SAMPLES / kind / "ServiceDefinition.csdef", file)


@pytest.fixture(name="package")
def the_package(file: Path) -> Package:
    return read_package(str(file))


@pytest.fixture(name="root")
def its_parts(file: Path) -> Parts:
    return parts(file.read_bytes())


def test_a_healthy_package_has_no_defects_and_is_known_by_its_hashes(package: Package, file: Path) -> None:
    data = file.read_bytes()
    assert (package.defects, package.findings, package.signatures) == ((), (), ())
    assert (package.file, package.name, package.size, package.kind) == (str(file), file.name, len(data), "legacy")
    assert package.sha256 == hashlib.sha256(data).hexdigest()
    assert package.md5 == hashlib.md5(data, usedforsecurity=False).digest()


def test_every_file_is_there_with_its_size_and_hash(package: Package, root: Parts) -> None:
    expected = {("", name, len(data), hashlib.sha256(data).hexdigest()) for name, data in root.items()}
    for name, data in root.items():
        end = name[name.rfind(".") :]
        if end in {".cssx", ".csdx", ".csmx", ".csnsx"}:
            container = name.rpartition("_")[0] if end == ".cssx" else end
            expected |= {
                (container, path, len(inner), hashlib.sha256(inner).hexdigest())
                for path, inner in parts(data).items()
            }
    assert {(each.container, each.path, each.size, each.sha256) for each in package.files} == expected
    assert len(package.files) == len(expected)


def test_the_sdk_is_that_of_the_product_version(package: Package, root: Parts) -> None:
    assert f'ProductVersion#{package.sdk}"'.encode() in root["_rels/.rels"]


def test_roles_are_those_of_the_packaged_definition(package: Package, root: Parts) -> None:
    definition = ET.fromstring(one(parts(one(root, ".csdx")), ".csdef"))
    found = [each for each in definition if each.tag.endswith("Role")]
    assert [each.name for each in package.roles] == [each.get("name") for each in found]
    for role, element in zip(package.roles, found, strict=True):
        defined = role.defined
        assert defined.kind == ("web" if element.tag.endswith("WebRole") else "worker")
        assert defined.vmsize == element.get("vmsize", "")
        assert defined.settings == names(element, "d:ConfigurationSettings/d:Setting")
        assert tuple(each.name for each in defined.certificates) == names(element, "d:Certificates/d:Certificate")
        endpoints = [(each.name, each.protocol, str(each.port), each.certificate) for each in defined.endpoints]
        assert endpoints == [
            (each.get("name"), each.get("protocol"), each.get("port"), each.get("certificate", ""))
            for each in element.findall("d:Endpoints/d:InputEndpoint", NAMESPACE)
        ]


def test_sites_levels_and_programs_are_those_of_the_role(package: Package, root: Parts) -> None:
    for role in package.roles:
        own = parts(root[role.software])
        model = ET.fromstring(own["RoleModel.xml"])
        assert role.sdk == model.get("version")
        assert tuple(each.name for each in role.defined.sites) == names(model, "d:Sites/d:Site")
        bindings = tuple(each.endpoint_name for site in role.defined.sites for each in site.bindings)
        assert bindings == names(model, "d:Sites/d:Site/d:Bindings/d:Binding", "endpointName")
        assert role.entry_point.encode() == own["__entrypoint.txt"]
        setup = ET.fromstring(own["RuntimeSetup.Manifest"])
        stored = [(each.get("name", ""), each.get("permissionLevel")) for each in setup.iter("StoredCert")]
        assert [
            (f"Stored{n}{name}", level) for n, (name, level) in enumerate(role.permission_levels.items())
        ] == stored
        plugins = {name.split("/")[1] for name in own if name.startswith("plugins/")}
        assert set(role.plugins) == plugins


def test_modules_features_and_systems_are_those_of_the_named_streams(package: Package, root: Parts) -> None:
    streams = parts(one(root, ".csnsx"))
    for role in package.roles:
        support = ET.fromstring(streams[f"SupportData/{role.name}/1.0"])
        assert role.defined.imports == names(support, "Imports/Import", "moduleName")
        assert role.features == names(ET.fromstring(streams[f"RequiredFeatures/{role.name}/1.0"]), "Feature")
        assert role.os_families == names(ET.fromstring(streams[f"SupportedOSes/{role.name}/1.0"]), "OsFamily")


def test_the_definition_is_complete_again_and_can_be_looked_at_by_the_rules(package: Package, root: Parts) -> None:
    assert package.document is not None
    assert package.definition is not None
    assert package.document.text.encode() == one(parts(one(root, ".csdx")), ".csdef")
    assert package.document.file.startswith(f"{package.file}/SDPackage_")
    assert package.document.file.endswith(".csdx/ServiceDefinition.csdef")
    assert package.definition.name == package.document.root.value("name")
    assert package.definition.roles == tuple(each.defined for each in package.roles)
