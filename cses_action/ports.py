"""What the program needs from outside, in its own words.

``cses_action.cloud`` and ``cses_action.hosts`` implement these over the Azure SDKs and the CI hosts,
``tests/fakes`` in memory. Whatever fails in Azure or on the network is raised as an AzureError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO

if TYPE_CHECKING:
    from datetime import datetime

    from cses_action.messages import Message
    from cses_action.resources import (
        Blob,
        Certificate,
        CertificateDetails,
        Operation,
        OperationState,
        Pfx,
        PublicAddress,
        ResourceId,
        RoleInstance,
        Served,
        Vault,
    )
    from cses_action.values import Secret, Thumbprint

Json = dict[str, Any]
"""A JSON object as Azure sends it: unknown members and their order are kept."""


class CloudServices(Protocol):
    """The one cloud service of the run, in Azure Resource Manager."""

    def read(self) -> Json:
        """Return the resource as Azure holds it now."""
        ...

    def view(self) -> Json:
        """Return the instance view: power state, upgrade domain, private ids."""
        ...

    def instances(self) -> tuple[RoleInstance, ...]:
        """Return every role instance with its state."""
        ...

    def replace(self, body: Json) -> Operation:
        """Send the whole resource; Unanswered if nobody knows whether Azure took it."""
        ...

    def poll(self, operation: Operation) -> OperationState:
        """Return how far an operation is."""
        ...


class CertificateVaults(Protocol):
    """The key vaults that the user named."""

    def locate(self, vault: str) -> Vault:
        """Return the vault with this name or resource id."""
        ...

    def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
        """Return the names of the vault's certificates, with the thumbprint of the newest version of each."""
        ...

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        """Return all versions of one certificate, newest first; none if the vault does not have it."""
        ...

    def details(self, certificate: Certificate) -> CertificateDetails:
        """Return what the certificate and its policy say."""
        ...

    def deleted(self, vault: Vault, name: str) -> bool:
        """Return whether a deleted certificate has this name, which can be recovered; False if we may not know."""
        ...


class CertificateStore(Protocol):
    """The vault that new versions of a certificate are put into; nothing in it is ever overwritten or removed."""

    def import_pfx(self, vault: Vault, name: str, pfx: Pfx) -> Certificate:
        """Store a PFX as a new version, and return it; Unanswered if nobody knows whether the vault took it."""
        ...

    def make_self_signed(self, vault: Vault, name: str, host_names: tuple[str, ...]) -> bool:
        """Let the vault begin to make a self-signed certificate as a new version; False if it is making one already.

        Unanswered if nobody knows whether it began.
        """
        ...

    def made(self, vault: Vault, name: str) -> Certificate | None:
        """Return the certificate once the vault has made it; None while it is at work."""
        ...


Advance = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


class PackageStore(Protocol):
    """The storage account that hands the package to Azure."""

    def check(self) -> None:
        """Find the account; writes nothing."""
        ...

    def url(self, blob: Blob) -> str:
        """Return the blob's address without a signature."""
        ...

    def upload(self, package: str, blob: Blob, md5: bytes, advance: Advance) -> str:
        """Store the package unless the same bytes are there, and return in words how we were let in."""
        ...

    def read_url(self, blob: Blob) -> Secret:
        """Return a short read-only URL that has been tried once."""
        ...


class Network(Protocol):
    """The way in from outside: the public address and what is served there."""

    def public_address(self, public_ip: ResourceId) -> PublicAddress:
        """Return address and name of a public IP resource."""
        ...

    def handshake(self, host: str, port: int, server_name: str, wanted: Thumbprint) -> Served:
        """Return what is served, of the wanted certificate also whether it is trusted; NoConnection or NoTls."""
        ...

    def plain(self, host: str, port: int, server_name: str) -> str:
        """Return how a port answers without TLS, in words; empty if it does not within two seconds."""
        ...


class NoConnection(Exception):
    """Nobody listens at the address, or nothing gets through to it."""


class NoTls(Exception):
    """Somebody listens, but there is no TLS handshake."""


class Clock(Protocol):
    """The time; given from outside so that tests need not wait."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Host(Protocol):
    """Where the program runs and who reads it: escapes and writes, and decides nothing."""

    def hide(self, secret: Secret) -> None:
        """Keep this text out of everything that is shown from now on."""
        ...

    def show(self, message: Message) -> None:
        """Show a message; text from outside can never become a command of the host."""
        ...

    def group(self, title: str) -> AbstractContextManager[None]:
        """Fold what is shown within, under a title."""
        ...

    def publish(self, outputs: Mapping[str, str]) -> None:
        """Hand outputs to later steps, now or with the summary; a value is carried unchanged."""
        ...

    def summarise(self, markdown: Callable[[], str]) -> None:
        """Add to the summary of the job what this makes; where there is no summary, nobody asks for it."""
        ...

    def move_to(self, out: TextIO) -> None:
        """Show everything on this stream from now on."""
        ...


class Cloud(NamedTuple):
    """Azure, as this run sees it."""

    services: CloudServices
    vaults: CertificateVaults
    packages: PackageStore
    network: Network
    store: CertificateStore
