"""Azure in memory behind the ports: small programs that keep the ports' promises."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TextIO

from cses_action.errors import AzureError
from cses_action.messages import Message
from cses_action.ports import (
    Advance,
    CertificateVaults,
    Clock,
    Cloud,
    CloudServices,
    Host,
    Json,
    Network,
    NoConnection,
    PackageStore,
)
from cses_action.resources import (
    Blob,
    Certificate,
    CertificateDetails,
    Operation,
    OperationState,
    PublicAddress,
    ResourceId,
    RoleInstance,
    SecretUrl,
    Served,
    Vault,
)
from cses_action.values import Secret, Thumbprint
from tests.fakes.store import FakeCertificateStore

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
GROUP = f"{SUBSCRIPTION}/resourceGroups/contoso-rg"
VAULT = Vault(
    ResourceId(f"{GROUP}/providers/Microsoft.KeyVault/vaults/contoso-kv"),
    "https://contoso-kv.vault.azure.net/",
    enabled_for_deployment=True,
    location="eastus",
)
PARTNER = Vault(
    ResourceId(f"{GROUP}/providers/Microsoft.KeyVault/vaults/partner-kv"),
    "https://partner-kv.vault.azure.net/",
    enabled_for_deployment=True,
    location="East US",
)
WEB = Thumbprint("A1" * 20)
OLD = Thumbprint("B2" * 20)
DETAILS = CertificateDetails(
    subject="CN=www.contoso.com",
    issuer="CN=Contoso CA",
    names=("www.contoso.com", "*.contoso.com"),
    key_type="RSA",
    key_size=2048,
    exportable=True,
    content_type="application/x-pkcs12",
)
SAS = "https://contoso.blob.core.windows.net/cses-packages/x?sig=very%2Bsecret"


def certificate(
    thumbprint: Thumbprint = WEB, *, name: str = "web", days: int = 90, enabled: bool = True
) -> Certificate:
    version = thumbprint.text.lower()[:32]
    return Certificate(
        name,
        version,
        thumbprint,
        SecretUrl(f"{VAULT.uri}secrets/{name}/{version}"),
        VAULT,
        NOW + timedelta(days=days),
        NOW - timedelta(days=10),
        enabled=enabled,
    )


def service(configuration: str, **properties: object) -> Json:
    """A live service with the sample's two roles, spelled as the recordings spell it."""
    roles = [
        {"name": name, "sku": {"name": "Standard_D1_v2", "tier": "Standard", "capacity": 1}}
        for name in ("WebRole1", "WorkerRole1")
    ]
    public_ip = f"{GROUP}/providers/Microsoft.Network/publicIPAddresses/contosoip"
    frontend = {"name": "fe", "properties": {"publicIPAddress": {"id": public_ip}}}
    balancer = {"name": "lb", "properties": {"frontendIpConfigurations": [frontend]}}
    return {
        "name": "contosocs",
        "id": f"{SUBSCRIPTION}/resourceGroups/CONTOSO-RG/providers/Microsoft.Compute/cloudServices/contosocs",
        "type": "Microsoft.Compute/cloudServices",
        "location": "eastus",
        "zones": ["1"],
        "tags": {"owner": "contoso"},
        "properties": {
            "configuration": configuration,
            "upgradeMode": "Auto",
            "roleProfile": {"roles": roles},
            "osProfile": {"secrets": []},
            "networkProfile": {"slotType": "Production", "loadBalancerConfigurations": [balancer]},
            "provisioningState": "Succeeded",
            "uniqueId": "0000",
            "newerThanTheModel": {"kept": True},
            **properties,
        },
        "systemData": {"createdAt": "2023-02-20T05:20:54Z"},
    }


class FakeClock(Clock):
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.slept.append(seconds)


