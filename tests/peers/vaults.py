"""A server of key vaults, as the tests need it: one vault, by the SDK's client and by the program's own adapter."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from azure.core.exceptions import HttpResponseError

from cses_action.ports import CertificateVaults
from cses_action.resources import Certificate, Vault
from tests.sandbox.vault_kit import PASSWORD, Brought, self_signed_policy


@dataclass(frozen=True)
class VaultPeer:
    """One vault on one server, and a name in it that no other test uses."""

    adapter: CertificateVaults
    vault: Vault
    # Any: its models make every member optional, which would make each test ask for None.
    client: Any
    name: str = field(default_factory=lambda: f"peer-{uuid.uuid4().hex}")

    def bring(self, one: Brought, name: str = "", **options: Any) -> Any:
        """Import a certificate by the SDK."""
        return self.client.import_certificate(name or self.name, one.pfx(), password=PASSWORD, **options)

    def make(self, **changed: Any) -> Any:
        """Let the vault make a self-signed certificate, by the SDK."""
        policy = self_signed_policy(**changed)
        return self.client.begin_create_certificate(self.name, policy, _polling_interval=0.05).result()

    def delete(self) -> Any:
        """Delete the certificate by the SDK, so that it can be recovered."""
        return self.client.begin_delete_certificate(self.name, _polling_interval=0.05).result()

    def versions(self, name: str = "") -> tuple[Certificate, ...]:
        """Return what the adapter finds."""
        return self.adapter.versions(self.vault, name or self.name)


def refusal(ask: Callable[[], Any]) -> tuple[int, str]:
    """Ask for something that must be refused; return status and code."""
    try:
        answer = ask()
    except HttpResponseError as refused:
        return refused.status_code or 0, str(refused.error.code if refused.error else "")
    raise AssertionError(f"It was not refused: {answer}")
