"""Decide: which version of which certificate each role gets, and what stands against it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cses_action.errors import AzureError, Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.planning.certificates import newest_good
from cses_action.planning.model import CertificateStatus, RoleCertificate
from cses_action.planning.observe import Observed
from cses_action.planning.search import Address, Findings
from cses_action.planning.suitability import (
    detail_problems,
    detail_warnings,
    host_problems,
    https_certificates,
    serves,
)
from cses_action.planning.vaults import vault_problems, vault_warnings
from cses_action.project import Project
from cses_action.project.configuration import Configuration, ConfiguredCertificate
from cses_action.resources import Certificate


@dataclass(frozen=True)
class Resolution:
    """What was found for the configuration."""

    statuses: tuple[CertificateStatus, ...]
    certificates: tuple[RoleCertificate, ...]
    """The usable ones."""
    problems: tuple[Problem, ...]
    """What stands against the configuration, each with its line."""
    vault_problems: tuple[Problem, ...]
    warnings: tuple[str, ...]

    def refuse(self) -> None:
        """Raise all that stands against it; what can be mended in a file comes first."""
        if self.problems:
            raise ProjectError.of((*self.problems, *self.vault_problems))
        if self.vault_problems:
            raise AzureError.of(self.vault_problems)


def resolve(inputs: Inputs, project: Project, observed: Observed) -> Resolution:
    """Return what each role gets, and everything that stands against it."""
    findings = observed.certificates
    configuration = project.configuration
    endpoints = https_certificates(project, observed)
    statuses = []
    found = []
    warnings = []
    problems = list(_url_problems(configuration, findings))
    for role, named in _named(configuration):
        candidates = findings.candidates(named.thumbprint)
        status = _status(role, named, candidates, findings)
        statuses.append(status)
        best = RoleCertificate(role, named.name, candidates[0], status.status) if candidates else None
        if best and not findings.fault(best.certificate):
            found.append(best)
            problems += detail_problems(configuration, best, findings.details)
        elif best and best.certificate.enabled and endpoints and not serves(best, endpoints):
            # Roles decrypt with such a certificate for years: its dates matter to clients of https alone.
            found.append(best)
            warnings.append(f"{best.who} {findings.fault(best.certificate)}. It serves no https, and is deployed.")
        elif best or not _is_told(named, findings):
            problems.append(_problem(configuration.file, role, named, candidates, findings))
    problems += host_problems(inputs, project, endpoints, found, findings.details)
    stands_against, warns = _vaults(found, observed)
    return Resolution(
        tuple(statuses),
        tuple(found),
        tuple(problems),
        stands_against,
        (*warnings, *detail_warnings(found, findings.details), *warns),
    )


def accept(
    inputs: Inputs, project: Project, certificates: tuple[RoleCertificate, ...], observed: Observed
) -> Resolution:
    """Return certificates that have been chosen already, with what stands against them and their vaults."""
    findings, loaded = observed.certificates, live.secret_urls(observed.service)
    details = findings.details
    seen = [each for each in certificates if each.certificate.secret_url in details]
    new = [each for each in seen if findings.as_loaded(each.certificate, loaded).secret_url not in loaded]
    problems = [found for each in new for found in detail_problems(project.configuration, each, details)]
    endpoints = https_certificates(project, observed)
    everything = {f"{role}/{named.name}".lower() for role, named in _named(project.configuration)}
    # One that was not looked at may hold the names.
    if (endpoints & everything or everything) <= {f"{each.role}/{each.name}".lower() for each in seen}:
        problems += host_problems(inputs, project, endpoints, seen, details)
    stands_against, warns = _vaults(certificates, observed)
    return Resolution((), certificates, tuple(problems), stands_against, (*detail_warnings(new, details), *warns))


def _vaults(
    certificates: Sequence[RoleCertificate], observed: Observed
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Return what stands against the vaults that certificates come from, and warnings about them."""
    vaults = list({each.certificate.vault.id: each.certificate.vault for each in certificates}.values())
    return tuple(vault_problems(vaults, observed.service)), tuple(vault_warnings(vaults))


def _named(configuration: Configuration) -> Iterator[tuple[str, ConfiguredCertificate]]:
    for role in configuration.roles:
        for named in role.certificates:
            yield role.name, named


