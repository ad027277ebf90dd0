"""The whole Azure: its services wired together, and the thread that runs them."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar, Unpack

import trustme
import uvicorn

from cses_action.sandbox import settings as rules
from cses_action.sandbox.access import CLIENT, SUBSCRIPTION, TENANT, Access
from cses_action.sandbox.arm import ResourceManager
from cses_action.sandbox.blob import BlobService
from cses_action.sandbox.blob_access import AUDIENCE, BlobAccess
from cses_action.sandbox.certificates import Vault, Version, overview, start_certificates
from cses_action.sandbox.compute import Compute
from cses_action.sandbox.entra import Entra
from cses_action.sandbox.resources import ACCOUNT, Resources, resource_id
from cses_action.sandbox.service import GROUP, NAME, CloudService
from cses_action.sandbox.settings import Json, Order, Orders, Settings, start_settings
from cses_action.sandbox.site import Site
from cses_action.sandbox.update import Examiner
from cses_action.sandbox.vault import VaultService
from cses_action.sandbox.wire import Application, Call, CuttableProtocol, Refusal, Service

T = TypeVar("T")


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
        self.vaults = tuple(
            Vault(name, resource_id("Microsoft.KeyVault/vaults", name), f"{self.urls[name]}/", held)
            for name, held in start_certificates().items()
        )
        vault_services = [VaultService(each, authority, self.access, settings) for each in self.vaults]
        keys = BlobAccess(ACCOUNT, authority, self.access, settings)
        blobs = BlobService(self.urls["blob"], keys)
        self.service = CloudService(settings, self.refresh_site)
        examiner = Examiner(self.access, blobs, self.vaults, settings)
        compute = Compute(self.urls["arm"], self.service, examiner, self.updates)
        others = Resources(self.vaults, self.urls["blob"], keys.key, settings)
        routes = (*compute.routes(), *others.routes())
        arm = ResourceManager(self.urls["arm"], self.urls["entra"], self.access, routes)
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
        rules.merge(self.service.resource, {})
        changes = changes.copy()
        live, power = changes.pop("live", None), changes.pop("power", None)
        self.settings.update(changes)
        if live is not None:
            self.service.change(live)
        if power is not None:
            self.service.set_power(power)
        self.refresh_site()

    def control(self, wanted: Json) -> None:
        """Carry out what came to the control endpoint."""
        changes, orders = wanted.get("set", {}), wanted.get("order", [])
        wrong = [*rules.unknown_names(changes, Settings), *(wanted.keys() - {"set", "order"})]
        wrong += [name for order in orders for name in rules.unknown_names(order, Order)]
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


class Sandbox:
    """An Azure that runs in a thread of this process, from ``with`` to its end."""

    def __init__(self, folder: Path, *, operation_seconds: float = 2.0, start_seconds: float = 1.0) -> None:
        self._folder = folder.absolute()
        self._settings = start_settings(operation_seconds, start_seconds)
        self._ready: Future[World] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="sandbox", daemon=True)
        self._authority = trustme.CA()
        self._log = RequestLog(self._folder / "requests.jsonl")
        self.inputs: dict[str, str] = {}

    def __enter__(self) -> Sandbox:
        self._authority.cert_pem.write_to_path(self._folder / "ca.pem")
        self._thread.start()
        self._world = self._ready.result(timeout=30)
        (self._folder / "certificates.json").write_text(json.dumps(self.certificates, indent=2), encoding="utf-8")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._log.close()

    @property
    def requests(self) -> list[Json]:
        """The requests so far, oldest first: service, method, path, status, write."""
        return list(self._log.entries)

    @property
    def service(self) -> Json:
        """The cloud service as Azure holds it, with what no GET returns."""
        return self._call(lambda: copy.deepcopy(self._world.service.resource))

    @property
    def power(self) -> str:
        """Whether the cloud service is started or stopped."""
        return self._call(lambda: self._world.service.power)

    @property
    def updates(self) -> list[Json]:
        """The bodies of the PUTs that were accepted."""
        return self._call(lambda: copy.deepcopy(self._world.updates))

    @property
    def certificates(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """What the vaults hold, newest first, without keys."""
        return {vault.name: overview(vault) for vault in self._world.vaults}

    def set(self, **changes: Unpack[Settings]) -> None:
        """Change settings, or the service itself."""
        self._call(lambda: self._world.set(changes))

    def order(self, **order: Unpack[Order]) -> None:
        """Let the next requests that match be answered otherwise."""
        self._call(lambda: self._world.orders.add(order))

    def _call(self, function: Callable[[], T]) -> T:
        async def called() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(timeout=10)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            names = ("arm", "entra", "blob", "contosocs-kv", "contosocs-kv2")
            ports = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
            site = Site()
            world = World(ports, site, self._settings)
            self.inputs = self._inputs(world, site.port)
            servers = [self._server(world, service) for service in world.services.values()]
            serving = [
                asyncio.create_task(server.serve([ports[name]]))
                for name, server in zip(world.services, servers, strict=True)
            ]
            while not all(server.started for server in servers):
                await asyncio.sleep(0.005)
        except BaseException as failure:
            self._ready.set_exception(failure)
            raise
        self._ready.set_result(world)
        await self._stop.wait()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*serving)
        site.close()

    def _server(self, world: World, service: Service) -> uvicorn.Server:
        def context(*_defaults: object) -> ssl.SSLContext:
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert("127.0.0.1").configure_cert(made)
            return made

        return uvicorn.Server(
            uvicorn.Config(
                Application(service, world.orders, self._log),
                http=CuttableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # Longer than any client keeps a connection, so that none is closed while it is being used.
                timeout_keep_alive=300,
                timeout_graceful_shutdown=1,
                ssl_context_factory=context,
            )
        )

    def _inputs(self, world: World, site_port: int) -> dict[str, str]:
        authority = str(self._folder / "ca.pem")
        return {
            "INPUT_TENANT_ID": TENANT,
            "INPUT_CLIENT_ID": CLIENT,
            "INPUT_CLIENT_SECRET": world.access.secret,
            "INPUT_SUBSCRIPTION_ID": SUBSCRIPTION,
            "INPUT_ENVIRONMENT": "custom",
            "INPUT_RESOURCE_MANAGER_URL": world.urls["arm"],
            "INPUT_RESOURCE_GROUP": GROUP,
            "INPUT_CLOUD_SERVICE": NAME,
            "INPUT_STORAGE_ACCOUNT": ACCOUNT,
            "INPUT_CONTAINER": "cses-packages",
            "INPUT_KEY_VAULT": "contosocs-kv",
            "INPUT_CERTIFICATE_NAME": "contoso-web",
            "INPUT_HTTPS_PROBE_ADDRESS": f"127.0.0.1:{site_port}",
            "REQUESTS_CA_BUNDLE": authority,
            "SSL_CERT_FILE": authority,
        }
