"""Decide: whether Azure lets the cloud service load certificates from a key vault. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cses_action.errors import Problem
from cses_action.planning import live
from cses_action.ports import Json
from cses_action.resources import ResourceId, Vault


def vault_problems(vaults: Sequence[Vault], service: Json) -> Iterator[Problem]:
    """Return what Azure would refuse: another subscription or region, and a vault that is closed to deployments."""
    for vault in vaults:
        facts = _differences(vault, service)
        if facts:
            yield Problem(
                message=f"Key vault {vault.id.name} {' and '.join(facts)}: Azure loads certificates only from a "
                "vault of the service's own subscription and region (its resource group may be another)",
                fix="Put the certificate into a vault there, and name that one in key-vault.",
            )
        if not vault.enabled_for_deployment:
            # Microsoft's own validator of New-AzCloudService refuses this too.
            yield Problem(
                message=f"Key vault {vault.id.name} is not enabled for deployment: "
                "the cloud service could not load certificates",
                fix=f"az keyvault update --name {vault.id.name} --enabled-for-deployment true",
            )


def vault_warnings(vaults: Sequence[Vault]) -> Iterator[str]:
    """Return warnings about vaults that do not let everybody in."""
    for vault in vaults:
        if vault.closed:
            yield (
                f"Key vault {vault.id.name}: {vault.closed}. It let this run in; Azure must get in too when it "
                "deploys (allow trusted Microsoft services)."
            )


def _differences(vault: Vault, service: Json) -> list[str]:
    own = ResourceId(live.text(service, "id")).part("subscriptions")
    theirs = vault.id.part("subscriptions")
    here, there = live.text(service, "location"), vault.location
    found = []
    if own and theirs and own.lower() != theirs.lower():
        found.append(f"is in subscription {theirs}, the cloud service in {own}")
    if here and there and _region(here) != _region(there):
        found.append(f"is in region {there}, the cloud service in {here}")
    return found


def _region(location: str) -> str:
    """Return a region in one spelling: ``East US`` and ``eastus`` are the same."""
    return location.replace(" ", "").lower()
