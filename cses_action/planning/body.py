"""The body of the update: what GET gave, less what only the service writes, with our changes in it."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from cses_action.planning import live
from cses_action.ports import Json

_READ_ONLY = ("id", "name", "type", "systemData")
_READ_ONLY_PROPERTIES = ("provisioningState", "uniqueId")


def writable(service: Json) -> Json:
    """Return a copy of the resource without what only the service writes; order and unknown members are kept."""
    body = copy.deepcopy(service)
    for name in _READ_ONLY:
        body.pop(name, None)
    properties = body.setdefault("properties", {})
    for name in _READ_ONLY_PROPERTIES:
        properties.pop(name, None)
    for extension in live.rows(properties, "extensionProfile", "extensions"):
        extension.get("properties", {}).pop("provisioningState", None)
    return body


def role_profile(roles: list[Json], counts: Mapping[str, int], sizes: Mapping[str, str]) -> list[Json]:
    """Return the roles to be sent: in the live order, matched without case, with new counts and, if given, sizes.

    ``sizes`` is empty when no package is sent: sizes then stay as they are.
    """
    live_names = {live.text(role, "name").lower() for role in roles}
    wanted = {name.lower(): name for name in counts}
    new_sizes = {name.lower(): size for name, size in sizes.items()}
    kept = [copy.deepcopy(role) for role in roles if live.text(role, "name").lower() in wanted]
    for role in kept:
        name = live.text(role, "name").lower()
        sku = role.setdefault("sku", {})
        size = new_sizes.get(name, "")
        if size and size.lower() != live.text(sku, "name").lower():
            sku.update(name=size, tier=_tier(size))
        sku["capacity"] = counts[wanted[name]]
    added = [name for name in counts if name.lower() not in live_names]
    return kept + [_role(name, new_sizes.get(name.lower(), ""), counts[name]) for name in added]


def _role(name: str, size: str, count: int) -> Json:
    return {"name": name, "sku": {"name": size, "tier": _tier(size), "capacity": count}}


def _tier(size: str) -> str:
    return size.partition("_")[0]
