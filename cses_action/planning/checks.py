"""What stands against an update, found before anything is touched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from cses_action.errors import AzureError, Problem, ProjectError
from cses_action.planning import live
from cses_action.planning.certificates import ends
from cses_action.planning.model import RoleCertificate
from cses_action.ports import Json
from cses_action.project import Project
from cses_action.project.configuration import Configuration
from cses_action.resources import Certificate, SecretUrl

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


def warn_of_older(
    configuration: Configuration,
    certificates: tuple[RoleCertificate, ...],
    shelves: Sequence[tuple[Certificate, ...]],
    loaded: Collection[SecretUrl],
) -> list[str]:
    """Return warnings about certificates that would go back to an older version than the service loads.

    That is what a configuration does that was taken from the repository before a renewal.
    """
    named = {each.thumbprint for role in configuration.roles for each in role.certificates}
    warnings = []
    for each in certificates:
        versions = next((shelf for shelf in shelves if each.certificate in shelf), (each.certificate,))
        for newer in versions[: versions.index(each.certificate)]:
            if newer.secret_url in loaded and newer.thumbprint not in named:
                until = f", until {newer.expires_on:%Y-%m-%d}" if newer.expires_on else ""
                warnings.append(
                    f"{each.who} goes back to an older version: the service has {newer.thumbprint} of the same "
                    f"certificate{until}. If that is not meant, put this thumbprint into {configuration.file}."
                )
                break
    return warnings


def warn_of_certificates(certificates: tuple[RoleCertificate, ...], now: datetime) -> list[str]:
    """Return warnings about certificates that clients soon will not accept."""
    warnings = []
    for each in certificates:
        who = f"{each.role}'s certificate {each.name} ({each.certificate.thumbprint})"
        days = each.certificate.days_left(now)
        if days is not None and days < FEW_DAYS:
            warnings.append(
                f"{who} {ends(each.certificate, now)}. Renew it in the key vault, then change the thumbprint."
            )
    return warnings
