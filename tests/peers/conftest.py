"""The servers that hold blobs and certificates, and how the program's own adapters get into each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
from azure.keyvault.certificates import CertificateClient
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient, generate_blob_sas

from cses_action.arguments import collect, resolve_credentials
from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.blobs import BlobStore, StorageAccounts
from cses_action.cloud.credentials import sign_in
from cses_action.cloud.environments import find_environment
from cses_action.cloud.failures import Advice
from cses_action.cloud.vault import KeyVaults
from cses_action.inputs import Inputs, parse_inputs
from cses_action.ports import Clock, PackageStore
from cses_action.resources import Blob
from cses_action.sandbox import Sandbox
from tests.fakes.cloud import FakeHost
from tests.peers.azurite import ACCOUNT, AnyToken, Azurite, run_azurite
from tests.peers.vaults import VaultPeer
from tests.sandbox.conftest import SAMPLES, QuickClock

HOUR = timedelta(hours=1)
SIGNERS = ("delegation key", "account key")


Answer = tuple[int, str]


@dataclass(frozen=True)
class Refusals:
    """With what status and code a server refuses; docs/sandbox.md says why the two differ."""

    anonymous: Answer
    wrong_sas: Answer
    wrong_key: Answer


AS_AZURE = Refusals(
    anonymous=(409, "PublicAccessNotPermitted"),
    wrong_sas=(403, "AuthenticationFailed"),
    wrong_key=(403, "AuthenticationFailed"),
)
AS_AZURITE = Refusals(
    anonymous=(403, "AuthorizationFailure"),
    wrong_sas=(403, "AuthorizationFailure"),
    wrong_key=(400, "InvalidAuthenticationInfo"),
)


class ClockOff(QuickClock):
    """A clock that goes wrong by some hours."""

    def __init__(self, hours: float = 0) -> None:
        self._off = timedelta(hours=hours)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off


@dataclass(frozen=True)
class Peer:
    """A server of blobs with an account on it, a private name for a container, and a package."""

    inputs: Inputs
    credential: TokenCredential
    accounts: StorageAccounts
    refuses: Refusals
    package: Path
    authority: str
    container: str

    def store(self, clock: Clock | None = None) -> PackageStore:
        """Return the program's own way in, which has found the account."""
        store = BlobStore(self.inputs, self.credential, self.accounts, FakeHost(), clock or ClockOff())
        store.check()
        return store

    @property
    def account(self) -> str:
        return self.inputs.storage_account

    @property
    def key(self) -> str:
        found = self.accounts.post(f"{self._path}/listKeys", "2023-05-01", what="keys", advice=Advice("grant it"))
        return str(found["keys"][0]["value"])

    @property
    def _path(self) -> str:
        group = f"/subscriptions/{self.inputs.subscription_id}/resourceGroups/{self.inputs.resource_group}"
        return f"{group}/providers/Microsoft.Storage/storageAccounts/{self.account}"

    def blob(self, name: str = "contosocs/0123 a.cspkg") -> Blob:
        """Return a place in a container that no other test uses."""
        return Blob(self.account, self.container, name)

    def client(self, key: str = "") -> ContainerClient:
        """Return the SDK's client of the container, let in by the token, or by an account key."""
        credential = AzureNamedKeyCredential(self.account, key) if key else self.credential
        found = self.accounts.get(self._path, "2023-05-01", what="account", advice=Advice("grant it"))
        endpoint = found["properties"]["primaryEndpoints"]["blob"]
        return BlobServiceClient(endpoint, credential, retry_total=0).get_container_client(self.container)

    def held(self, blob: Blob) -> BlobClient:
        """Return the SDK's client of a blob, let in by the token."""
        return self.client().get_blob_client(blob.name)

    def signed(self, blob: Blob, signer: str, **changed: Any) -> str:
        """Return a URL that reads the blob for an hour, signed outside the adapter."""
        now = datetime.now(UTC)
        with BlobServiceClient(
            self.held(blob).primary_endpoint.split(f"/{self.container}/")[0], self.credential
        ) as it:
            delegated = it.get_user_delegation_key(now - HOUR, now + 2 * HOUR)
        key = {"account_key": self.key} if signer == "account key" else {"user_delegation_key": delegated}
        wanted = {"permission": "r", "start": now - HOUR, "expiry": now + HOUR, "protocol": "https", **key, **changed}
        token = generate_blob_sas(blob.account, blob.container, blob.name, **wanted)
        return f"{self.held(blob).url}?{token}"

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        """Return the answer to a request of anyone."""
        return requests.request(method, url, verify=self.authority, timeout=10, **options)


