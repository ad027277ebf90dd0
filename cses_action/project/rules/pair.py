"""CFG: whether definition and configuration belong together.

The wording of Azure and of Microsoft's own validator (New-AzCloudService) is used where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.endpoints import endpoints_of
from cses_action.project.rules.reading import (
    PLUGINS,
    imports,
    is_local,
    is_token,
    named,
    of_plugin,
    of_value,
    place,
    plugin,
    role_elements,
)
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import replace

OTHER_NAME = Rule(
    "CFG002", "warning", "The serviceName is not the name of the definition", source="schema-cscfg-file.md"
)
OTHER_SCHEMA = Rule(
    "CFG012",
    "info",
    "The two files have different schemaVersions",
    fix="Give both the schemaVersion of the SDK that packs the service.",
    source="XSD of the SDK 2.7",
)
UNKNOWN_ROLE = Rule("CFG021", "error", "The definition has no such role", source="New-AzCloudService")
MISSING_ROLE = Rule(
    "CFG022", "error", "The configuration lacks a role of the definition", source="New-AzCloudService"
)
UNDECLARED_SETTING = Rule(
    "CFG030", "error", "The definition does not declare a setting", source="azure-sdk-for-node issue 841"
)
MISSING_SETTING = Rule("CFG031", "error", "A setting of the definition has no value", source="schema-cscfg-role.md")
MISSING_OF_PLUGIN = Rule(
    "CFG034", "warning", "A setting of an imported module is missing", source="plugins of the SDK 2.7"
)
UNDECLARED_CERTIFICATE = Rule(
    "CFG040", "error", "The definition does not declare a certificate", source="New-AzCloudService"
)
MISSING_CERTIFICATE = Rule(
    "CFG041", "error", "The certificate of an https endpoint has no thumbprint", source="schema-cscfg-role.md"
)
UNUSED_CERTIFICATE = Rule(
    "CFG041b", "warning", "Another certificate of the definition has no thumbprint", source="schema-cscfg-role.md"
)
NOT_IN_VAULT = Rule(
    "CFG049",
    "error",
    "Azure is given no certificate for a thumbprint; found where Azure and the key vaults are read",
    fix="Import the certificate into the key vault, and name that vault in `key-vault`.",
    source="update-or-change-certificate-used.md",
)
PASSWORD = f"{PLUGINS}remoteaccess.passwordencryption"
"""The certificate that needs no declaration, whatever the role imports (New-AzCloudService)."""
SETTINGS = {
    "diagnostics": ("ConnectionString",),
    "remoteaccess": ("Enabled", "AccountUsername", "AccountEncryptedPassword", "AccountExpiration"),
    "remoteforwarder": ("Enabled",),
    "caching": ("NamedCaches", "CacheSizePercentage", "ConfigStoreConnectionString"),
}
"""What each module declares when the definition is packed; of caching what every SDK has."""
_PREFIX = "Microsoft.WindowsAzure.Plugins"
_START = "The CSCFG did not match the CSDEF. More details: No role named"


def check(definition: Document, configuration: Document) -> Iterator[Finding]:
    """Yield where the two contradict each other."""
    yield from _roots(definition, configuration)
    defined, configured = named(role_elements(definition.root)), named(configuration.root.find("Role"))
    vague = defined.unsure or configured.unsure
    for key, role in configured.items():
        if key and key not in defined:
            found = UNKNOWN_ROLE.at(
                configuration,
                place(role, "name"),
                f"{_START} '{role.value('name')}' found in the service definition file.",
                f"Remove the role, or add it to {definition.file} and rebuild the package.",
            )
            yield replace(found, deployed_only=vague)
    for key, role in defined.items():
        if key and (other := configured.get(key)):
            yield from _settings(configuration, role, other)
            yield from _certificates(definition, configuration, role, other)
        elif key:
            name = role.value("name")
            message = f"{_START} '{name}' found in the service configuration file."
            fix = f'Add <Role name="{name}"> with its <Instances count="2" />.'
            yield replace(MISSING_ROLE.at(configuration, configuration.root, message, fix), deployed_only=vague)


def _roots(definition: Document, configuration: Document) -> Iterator[Finding]:
    root, other = configuration.root, definition.root
    called, name = root.value("serviceName"), other.value("name")
    if called.strip() and name.strip() and called != name and not (is_token(called) or is_token(name)):
        message = f"The serviceName {called} is not {name}, the name in {definition.file}"
        fix = f'Set serviceName="{name}".'
        yield OTHER_NAME.at(configuration, root.attributes["serviceName"], message, fix)
    version, packed = root.value("schemaVersion"), other.value("schemaVersion")
    if version and packed and version != packed:
        message = f"The schemaVersion {version} is not {packed}, the one of {definition.file}"
        yield OTHER_SCHEMA.at(configuration, root.attributes["schemaVersion"], message)


def _settings(document: Document, role: Element, other: Element) -> Iterator[Finding]:
    own, given = (each.find("ConfigurationSettings", "Setting") for each in (role, other))
    declared = {each.value("name") for each in own}
    name, modules = role.value("name"), imports(role)
    vague = named(own).unsure or named(given).unsure or named(role.find("Imports", "Import"), "moduleName").unsure
    for setting in given:
        called = setting.value("name")
        if called and called not in declared and plugin(called) not in modules:
            found = UNDECLARED_SETTING.at(
                document,
                place(setting, "name"),
                f"Setting '{called}' for role '{name}' specified in the service configuration file is "
                "not declared in the service definition file.",
                _undeclared(called, name),
            )
            yield replace(found, deployed_only=vague)
    for missing in sorted(declared - {each.value("name") for each in given} - {""}):
        # What a packed definition declares for a module is told below.
        if plugin(missing) not in modules:
            message = f"Role {name} has no value for setting {missing}, which the definition declares"
            fix = f'Add <Setting name="{missing}" value="…" /> to the <ConfigurationSettings> of role {name}.'
            found = MISSING_SETTING.at(document, other, message, fix)
            yield replace(found, deployed_only=vague or is_local(document))
    for found in _of_plugins(document, other, modules):
        yield replace(found, deployed_only=vague or is_local(document))


def _undeclared(setting: str, role: str) -> str:
    if of_plugin(setting):
        module = setting[len(PLUGINS) :].partition(".")[0]
        return (
            f'Remove the setting, or add <Import moduleName="{module}" /> to the <Imports> of role {role} '
            "and rebuild the package."
        )
    return "Remove the setting, or declare it in the definition and rebuild the package."


def _of_plugins(document: Document, other: Element, modules: frozenset[str]) -> Iterator[Finding]:
    if not modules:
        return
    given, called = named(other.find("ConfigurationSettings", "Setting")), other.value("name")
    for module, settings in SETTINGS.items():
        lacking = [each for each in settings if f"{PLUGINS}{module}.{each.lower()}" not in given]
        if module in modules and lacking:
            name = _proper(module)
            listed = ", ".join(f"{_PREFIX}.{name}.{each}" for each in lacking)
            message = f"Role {called} imports {name}, and has no setting {listed}"
            fix = f"Add what is missing to the <ConfigurationSettings> of role {called}, or remove the <Import>."
            yield MISSING_OF_PLUGIN.at(document, other, message, fix)


def _proper(module: str) -> str:
    return {"remoteaccess": "RemoteAccess", "remoteforwarder": "RemoteForwarder"}.get(module, module.capitalize())


def _certificates(definition: Document, document: Document, role: Element, other: Element) -> Iterator[Finding]:
    declared = named(role.find("Certificates", "Certificate"))
    given = named(other.find("Certificates", "Certificate"))
    called, modules = role.value("name"), imports(role)
    vague = declared.unsure or given.unsure or named(role.find("Imports", "Import"), "moduleName").unsure
    for found in _without_thumbprint(document, role, other):
        yield replace(found, deployed_only=found.deployed_only or vague or is_local(document))
    for key, certificate in given.items():
        if key and key not in declared and key != PASSWORD and plugin(key) not in modules:
            found = UNDECLARED_CERTIFICATE.at(
                document,
                place(certificate, "name"),
                "The service definition file does not provide a certificate definition for certificate "
                f"'{certificate.value('name')}' for role '{called}'.",
                f"Remove the certificate, or declare it in {definition.file} and rebuild the package.",
            )
            yield replace(found, deployed_only=vague)


def _without_thumbprint(document: Document, role: Element, other: Element) -> Iterator[Finding]:
    given = named(other.find("Certificates", "Certificate"))
    called = role.value("name")
    secure = [
        each
        for each in endpoints_of(role)
        if each.name == "InputEndpoint" and each.value("protocol").strip().lower() == "https"
    ]
    served = {key.strip(): endpoint for key, endpoint in named(secure, "certificate").items()}
    for key, endpoint in served.items():
        if key and key not in given:
            name = endpoint.value("certificate").strip()
            message = f"Role {called} has no thumbprint for certificate {name} of endpoint {endpoint.value('name')}"
            yield of_value(MISSING_CERTIFICATE.at(document, other, message, _add(name, called)), name)
    for key, certificate in named(role.find("Certificates", "Certificate")).items():
        if key and key not in given and key not in served and not of_plugin(key):
            name = certificate.value("name")
            message = f"Role {called} has no thumbprint for certificate {name}, which the definition declares"
            yield UNUSED_CERTIFICATE.at(document, other, message, _add(name, called))


def _add(certificate: str, role: str) -> str:
    return (
        f'Add <Certificate name="{certificate}" thumbprint="…" thumbprintAlgorithm="sha1" /> to the '
        f"<Certificates> of role {role}."
    )
