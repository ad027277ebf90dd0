"""The way in from outside: the public address by ARM, and what is served there."""

from __future__ import annotations

from cses_action.cloud import tls
from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.failures import Advice
from cses_action.planning import live
from cses_action.resources import PublicAddress, ResourceId, Served
from cses_action.values import Thumbprint

API_VERSION = "2024-05-01"


class PublicNetwork:
    """The way in from outside."""

    def __init__(self, manager: ResourceManager) -> None:
        self._manager = manager
        self._client = tls.TlsClient()

    def public_address(self, public_ip: ResourceId) -> PublicAddress:
        """Return address and name of a public IP resource."""
        advice = Advice(f"Grant the principal Reader on the public IP address {public_ip.name}.")
        what = f"Read public IP address {public_ip.name}"
        found = self._manager.get(str(public_ip), API_VERSION, what=what, advice=advice)
        return PublicAddress(
            live.text(found, "properties", "ipAddress"), live.text(found, "properties", "dnsSettings", "fqdn")
        )

    def handshake(self, host: str, port: int, server_name: str, wanted: Thumbprint) -> Served:
        """Return the certificate that is served, of the wanted one also whether it is trusted."""
        return self._client.handshake(host, port, server_name, wanted)

    def plain(self, host: str, port: int, server_name: str) -> str:
        """Return how a port answers without TLS, in words; empty if it does not within two seconds."""
        return tls.plain(host, port, server_name)
