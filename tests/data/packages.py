"""Writes .cspkg packages for demo and tests, from a service definition and placeholder files.

An independent writer: it knows nothing of ``cses_action``, so that reader and writer can contradict each other. The
shapes are those of Microsoft's package writer in azure-tools-for-java and of published ``csx`` folders. The runtime
files are text of our own, not Microsoft's: nobody can run such a package, but what reads packages can read it.

    python tests/data/packages.py ServiceDefinition.csdef Service.cspkg
"""

from __future__ import annotations

import argparse
import hashlib
import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree
from lxml.builder import ElementMaker

Element = etree._Element
DEFINITION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
RESOURCE = "http://schemas.microsoft.com/opc/2006/sample/required-resource"
UAR = "http://schemas.microsoft.com/ServiceHosting/2009/10/UAR"
SDK = "2.9.8999.45"
PLACEHOLDER = b"placeholder application\n"
RUNTIME = ("WaHostBootstrapper.exe", "WaIISHost.exe", "WaWorkerHost.exe", "msshrtmi.dll")
CONTENT_TYPES = {
    "cssx": "binary/software",
    "csdef": "text/servicedescription",
    "rd": "text/servicemodel",
    "rdsc": "text/servicecontract",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
}
# Settings that an imported module adds.
MODULES = {
    "Diagnostics": "ConnectionString",
    "RemoteAccess": "Enabled AccountUsername AccountEncryptedPassword AccountExpiration",
    "RemoteForwarder": "Enabled",
}


def maker(namespace: str, **prefixes: str) -> ElementMaker:
    return ElementMaker(namespace=namespace, nsmap=dict[str | None, str]([(None, namespace), *prefixes.items()]))


XSI, XSD = (f"http://www.w3.org/2001/XMLSchema{end}" for end in ("-instance", ""))
PLAIN = ElementMaker()
SERVICE = maker(DEFINITION, xsi=XSI, xsd=XSD)
TYPES = maker("http://schemas.openxmlformats.org/package/2006/content-types")
RELATIONSHIPS = maker("http://schemas.openxmlformats.org/package/2006/relationships")
RDSM = maker("http://schemas.microsoft.com/dsltools/RDSM")
CONTRACTS = maker("http://schemas.microsoft.com/dsltools/Contracts")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_blank_text=True)


@dataclass(frozen=True)
class Role:
    """A role as it is packed: ``element`` is its part of the packaged definition."""

    source: Element
    element: Element
    guid: str
    name: str
    web: bool

    def all(self, path: str, *, packed: bool = True) -> list[Element]:
        steps = [f"{{{DEFINITION}}}{step}" for step in path.split("/")]
        return (self.element if packed else self.source).findall("/".join(steps))


def legacy_package(definition: Path | bytes, destination: Path, *, content: bytes = PLACEHOLDER) -> Path:
    """Write a package in the format that extended support takes; ``content`` stands for the application."""
    root = parse(definition)
    roles = roles_of(root)
    streams = {name: data for role in roles for name, data in named_streams(role).items()}
    extra = manifest_settings(roles)
    model = {"ServiceDefinition.rd": service_model(root, roles)} | service_contract(root, roles)
    described = {"ServiceDefinition.csdef": packaged_definition(root, roles)}
    description = f"SDPackage_{guid(root, 'SDPackage')}.csdx"
    modelled = f"SMPackage_{guid(root, 'SMPackage')}.csmx"
    named = f"NamedStreamPackage_{guid(root, 'NamedStreamPackage')}.csnsx"
    manifest = guid(root, "manifest")
    parts = {f"{role.name}_{role.guid}.cssx": container(role_files(role, content), role.guid) for role in roles}
    parts[description] = container(described, manifest, {"SERVICEDESCRIPTION": "ServiceDefinition.csdef"}, extra)
    parts[modelled] = container(model, manifest, {"SERVICEMODEL": "ServiceDefinition.rd"}, extra)
    parts[named] = container(streams, manifest)
    resources = {"SERVICEDESCRIPTION": description, "SERVICEMODEL": modelled, "NAMEDSTREAMPACKAGE": named}
    listed = PLAIN.NamedStreams(*(PLAIN.Stream(name=name) for name in streams))
    destination.write_bytes(container(parts, manifest, resources, [listed]))
    return destination


def parse(definition: Path | bytes) -> Element:
    data = definition if isinstance(definition, bytes) else definition.read_bytes()
    return etree.fromstring(data, PARSER)