@dataclass
class Place:
    """Where one test happens: its package, and its trust in one server's authority."""

    package: Path
    sandbox: Sandbox
    monkeypatch: pytest.MonkeyPatch
    authority: str = ""

    def inputs(self, **changed: str) -> Inputs:
        """Return the inputs of a run that trusts the server; what no blob needs is the sandbox's."""
        files = {
            "INPUT_CONFIGURATION": str(SAMPLES / "multirole-rdp" / "ServiceConfiguration.Cloud.cscfg"),
            "INPUT_DEFINITION": str(SAMPLES / "multirole-rdp" / "ServiceDefinition.csdef"),
            "INPUT_PACKAGE": str(self.package),
        }
        env = {**self.sandbox.inputs, **files, **changed}
        self.authority = env["REQUESTS_CA_BUNDLE"]
        self.monkeypatch.setenv("REQUESTS_CA_BUNDLE", self.authority)
        return parse_inputs(resolve_credentials(collect([], env)))

    def peer(self, inputs: Inputs, credential: TokenCredential, accounts: StorageAccounts, refuses: Refusals) -> Peer:
        """Return the way in, with a container of its own."""
        container = f"peer-{uuid.uuid4().hex}"
        return Peer(inputs, credential, accounts, refuses, self.package, self.authority, container)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with run_azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Place:
    package = tmp_path / "app.cspkg"
    package.write_bytes(bytes(range(256)) * 40_000)
    return Place(package, sandbox, monkeypatch)


@pytest.fixture
def on_sandbox(place: Place) -> Peer:
    inputs = place.inputs()
    environment = find_environment(inputs.environment, inputs.resource_manager_url)
    credential = sign_in(inputs, environment)
    accounts = ResourceManager(environment, credential)
    return place.peer(inputs, credential, accounts, AS_AZURE)


@pytest.fixture
def on_azurite(place: Place, azurite: Azurite) -> Peer:
    inputs = place.inputs(INPUT_STORAGE_ACCOUNT=ACCOUNT, REQUESTS_CA_BUNDLE=azurite.authority)
    return place.peer(inputs, AnyToken(), azurite, AS_AZURITE)


@pytest.fixture
def refused_on_sandbox(sandbox: Sandbox, on_sandbox: Peer) -> Iterator[Peer]:
    sandbox.set(roles=["Contributor"])
    yield on_sandbox
    sandbox.set(roles=["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"])


@pytest.fixture
def refused_on_azurite(on_azurite: Peer) -> Peer:
    return replace(on_azurite, credential=AnyToken("https://management.azure.com"))


@pytest.fixture(params=["refused_on_sandbox", "refused_on_azurite"])
def refused_peer(request: pytest.FixtureRequest) -> Peer:
    """Each of the two servers in turn, with a token that may touch no blob."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Peer)
    return found


@pytest.fixture(params=["on_sandbox", "on_azurite"])
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each of the two servers in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Peer)
    return found


@pytest.fixture
def vaults_on_sandbox(place: Place, sandbox: Sandbox) -> Iterator[VaultPeer]:
    inputs = place.inputs()
    environment = find_environment(inputs.environment, inputs.resource_manager_url)
    credential = sign_in(inputs, environment)
    adapter = KeyVaults(inputs, credential, ResourceManager(environment, credential))
    # The other tests have the rights of somebody who reads.
    sandbox.set(roles=["Contributor", "Key Vault Certificates Officer"], certificate_seconds=0)
    vault = adapter.locate("contosocs-kv")
    with CertificateClient(vault.uri.rstrip("/"), credential, retry_total=0) as client:
        yield VaultPeer(adapter, vault, client)
    sandbox.set(roles=["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"])


@pytest.fixture(params=["vaults_on_sandbox"])
def vault_peer(request: pytest.FixtureRequest) -> VaultPeer:
    """Each server of key vaults in turn; another one is another fixture, named here."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, VaultPeer)
    return found
