"""What a plan is made of: steps as data, and the changes that people read."""

from __future__ import annotations

from dataclasses import dataclass, field

from cses_action.ports import Json
from cses_action.resources import Blob, Certificate, PublicAddress
from cses_action.values import Thumbprint


@dataclass(frozen=True)
class UploadPackage:
    """Put the package where Azure can fetch it."""

    file: str
    blob: Blob
    size: int
    md5: bytes = field(repr=False)


@dataclass(frozen=True)
class UpdateService:
    """Send the whole resource; with ``blob`` its ``packageUrl`` is a fresh SAS of that blob."""

    body: Json = field(repr=False)
    blob: Blob | None
    run_id: str


@dataclass(frozen=True)
class WaitForInstances:
    """Wait until every role instance runs the role's code."""

    expected: int


@dataclass(frozen=True)
class Target:
    """An https endpoint to be proven: where it is reached, and the leaf that the configuration names."""

    endpoint: str
    """``role/certificate:port``, as in the tag ``cses-action-https``."""
    host: str
    port: int
    server_name: str
    """What the handshake asks for (SNI)."""
    thumbprint: Thumbprint

    @property
    def address(self) -> str:
        """Host and port in one, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class HttpPorts:
    """Where the service may still answer without TLS."""

    host: str
    server_name: str
    ports: tuple[int, ...]


@dataclass(frozen=True)
class ProveHttps:
    """Shake hands until the wanted certificates are served."""

    targets: tuple[Target, ...]
    strict: bool
    """Whether no connection is a failure (``https-probe: on``) or a warning (``auto``)."""
    names: tuple[str, ...] = ()
    """Names that clients use: a certificate that is served should hold each."""
    before: frozenset[Thumbprint] = frozenset()
    """What the live configuration names and the new one does not: the certificates that were served so far."""
    http: HttpPorts | None = None


Step = UploadPackage | UpdateService | WaitForInstances | ProveHttps


@dataclass(frozen=True)
class Change:
    """One line of "what would change"; values of settings never stand here."""

    kind: str
    """package, role, certificate, setting, configuration, vault secret, upgrade mode, label, or again."""
    subject: str
    before: str
    after: str


@dataclass(frozen=True)
class RoleCertificate:
    """A certificate that the configuration names for a role, and where it was found."""

    role: str
    name: str
    certificate: Certificate
    status: str = "Found"

    @property
    def thumbprint(self) -> Thumbprint:
        """The thumbprint that the configuration names."""
        return self.certificate.thumbprint

    @property
    def who(self) -> str:
        """How messages call it."""
        return f"{self.role}'s certificate {self.name}, thumbprint {self.thumbprint},"


@dataclass(frozen=True)
class CertificateStatus:
    """A certificate that the configuration names for a role, found or not: a row of the portal's table."""

    role: str
    name: str
    thumbprint: Thumbprint
    status: str
    """``Found`` with what is to be noted, ``Not found``, or what stands against it."""
    certificate: Certificate | None


@dataclass(frozen=True)
class PlannedRole:
    """A role as it is after the plan."""

    name: str
    instances: int
    size: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything a run is going to do, decided before anything is written."""

    steps: tuple[Step, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    roles: tuple[PlannedRole, ...]
    certificates: tuple[RoleCertificate, ...]
    service_id: str
    provisioning_state: str
    address: PublicAddress
    stopped: bool
    deployed: Blob | None
    """Where the package that runs now was stored by an earlier run, if that is known."""
    notes: tuple[str, ...] = ()
    """What was asked for and is left for another time, as no fault of anybody."""
    unproven: bool = False
    """Whether an https endpoint will stay without a proof that was not switched off."""

    @property
    def has_changes(self) -> bool:
        """Whether the service is going to be updated."""
        return any(isinstance(step, UpdateService) for step in self.steps)
