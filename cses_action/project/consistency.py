"""Whether definition and configuration belong together, before Azure is asked.

The wording of Azure and of Microsoft's own validator (New-AzCloudService) is used where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.errors import Problem, ProjectError
from cses_action.project.configuration import Configuration, ConfiguredRole
from cses_action.project.definition import DefinedRole, Definition

PLUGINS = "microsoft.windowsazure.plugins."
"""Start of the names that an imported module adds: the definition does not list them before it is packed."""

_SUCCESSORS = {
    "extrasmall": "Standard_A1_v2",
    "small": "Standard_A1_v2",
    "a0": "Standard_A1_v2",
    "a1": "Standard_A1_v2",
    "medium": "Standard_A2_v2",
    "a2": "Standard_A2_v2",
    "large": "Standard_A4_v2",
    "a3": "Standard_A4_v2",
    "extralarge": "Standard_A8_v2",
    "a4": "Standard_A8_v2",
    "a5": "Standard_A2m_v2",
    "a6": "Standard_A4m_v2",
    "a7": "Standard_A8m_v2",
}
"""Sizes of the classic service and what replaces them (deploy-prerequisite.md of Microsoft's documentation)."""
_WITHOUT_SUCCESSOR = {"a8", "a9", "a10", "a11", "msodsg5"}


def check_pair(definition: Definition, configuration: Configuration) -> None:
    """Refuse a pair that Azure would refuse, or that could not serve HTTPS; one error names all reasons."""
    problems = [*_size_problems(definition), *_role_problems(definition, configuration)]
    configured = {role.name.lower(): role for role in configuration.roles}
    for role in definition.roles:
        problems += _undeclared_endpoint_certificates(definition.file, role)
        if other := configured.get(role.name.lower()):
            problems += _certificate_problems(definition, role, configuration.file, other)
            problems += _setting_problems(role, configuration.file, other)
    if problems:
        raise ProjectError.of(tuple(problems))


def _size_problems(definition: Definition) -> Iterator[Problem]:
    for role in definition.roles:
        old = role.vmsize.lower()
        if not role.vmsize:
            message = f"Role {role.name} has no vmsize, which means Small: extended support does not have it"
            fix = f'Add vmsize="{_SUCCESSORS["small"]}", then rebuild the package.'
        elif old in _SUCCESSORS:
            message = f"Role {role.name} has the vmsize {role.vmsize}, which extended support does not have"
            fix = f'Set vmsize="{_SUCCESSORS[old]}", then rebuild the package.'
        elif old in _WITHOUT_SUCCESSOR:
            message = f"Role {role.name} has the vmsize {role.vmsize}, which is gone without a successor"
            fix = 'Choose another size, for example vmsize="Standard_D2_v2", then rebuild the package.'
        else:
            continue
        yield Problem(message=message, fix=fix, file=definition.file, line=role.vmsize_line)


def _role_problems(definition: Definition, configuration: Configuration) -> Iterator[Problem]:
    start = "The CSCFG did not match the CSDEF. More details: No role named"
    defined = {role.name.lower() for role in definition.roles}
    for role in configuration.roles:
        if role.name.lower() not in defined:
            yield Problem(
                message=f"{start} '{role.name}' found in the service definition file.",
                fix=f"Remove the role, or add it to {definition.file} and rebuild the package.",
                file=configuration.file,
                line=role.line,
            )
    configured = {role.name.lower() for role in configuration.roles}
    for missing in definition.roles:
        if missing.name.lower() not in configured:
            yield Problem(
                message=f"{start} '{missing.name}' found in the service configuration file.",
                fix=f'Add <Role name="{missing.name}"> with its <Instances count="2" />.',
                file=configuration.file,
                line=configuration.document.root.line,
            )


def _undeclared_endpoint_certificates(file: str, role: DefinedRole) -> Iterator[Problem]:
    declared = {certificate.name.lower() for certificate in role.certificates}
    for endpoint in role.endpoints:
        name = endpoint.certificate
        if name and name.lower() not in declared:
            yield Problem(
                message=f"Endpoint {endpoint.name} names certificate {name}, which role {role.name} does not declare",
                fix=f'Add <Certificate name="{name}" storeLocation="LocalMachine" storeName="My" /> to the '
                f"<Certificates> of role {role.name}, then rebuild the package.",
                file=file,
                line=endpoint.line,
            )


def _certificate_problems(
    definition: Definition, role: DefinedRole, file: str, configured: ConfiguredRole
) -> Iterator[Problem]:
    given = {certificate.name.lower() for certificate in configured.certificates}
    for endpoint in role.endpoints:
        name = endpoint.certificate
        if endpoint.protocol == "https" and name.lower() not in given:
            yield Problem(
                message=f"Role {role.name} has no thumbprint for certificate {name} of endpoint {endpoint.name}",
                fix=f'Add <Certificate name="{name}" thumbprint="…" thumbprintAlgorithm="sha1" /> to the '
                f"<Certificates> of role {role.name}.",
                file=file,
                line=configured.line,
            )
    declared = {certificate.name.lower() for certificate in role.certificates}
    for certificate in configured.certificates:
        if certificate.name.lower() not in declared and not _of_plugin(certificate.name):
            yield Problem(
                message="The service definition file does not provide a certificate definition for certificate "
                f"'{certificate.name}' for role '{role.name}'.",
                fix=f"Remove the certificate, or declare it in {definition.file} and rebuild the package.",
                file=file,
                line=certificate.line,
                column=certificate.column,
            )


def _setting_problems(role: DefinedRole, file: str, configured: ConfiguredRole) -> Iterator[Problem]:
    for setting in configured.settings:
        if setting.name not in role.settings and not _of_plugin(setting.name):
            yield Problem(
                message=f"Setting '{setting.name}' for role '{role.name}' specified in the service configuration "
                "file is not declared in the service definition file.",
                fix="Remove the setting, or declare it in the definition and rebuild the package.",
                file=file,
                line=setting.line,
            )
    given = {setting.name for setting in configured.settings}
    for name in role.settings:
        if name not in given:
            yield Problem(
                message=f"Role {role.name} has no value for setting {name}, which the definition declares",
                fix=f'Add <Setting name="{name}" value="…" /> to the <ConfigurationSettings> of role {role.name}.',
                file=file,
                line=configured.line,
            )


def _of_plugin(name: str) -> bool:
    return name.lower().startswith(PLUGINS)
