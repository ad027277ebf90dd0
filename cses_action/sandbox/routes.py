"""How a path of Azure Resource Manager finds what answers it; paths are compared without case, as in Azure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cses_action.sandbox.wire import Answer, Call, Refusal

Values = Mapping[str, str]

PROVIDERS = r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers"
CLOUD_SERVICE = rf"{PROVIDERS}/Microsoft\.Compute/cloudServices/(?P<name>[^/]+)"


@dataclass(frozen=True)
class Route:
    """A method and a pattern of paths, the action it takes, and what answers."""

    method: str
    pattern: str
    action: str
    handler: Callable[[Call, Values], Answer]


def find(routes: Iterable[Route], call: Call) -> tuple[Route, Values]:
    """Return the route of a request and the names in its path, or refuse."""
    for route in routes:
        match = re.fullmatch(route.pattern, call.path.rstrip("/"), re.IGNORECASE)
        if match is not None and route.method == call.method:
            return route, match.groupdict()
    raise Refusal(404, "InvalidResourceType", f"sandbox: there is no {call.method} {call.path}")


def not_found(kind: str, name: str, group: str) -> Refusal:
    """Return the refusal of a resource that does not exist, as for all of Azure Resource Manager."""
    return Refusal(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
        {"x-ms-failure-cause": "gateway"},
    )
