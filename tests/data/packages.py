"""Writes .cspkg packages for demo and tests, from a service definition and placeholder files.

An independent writer: it knows nothing of ``cses_action``, so that reader and writer can contradict each other. The
shapes are those of Microsoft's package writer in azure-tools-for-java and of published ``csx`` folders. The runtime
files are text of our own, not Microsoft's: nobody can run such a package, but what reads packages can read it.

    python tests/data/packages.py ServiceDefinition.csdef Service.cspkg
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path

from lxml import etree

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.data.package_parts import (
    CONTRACTS,
    DEFINITION,
    MODULES,
    PLACEHOLDER,
    PLAIN,
    RDSM,
    SDK,
    SERVICE,
    Element,
    Role,
    Writer,
    guid,
    parse,
    plainly,
    xml,
)
from tests.data.package_roles import named_streams, role_files


def legacy_package(
    definition: Path | bytes,
    destination: Path,
    *,
    content: bytes = PLACEHOLDER,
    sdk: str = SDK,
    pack: Callable[[str, dict[str, bytes]], bytes] = plainly,
) -> Path:
    """Write a package in the format that extended support takes; ``content`` stands for the application."""
    root = parse(definition)
    roles = roles_of(root)
    writer = Writer(sdk, pack)
    streams = {name: data for role in roles for name, data in named_streams(role, sdk).items()}
    extra = manifest_settings(roles)
    model = {"ServiceDefinition.rd": service_model(root, roles, sdk)} | service_contract(root, roles)
    described = {"ServiceDefinition.csdef": packaged_definition(root, roles)}
    inner = {
        "SERVICEDESCRIPTION": (".csdx", "SDPackage", described, {"SERVICEDESCRIPTION": "ServiceDefinition.csdef"}),
        "SERVICEMODEL": (".csmx", "SMPackage", model, {"SERVICEMODEL": "ServiceDefinition.rd"}),
        "NAMEDSTREAMPACKAGE": (".csnsx", "NamedStreamPackage", streams, {}),
    }
    manifest = guid(root, "manifest")
    parts = {
        f"{role.name}_{role.guid}.cssx": writer.container(
            role.name, role_files(role, content, sdk), role.guid, {}, ()
        )
        for role in roles
    }
    names = {}
    for resource, (place, name, files, targets) in inner.items():
        names[resource] = f"{name}_{guid(root, name)}{place}"
        settings = extra if targets else []
        parts[names[resource]] = writer.container(place, files, manifest, targets, settings)
    listed = PLAIN.NamedStreams(*(PLAIN.Stream(name=name) for name in streams))
    destination.write_bytes(writer.container("", parts, manifest, names, [listed]))
    return destination


def roles_of(root: Element) -> list[Role]:
    found = [child for child in root if etree.QName(child).localname in {"WebRole", "WorkerRole"}]
    names = [each.get("name", "") for each in found]
    web = f"{{{DEFINITION}}}WebRole"
    return [
        Role(each, packaged_role(each), guid(root, f"role/{name}"), name, each.tag == web)
        for each, name in zip(found, names, strict=True)
    ]


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


def service_model(root: Element, roles: list[Role], sdk: str) -> bytes:
    rows = []
    for role in roles:
        ports = [RDSM.inPort(name=port.get("name", "")) for port in role.all("Endpoints/InputEndpoint")]
        given = {
            "software": f"{role.name}_{role.guid}.cssx",
            "entryPoint": "base\\x64\\WaHostBootstrapper.exe",
            "parameters": f"base\\x64\\{'WaIISHost' if role.web else 'WaWorkerHost'}.exe ",
            "memIndex": "1792" if sdk.startswith("1.") else "-1",
            "hostingEnvironment": "frontendadmin" if role.web else "consoleroleadmin",
        }
        rows.append(RDSM.role(*ports, given, name=role.name))
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
