"""What stands against an update, found before anything is touched."""

from __future__ import annotations

from datetime import datetime

from cses_action.errors import AzureError, Problem, ProjectError
from cses_action.planning import live
from cses_action.planning.model import RoleCertificate
from cses_action.planning.observe import Observed
from cses_action.ports import Json
from cses_action.project import Project
from cses_action.project.configuration import Configuration, ConfiguredCertificate

FEW_DAYS = 30


def check_live(service: Json, upgrade_mode: str) -> None:
    """Refuse a service that is being changed, and one whose upgrade mode we cannot walk."""
    state = live.provisioning_state(service)
    if state.lower() in live.BUSY:
        raise AzureError(
            f"The cloud service is {state}: another operation is at work, and two at once can damage the service",
            fix="Wait until its provisioning state is Succeeded or Failed, then run again.",
        )
    if not upgrade_mode and live.text(service, "properties", "upgradeMode").lower() == "manual":
        raise AzureError(
            "The service's upgrade mode is Manual: an update would wait for a walk through the update domains, which "
            "is not built yet, and the old code would keep serving behind a green run",
            fix="Set `upgrade-mode: auto` (or simultaneous); the update then replaces the live mode.",
        )


def check_roles(project: Project, service: Json) -> None:
    """Without a package the roles stay as deployed: refuse a configuration that names others."""
    if project.package:
        return
    configuration = project.configuration
    deployed = {live.text(role, "name").lower(): live.text(role, "name") for role in live.roles(service)}
    named = {role.name.lower() for role in configuration.roles}
    fix = "Give the package and its definition, or name the same roles as the deployed package."
    problems = [
        Problem(
            message=f"Role {role.name} is not in the deployed package",
            fix=fix,
            file=configuration.file,
            line=role.line,
        )
        for role in configuration.roles
        if role.name.lower() not in deployed
    ]
    problems += [
        Problem(message=f"The deployed role {name} is missing", fix=fix, file=configuration.file, line=1)
        for key, name in deployed.items()
        if key not in named
    ]
    if problems:
        raise ProjectError.of(tuple(problems))


def role_certificates(configuration: Configuration, observed: Observed) -> tuple[RoleCertificate, ...]:
    """Return where each certificate of the configuration was found; one error names all that were not."""
    found = []
    problems = []
    for role in configuration.roles:
        for named in role.certificates:
            certificate = observed.found.get(named.thumbprint)
            if certificate is not None and certificate.enabled:
                found.append(RoleCertificate(role.name, named.name, certificate))
            else:
                problems.append(_missing(configuration.file, role.name, named, observed))
    if problems:
        raise ProjectError.of(tuple(problems))
    return tuple(found)


def _missing(file: str, role: str, named: ConfiguredCertificate, observed: Observed) -> Problem:
    who = f"{role}'s certificate {named.name}, thumbprint {named.thumbprint},"
    if certificate := observed.found.get(named.thumbprint):
        vault = certificate.vault.id.name
        message = f"{who} is disabled in key vault {vault}"
        fix = (
            f"az keyvault certificate set-attributes --vault-name {vault} --name {certificate.name} "
            f"--version {certificate.version} --enabled true"
        )
    elif certificate := observed.left_out.get(named.thumbprint):
        vault = certificate.vault.id.name
        message = f"{who} is {certificate.name} in key vault {vault}, which certificate-name leaves out"
        fix = "Correct certificate-name, or leave it out."
    else:
        message = f"{who} was not found in the key vaults"
        fix = (
            f"Set the thumbprint to one that the vault has, import the certificate there, "
            f"or name its vault in key-vault. {observed.searched}"
        )
    return Problem(message=message, fix=fix, file=file, line=named.line, column=named.column)


def warn_of_certificates(certificates: tuple[RoleCertificate, ...], now: datetime) -> list[str]:
    """Return warnings about certificates that clients do not accept, or soon will not."""
    warnings = []
    for each in certificates:
        who = f"{each.role}'s certificate {each.name} ({each.certificate.thumbprint})"
        days = each.certificate.days_left(now)
        starts = each.certificate.not_before
        if days is not None and days < 0:
            warnings.append(
                f"{who} has expired: clients refuse it. Renew it in the key vault, then change the thumbprint."
            )
        elif days is not None and days < FEW_DAYS:
            warnings.append(f"{who} expires in {days} days. Renew it in the key vault, then change the thumbprint.")
        if starts is not None and starts > now:
            warnings.append(f"{who} is not valid before {starts:%Y-%m-%d %H:%M} UTC: clients refuse it until then.")
    return warnings
