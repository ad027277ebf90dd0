"""The package against what runs: what an update would bring, take away, or make anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cses_action.planning import live, tags
from cses_action.planning.difference import NOTHING, role_changes
from cses_action.planning.proof import https_endpoints
from cses_action.ports import Json

if TYPE_CHECKING:
    from cses_action.project.definition import Definition
    from cses_action.project.package import Package

_RESIZED = (
    " Azure takes the size from the package and makes the machines anew: only allowModelOverride, which is not sent, "
    "would let the size of the service win."
)


def warn_of_package(package: Package | None, service: Json) -> list[str]:
    """Return what a package changes of the roles and endpoints that run; nothing if it cannot be looked into."""
    definition = package.definition if package else None
    return [*_roles(definition, service), *_endpoints(definition, service)] if definition else []


def warn_of_roles(before: list[Json], after: list[Json]) -> list[str]:
    """Return which roles run in another number or size than they will, and what would keep the size."""
    sizes = {live.text(role, "name").lower(): live.text(role, "sku", "name") for role in before}
    resized = {
        live.text(role, "name")
        for role in after
        if live.text(role, "sku", "name") != sizes.get(live.text(role, "name").lower())
    }
    return [
        f"{role.subject} runs {role.before} now; this update makes it {role.after}."
        + (_RESIZED if role.subject in resized else "")
        for role in role_changes(before, after)
        if NOTHING not in (role.before, role.after)
    ]


def _roles(definition: Definition, service: Json) -> Iterator[str]:
    packed = {role.name.lower(): role for role in definition.roles}
    running = {live.text(role, "name").lower(): role for role in live.roles(service)}
    for key, role in packed.items():
        if key not in running:
            yield f"Role {role.name} is new: the service does not have it yet."
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
