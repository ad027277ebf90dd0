"""CFG: whether definition and configuration belong together.

The wording of Azure and of Microsoft's own validator (New-AzCloudService) is used where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import named, of_plugin, place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element

UNKNOWN_ROLE = Rule("CFG021", "error", "The definition has no such role", source="New-AzCloudService")
MISSING_ROLE = Rule(
    "CFG022", "error", "The configuration lacks a role of the definition", source="New-AzCloudService"
)
UNDECLARED_SETTING = Rule(
    "CFG030", "error", "The definition does not declare a setting", source="azure-sdk-for-node issue 841"
)
MISSING_SETTING = Rule("CFG031", "error", "A setting of the definition has no value", source="schema-cscfg-role.md")
UNDECLARED_CERTIFICATE = Rule(
    "CFG040", "error", "The definition does not declare a certificate", source="New-AzCloudService"
)
MISSING_CERTIFICATE = Rule(
    "CFG041", "error", "The certificate of an https endpoint has no thumbprint", source="schema-cscfg-role.md"
)
_START = "The CSCFG did not match the CSDEF. More details: No role named"


def check(definition: Document, configuration: Document) -> Iterator[Finding]:
    """Yield where the two contradict each other."""
    defined, configured = named(role_elements(definition.root)), named(configuration.root.find("Role"))
    for key, role in configured.items():
        if key not in defined:
            yield UNKNOWN_ROLE.at(
                configuration,
                place(role, "name"),
                f"{_START} '{role.value('name')}' found in the service definition file.",
                f"Remove the role, or add it to {definition.file} and rebuild the package.",
            )
    for key, role in defined.items():
        if other := configured.get(key):
            yield from _settings(configuration, role, other)
            yield from _certificates(definition, configuration, role, other)
        elif key:
            name = role.value("name")
            message = f"{_START} '{name}' found in the service configuration file."
            fix = f'Add <Role name="{name}"> with its <Instances count="2" />.'
            yield MISSING_ROLE.at(configuration, configuration.root, message, fix)


def _settings(document: Document, role: Element, other: Element) -> Iterator[Finding]:
    declared = {each.value("name") for each in role.find("ConfigurationSettings", "Setting")}
    given = other.find("ConfigurationSettings", "Setting")
    for setting in given:
        name = setting.value("name")
        if name and name not in declared and not of_plugin(name):
            yield UNDECLARED_SETTING.at(
                document,
                place(setting, "name"),
                f"Setting '{name}' for role '{role.value('name')}' specified in the service configuration file is "
                "not declared in the service definition file.",
                "Remove the setting, or declare it in the definition and rebuild the package.",
            )
    for name in sorted(declared - {each.value("name") for each in given} - {""}):
        yield MISSING_SETTING.at(
            document,
            other,
            f"Role {role.value('name')} has no value for setting {name}, which the definition declares",
            f'Add <Setting name="{name}" value="…" /> to the <ConfigurationSettings> of role {role.value("name")}.',
        )


def _certificates(definition: Document, document: Document, role: Element, other: Element) -> Iterator[Finding]:
    declared = named(role.find("Certificates", "Certificate"))
    given = named(other.find("Certificates", "Certificate"))
    called = role.value("name")
    for endpoint in role.find("Endpoints", "InputEndpoint"):
        name = endpoint.value("certificate")
        if endpoint.value("protocol") == "https" and name and name.lower() not in given:
            yield MISSING_CERTIFICATE.at(
                document,
                other,
                f"Role {called} has no thumbprint for certificate {name} of endpoint {endpoint.value('name')}",
                f'Add <Certificate name="{name}" thumbprint="…" thumbprintAlgorithm="sha1" /> to the '
                f"<Certificates> of role {called}.",
            )
    for key, certificate in given.items():
        if key and key not in declared and not of_plugin(key):
            yield UNDECLARED_CERTIFICATE.at(
                document,
                place(certificate, "name"),
                "The service definition file does not provide a certificate definition for certificate "
                f"'{certificate.value('name')}' for role '{called}'.",
                f"Remove the certificate, or declare it in {definition.file} and rebuild the package.",
            )