class FakeHost(Host):
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.hidden: list[Secret] = []
        self.outputs: dict[str, str] = {}
        self.published: list[dict[str, str]] = []
        self.groups: list[str] = []
        self.summaries: list[str] = []

    def hide(self, secret: Secret) -> None:
        self.hidden.append(secret)

    def show(self, message: Message) -> None:
        self.messages.append(message)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        self.groups.append(title)
        yield

    def publish(self, outputs: Mapping[str, str]) -> None:
        self.published.append(dict(outputs))
        self.outputs.update(outputs)

    def summarise(self, markdown: Callable[[], str]) -> None:
        self.summaries.append(markdown())

    def move_to(self, out: TextIO) -> None:
        del out  # it shows nothing

    def text(self) -> str:
        return "\n".join(str(message) for message in self.messages)


@dataclass
class FakeServices(CloudServices):
    """One service; an accepted update takes ``polls`` questions, then its instances ``starts`` more."""

    live: Json
    statuses: list[Json] = field(default_factory=lambda: [{"code": "PowerState/started"}])
    polls: int = 1
    starts: int = 1
    ended: OperationState = field(default_factory=lambda: OperationState("Succeeded"))
    final_state: str = "Succeeded"
    states: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    replaced: list[Json] = field(default_factory=list)
    before_replace: list[Callable[[], None]] = field(default_factory=list)
    failures: list[AzureError] = field(default_factory=list)
    url: str = "https://management.azure.com/operation"
    asked: int = 0
    watched: int = 0

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def read(self) -> Json:
        self._fail()
        if self.replaced and not self.url:
            self._advance()
        return copy.deepcopy(self.live)

    def view(self) -> Json:
        return {"statuses": self.statuses}

    def instances(self) -> tuple[RoleInstance, ...]:
        self._fail()
        self.watched += 1
        found = []
        for role in self.live["properties"]["roleProfile"]["roles"]:
            for number in range(role["sku"]["capacity"]):
                name = f"{role['name']}_IN_{number}"
                started = "RoleStateStarted" if self.watched > self.starts else "RoleStateStarting"
                state, message = self.states.get(name, (started, ""))
                found.append(RoleInstance(name, role["name"], state, message))
        return tuple(found)

    def replace(self, body: Json) -> Operation:
        for each in self.before_replace:
            each()
        self.replaced.append(copy.deepcopy(body))
        kept = {name: self.live[name] for name in ("id", "name", "type")}
        properties = {**self.live["properties"], **copy.deepcopy(body["properties"])}
        for hidden in ("packageUrl", "startCloudService"):
            properties.pop(hidden, None)
        self.live = {**kept, **copy.deepcopy(body), "properties": {**properties, "provisioningState": "Updating"}}
        return Operation(self.url)

    def poll(self, operation: Operation) -> OperationState:
        assert operation.url == self.url
        self._fail()
        return self._advance()

    def _advance(self) -> OperationState:
        self.asked += 1
        if self.asked <= self.polls:
            return OperationState("InProgress")
        self.live["properties"]["provisioningState"] = self.final_state
        return self.ended


@dataclass
class FakeVaults(CertificateVaults):
    """Vaults by name; there is one, unless ``more`` has others with what they hold."""

    held: dict[str, tuple[Certificate, ...]] = field(
        default_factory=lambda: {"web": (certificate(), certificate(OLD, days=-5))}
    )
    vault: Vault = VAULT
    more: dict[Vault, dict[str, tuple[Certificate, ...]]] = field(default_factory=dict)
    described: CertificateDetails = DETAILS
    gone: tuple[str, ...] = ()
    """Names of certificates that were deleted."""
    failure: AzureError | None = None
    lists: list[str] = field(default_factory=list)
    known: dict[SecretUrl, CertificateDetails] = field(default_factory=dict)
    """What is said of single versions; everything else is ``described``."""

    def locate(self, vault: str) -> Vault:
        if self.failure:
            raise self.failure
        assert vault
        return next((each for each in self.more if vault in {each.id.name, str(each.id), each.uri}), self.vault)

    def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
        self.lists.append(vault.id.name)
        return {name: versions[0].thumbprint for name, versions in self._held(vault).items()}

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        self.lists.append(f"{vault.id.name}/{name}")
        # Names of vault certificates have no case.
        held = self._held(vault).items()
        found = next((versions for known, versions in held if known.lower() == name.lower()), ())
        return tuple(_in_vault(each, vault) for each in found)

    def details(self, certificate: Certificate) -> CertificateDetails:
        self.lists.append(f"{certificate.vault.id.name}/{certificate.name}/{certificate.version}")
        return self.known.get(certificate.secret_url, self.described)

    def deleted(self, vault: Vault, name: str) -> bool:
        self.lists.append(f"{vault.id.name} deleted {name}")
        return name in self.gone

    def _held(self, vault: Vault) -> dict[str, tuple[Certificate, ...]]:
        return self.more.get(vault, self.held)


