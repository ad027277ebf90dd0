"""What Azure holds, as small frozen values in the words of the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from cses_action.values import Secret, Thumbprint


@dataclass(frozen=True, slots=True)
class ResourceId:
    """An Azure resource id; two are equal whatever their case, as in Azure itself."""

    text: str = field(compare=False)
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.text.rstrip("/").lower())

    def part(self, name: str) -> str:
        """Return the segment that follows ``name``, for example ``resourceGroups``; empty if there is none."""
        parts = self.text.strip("/").split("/")
        names = [part.lower() for part in parts[:-1]]
        return parts[names.index(name.lower()) + 1] if name.lower() in names else ""

    @property
    def name(self) -> str:
        """The last segment."""
        return self.text.rstrip("/").rpartition("/")[2]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SecretUrl:
    """The versioned secret URL by which a cloud service loads a certificate from its vault.

    Microsoft's examples write it with and without ``:443``; two are equal whatever the case, the port 443
    and a trailing slash (arm-contract: "compare normalised").
    """

    text: str = field(compare=False)
    key: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.text)
        host = parts.netloc.lower().removesuffix(":443")
        object.__setattr__(self, "key", (host, *parts.path.lower().strip("/").split("/")))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Blob:
    """Where a package lies: storage account, container and name; as text ``account/container/name``."""

    account: str
    container: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}/{self.name}"


@dataclass(frozen=True, slots=True)
class Vault:
    """A key vault as Azure Resource Manager describes it."""

    id: ResourceId
    uri: str
    """Where its certificates are read, for example ``https://kv.vault.azure.net/``."""
    enabled_for_deployment: bool
    location: str = ""
    rbac: bool = False
    """Whether roles decide who may read it; otherwise its access policies."""
    closed: str = ""
    """What its network rules shut out, in words; empty if they let everybody in."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One version of a certificate in a vault."""

    name: str
    version: str
    thumbprint: Thumbprint
    secret_url: SecretUrl
    vault: Vault
    expires_on: datetime | None = None
    not_before: datetime | None = None
    enabled: bool = True

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it expires, negative afterwards; None if the vault does not say."""
        return None if self.expires_on is None else (self.expires_on - now).days


@dataclass(frozen=True, slots=True)
class CertificateDetails:
    """What only the certificate itself and its policy say."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """DNS names of the subject alternative name; the common name where there is none."""
    key_type: str
    """``RSA`` or ``EC``."""
    key_size: int
    """Bits."""
    exportable: bool
    """Whether the cloud service gets the private key with it; ``True`` where nobody says otherwise."""
    content_type: str
    """``application/x-pkcs12`` or ``application/x-pem-file``; empty where nobody says."""
    self_signed: bool = False


@dataclass(frozen=True, slots=True)
class Pfx:
    """A certificate with its private key and chain, as a PFX holds them."""

    content: Secret
    """The PFX itself, in base64."""
    password: Secret
    thumbprint: Thumbprint
    details: CertificateDetails
    not_before: datetime
    expires_on: datetime
    chain: int
    """How many further certificates lie in it."""
    encrypted_by_aes: bool
    file: str = ""
    """Where it was read; empty if it was given in base64."""


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """What the service's public IP resource says; both empty until Azure has assigned them."""

    ip: str = ""
    fqdn: str = ""


@dataclass(frozen=True, slots=True)
class RoleInstance:
    """One role instance and what it says of itself."""

    name: str
    role: str
    state: str
    """The code behind ``RoleState/``, for example ``RoleStateStarted``; ``Unknown`` if Azure gives none."""
    message: str = ""

    @property
    def started(self) -> bool:
        """Whether the role's code runs."""
        return self.state.lower() == "rolestatestarted"


@dataclass(frozen=True, slots=True)
class Served:
    """The certificate that a TLS handshake was answered with."""

    thumbprint: Thumbprint
    protocol: str
    """For example ``TLSv1.3``."""
    cipher: str = ""
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    """DNS names of the subject alternative name; the common name where there is none."""
    not_before: datetime | None = None
    expires_on: datetime | None = None
    distrust: str | None = None
    """Why a client that knows the public roots alone does not trust it; empty if it does, None if nobody knows."""


def covers(name: str, host: str) -> bool:
    """Return whether a name of a certificate is good for this host (RFC 6125: ``*`` is one label, the first)."""
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    label, _, rest = host.partition(".")
    return name == host or (bool(label and rest) and name == f"*.{rest}")


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation: where to ask for it, and when Azure wants to be asked again (seconds)."""

    url: str = field(repr=False)
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class OperationState:
    """What Azure says of an operation: InProgress, Succeeded, Failed or Canceled, and why."""

    status: str
    retry_after: float | None = None
    code: str = ""
    message: str = ""
    request_id: str = ""
    """The id that Azure's support asks for."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen (the terminal states of ARM's asynchronous operations)."""
        return self.status.lower() in {"succeeded", "failed", "canceled"}