def _status(
    role: str, named: ConfiguredCertificate, candidates: tuple[Certificate, ...], findings: Findings
) -> CertificateStatus:
    if not candidates:
        return CertificateStatus(role, named.name, named.thumbprint, "Not found", None)
    best = candidates[0]
    fault = findings.fault(best)
    notes = [f"but {fault}"] if fault else []
    details = findings.details.get(best.secret_url)
    if details and details.self_signed:
        notes.append("self-signed")
    if others := dict.fromkeys(each.vault.id.name for each in candidates if each.vault.id != best.vault.id):
        notes.append(f"also in {', '.join(others)}")
    return CertificateStatus(role, named.name, named.thumbprint, ", ".join(["Found", *notes]), best)


def _problem(
    file: str,
    role: str,
    named: ConfiguredCertificate,
    candidates: tuple[Certificate, ...],
    findings: Findings,
) -> Problem:
    who = f"{role}'s certificate {named.name}, thumbprint {named.thumbprint},"
    left_out = next((each for each in findings.left_out if each.thumbprint == named.thumbprint), None)
    if left_out:
        message = f"{who} is {left_out.name} in key vault {left_out.vault.id.name}, which certificate-name leaves out"
        fix = "Correct certificate-name, or leave it out."
    elif not candidates:
        message = f"{who} was not found in the key vaults"
        fix = (
            "Set the thumbprint to one that the vault has, import the certificate there, "
            f"or name its vault in key-vault. {_recoverable(findings)}{findings.where}"
        )
    else:
        best = candidates[0]
        held = f"key vault {best.vault.id.name}, certificate {best.name}, version {best.version}"
        message, fix = f"{who} {findings.fault(best)} ({held})", _mend(best, findings)
    return Problem(message=message, fix=fix, file=file, line=named.line, column=named.column)


def _mend(certificate: Certificate, findings: Findings) -> str:
    """Return what helps against a version that is there and cannot be used."""
    vault = certificate.vault.id.name
    enable = (
        f"Enable it: az keyvault certificate set-attributes --vault-name {vault} --name {certificate.name} "
        f"--version {certificate.version} --enabled true"
    )
    shelf = next(each for each in findings.shelves if certificate in each)
    newest = newest_good(shelf, findings.now, findings.minimum_days_left).best
    other = (
        f"set the thumbprint to {newest.thumbprint}, its newest good version"
        if newest
        else "renew it in the key vault, then change the thumbprint"
    )
    if not certificate.enabled:
        return f"{enable}; or {other}."
    return f"{other[0].upper()}{other[1:]}."


def _recoverable(findings: Findings) -> str:
    commands = [
        f"A deleted certificate of this name can be recovered: az keyvault certificate recover "
        f"--vault-name {vault.id.name} --name {name}. "
        for vault, name in findings.deleted
    ]
    return "".join(commands)


def _is_told(named: ConfiguredCertificate, findings: Findings) -> bool:
    """Return whether certificate-url leads to another version of this certificate, which is told already."""
    return any(
        named.thumbprint in [each.thumbprint for each in findings.shelf(address)] for address in findings.addresses
    )


def _url_problems(configuration: Configuration, findings: Findings) -> Iterator[Problem]:
    names = [named for _, named in _named(configuration)]
    thumbprints = {each.thumbprint for each in names}
    for address in findings.addresses:
        certificate = findings.addressed(address)
        if certificate is not None and certificate.thumbprint in thumbprints:
            continue
        shelf = {each.thumbprint for each in findings.shelf(address)}
        place = next((each for each in names if each.thumbprint in shelf), names[0])
        message, fix = _unfit(address, certificate, findings)
        yield Problem(message=message, fix=fix, file=configuration.file, line=place.line, column=place.column)


def _unfit(address: Address, certificate: Certificate | None, findings: Findings) -> tuple[str, str]:
    """Return why an entry of certificate-url leads to nothing that the configuration names."""
    what = f"certificate-url: certificate {address.name} in key vault {address.vault.id.name}"
    shelf = findings.shelf(address)
    if certificate is not None:
        kind = f"version {certificate.version}"
        if not address.version:
            passed = newest_good(shelf, findings.now, findings.minimum_days_left).reasons
            kind = f"the newest good {kind}" + (f" ({passed})" if passed else "")
        message = (
            f"{what}: {kind} has the thumbprint {certificate.thumbprint}, which no role of the configuration names"
        )
        return (
            message,
            f"Set the thumbprint to {certificate.thumbprint}, or give the URL of the version that it names.",
        )
    if not shelf:
        return f"{what} was not found", f"Correct certificate-url. {_recoverable(findings)}".strip()
    if address.version:
        return f"{what} has no version {address.version}", f"Correct certificate-url. {findings.where}"
    reasons = newest_good(shelf, findings.now, findings.minimum_days_left).reasons
    return f"{what} has no good version: {reasons}", "Renew it in the key vault, then change the thumbprint."
