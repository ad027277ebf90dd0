"""Reading the service as Azure returns it, by the names of the contract (api-version 2024-11-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cses_action.ports import Json
from cses_action.resources import ResourceId, SecretUrl

BUSY = ("creating", "updating", "deleting")
"""Provisioning states in which nothing may be started: parallel mutations can end in an unrecoverable error."""


def member(json: object, *names: str) -> Any:
    """Return what lies at this path, whatever the case of the names; None if there is nothing.

    Requests and swaggers spell ``frontendIPConfigurations``, answers ``frontendIpConfigurations``.
    """
    for name in names:
        if not isinstance(json, Mapping):
            return None
        json = next((value for key, value in json.items() if key.lower() == name.lower()), None)
    return json


def text(json: object, *names: str) -> str:
    """Return the text at this path, or an empty one."""
    value = member(json, *names)
    return value if isinstance(value, str) else ""


def rows(json: object, *names: str) -> list[Json]:
    """Return the objects of the list at this path."""
    value = member(json, *names)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def provisioning_state(service: Json) -> str:
    """Return the provisioning state, for example ``Succeeded``."""
    return text(service, "properties", "provisioningState")


def roles(service: Json) -> list[Json]:
    """Return the roles of the role profile."""
    return rows(service, "properties", "roleProfile", "roles")


def capacity(role: Json) -> int:
    """Return how many instances a role has."""
    value = member(role, "sku", "capacity")
    return value if isinstance(value, int) else 0


def tags(service: Json) -> dict[str, str]:
    """Return the tags."""
    found = member(service, "tags")
    return dict(found) if isinstance(found, Mapping) else {}


def tag(service: Json, name: str) -> str:
    """Return the value of a tag; Azure compares their names without case."""
    return text(tags(service), name)


def public_ip(service: Json) -> ResourceId | None:
    """Return the public IP of the service's load balancer; None behind an internal one only."""
    for balancer in rows(service, "properties", "networkProfile", "loadBalancerConfigurations"):
        for frontend in rows(balancer, "properties", "frontendIpConfigurations"):
            if found := text(frontend, "properties", "publicIPAddress", "id"):
                return ResourceId(found)
    return None


def secret_urls(service: Json) -> frozenset[SecretUrl]:
    """Return the vault secrets that the service loads."""
    groups = rows(service, "properties", "osProfile", "secrets")
    return frozenset(
        SecretUrl(text(each, "certificateUrl")) for group in groups for each in rows(group, "vaultCertificates")
    )


def extension_names(service: Json) -> list[str]:
    """Return the names of the extensions."""
    return [text(each, "name") for each in rows(service, "properties", "extensionProfile", "extensions")]


def stopped(view: Json) -> bool:
    """Return whether the service itself is stopped.

    Only a power state other than started means stopped; none counts as started, and role states never decide
    (what a stopped service shows is not recorded).
    """
    codes = [text(status, "code").lower() for status in rows(view, "statuses")]
    return any(code.startswith("powerstate/") and code != "powerstate/started" for code in codes)
