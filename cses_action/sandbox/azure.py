"""The Azure that a test or the command starts: the thread that runs it, and the handles on it."""

from __future__ import annotations

import asyncio
import copy
import json
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack

import trustme
import uvicorn

from cses_action.sandbox.access import CLIENT, GROUP, SUBSCRIPTION, TENANT
from cses_action.sandbox.resources import ACCOUNT
from cses_action.sandbox.service import NAME
from cses_action.sandbox.settings import Json, Order, Settings, start_settings
from cses_action.sandbox.site import Site, bound_to, stop_listening
from cses_action.sandbox.wire import Application, CuttableProtocol, Service, cut_all
from cses_action.sandbox.world import RequestLog, World

T = TypeVar("T")

PORTS = ("arm", "entra", "blob", "contosocs-kv", "contosocs-kv2")


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

    def __enter__(self) -> Self:
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
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen: client secret, account keys, and every token that was given out."""
        world = self._world
        return self._call(lambda: (world.access.secret, world.keys.key, *world.access.issued))

    @property
    def orders_left(self) -> int:
        """How many orders no request has met yet; one that is being delayed counts as met."""
        return self._call(lambda: len(self._world.orders))

    @property
    def certificates(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """What the vaults hold, newest first, without keys."""
        return self._call(lambda: {vault.name: vault.overview() for vault in self._world.vaults})

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
        ports = {name: bound_to(0) for name in PORTS}
        site = Site()
        world = World(ports, site, self._settings)
        self.inputs = self._inputs(world, site.port)
        servers = {name: self._server(world, service) for name, service in world.services.items()}
        serving = [asyncio.create_task(server.serve([ports[name]])) for name, server in servers.items()]
        while not all(server.started for server in servers.values()):
            await asyncio.sleep(0.005)
        self._ready.set_result(world)
        await self._stop.wait()
        numbers = {bound.getsockname()[1] for bound in ports.values()}
        await site.close()
        await stop_listening(*(each for server in servers.values() for each in server.servers))
        cut_all(numbers)
        # Nobody is left to be served: uvicorn's own patient shutdown would only take time.
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

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
