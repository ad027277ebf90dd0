"""Everything that this Azure has, wired together."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from cses_action.sandbox.access import TENANT, Access
from cses_action.sandbox.arm import ResourceManager
from cses_action.sandbox.blob import BlobService
from cses_action.sandbox.blob_access import AUDIENCE, BlobAccess
from cses_action.sandbox.certificates import Version
from cses_action.sandbox.compute import Compute
from cses_action.sandbox.entra import Entra
from cses_action.sandbox.resources import ACCOUNT, Resources
from cses_action.sandbox.service import CloudService
from cses_action.sandbox.settings import Json, Order, Orders, Settings, unknown_names
from cses_action.sandbox.site import Site
from cses_action.sandbox.update import Examiner
from cses_action.sandbox.vault import VaultService
from cses_action.sandbox.vault_resources import VaultResources
from cses_action.sandbox.vaults import crowd, delete, fill, start_vaults
from cses_action.sandbox.wire import Call, Refusal, Service


class RequestLog:
    """What was asked, in memory and in a file."""

    def __init__(self, path: Path) -> None:
        self.entries: list[Json] = []
        self._file = path.open("w", encoding="utf-8")

    def add(self, service: str, call: Call, status: int) -> None:
        """Write one request down; a status of 0 means that the connection was cut."""
        entry: Json = {
            "service": service,
            "method": call.method,
            "path": call.shown_path,
            "status": status,
            "write": call.writes,
        }
        self.entries.append(entry)
        self._file.write(f"{json.dumps(entry)}\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class World:
    """Everything there is, made for the ports it listens on."""

    def __init__(self, ports: dict[str, socket.socket], site: Site, settings: Settings) -> None:
        self.urls = {name: f"https://127.0.0.1:{bound.getsockname()[1]}" for name, bound in ports.items()}
        self.settings = settings
        self.orders = Orders()
        self.updates: list[Json] = []
        self.access = Access(settings)
        self._site = site
        authority = f"{self.urls['entra']}/{TENANT}"
        self.vaults = start_vaults(self.urls, settings)
        vault_services = [VaultService(each, authority, self.access, settings) for each in self.vaults]
        self.keys = keys = BlobAccess(ACCOUNT, authority, self.access, settings)
        blobs = BlobService(self.urls["blob"], keys)
        self.service = CloudService(settings, self.refresh_site)
        examiner = Examiner(self.access, blobs, self.vaults)
        compute = Compute(self.urls["arm"], self.service, examiner, self.updates)
        others = Resources(self.urls["blob"], keys.key, settings)
        found = VaultResources(self.vaults, self.urls["arm"], self.access, settings)
        routes = (*compute.routes(), *others.routes(), *found.routes())
        arm = ResourceManager(self.urls["arm"], self.urls["entra"], self.access, routes)
        arm.places = lambda: {vault.place for vault in self.vaults}
        arm.control = self.control
        audiences = [self.urls["arm"], AUDIENCE, *(each.audience for each in vault_services)]
        self.services: dict[str, Service] = {
            "arm": arm,
            "entra": Entra(self.urls["entra"], self.access, audiences),
            "blob": blobs,
            **{vault.name: each for vault, each in zip(self.vaults, vault_services, strict=True)},
        }

    def set(self, changes: Settings) -> None:
        """Change settings, and the service where they say so."""
        changes = changes.copy()
        live, power = changes.pop("live", None), changes.pop("power", None)
        fill(self.vaults, changes.pop("certificates", {}))
        crowd(self.vaults, changes.pop("crowd", {}))
        delete(self.vaults, changes.pop("deleted", {}))
        self.settings.update(changes)
        if live is not None:
            self.service.change(live)
        if power is not None:
            self.service.set_power(power)
        self.refresh_site()

    def control(self, wanted: Json) -> None:
        """Carry out what came to the control endpoint."""
        changes, orders = wanted.get("set", {}), wanted.get("order", [])
        wrong = [*unknown_names(changes, Settings), *(wanted.keys() - {"set", "order"})]
        wrong += [name for order in orders for name in unknown_names(order, Order)]
        if wrong:
            raise Refusal(400, "BadRequest", f"sandbox: unknown: {', '.join(sorted(wrong))}")
        self.set(changes)
        for order in orders:
            self.orders.add(order)

    def refresh_site(self) -> None:
        """Let the site show what it should show now."""
        shown = self.service.shown_certificate()
        self._site.show(self._ordered_certificate() if shown and self.settings["served"] else shown)

    def _ordered_certificate(self) -> Version | None:
        vault, name, version = self.settings["served"].split("/")
        return next((each.find(name, version) for each in self.vaults if each.name == vault), None)
