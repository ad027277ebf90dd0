"""Small servers on loopback, and the certificates that they show."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cses_action.values import Thumbprint

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
STAMPS = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), b"\x04\x02\x00\x00")
"""An empty list of the stamps that public logs give."""


class Held(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def thumbprint(self) -> Thumbprint:
        return Thumbprint(self.certificate.fingerprint(hashes.SHA1()).hex().upper())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def issue(
    subject: str = "www.contoso.example",
    *more: x509.ExtensionType,
    by: Held | None = None,
    days: tuple[int, int] = (-1, 90),
    names: tuple[str, ...] = ("www.contoso.example",),
    key: Key | None = None,
) -> Held:
    """A certificate, self-signed unless it is issued by another; without names it is that of a CA."""
    now = datetime.now(UTC).replace(microsecond=0)
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    )
    if names:
        more = (*more, x509.SubjectAlternativeName([x509.DNSName(each) for each in names]))
    for each in more:
        builder = builder.add_extension(each, critical=False)
    return Held(builder.sign(by.key if by else key, hashes.SHA256()), key)


def server_context(*chain: Held, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """What a server needs that shows this leaf and sends these issuers along."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    key = chain[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "site.pem"
        pem.write_bytes(key + b"".join(each.pem for each in chain))
        context.load_cert_chain(pem)
    return context


@dataclass
class Listener:
    """A server, how often somebody came, and which names were asked for."""

    port: int
    visits: int = 0
    names: list[str | None] = field(default_factory=list)


@contextmanager
def listening(answer: Callable[[socket.socket], None], host: str = "127.0.0.1") -> Iterator[Listener]:
    """Hand every connection to ``answer``, until the end."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        listener = Listener(server.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(server, listener, answer))
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown(socket.SHUT_RDWR)  # it wakes the thread
            thread.join()


def _accept(server: socket.socket, listener: Listener, answer: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        listener.visits += 1
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            answer(connection)


@contextmanager
def site(context: ssl.SSLContext, host: str = "127.0.0.1") -> Iterator[Listener]:
    """A site that shakes hands and says no more."""

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(1)

    with listening(answer, host) as listener:
        context.sni_callback = lambda _socket, name, _context: listener.names.append(name)
        yield listener


def saying(*parts: bytes) -> Callable[[socket.socket], None]:
    """An answer for ``listening``: hear once, and say these parts."""

    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        for part in parts:
            connection.sendall(part)

    return answer
