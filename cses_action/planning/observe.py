"""Look: everything the plan needs to know of Azure, by reads alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from cses_action.errors import AzureError, Problem
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.planning.model import RoleCertificate
from cses_action.ports import CertificateVaults, Cloud, Json
from cses_action.project import Project
from cses_action.resources import Certificate, PublicAddress, Vault
from cses_action.values import Thumbprint


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What Azure holds now."""

    service: Json
    stopped: bool
    found: Mapping[Thumbprint, Certificate]
    """The vaults' certificates that the configuration names."""
    searched: str
    """Where was looked for them, and what can be used there, in words for a remedy."""
    address: PublicAddress
    address_problem: str
    """Why the public address is unknown; empty if it is known."""
    now: datetime
    left_out: Mapping[Thumbprint, Certificate] = field(default_factory=dict)
    """Those that the vaults hold under names other than the input certificate-name."""


def observe(cloud: Cloud, inputs: Inputs, project: Project, now: datetime) -> Observed:
    """Return what Azure holds now; one AzureError names everything that could not be read."""
    roles = project.configuration.roles
    wanted = frozenset(certificate.thumbprint for role in roles for certificate in role.certificates)
    jobs: dict[str, Callable[[], Any]] = {
        "service": lambda: _service_and_address(cloud),
        "view": cloud.services.view,
        "certificates": lambda: _search(cloud.vaults, inputs, wanted),
    }
    if inputs.package:
        jobs["storage"] = cloud.packages.check
    results = side_by_side(jobs)
    service, address, problem = results["service"]
    found, searched, left_out = results["certificates"]
    return Observed(
        service=service,
        stopped=live.stopped(results["view"]),
        found=found,
        searched=searched,
        address=address,
        address_problem=problem,
        now=now,
        left_out=left_out,
    )


def observe_beside(cloud: Cloud, service: Json, certificates: tuple[RoleCertificate, ...], now: datetime) -> Observed:
    """Return what Azure holds beside a service and certificates that have been read already."""
    jobs = {"view": cloud.services.view, "address": lambda: _address(cloud, service)}
    results = side_by_side(jobs)
    address, problem = results["address"]
    return Observed(
        service=service,
        stopped=live.stopped(results["view"]),
        found={each.certificate.thumbprint: each.certificate for each in certificates},
        searched="",
        address=address,
        address_problem=problem,
        now=now,
    )


def side_by_side(jobs: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return the results of jobs that do not depend on each other; one AzureError carries all their problems."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - needed only once Azure is asked

    with ThreadPoolExecutor(max_workers=8) as pool:
        futures = {name: pool.submit(job) for name, job in jobs.items()}
    results: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, future in futures.items():
        try:
            results[name] = future.result()
        except AzureError as failure:
            problems += failure.problems
    if problems:
        # One wrong name shows in several reads: the same code with the same remedy is told once.
        told = {(problem.code, problem.fix) if problem.code else problem: problem for problem in reversed(problems)}
        raise AzureError.of(tuple(reversed(told.values())))
    return results


def _service_and_address(cloud: Cloud) -> tuple[Json, PublicAddress, str]:
    service = cloud.services.read()
    return (service, *_address(cloud, service))


def _address(cloud: Cloud, service: Json) -> tuple[PublicAddress, str]:
    """Return the public address, and why it is unknown."""
    public_ip = live.public_ip(service)
    if public_ip is None:
        return PublicAddress(), "the service has no public IP address"
    try:
        address = cloud.network.public_address(public_ip)
    except AzureError as failure:
        return PublicAddress(), "; ".join(str(problem) for problem in failure.problems)
    return address, "" if address.ip else f"the public IP address {public_ip.name} has no address assigned"


def _search(
    vaults: CertificateVaults, inputs: Inputs, wanted: frozenset[Thumbprint]
) -> tuple[dict[Thumbprint, Certificate], str, dict[Thumbprint, Certificate]]:
    """Return the wanted certificates, in words where was looked, and those that certificate-name leaves out."""
    if not wanted:
        return {}, "", {}
    jobs = {name: _in_vault(vaults, name, inputs.certificate_names, wanted) for name in inputs.key_vaults}
    seen: dict[Thumbprint, Certificate] = {}
    newest: dict[str, Certificate] = {}
    for certificates in side_by_side(jobs).values():
        for each in certificates:
            known = seen.get(each.thumbprint)
            if known is None or (each.enabled and not known.enabled):
                seen[each.thumbprint] = each
            if each.enabled:
                newest.setdefault(f"{each.vault.id.name}/{each.name}", each)
    usable = [f"{name} {each.thumbprint}" for name, each in newest.items()]
    only = f" (only the names in certificate-name: {', '.join(inputs.certificate_names)})"
    where = f"Searched: {', '.join(inputs.key_vaults)}{only if inputs.certificate_names else ''}. "
    where += f"Newest there: {', '.join(usable[:5])}." if usable else "There is no usable certificate there."
    found = {thumbprint: each for thumbprint, each in seen.items() if thumbprint in wanted}
    return found, where, _left_out(vaults, inputs, wanted - found.keys())


def _left_out(
    vaults: CertificateVaults, inputs: Inputs, missing: frozenset[Thumbprint]
) -> dict[Thumbprint, Certificate]:
    """Return the missing certificates that a vault holds under another name; nothing if that cannot be read."""
    if not (missing and inputs.certificate_names):
        return {}
    jobs = {name: _in_vault(vaults, name, (), missing) for name in inputs.key_vaults}
    try:
        held = side_by_side(jobs)
    except AzureError:
        # Whoever may read the named certificates alone gets the message without this help.
        return {}
    return {each.thumbprint: each for found in held.values() for each in found if each.thumbprint in missing}


def _in_vault(
    vaults: CertificateVaults, name: str, certificate_names: tuple[str, ...], wanted: frozenset[Thumbprint]
) -> Callable[[], list[Certificate]]:
    def search() -> list[Certificate]:
        vault = vaults.locate(name)
        _refuse_unless_enabled(vault)
        if certificate_names:
            return _versions(vaults, vault, list(certificate_names))
        newest = vaults.newest(vault)
        likely = [each for each, thumbprint in newest.items() if thumbprint in wanted]
        found = _versions(vaults, vault, likely)
        if wanted <= {each.thumbprint for each in found}:
            return found
        # An older version may be wanted: only the lists of versions show those.
        return found + _versions(vaults, vault, [each for each in newest if each not in likely])

    return search


def _versions(vaults: CertificateVaults, vault: Vault, names: list[str]) -> list[Certificate]:
    jobs = {name: partial(vaults.versions, vault, name) for name in names}
    return [each for versions in side_by_side(jobs).values() for each in versions]


def _refuse_unless_enabled(vault: Vault) -> None:
    """Refuse what Microsoft's own validator of New-AzCloudService refuses."""
    if not vault.enabled_for_deployment:
        raise AzureError(
            f"Key vault {vault.id.name} is not enabled for deployment: the cloud service could not load certificates",
            fix=f"az keyvault update --name {vault.id.name} --enabled-for-deployment true",
        )
