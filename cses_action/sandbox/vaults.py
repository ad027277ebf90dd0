"""The key vaults: where each is in Azure, and what it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cses_action.sandbox.access import GROUP, LOCATION, SUBSCRIPTION, TENANT
from cses_action.sandbox.certificates import START, Version, make, new_version
from cses_action.sandbox.settings import Described, Json, Settings, merge

KIND = "Microsoft.KeyVault/vaults"
SECOND = timedelta(seconds=1)


@dataclass
class Pending:
    """A certificate that is being made."""

    csr: bytes
    policy: Json
    version: str = field(default_factory=new_version)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    request: str = field(default_factory=new_version)
    completed: bool = False
    task: asyncio.Task[None] | None = None
    """Kept, because nobody else keeps it: the loop might forget it."""


@dataclass(frozen=True)
class Deleted:
    """A certificate that was deleted and can be recovered: its versions, newest first."""

    versions: tuple[Version, ...]
    when: datetime = field(default_factory=lambda: datetime.now(UTC))


class Vault:
    """A key vault; names of certificates are compared without case, and shown as they were first given."""

    def __init__(self, name: str, uri: str, settings: Settings) -> None:
        self.name = name
        self.uri = uri
        self._settings = settings
        self._held: dict[str, tuple[Version, ...]] = {}
        self.deleted: dict[str, Deleted] = {}
        self.pending: dict[str, Pending] = {}

    @property
    def id(self) -> str:
        """The resource id."""
        changes = self._changes
        subscription, group = changes.get("subscription", SUBSCRIPTION), changes.get("group", GROUP)
        return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{KIND}/{self.name}"

    @property
    def place(self) -> tuple[str, str]:
        """Subscription and resource group, lower case."""
        parts = self.id.lower().split("/")
        return parts[2], parts[4]

    @property
    def resource(self) -> Json:
        """The vault as Azure Resource Manager shows it."""
        found: Json = {
            "id": self.id,
            "name": self.name,
            "type": KIND,
            "location": LOCATION,
            "tags": {},
            "properties": {
                "sku": {"family": "A", "name": "standard"},
                "tenantId": TENANT,
                "accessPolicies": [],
                "enabledForDeployment": self._settings["enabled_for_deployment"],
                "enableSoftDelete": True,
                "softDeleteRetentionInDays": 90,
                "enableRbacAuthorization": True,
                "vaultUri": self.uri,
                "provisioningState": "Succeeded",
                "publicNetworkAccess": "Enabled",
            },
        }
        merge(found, {name: value for name, value in self._changes.items() if name not in ("subscription", "group")})
        return found

    @property
    def properties(self) -> Json:
        """What the vault's owner has decided."""
        properties: Json = self.resource["properties"]
        return properties

    @property
    def location(self) -> str:
        """The region."""
        return str(self.resource["location"])

    @property
    def _changes(self) -> Json:
        return self._settings["vaults"].get(self.name, {})

    def named(self, name: str) -> tuple[Version, ...]:
        """Return the versions of a certificate, newest first; none if there is no such certificate."""
        return self._held.get(name.lower(), ())

    def newest(self) -> list[Version]:
        """Return the newest version of each certificate."""
        return [versions[0] for versions in self._held.values()]

    def find(self, name: str, version: str) -> Version | None:
        """Return one version; an empty ``version`` is the newest."""
        return next((each for each in self.named(name) if version.lower() in ("", each.version)), None)

    def add(self, version: Version) -> Version:
        """Take a new version, and return it as it is held."""
        older = self.named(version.name)
        if older:
            # Key Vault counts time in seconds, and which of two versions is newer must be seen from it.
            created = max(version.created, older[0].created + SECOND)
            version = replace(version, name=older[0].name, created=created)
        self._held[version.name.lower()] = (version, *older)
        return version

    def delete(self, name: str) -> Deleted | None:
        """Delete a certificate, so that it can be recovered; None if there is none."""
        versions = self._held.pop(name.lower(), ())
        if not versions:
            return None
        self.pending.pop(name.lower(), None)
        self.deleted[name.lower()] = deleted = Deleted(versions)
        return deleted

    def owns(self, url: str) -> bool:
        """Whether the URL points into this vault."""
        return urlsplit(url).netloc.lower() == urlsplit(self.uri).netloc.lower()

    def overview(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the vault holds, newest first, without keys."""
        return {versions[0].name: [_shown(each) for each in versions] for versions in self._held.values()}


def start_vaults(urls: dict[str, str], settings: Settings) -> tuple[Vault, ...]:
    """Return the vaults with what they hold at the start."""
    vaults = tuple(Vault(name, f"{urls[name]}/", settings) for name in START)
    fill(vaults, START)
    return vaults


def fill(vaults: tuple[Vault, ...], described: dict[str, dict[str, list[Described]]]) -> None:
    """Put certificates into the vaults: the last version that is described becomes the newest."""
    for vault, certificates in _chosen(vaults, described):
        for name, versions in certificates.items():
            for each in versions:
                vault.add(make(name, each))


def crowd(vaults: tuple[Vault, ...], wanted: dict[str, int]) -> None:
    """Put many certificates into the vaults, all of the same kind."""
    for vault, count in _chosen(vaults, wanted):
        for number in range(count):
            # Their keys are elliptic because thousands of RSA signatures take seconds.
            vault.add(make(f"crowd-{number:04}", {"since": -10, "until": 190, "key": "EC"}))


def delete(vaults: tuple[Vault, ...], wanted: dict[str, list[str]]) -> None:
    """Delete certificates; one that was not there is made first."""
    for vault, names in _chosen(vaults, wanted):
        for name in names:
            if not vault.named(name):
                vault.add(make(name, {"since": -10, "until": 190}))
            vault.delete(name)


def _chosen(vaults: tuple[Vault, ...], wanted: dict[str, Any]) -> Iterator[tuple[Vault, Any]]:
    named = {vault.name: vault for vault in vaults}
    return ((named[name], value) for name, value in wanted.items())


def _shown(version: Version) -> dict[str, Any]:
    return {
        "version": version.version,
        "thumbprint": version.thumbprint,
        "expires": f"{version.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
        "enabled": version.enabled,
    }