def _in_vault(held: Certificate, vault: Vault) -> Certificate:
    return replace(held, vault=vault, secret_url=SecretUrl(f"{vault.uri}secrets/{held.name}/{held.version}"))


@dataclass
class FakeStore(PackageStore):
    """A storage account that remembers which blobs it was given."""

    blobs: dict[Blob, bytes] = field(default_factory=dict)
    failure: AzureError | None = None

    def check(self) -> None:
        if self.failure:
            raise self.failure

    def url(self, blob: Blob) -> str:
        return f"https://{blob.account}.blob.core.windows.net/{blob.container}/{blob.name}"

    def upload(self, package: str, blob: Blob, md5: bytes, advance: Advance) -> str:
        advance(1, 2)
        advance(2, 2)
        self.blobs[blob] = md5
        return f"{package} uploaded"

    def read_url(self, blob: Blob) -> Secret:
        assert blob in self.blobs
        return Secret(SAS)


@dataclass
class FakeNetwork(Network):
    """What is served, handshake by handshake; the last answer stays."""

    address: PublicAddress = field(default_factory=lambda: PublicAddress("203.0.113.7", "contosocs.example.net"))
    failure: AzureError | None = None
    answers: list[Thumbprint | Served | Exception] = field(default_factory=lambda: [WEB])
    without_tls: dict[int, str] = field(default_factory=dict)
    asked: list[tuple[str, int, str]] = field(default_factory=list)
    looked: list[tuple[str, int, str]] = field(default_factory=list)

    def public_address(self, public_ip: ResourceId) -> PublicAddress:
        assert public_ip.name
        if self.failure:
            raise self.failure
        return self.address

    def handshake(self, host: str, port: int, server_name: str, wanted: Thumbprint) -> Served:
        self.asked.append((host, port, server_name))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        served = answer if isinstance(answer, Served) else self.served(answer)
        return served if served.thumbprint == wanted else replace(served, distrust=None)

    def served(self, thumbprint: Thumbprint) -> Served:
        return Served(
            thumbprint,
            "TLSv1.3",
            "TLS_AES_256_GCM_SHA384",
            subject="CN=www.contoso.com",
            issuer="CN=Contoso CA",
            names=("www.contoso.com", "contoso.com"),
            not_before=NOW - timedelta(days=10),
            expires_on=NOW + timedelta(days=90),
            distrust="",
        )

    def plain(self, host: str, port: int, server_name: str) -> str:
        self.looked.append((host, port, server_name))
        return self.without_tls.get(port, "")


@dataclass
class FakeCloud:
    """All of Azure; ``cloud`` is what the program sees."""

    services: FakeServices
    vaults: FakeVaults = field(default_factory=FakeVaults)
    packages: FakeStore = field(default_factory=FakeStore)
    network: FakeNetwork = field(default_factory=FakeNetwork)
    store: FakeCertificateStore | None = None

    @property
    def cloud(self) -> Cloud:
        return Cloud(
            self.services, self.vaults, self.packages, self.network, self.store or FakeCertificateStore(self.vaults)
        )


def refused() -> NoConnection:
    return NoConnection("Connection refused")
