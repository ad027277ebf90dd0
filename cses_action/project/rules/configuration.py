"""CFG: the configuration alone."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, is_token, missing, place
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import Thumbprint

NO_SERVICE_NAME = Rule("CFG001", "error", "The configuration has no serviceName", source="schema-cscfg-file.md")
DOUBLE_ROLE = Rule("CFG020", "error", "A role is there twice", source="schema-cscfg-role.md")
NO_INSTANCES = Rule("CFG023", "error", "A role has no Instances", source="schema-cscfg-role.md")
COUNT = Rule("CFG024", "error", "An instance count is no whole number", source="schema-cscfg-role.md")
DOUBLE_SETTING = Rule("CFG032", "error", "Two settings of a role have the same name", source="XSD of the SDK 2.7")
NO_VALUE = Rule("CFG033", "error", "A setting has no value", source="XSD of the SDK 2.7")
THUMBPRINT = Rule("CFG042", "error", "A thumbprint has not 40 hexadecimal digits", source="schema-cscfg-role.md")
ALGORITHM = Rule("CFG043", "error", "A thumbprintAlgorithm is not sha1", source="XSD of the SDK 2.7")
DOUBLE_CERTIFICATE = Rule(
    "CFG047", "error", "Two certificates of a role have the same name", source="XSD of the SDK 2.7"
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with a configuration, whatever the definition says."""
    root = document.root
    roles = root.find("Role")
    yield from missing(NO_SERVICE_NAME, document, root, "serviceName")
    if not roles:
        fix = "Add a <Role> for every role of the definition."
        yield NO_INSTANCES.at(document, root, "The configuration has no role", fix)
    yield from doubles(DOUBLE_ROLE, document, roles, "role")
    for role in roles:
        yield from missing(DOUBLE_ROLE, document, role, "name")
        yield from _instances(document, role)
        yield from _settings(document, role)
        yield from _certificates(document, role)


def _instances(document: Document, role: Element) -> Iterator[Finding]:
    name, elements = role.value("name"), role.find("Instances")
    if not elements:
        fix = f'Add <Instances count="2" /> to role {name}.'
        yield NO_INSTANCES.at(document, role, f"Role {name} has no <Instances>", fix)
        return
    count = elements[0].value("count")
    if whole_number(count) is None and not is_token(count):
        message = f'Role {name} has the instance count "{count}", which is no whole number'
        yield COUNT.at(
            document, place(elements[0], "count"), message, 'Set count="2", or another whole number from 0.'
        )


def _settings(document: Document, role: Element) -> Iterator[Finding]:
    settings = role.find("ConfigurationSettings", "Setting")
    yield from doubles(DOUBLE_SETTING, document, settings, "setting", str)
    for setting in settings:
        yield from missing(NO_VALUE, document, setting, "name")
        if "value" not in setting.attributes:
            message = f"Setting {setting.value('name')} has no value"
            yield NO_VALUE.at(document, setting, message, 'Add value="…"; it may be empty.')


def _certificates(document: Document, role: Element) -> Iterator[Finding]:
    certificates = role.find("Certificates", "Certificate")
    yield from doubles(DOUBLE_CERTIFICATE, document, certificates, "certificate")
    for certificate in certificates:
        name = certificate.value("name")
        yield from missing(DOUBLE_CERTIFICATE, document, certificate, "name")
        if certificate.value("thumbprintAlgorithm") != "sha1":
            message = f"Certificate {name} has no thumbprintAlgorithm that Azure knows"
            yield ALGORITHM.at(
                document, place(certificate, "thumbprintAlgorithm"), message, 'Set thumbprintAlgorithm="sha1".'
            )
        if Thumbprint.parse(certificate.value("thumbprint")) is None:
            message = f"Certificate {name} has no thumbprint of 40 hexadecimal digits"
            fix = "Set thumbprint to the 40-digit SHA-1 thumbprint that the key vault shows for the certificate."
            yield THUMBPRINT.at(document, place(certificate, "thumbprint"), message, fix)
