"""What is served at an address: a TLS handshake, one more that verifies, and a look without TLS."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import time

from cses_action.cloud.leaf import Leaf, read_leaf
from cses_action.cloud.words import tidied
from cses_action.ports import NoConnection, NoTls
from cses_action.resources import Served
from cses_action.values import Thumbprint

PATIENCE = 10.0
"""Seconds for a connection, and again for the handshake."""
GLANCE = 2.0
"""Seconds for everything that is done without TLS."""
LONGEST_HEAD = 8192

# What OpenSSL calls an answer that does not begin as TLS does.
_NOT_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"}
# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_DISTRUST = {
    9: "it is not valid yet",
    10: "it, or a certificate of its chain, has expired",
    18: "it is self-signed",
    19: "it comes from a private CA",
}
_NO_ISSUER = (2, 20, 21)


class TlsClient:
    """A client that identifies certificates by thumbprint; the roots are Mozilla's unless others are given."""

    def __init__(self, roots: str = "") -> None:
        self._roots = roots

    def handshake(self, host: str, port: int, server_name: str, wanted: Thumbprint) -> Served:
        """Return the certificate that is served; the wanted one alone is worth a second handshake, on trust."""
        try:
            der, protocol, cipher = _hello(_accepting_all(), host, port, server_name)
        except (OSError, ValueError) as failure:
            raise NoTls(_why(failure)) from failure
        if not der:
            raise NoTls("no certificate was sent")
        # Azure and Windows name certificates by SHA-1; it identifies here, and secures nothing.
        thumbprint = Thumbprint(hashlib.sha1(der, usedforsecurity=False).hexdigest().upper())
        leaf = read_leaf(der)
        return Served(
            thumbprint,
            protocol,
            cipher,
            subject=leaf.subject,
            issuer=leaf.issuer,
            names=leaf.names,
            not_before=leaf.not_before,
            expires_on=leaf.expires_on,
            distrust=self._distrust(host, port, server_name, leaf) if thumbprint == wanted else None,
        )

    def _distrust(self, host: str, port: int, server_name: str, leaf: Leaf) -> str | None:
        """Return why the chain is not trusted; empty if it is, None if that cannot be found out."""
        try:
            _hello(self._verifying(), host, port, server_name)
        except ssl.SSLCertVerificationError as failure:
            return _reason(failure, leaf)
        except (OSError, ValueError, NoConnection):
            return None
        return ""

    def _verifying(self) -> ssl.SSLContext:
        import certifi  # noqa: PLC0415 - a quarter of a megabyte, and only a proof that holds needs it

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Whether the names fit is a question of its own, with an answer of its own.
        context.check_hostname = False
        context.load_verify_locations(self._roots or certifi.where())
        return context


def plain(host: str, port: int, server_name: str) -> str:
    """Return how a port answers without TLS, in words; empty if nobody answers."""
    end = time.monotonic() + GLANCE
    try:
        connection = socket.create_connection((host, port), timeout=GLANCE)
    except (OSError, ValueError):
        return ""
    with connection:
        head = _head(connection, server_name or host, end)
    status = re.match(rb"HTTP/[0-9.]+ ([1-5][0-9]{2})\b", head)
    if not status:
        return "a connection opens"
    to_https = status[1].startswith(b"3") and re.search(rb"(?im)^location:[ \t]*https://", head)
    return f"status {status[1].decode()}{', to https' if to_https else ''}"


def _head(connection: socket.socket, name: str, end: float) -> bytes:
    head = b""
    try:
        connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
            # Below a millisecond a timeout would mean not to wait, or to wait for ever.
            connection.settimeout(max(0.001, end - time.monotonic()))
            received = connection.recv(LONGEST_HEAD)
            if not received:
                break
            head += received
    except OSError:
        pass
    return head


def _accepting_all() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # A short key is for the user to judge: what is served must be seen to be named.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def _hello(context: ssl.SSLContext, host: str, port: int, server_name: str) -> tuple[bytes | None, str, str]:
    """Return certificate, version and cipher of one handshake."""
    try:
        connection = socket.create_connection((host, port), timeout=PATIENCE)
    except (OSError, ValueError) as failure:
        raise NoConnection(_why(failure)) from failure
    with connection, context.wrap_socket(connection, server_hostname=server_name or None) as tls:
        cipher = tls.cipher()
        return tls.getpeercert(binary_form=True), tls.version() or "", cipher[0] if cipher else ""


def _reason(failure: ssl.SSLCertVerificationError, leaf: Leaf) -> str:
    if failure.verify_code in _NO_ISSUER:
        if leaf.logged:
            return "it comes from a public CA, but the intermediate certificates are not sent with it"
        return "it comes from a private CA"
    return _DISTRUST.get(failure.verify_code) or failure.verify_message


def _why(failure: OSError | ValueError) -> str:
    if isinstance(failure, ssl.SSLError) and failure.reason:
        if failure.reason in _NOT_TLS:
            return "the answer is not TLS; plain HTTP answers so"
        return failure.reason.lower().replace("_", " ")
    # A name with an empty or too long label is a ValueError of Python's own encoder.
    return tidied((failure.strerror if isinstance(failure, OSError) else None) or str(failure))
