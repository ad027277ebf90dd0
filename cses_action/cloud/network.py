"""The public address by ARM, and the TLS handshake that shows what is served there."""

from __future__ import annotations

import hashlib
import socket
import ssl

from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.failures import Advice
from cses_action.cloud.words import tidied
from cses_action.planning import live
from cses_action.ports import NoConnection, NoTls
from cses_action.resources import PublicAddress, ResourceId, Served
from cses_action.values import Thumbprint

API_VERSION = "2024-05-01"
PATIENCE = 10.0
"""Seconds for a connection, and again for the handshake."""


class PublicNetwork:
    """The way in from outside."""

    def __init__(self, manager: ResourceManager) -> None:
        self._manager = manager

    def public_address(self, public_ip: ResourceId) -> PublicAddress:
        """Return address and name of a public IP resource."""
        advice = Advice(f"Grant the principal Reader on the public IP address {public_ip.name}.")
        what = f"Read public IP address {public_ip.name}"
        found = self._manager.get(str(public_ip), API_VERSION, what=what, advice=advice)
        return PublicAddress(
            live.text(found, "properties", "ipAddress"), live.text(found, "properties", "dnsSettings", "fqdn")
        )

    def handshake(self, host: str, port: int, server_name: str) -> Served:
        """Return the certificate that is served; it is compared by thumbprint, so nothing else is verified."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            connection = socket.create_connection((host, port), timeout=PATIENCE)
        except (OSError, UnicodeError) as failure:
            raise NoConnection(_why(failure)) from failure
        try:
            with connection, context.wrap_socket(connection, server_hostname=server_name or None) as tls:
                der = tls.getpeercert(binary_form=True)
                protocol = tls.version() or ""
        except (OSError, UnicodeError) as failure:
            raise NoTls(_why(failure)) from failure
        if der is None:
            raise NoTls("no certificate was sent")
        # Azure and Windows name certificates by SHA-1; it identifies here, and secures nothing.
        return Served(Thumbprint(hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()), protocol)


def _why(failure: OSError | UnicodeError) -> str:
    # A name with an empty or too long label is a UnicodeError of Python's own encoder.
    return tidied((failure.strerror if isinstance(failure, OSError) else None) or str(failure))
