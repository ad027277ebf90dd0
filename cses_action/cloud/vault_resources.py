"""Key vaults as Azure Resource Manager has them: by name, by resource id, or by the address of their certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock
from urllib.parse import urlsplit

from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.failures import Advice
from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.ports import Json
from cses_action.resources import ResourceId, Vault

API_VERSION = "2023-07-01"
LIST_API_VERSION = "2021-04-01"
_TYPE = "Microsoft.KeyVault/vaults"
_MISSING = "Correct key-vault (its name alone, or its resource id) or key-vault-resource-group."
_PAGES = 50
_NAME = r"[A-Za-z][A-Za-z0-9-]{2,23}"


class VaultResources:
    """The key vaults of the subscription, first of all those in the named resource group."""

    def __init__(self, inputs: Inputs, manager: ResourceManager) -> None:
        self._subscription = f"/subscriptions/{inputs.subscription_id}"
        self._group = inputs.key_vault_resource_group
        self._manager = manager
        self._lock = Lock()
        self._listed: list[ResourceId] | None = None
        self._policies: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def locate(self, vault: str) -> Vault:
        """Return the vault with this name, resource id or https address; its id is Azure's own, never made up."""
        if vault.startswith("https://"):
            return self._by_address(vault)
        if vault.startswith("/"):
            return self._read(vault, missing=f"Correct the resource id in key-vault: {vault}")
        found = self._in_group(vault) or self._only(vault, self._named(vault))
        return found if isinstance(found, Vault) else self._read(str(found))

    def permissions(self, vault: Vault, object_id: str) -> tuple[str, ...] | None:
        """Return what the access policies let somebody do with certificates; None if there is no policy for it."""
        return self._policies.get(vault.uri, {}).get(object_id.lower())

    def _in_group(self, name: str) -> Vault | None:
        """Return the vault of this name in the named resource group, if it is there."""
        try:
            return self._read(f"{self._subscription}/resourceGroups/{self._group}/providers/{_TYPE}/{name}")
        except AzureError as failure:
            # Anything else than "there is none" would be as true of the whole subscription.
            if getattr(failure.__cause__, "status_code", None) != 404:
                raise
            return None

    def _named(self, name: str) -> list[ResourceId]:
        return [each for each in self._all() if each.name.lower() == name.lower()]

    def _only(self, name: str, found: list[ResourceId]) -> ResourceId:
        if len(found) == 1:
            return found[0]
        if found:
            raise AzureError(
                f"Several key vaults are called {name}: {', '.join(str(each) for each in found)}",
                fix="Give the resource id of the right one in key-vault.",
            )
        raise AzureError(
            f"Key vault {name} is neither in resource group {self._group} nor elsewhere in the subscription",
            fix="Correct key-vault (its name alone, or its resource id), key-vault-resource-group or "
            "subscription-id, or grant the principal Reader on the vault: without it Azure does not list it.",
        )

    def _by_address(self, url: str) -> Vault:
        """Return the vault whose certificates have this address; in public clouds its name begins the host."""
        host = urlsplit(url).netloc.lower().removesuffix(":443")
        name = host.partition(".")[0]
        if re.fullmatch(_NAME, name) and (found := self._in_group(name)) and _has(found, host):
            return found
        for candidate in self._named(name) or self._all():
            found = self._read(str(candidate))
            if _has(found, host):
                return found
        raise AzureError(
            f"No key vault of the subscription has the address {url}",
            fix="Correct certificate-url or subscription-id, or grant the principal Reader on the vault: without it "
            "Azure does not list it.",
        )

    def _all(self) -> list[ResourceId]:
        """Return the ids of the subscription's vaults; they are listed once."""
        with self._lock:
            if self._listed is None:
                self._listed = [ResourceId(live.text(each, "id")) for each in self._list()]
            return self._listed

    def _list(self) -> Iterable[Json]:
        what, advice = "List the key vaults of the subscription", Advice("Grant the principal Reader on them.")
        path = f"{self._subscription}/resources?$filter=resourceType%20eq%20'{_TYPE}'"
        for _ in range(_PAGES):
            page = self._manager.get(path, LIST_API_VERSION, what=what, advice=advice)
            # A server that does not know the filter would list everything.
            yield from (each for each in live.rows(page, "value") if live.text(each, "type").lower() == _TYPE.lower())
            path = live.text(page, "nextLink")
            if not path:
                return

    def _read(self, path: str, missing: str = _MISSING) -> Vault:
        resource = ResourceId(path)
        name = resource.name
        grant = (
            f"Grant the principal Reader on the key vault {name} (Microsoft.KeyVault/vaults/read), "
            "and Microsoft.KeyVault/vaults/deploy/action for the update."
        )
        elsewhere = f"/subscriptions/{resource.part('subscriptions')}".lower() != self._subscription.lower()
        advice = Advice(grant, missing, elsewhere=elsewhere)
        found = self._manager.get(path, API_VERSION, what=f"Read key vault {name}", advice=advice)
        properties = live.member(found, "properties")
        uri = live.text(properties, "vaultUri")
        if not uri.startswith("https://"):
            raise AzureError(f"Key vault {name} has no https address", fix=advice.missing)
        self._policies[uri] = {
            live.text(each, "objectId").lower(): tuple(live.member(each, "permissions", "certificates") or ())
            for each in live.rows(properties, "accessPolicies")
        }
        return Vault(
            ResourceId(live.text(found, "id")),
            uri,
            enabled_for_deployment=live.member(properties, "enabledForDeployment") is True,
            location=live.text(found, "location"),
            rbac=live.member(properties, "enableRbacAuthorization") is True,
            closed=_closed(properties),
        )


def _has(vault: Vault, host: str) -> bool:
    return urlsplit(vault.uri).netloc.lower().removesuffix(":443") == host


def _closed(properties: Json) -> str:
    if live.text(properties, "publicNetworkAccess").lower() == "disabled":
        return "its public network access is disabled, so that only private endpoints lead to it"
    if live.text(properties, "networkAcls", "defaultAction").lower() == "deny":
        trusted = live.text(properties, "networkAcls", "bypass").lower() == "azureservices"
        azure = "trusted Microsoft services" if trusted else "not even trusted Microsoft services"
        return f"its network rules let in only known addresses and networks, and {azure}"
    return ""
