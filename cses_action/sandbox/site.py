"""The site of the cloud service: a port that is closed, or shows a certificate that was really deployed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import tempfile
from pathlib import Path

from cses_action.sandbox.certificates import Version

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\ncontosocs\n"

TURNS_OF_AN_ACCEPT = 5
"""Turns of asyncio's loop from an accept to the TLS handshake: at most three."""


class Site:
    """One port; nobody listens there until ``show`` is called with a certificate."""

    def __init__(self) -> None:
        # Bound and never listening: connections are refused, and the number stays ours.
        self._reserved = bound_to(0)
        self.port = int(self._reserved.getsockname()[1])
        self._server: asyncio.Server | None = None
        self._shown: Version | None = None
        self._changes: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._closed = False

    def show(self, version: Version | None) -> None:
        """Show this certificate from now on; None closes the port."""
        task = asyncio.get_running_loop().create_task(self._show(version))
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)

    async def close(self) -> None:
        """Give the port back, and never open it again: an instance may start while the sandbox ends."""
        async with self._turn:
            self._closed = True
            if self._server is not None:
                await stop_listening(self._server)
        self._reserved.close()

    async def _show(self, version: Version | None) -> None:
        async with self._turn:
            if self._closed or version is self._shown:
                return
            self._shown = version
            if self._server is not None:
                await stop_listening(self._server)
                self._server = None
            if version is not None:
                self._server = await asyncio.start_server(_serve, sock=bound_to(self.port), ssl=_context(version))


def bound_to(port: int) -> socket.socket:
    """Return a socket of 127.0.0.1; port 0 is any that is free."""
    # With the protocol named, asyncio switches Nagle's algorithm off; without, each answer takes 40 ms longer.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


async def stop_listening(*servers: asyncio.Server) -> None:
    """Close the servers, and leave no socket behind that nobody owns."""
    loop = asyncio.get_running_loop()
    for listening in (each for server in servers for each in server.sockets):
        loop.remove_reader(listening)
    # A connection that was accepted a moment ago gets no owner once its server is closed, and would never be closed.
    for _turn in range(TURNS_OF_AN_ACCEPT):
        await asyncio.sleep(0)
    for server in servers:
        server.close()


def _context(version: Version) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # OpenSSL reads keys from files only.
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "site.pem"
        pem.touch(mode=0o600)
        pem.write_bytes(version.pem())
        context.load_cert_chain(pem)
    return context


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(PAGE)
            await writer.drain()
        writer.close()
    except asyncio.CancelledError:
        # The sandbox ends, and so does this task: a goodbye would wait for a client that may keep silent.
        writer.transport.abort()