def guid(root: Element, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{root.get('name')}/{what}"))


def roles_of(root: Element) -> list[Role]:
    found = [child for child in root if etree.QName(child).localname in {"WebRole", "WorkerRole"}]
    names = [each.get("name", "") for each in found]
    web = f"{{{DEFINITION}}}WebRole"
    return [
        Role(each, packaged_role(each), guid(root, f"role/{name}"), name, each.tag == web)
        for each, name in zip(found, names, strict=True)
    ]


def xml(element: Element) -> bytes:
    return etree.tostring(element, pretty_print=True, xml_declaration=True, encoding="utf-8")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def container(
    parts: Mapping[str, bytes], guid: str, resources: Mapping[str, str] | None = None, extra: Iterable[Element] = ()
) -> bytes:
    """Return an OPC package with its manifest, relationships and content types."""
    manifest = f"{guid}.csman"
    targets = {"MANIFEST": manifest, **(resources or {})}
    rows = [RELATIONSHIPS.Relationship(Type=RESOURCE, Target=f"/{target}", Id=key) for key, target in targets.items()]
    if "Cloud.uar.csman" in parts:
        rows.append(RELATIONSHIPS.Relationship(Type=f"{UAR}/Manifest", Target="/Cloud.uar.csman", Id="R1"))
    if "NAMEDSTREAMPACKAGE" in targets:
        version = {"Target": f"{UAR.replace('.com', '.com:80')}/ProductVersion#{SDK}", "TargetMode": "External"}
        rows.append(RELATIONSHIPS.Relationship(version, Type=f"{UAR}/ProductVersion", Id="R1"))
    extensions = sorted({Path(name).suffix[1:] or Path(name).name for name in parts} | {"rels"})
    types = {each: CONTENT_TYPES.get(each, "user/user") for each in extensions}
    defaults = (TYPES.Default(Extension=each, ContentType=kind) for each, kind in types.items())
    override = TYPES.Override(PartName=f"/{manifest}", ContentType="text/ucmanifest")
    return zipped(
        {
            "[Content_Types].xml": xml(TYPES.Types(*defaults, override)),
            "_rels/.rels": xml(RELATIONSHIPS.Relationships(*rows)),
            manifest: manifest_of(parts, list(extra)),
            **{quote(name): data for name, data in parts.items()},
        }
    )


def manifest_of(parts: Mapping[str, bytes], extra: list[Element]) -> bytes:
    items = [
        PLAIN.Item(name=name, hash=hashlib.sha256(data).hexdigest().upper(), uri=f"/{quote(name)}")
        for name, data in parts.items()
    ]
    tail = extra if extra and extra[-1].tag == "NamedStreams" else [*extra, PLAIN.NamedStreams()]
    contents = PLAIN.Contents(*items, hashtype="1")
    plain = PLAIN.Encryption(keytype="1")
    return etree.tostring(PLAIN.PackageManifest(plain, contents, *map(deepcopy, tail), version="2"))


def manifest_settings(roles: list[Role]) -> list[Element]:
    system = (PLAIN.Setting(key=f"{role.name}Instances") for role in roles)
    pairs = [(role.name, each) for role in roles for each in role.all("ConfigurationSettings/Setting")]
    application = (PLAIN.Setting(key=f"{name}:{each.get('name')}") for name, each in pairs)
    return [PLAIN.SystemConfigurationSettings(*system), PLAIN.ApplicationConfigurationSettings(*application)]


def packaged_definition(root: Element, roles: list[Role]) -> bytes:
    packed = SERVICE.ServiceDefinition(*(role.element for role in roles))
    packed.attrib.update(root.attrib)
    return xml(packed)


def packaged_role(source: Element) -> Element:
    """Return what cspack leaves of a role in the definition that it packs."""
    role = SERVICE(etree.QName(source).localname, **{str(name): str(text) for name, text in source.attrib.items()})
    if role.get("vmsize") == "Small":
        del role.attrib["vmsize"]
    store = {"name": "DiagnosticStore", "sizeInMB": "4096", "cleanOnRoleRecycle": "false"}
    rows: dict[str, list[Element]] = {"LocalResources": [SERVICE.LocalStorage(store)]}
    rows |= {group: [] for group in ("ConfigurationSettings", "Endpoints", "Certificates")}
    for group, children in rows.items():
        children += [deepcopy(each) for each in source.iterfind(f"{{{DEFINITION}}}{group}/*")]
    for module in source.iterfind(f"{{{DEFINITION}}}Imports/*"):
        add_module(rows, module.get("moduleName", ""))
    rows["ConfigurationSettings"].sort(key=lambda setting: setting.get("name", ""))
    for endpoint in rows["Endpoints"]:
        normalise_endpoint(endpoint)
    for certificate in rows["Certificates"]:
        certificate.attrib.pop("permissionLevel", None)
    role.extend(SERVICE(group, *children) for group, children in rows.items())
    return role


def add_module(rows: Mapping[str, list[Element]], module: str) -> None:
    prefix = f"Microsoft.WindowsAzure.Plugins.{module}."
    rows["ConfigurationSettings"].extend(SERVICE.Setting(name=prefix + name) for name in MODULES[module].split())
    if module == "RemoteAccess":
        store = {"storeLocation": "LocalMachine", "storeName": "My"}
        rows["Certificates"].append(SERVICE.Certificate(store, name=f"{prefix}PasswordEncryption"))
    if module == "RemoteForwarder":
        port = {"protocol": "tcp", "port": "3389", "localPort": "*"}
        rows["Endpoints"].append(SERVICE.InputEndpoint(port, name=f"{prefix}RdpInput"))


def normalise_endpoint(endpoint: Element) -> None:
    kind, port = etree.QName(endpoint).localname, endpoint.get("port", "")
    if kind == "InputEndpoint" and "localPort" not in endpoint.attrib:
        endpoint.set("localPort", port)
    if kind == "InternalEndpoint" and endpoint.attrib.pop("port", "*") != "*":
        endpoint.append(SERVICE.FixedPortRange(min=port, max=port))


def role_files(role: Role, content: bytes) -> dict[str, bytes]:
    """Return what lies in a role's own package."""
    platform = {f"base/x64/{name}": f"placeholder for {name}\n".encode() for name in RUNTIME}
    assembly = f"bin/{role.name}.dll" if role.web else f"{role.name}.dll"
    application = {assembly: content} | ({"Web.config": b"<configuration/>\n"} if role.web else {})
    sites = role.all("Sites/Site", packed=False)
    files = {"RoleModel.xml": role_model(role, sites), "RuntimeSetup.Manifest": runtime_setup(role)}
    files["__entrypoint.txt"] = assembly.replace("/", "\\").encode()
    files["Cloud.uar.csman"] = manifest_of(platform, [])
    for folder in ("approot", *(f"sitesroot/{number}" for number, _ in enumerate(sites))):
        files |= {f"{folder}/{name}": data for name, data in application.items()}
    return files | platform


def role_model(role: Role, sites: list[Element]) -> bytes:
    names = [each.get("name", "").rpartition(".") for each in role.all("ConfigurationSettings/Setting")]
    settings = [SERVICE.Setting(name=name, nameSpace=space) for space, _, name in names]
    packed = []
    for number, site in enumerate(sites):
        bindings = [deepcopy(each) for each in site.iterfind(f"{{{DEFINITION}}}Bindings/*")]
        place = {"name": site.get("name", ""), "physicalDirectory": f"sitesroot\\{number}"}
        packed.append(SERVICE.Site(place, SERVICE.Bindings(*bindings)))
    copied = [deepcopy(each) for kind in ("Startup", "Runtime") for each in role.all(kind, packed=False)]
    version = SERVICE.Property(name="TargetFrameWorkVersion", value="v4.0")
    rest = [SERVICE.ConfigurationSettings(*settings), SERVICE.Properties(version)]
    rest += [SERVICE.Sites(*packed)] if packed else []
    return xml(SERVICE.RoleModel(*copied, *rest, name=role.name, version=SDK))


def runtime_setup(role: Role) -> bytes:
    levels = [
        PLAIN.StoredCert(name=f"Stored{number}{each.get('name')}", permissionLevel="limitedOrElevated")
        for number, each in enumerate(role.all("Certificates/Certificate"))
    ]
    operation = PLAIN.Operation(type="Path", path="base\\x64")
    return xml(PLAIN.RuntimeSetup(operation, PLAIN.PermissionLevels(*levels)))


def named_streams(role: Role) -> dict[str, bytes]:
    families = [PLAIN.OsFamily(name=family, version="0") for family in ("5", "6", "7")]
    modules = [PLAIN.Import(dict(each.attrib)) for each in role.all("Imports/Import", packed=False)]
    feature = PLAIN.RequiredFeatures(PLAIN.Feature(name="NetFx40", version="0"), version="1.0")
    data = PLAIN.SupportData(PLAIN.SDKVersion(SDK), PLAIN.Imports(*modules), version="1.0")
    return {
        f"RequiredFeatures/{role.name}/1.0": xml(feature),
        f"SupportedOSes/{role.name}/1.0": xml(PLAIN.SupportedOsFamilies(*families, version="1.0")),
        f"SupportData/{role.name}/1.0": xml(data),
    }


def service_model(root: Element, roles: list[Role]) -> bytes:
    rows = []
    for role in roles:
        ports = [RDSM.inPort(name=port.get("name", "")) for port in role.all("Endpoints/InputEndpoint")]
        software = {"software": f"{role.name}_{role.guid}.cssx", "entryPoint": "base\\x64\\WaHostBootstrapper.exe"}
        rows.append(RDSM.role(*ports, software, name=role.name))
    group = RDSM.group(RDSM.componentports(), *rows, name=f"{root.get('name')}Group")
    return xml(RDSM.serviceModel(group, name=root.get("name", ""), dslVersion="1.2.0.0", Id=guid(root, "model")))


def service_contract(root: Element, roles: list[Role]) -> dict[str, bytes]:
    pairs = [(role.name, dict(port.attrib)) for role in roles for port in role.all("Endpoints/InputEndpoint")]
    rows = [
        CONTRACTS.interface(name=f"{role}:{port['name']}", url=f"{port['protocol']}://*:{port['port']}")
        for role, port in pairs
    ]
    contract = CONTRACTS.serviceContract(*rows, name=root.get("name", ""), Id=guid(root, "contract"))
    return {"servicedefinition.rdsc": xml(contract)} if rows else {}


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a legacy-format .cspkg for a service definition.")
    parser.add_argument("definition", type=Path)
    parser.add_argument("package", type=Path)
    given = parser.parse_args()
    print(legacy_package(given.definition, given.package))


if __name__ == "__main__":
    main()
