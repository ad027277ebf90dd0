"""What the services share: a request, an answer, a refusal, and the application that carries them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from cses_action.sandbox.settings import Order, Orders

READS = {"GET", "HEAD", "OPTIONS"}
# POSTs that change nothing: tokens, account keys, delegation keys.
READING_POSTS = ("/token", "/listkeys", "comp=userdelegationkey")


@dataclass(frozen=True)
class Call:
    """One request; header names are lower-case."""

    method: str
    path: str
    raw_path: str
    """As it was sent: the path that a shared key signs."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def shown_path(self) -> str:
        """Path and query without the signature."""
        kept = {name: value for name, value in self.query.items() if name.lower() != "sig"}
        return f"{self.path}?{urlencode(kept, safe='/:$')}" if kept else self.path

    @property
    def writes(self) -> bool:
        """Whether the request asks to change something in Azure."""
        shown = self.shown_path.lower()
        reads = self.method == "POST" and any(mark in shown for mark in READING_POSTS)
        return self.method not in READS and not reads


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request that is not granted; each service writes it in its own form."""

    inner = ""
    """A second code, which Key Vault gives with some."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def within(self, inner: str) -> Self:
        """Return the refusal with a second code."""
        self.inner = inner
        return self


class Service(Protocol):
    """One of the services, as the application needs it."""

    name: str

    def answer(self, call: Call) -> Answer:
        """Return the answer, or raise a Refusal."""
        ...

    def refuse(self, refusal: Refusal) -> Answer:
        """Return the refusal in the service's form."""
        ...


class Log(Protocol):
    """Where requests are written down."""

    def add(self, service: str, call: Call, status: int) -> None:
        """Write one request down."""
        ...


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer that holds JSON."""
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(value).encode(), {**content_type, **(headers or {})})


def json_error(refusal: Refusal) -> Answer:
    """Return a refusal in the form that Azure Resource Manager and Key Vault share."""
    inner = {"innererror": {"code": refusal.inner}} if refusal.inner else {}
    body = {"error": {"code": refusal.code, "message": refusal.message, **inner}}
    return json_answer(body, refusal.status, refusal.headers)


Connection = tuple[Any, Any]
TRANSPORTS: dict[Connection, asyncio.WriteTransport] = {}
"""The open connections by the addresses of both ends, so that one can be cut."""


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with connections that an order can cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        self._ends = (transport.get_extra_info("sockname"), transport.get_extra_info("peername"))
        TRANSPORTS[self._ends] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        TRANSPORTS.pop(self._ends, None)
        super().connection_lost(exc)


class Application:
    """The ASGI application of one service: reads, obeys orders, answers, writes down."""

    def __init__(self, service: Service, orders: Orders, log: Log) -> None:
        self._service = service
        self._orders = orders
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call = await _read(Request(scope, receive))
        order = self._orders.take(self._service.name, call.method, call.path)
        await asyncio.sleep(order.get("delay", 0))
        drop = order.get("drop")
        answer = Answer(status=0) if drop == "before" else self._answer(call, order)
        if call.path != "/_sandbox":
            # A connection that was cut has no status that the caller could have seen.
            self._log.add(self._service.name, call, 0 if drop else answer.status)
        if drop:
            _cut(scope)
            return
        response = Response(answer.body, answer.status)
        response.headers.update(answer.headers)
        await response(scope, receive, send)

    def _answer(self, call: Call, order: Order) -> Answer:
        if "status" in order:
            body = order.get("body", "")
            if isinstance(body, str):
                return Answer(order["status"], body.encode(), order.get("headers", {}))
            return json_answer(body, order["status"], order.get("headers"))
        try:
            return self._service.answer(call)
        except Refusal as refusal:
            return self._service.refuse(refusal)


async def _read(request: Request) -> Call:
    return Call(
        method=request.method,
        # As the client meant it: request.url would escape "#" and "?" in it anew.
        path=request.scope["path"],
        raw_path=request.scope["raw_path"].decode("ascii"),
        query=dict(parse_qsl(request.url.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


def _cut(scope: Scope) -> None:
    transport = TRANSPORTS.get((tuple(scope["server"]), tuple(scope["client"])))
    if transport is not None:
        transport.abort()


def cut_all(ports: Container[int]) -> None:
    """Cut all connections to these ports: a client that keeps one open would hold up the end."""
    for (own, _peer), transport in list(TRANSPORTS.items()):
        if own[1] in ports:
            transport.abort()
