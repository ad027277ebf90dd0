"""The storage account that hands the package to Azure: upload, and a SAS that is tried before Azure gets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import (
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContentSettings,
    generate_blob_sas,
)

from cses_action.cloud.failures import Advice, translated
from cses_action.cloud.policies import TIMEOUTS, USER_AGENT
from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.messages import Line
from cses_action.planning import live
from cses_action.ports import Advance, Clock, Host, Json
from cses_action.resources import Blob
from cses_action.values import Secret

API_VERSION = "2023-05-01"
BLOCK = 4 * 1024 * 1024
CONNECTIONS = 10
LIFETIME = timedelta(hours=4)
HEAD_START = timedelta(minutes=15)
"""The service's clock and ours differ; a SAS that starts now is refused by one that is behind."""
OWN_ROLE, ACCOUNT_KEY = "the principal's own role", "the account key"


class StorageAccounts(Protocol):
    """Azure Resource Manager, as far as a storage account needs it."""

    def get(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        """Return the account."""
        ...

    def post(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        """Return its keys."""
        ...


class BlobStore:
    """Uploads with the principal's token; where that has no right on blobs, with the account key.

    Owner and Contributor have no data right on blobs: an upload with the token, and any SAS signed with the
    delegation key that they may make, answer 403, while listKeys works.
    """

    def __init__(
        self, inputs: Inputs, credential: TokenCredential, manager: StorageAccounts, host: Host, clock: Clock
    ) -> None:
        self._name = inputs.storage_account
        self._path = (
            f"/subscriptions/{inputs.subscription_id}/resourceGroups/{inputs.storage_account_resource_group}"
            f"/providers/Microsoft.Storage/storageAccounts/{inputs.storage_account}"
        )
        self._credential, self._manager, self._host, self._clock = credential, manager, host, clock
        self._endpoint = ""
        self._key: str | None = None
        self._way = OWN_ROLE
        grant = (
            f"Grant the principal the role Storage Blob Data Contributor on the storage account {self._name} "
            "(a new role takes up to five minutes to work), and let its network rules admit this machine."
        )
        missing = "Correct storage-account (its name alone) or storage-account-resource-group."
        self._advice = Advice(grant, missing)
        # The roles for data have no right on the account itself.
        find = (
            f"Grant the principal Reader on the storage account {self._name} "
            "(Microsoft.Storage/storageAccounts/read), and Storage Blob Data Contributor for the upload."
        )
        self._finding = Advice(find, missing)

    def check(self) -> None:
        """Find the account; writes nothing."""
        found = self._manager.get(
            self._path, API_VERSION, what=f"Read storage account {self._name}", advice=self._finding
        )
        self._endpoint = live.text(found, "properties", "primaryEndpoints", "blob").rstrip("/")
        if not self._endpoint.startswith("https://"):
            raise AzureError(
                f"Storage account {self._name} has no https endpoint for blobs", fix=self._finding.missing
            )

    def url(self, blob: Blob) -> str:
        """Return the blob's address without a signature."""
        return f"{self._endpoint}/{blob.container}/{quote(blob.name, safe='/~')}"

    def upload(self, package: str, blob: Blob, md5: bytes, advance: Advance) -> str:
        """Store the package unless the same bytes are there, and return in words how we were let in."""
        with translated(f"Upload the package to {blob.account}/{blob.container}", self._advice):
            try:
                done = self._put(package, blob, md5, advance)
            except HttpResponseError as failure:
                if failure.status_code != 403:
                    raise
                self._way = ACCOUNT_KEY
                self._read_key(failure)
                done = self._put(package, blob, md5, advance)
        return f"{done} by {self._way}"

    def read_url(self, blob: Blob) -> Secret:
        """Return a read-only URL that has been tried once; on 403 the other kind of signature is tried."""
        refused: HttpResponseError | None = None
        with translated(f"Make a SAS for {blob}", self._advice):
            for way, signature in self._signatures(blob):
                url = self._hidden(f"{self.url(blob)}?{signature}")
                try:
                    with BlobClient.from_blob_url(url.reveal(), **TIMEOUTS) as client:
                        client.download_blob(offset=0, length=1).readall()
                except HttpResponseError as failure:
                    if failure.status_code != 403:
                        raise
                    refused = failure
                else:
                    self._host.show(Line(f"SAS: read-only, four hours, signed by {way}, tried once."))
                    return url
            raise refused or AzureError(f"There is no way to sign a URL for {blob}", fix=self._advice.grant)

    def _put(self, package: str, blob: Blob, md5: bytes, advance: Advance) -> str:
        with self._service() as service:
            container = service.get_container_client(blob.container)
            client = container.get_blob_client(blob.name)
            size = Path(package).stat().st_size
            if _is_there(client, size, md5):
                return "the same package is there already, found"
            if not container.exists():
                _make(container)
            try:
                _send(client, package, md5, advance)
            except ResourceExistsError:
                # The answer to the last request was lost and the SDK sent it again; the first had arrived.
                if not _is_there(client, size, md5):
                    raise
            return "uploaded"

    def _service(self) -> BlobServiceClient:
        return BlobServiceClient(
            self._endpoint,
            credential=self._key if self._way == ACCOUNT_KEY else self._credential,
            max_block_size=BLOCK,
            max_single_put_size=BLOCK,
            retry_total=3,
            user_agent=USER_AGENT,
            **TIMEOUTS,
        )

    def _read_key(self, refused: HttpResponseError) -> str:
        """Return the account's first key; without the right to read it, the refusal of the token is what counts."""
        if self._key is None:
            try:
                what = f"Read the keys of storage account {self._name}"
                found = self._manager.post(f"{self._path}/listKeys", API_VERSION, what=what, advice=self._advice)
            except AzureError:
                raise refused from None
            key = Secret(live.text(next(iter(live.rows(found, "keys")), {}), "value"))
            self._host.hide(key)
            self._key = key.reveal()
        return self._key

    def _signatures(self, blob: Blob) -> Iterator[tuple[str, str]]:
        """Yield who signs and the signature, the one first that fits how the upload was let in."""
        start, expiry = self._clock.now() - HEAD_START, self._clock.now() + LIFETIME
        ways = (OWN_ROLE, ACCOUNT_KEY) if self._way == OWN_ROLE else (ACCOUNT_KEY, OWN_ROLE)
        refused = HttpResponseError(f"no signature for {blob} is accepted")
        for way in ways:
            try:
                if way == OWN_ROLE:
                    with BlobServiceClient(self._endpoint, credential=self._credential, **TIMEOUTS) as service:
                        signer: dict[str, Any] = {
                            "user_delegation_key": service.get_user_delegation_key(start, expiry)
                        }
                else:
                    signer = {"account_key": self._read_key(refused)}
            except HttpResponseError as failure:
                refused = failure
                continue
            yield (
                way,
                generate_blob_sas(
                    blob.account,
                    blob.container,
                    blob.name,
                    permission=BlobSasPermissions(read=True),
                    start=start,
                    expiry=expiry,
                    protocol="https",
                    **signer,
                ),
            )

    def _hidden(self, url: str) -> Secret:
        for signature in parse_qs(urlsplit(url).query).get("sig", []):
            self._host.hide(Secret(signature))
            self._host.hide(Secret(quote(signature, safe="")))
        return Secret(url)


def _send(client: BlobClient, package: str, md5: bytes, advance: Advance) -> None:
    size = Path(package).stat().st_size
    with Path(package).open("rb") as stream:
        client.upload_blob(
            stream,
            length=size,
            overwrite=False,
            max_concurrency=CONNECTIONS,
            content_settings=ContentSettings("application/octet-stream", content_md5=bytearray(md5)),
            progress_hook=lambda done, total: advance(done, total or size),
        )


def _is_there(client: BlobClient, size: int, md5: bytes) -> bool:
    """Return whether the blob holds these bytes; another blob of this name is not ours to overwrite."""
    try:
        found = client.get_blob_properties()
    except ResourceNotFoundError:
        return False
    if found.size == size and bytes(found.content_settings.content_md5 or b"") == md5:
        return True
    raise AzureError(
        f"The blob {client.container_name}/{client.blob_name} exists with other content",
        fix="Delete it, or give another container; the action never overwrites a blob.",
    )


def _make(container: Any) -> None:
    try:
        container.create_container()
    except ResourceExistsError:
        return
