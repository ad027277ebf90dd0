"""What lies in a role's own archive, and what the named streams say of it."""

from __future__ import annotations

from copy import deepcopy

from tests.data.package_parts import DEFINITION, PLAIN, RUNTIME, SERVICE, Element, Role, manifest_of, xml


def role_files(role: Role, content: bytes, sdk: str) -> dict[str, bytes]:
    """Return what lies in a role's own package."""
    platform = {name: f"placeholder for {name.rpartition('/')[2]}\n".encode() for name in RUNTIME}
    assembly = f"bin/{role.name}.dll" if role.web else f"{role.name}.dll"
    application = {assembly: content} | ({"Web.config": b"<configuration/>\n"} if role.web else {})
    sites = role.all("Sites/Site", packed=False)
    files = {"RoleModel.xml": role_model(role, sites, sdk), "RuntimeSetup.Manifest": runtime_setup(role)}
    files["__entrypoint.txt"] = assembly.replace("/", "\\").encode()
    files["Cloud.uar.csman"] = manifest_of(platform, [])
    for folder in ("approot", *(f"sitesroot/{number}" for number, _ in enumerate(sites))):
        files |= {f"{folder}/{name}": data for name, data in application.items()}
    for module in modules_of(role):
        files[f"plugins/{module}/{module}.csplugin"] = f"placeholder for {module}\n".encode()
    return files | platform


def modules_of(role: Role) -> list[str]:
    return [each.get("moduleName", "") for each in role.all("Imports/Import", packed=False)]


def role_model(role: Role, sites: list[Element], sdk: str) -> bytes:
    names = [each.get("name", "").rpartition(".") for each in role.all("ConfigurationSettings/Setting")]
    settings = [SERVICE.Setting(name=name, nameSpace=space) for space, _, name in names]
    packed = []
    for number, site in enumerate(sites):
        bindings = [deepcopy(each) for each in site.iterfind(f"{{{DEFINITION}}}Bindings/*")]
        place = {"name": site.get("name", ""), "physicalDirectory": f"sitesroot\\{number}"}
        packed.append(SERVICE.Site(place, SERVICE.Bindings(*bindings)))
    tasks = startup_tasks(role, sdk)
    copied = [deepcopy(each) for each in role.all("Runtime", packed=False)]
    version = SERVICE.Property(name="TargetFrameWorkVersion", value="v4.0")
    rest = [SERVICE.ConfigurationSettings(*settings), SERVICE.Properties(version)]
    rest += [SERVICE.Sites(*packed)] if packed else []
    first = [SERVICE.Startup(*tasks)] if tasks else []
    return xml(SERVICE.RoleModel(*first, *copied, *rest, name=role.name, version=sdk))


def startup_tasks(role: Role, sdk: str) -> list[Element]:
    """Return the tasks of IIS (SDK 1.x), of the modules, and the user's own, in this order."""
    kind = "IISWebRole" if role.web else "WorkerRole"
    tasks = []
    if role.web and sdk.startswith("1."):
        tasks.append(task("IISConfigurator.exe", "base\\x64", RdModuleName="IISConfigurator"))
    tasks += [
        task(f"{module}.exe", f"plugins\\{module}", RdModuleName=module, WaRoleType=kind)
        for module in modules_of(role)
    ]
    for own in role.all("Startup/Task", packed=False):
        copied = deepcopy(own)
        copied.set("relativePath", "approot\\bin" if role.web else "approot\\")
        tasks.append(copied)
    return tasks


def task(command: str, path: str, **variables: str) -> Element:
    rows = (SERVICE.Variable(name=name, value=value) for name, value in variables.items())
    return SERVICE.Task(SERVICE.Environment(*rows), commandLine=command, relativePath=path, taskType="simple")


def runtime_setup(role: Role) -> bytes:
    given = {
        each.get("name"): each.get("permissionLevel") for each in role.all("Certificates/Certificate", packed=False)
    }
    levels = [
        PLAIN.StoredCert(name=f"Stored{number}{name}", permissionLevel=given.get(name) or "limitedOrElevated")
        for number, name in enumerate(each.get("name", "") for each in role.all("Certificates/Certificate"))
    ]
    rows = [PLAIN.Operation(type="Gac", path=name.replace("/", "\\")) for name in RUNTIME if name.endswith(".dll")]
    rows += [PLAIN.Operation(type="Path", path=f"base\\{bits}") for bits in ("x64", "x86")]
    rows.append(PLAIN.PermissionLevels(*levels))
    if role.web:
        rows.append(PLAIN.AdditionalRoleIdentities(PLAIN.Identity(username="NetworkService", domain="NT AUTHORITY")))
    return xml(PLAIN.RuntimeSetup(*rows))


def named_streams(role: Role, sdk: str) -> dict[str, bytes]:
    families = [PLAIN.OsFamily(name=family, version="0") for family in families_of(sdk)]
    modules = [PLAIN.Import(dict(each.attrib)) for each in role.all("Imports/Import", packed=False)]
    feature = PLAIN.RequiredFeatures(PLAIN.Feature(name="NetFx40", version="0"), version="1.0")
    data = PLAIN.SupportData(PLAIN.SDKVersion(sdk), PLAIN.Imports(*modules), version="1.0")
    return {
        f"RequiredFeatures/{role.name}/1.0": xml(feature),
        f"SupportedOSes/{role.name}/1.0": xml(PLAIN.SupportedOsFamilies(*families, version="1.0")),
        f"SupportData/{role.name}/1.0": xml(data),
    }


def families_of(sdk: str) -> tuple[str, ...]:
    """Return the OS families: known of 1.8 and 2.7, and presumed of the later ones."""
    number = tuple(int(each) for each in sdk.split(".")[:2])
    return ("3",) if number < (2, 0) else ("3", "4") if number < (2, 8) else ("5", "6", "7")
