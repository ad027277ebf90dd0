"""What can be changed while the sandbox runs; the package's docstring explains each."""

from __future__ import annotations

import re
from typing import Any, Literal, TypedDict

Json = dict[str, Any]


class Stuck(TypedDict):
    """The state in which an instance stays, and what it says of itself."""

    state: str
    message: str


class Described(TypedDict, total=False):
    """One version of a certificate; ``since`` and ``until`` are days from now."""

    since: float
    until: float
    enabled: bool
    key: Literal["RSA", "EC"]
    size: int
    names: list[str]
    exportable: bool
    content_type: str


class Settings(TypedDict, total=False):
    """How the sandbox behaves from now on."""

    roles: list[str]
    denied: list[str]
    live: Json
    power: Literal["started", "stopped"]
    operation_error: Json
    final_state: str
    stuck: dict[str, Stuck]
    served: str
    public_ip: str
    enabled_for_deployment: bool
    vaults: dict[str, Json]
    certificates: dict[str, dict[str, list[Described]]]
    crowd: dict[str, int]
    deleted: dict[str, list[str]]
    certificate_seconds: float
    shared_keys: bool
    page_size: int
    operation_seconds: float
    start_seconds: float


class Order(TypedDict, total=False):
    """What happens to the next requests that match."""

    service: str
    method: str
    path: str
    times: int
    delay: float
    drop: Literal["before", "after"]
    status: int
    headers: dict[str, str]
    body: Any


def start_settings(operation_seconds: float, start_seconds: float) -> Settings:
    """Return the settings of an Azure on a good day."""
    return Settings(
        roles=["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"],
        denied=[],
        operation_error={},
        final_state="Succeeded",
        stuck={},
        served="",
        public_ip="127.0.0.1",
        enabled_for_deployment=True,
        vaults={},
        certificate_seconds=0.1,
        shared_keys=True,
        # The most that Key Vault puts on a page.
        page_size=25,
        operation_seconds=operation_seconds,
        start_seconds=start_seconds,
    )


def unknown_names(given: Json, kind: type[Settings | Order]) -> list[str]:
    """Return the names in ``given`` that are no settings, or no parts of an order."""
    return sorted(set(given) - set(kind.__annotations__))


class Orders:
    """The orders that are still to be carried out, in the order they were given."""

    def __init__(self) -> None:
        self._open: list[Order] = []

    def __len__(self) -> int:
        return len(self._open)

    def add(self, order: Order) -> None:
        """Take an order."""
        self._open.append(Order(**order))

    def take(self, service: str, method: str, path: str) -> Order:
        """Return the first order that matches this request, and count it; empty if there is none."""
        for order in self._open:
            if _matches(order, service, method, path):
                order["times"] = order.get("times", 1) - 1
                if order["times"] <= 0:
                    self._open.remove(order)
                return order
        return Order()


def _matches(order: Order, service: str, method: str, path: str) -> bool:
    return (
        order.get("service", service) == service
        and order.get("method", method).upper() == method
        and re.search(order.get("path", ""), path, re.IGNORECASE) is not None
    )


def merge(target: Json, changes: Json) -> None:
    """Change ``target`` in place: objects are merged, None removes, anything else replaces."""
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        else:
            target[name] = value
