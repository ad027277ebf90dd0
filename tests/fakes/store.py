"""A key vault that certificates are put into, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cses_action.errors import ActionError
from cses_action.ports import CertificateStore
from cses_action.resources import Certificate, CertificateDetails, Pfx, SecretUrl, Vault
from cses_action.values import Thumbprint

if TYPE_CHECKING:
    from tests.fakes.cloud import FakeVaults

SELF_SIGNED = CertificateDetails(
    subject="CN=www.contoso.com",
    issuer="CN=www.contoso.com",
    names=("www.contoso.com",),
    key_type="RSA",
    key_size=2048,
    exportable=True,
    content_type="application/x-pkcs12",
    self_signed=True,
)


@dataclass
class FakeCertificateStore(CertificateStore):
    """Puts what it is given on top of what the vaults hold; a certificate is made after ``polls`` questions."""

    vaults: FakeVaults
    polls: int = 0
    failures: list[ActionError] = field(default_factory=list)
    """What each write is answered with, one after the other; then they succeed."""
    lost: bool = False
    """Whether a write that fails was carried out all the same."""
    imported: list[Pfx] = field(default_factory=list)
    begun: list[tuple[str, ...]] = field(default_factory=list)
    pending: tuple[str, ...] = ()
    """The names of the certificate that is being made."""

    def import_pfx(self, vault: Vault, name: str, pfx: Pfx) -> Certificate:
        if self.failures and not self.lost:
            raise self.failures.pop(0)
        self.imported.append(pfx)
        stored = self._put(vault, name, pfx.thumbprint, pfx.details)
        stored = replace(stored, expires_on=pfx.expires_on, not_before=pfx.not_before)
        self.vaults.held[name] = (stored, *self.vaults.held[name][1:])
        if self.failures:
            raise self.failures.pop(0)
        return stored

    def make_self_signed(self, vault: Vault, name: str, host_names: tuple[str, ...]) -> bool:
        del vault, name  # there is one of each
        if self.failures and not self.lost:
            raise self.failures.pop(0)
        if self.pending:
            return False
        self.begun.append(host_names)
        self.pending = host_names
        if self.failures:
            raise self.failures.pop(0)
        return True

    def made(self, vault: Vault, name: str) -> Certificate | None:
        if self.polls:
            self.polls -= 1
            return None
        names, self.pending = self.pending, ()
        number = len(self.vaults.held.get(name, ())) + 0xC0
        return self._put(vault, name, Thumbprint(f"{number:02X}" * 20), replace(SELF_SIGNED, names=names))

    def _put(self, vault: Vault, name: str, thumbprint: Thumbprint, details: CertificateDetails) -> Certificate:
        from tests.fakes.cloud import NOW  # noqa: PLC0415 - it imports this

        version = thumbprint.text.lower()[:32]
        url = SecretUrl(f"{vault.uri}secrets/{name}/{version}")
        end, start = NOW + timedelta(days=365), NOW - timedelta(minutes=10)
        stored = Certificate(name, version, thumbprint, url, vault, end, start)
        self.vaults.held[name] = (stored, *self.vaults.held.get(name, ()))
        self.vaults.known[url] = details
        return stored
