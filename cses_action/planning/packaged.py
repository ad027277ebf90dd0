"""The package against what runs: what an update would bring, take away, or make anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cses_action.planning import live, tags
from cses_action.planning.proof import https_endpoints
from cses_action.ports import Json

if TYPE_CHECKING:
    from cses_action.project.definition import Definition
    from cses_action.project.package import Package


def warn_of_package(package: Package | None, service: Json) -> list[str]:
    """Return what a package changes of the roles and endpoints that run; nothing if it cannot be looked into."""
    definition = package.definition if package else None
    return [*_roles(definition, service), *_endpoints(definition, service)] if definition else []


def _roles(definition: Definition, service: Json) -> Iterator[str]:
    packed = {role.name.lower(): role for role in definition.roles}
    running = {live.text(role, "name").lower(): role for role in live.roles(service)}
    for key, role in packed.items():
        if key not in running:
            yield f"Role {role.name} is new: the service does not have it yet."
        elif role.vmsize and role.vmsize.lower() != (size := live.text(running[key], "sku", "name")).lower():
            yield (
                f"Role {role.name} runs on {size}, and the package says {role.vmsize}: its machines are made anew. "
                "Only allowModelOverride, which is not sent, would let the size of the service win."
            )
    for key, row in running.items():
        if key not in packed:
            yield (
                f"Role {live.text(row, 'name')} runs and is not in the package: this update removes it, "
                "with its instances and what lies on their disks."
            )


def _endpoints(definition: Definition, service: Json) -> Iterator[str]:
    """Yield the https endpoints that an earlier run wrote down and the package lacks: no read shows others."""
    packed = {_port(each) for each in https_endpoints(definition)}
    for each in live.tag(service, tags.HTTPS).split():
        if _port(each) not in packed:
            yield f"The https endpoint {each}, which runs, is not in the package: it would disappear."


def _port(endpoint: str) -> tuple[str, str]:
    return endpoint.partition("/")[0].lower(), endpoint.rpartition(":")[2]
