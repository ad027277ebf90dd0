"""Look: everything the plan needs to know of Azure, by reads alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.messages import Message
from cses_action.planning import live
from cses_action.planning.search import Findings, Show, search
from cses_action.planning.together import side_by_side
from cses_action.ports import Cloud, Json
from cses_action.project import Project
from cses_action.resources import PublicAddress


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What Azure holds now."""

    service: Json
    stopped: bool
    certificates: Findings
    """What the vaults say of the certificates that the configuration names."""
    address: PublicAddress
    address_problem: str
    """Why the public address is unknown; empty if it is known."""
    now: datetime


def _silent(_message: Message) -> None:
    """Show nothing."""


def observe(cloud: Cloud, inputs: Inputs, project: Project, now: datetime, show: Show = _silent) -> Observed:
    """Return what Azure holds now; one AzureError names everything that could not be read."""
    roles = project.configuration.roles
    wanted = frozenset(certificate.thumbprint for role in roles for certificate in role.certificates)
    jobs: dict[str, Callable[[], Any]] = {
        "service": lambda: _service_and_address(cloud),
        "view": cloud.services.view,
        "certificates": lambda: search(cloud.vaults, inputs, wanted, now, show),
    }
    if inputs.package:
        jobs["storage"] = cloud.packages.check
    results = side_by_side(jobs)
    service, address, problem = results["service"]
    return Observed(
        service=service,
        stopped=live.stopped(results["view"]),
        certificates=results["certificates"],
        address=address,
        address_problem=problem,
        now=now,
    )


def observe_beside(cloud: Cloud, service: Json, findings: Findings, now: datetime) -> Observed:
    """Return what Azure holds beside a service and certificates that have been read already."""
    jobs = {"view": cloud.services.view, "address": lambda: _address(cloud, service)}
    results = side_by_side(jobs)
    address, problem = results["address"]
    return Observed(
        service=service,
        stopped=live.stopped(results["view"]),
        certificates=findings,
        address=address,
        address_problem=problem,
        now=now,
    )


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
