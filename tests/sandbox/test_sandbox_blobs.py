"""The sandbox's blob service: who is let in by what, and what is stored."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobBlock, BlobClient, BlobServiceClient, ContentSettings, UserDelegationKey

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import HOUR, Clients, Json

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


@pytest.fixture
def blob(clients: Clients) -> BlobClient:
    """Return a stored blob, entered with the token."""
    blobs = clients.blobs()
    blobs.create_container("cses-packages")
    found = blobs.get_blob_client("cses-packages", "contosocs/a b.cspkg")
    found.upload_blob(CONTENT)
    return found


def delegation_key(blobs: BlobServiceClient, hours: int = 1) -> UserDelegationKey:
    now = datetime.now(UTC)
    return blobs.get_user_delegation_key(now - HOUR, now + hours * HOUR)


def test_a_blob_is_stored_and_read_back_with_the_token(blob: BlobClient) -> None:
    assert blob.download_blob().readall() == CONTENT
    properties = blob.get_blob_properties()
    assert properties.size == len(CONTENT)
    assert bytes(properties.content_settings.content_md5 or b"") == hashlib.md5(CONTENT).digest()


def test_a_part_of_a_blob_is_read(blob: BlobClient) -> None:
    assert blob.download_blob(offset=3, length=4).readall() == CONTENT[3:7]


def test_a_large_blob_comes_in_blocks(clients: Clients, blob: BlobClient) -> None:
    content = bytes(600_000)
    blobs = BlobServiceClient(
        clients.account_url(),
        clients.credential,
        connection_verify=clients.ca,
        max_single_put_size=100_000,
        max_block_size=200_000,
    )
    target = blobs.get_blob_client(blob.container_name, "large")
    settings = ContentSettings(content_type="application/zip", content_md5=bytearray(hashlib.md5(content).digest()))
    target.upload_blob(content, content_settings=settings, metadata={"run": "1"}, max_concurrency=2)
    properties = target.get_blob_properties()
    assert (properties.size, properties.metadata) == (600_000, {"run": "1"})
    assert properties.content_settings.content_type == "application/zip"
    assert bytes(properties.content_settings.content_md5 or b"") == hashlib.md5(content).digest()


def test_a_block_list_that_names_no_block_is_refused(blob: BlobClient) -> None:
    with pytest.raises(HttpResponseError, match="InvalidBlockList"):
        blob.commit_block_list([BlobBlock("unknown")])


def test_the_account_key_opens_everything(clients: Clients, blob: BlobClient) -> None:
    container = clients.keyed_blobs().get_container_client(blob.container_name)
    assert list(container.list_blob_names()) == [blob.blob_name]
    assert container.get_blob_client(blob.blob_name).download_blob().readall() == CONTENT
    container.upload_blob("with key", b"x", metadata={"a": "b"}, validate_content=True)
    container.delete_blob("with key")
    assert not container.get_blob_client("with key").exists()


def test_a_wrong_account_key_is_refused(clients: Clients, blob: BlobClient) -> None:
    with pytest.raises(ClientAuthenticationError, match="AuthenticationFailed"):
        clients.keyed_blobs("d3Jvbmc=").get_blob_client(blob.container_name, blob.blob_name).get_blob_properties()


def test_keys_can_be_switched_off(azure: Sandbox, clients: Clients, blob: BlobClient) -> None:
    url = clients.sas(blob)
    azure.set(shared_keys=False)
    with pytest.raises(HttpResponseError, match="KeyBasedAuthenticationNotPermitted"):
        clients.keyed_blobs().get_container_client("x").create_container()
    assert clients.fetch(url).headers["x-ms-error-code"] == "KeyBasedAuthenticationNotPermitted"
    assert blob.download_blob().readall() == CONTENT


def test_both_kinds_of_sas_read(clients: Clients, blob: BlobClient) -> None:
    for url in (clients.sas(blob), clients.sas(blob, delegation_key(clients.blobs()))):
        assert clients.fetch(url).content == CONTENT
        first = requests.get(url, headers={"Range": "bytes=0-0"}, verify=clients.ca, timeout=5)
        assert (first.status_code, first.content) == (206, CONTENT[:1])


@pytest.mark.parametrize("signer", ["account key", "delegation key"])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"expiry": datetime.now(UTC) - timedelta(minutes=1)}, "AuthenticationFailed"),
        ({"start": datetime.now(UTC) + HOUR / 2}, "AuthenticationFailed"),
        ({"permission": "w"}, "AuthorizationPermissionMismatch"),
        ({"ip": "10.0.0.1"}, "AuthorizationSourceIPMismatch"),
    ],
)
def test_a_sas_is_held_to_what_it_says(
    clients: Clients, blob: BlobClient, signer: str, changed: Json, code: str
) -> None:
    key = delegation_key(clients.blobs()) if signer == "delegation key" else None
    answer = clients.fetch(clients.sas(blob, key, **changed))
    assert answer.status_code == 403
    assert answer.headers["x-ms-error-code"] == code
    assert f"<Code>{code}</Code>" in answer.text


@pytest.mark.parametrize("signer", ["account key", "delegation key"])
@pytest.mark.parametrize(("old", "new"), [("sp=r", "sp=rw"), ("sig=", "sig=A"), ("a%20b", "a%20c"), ("sr=b", "sr=c")])
def test_a_sas_that_was_tampered_with_is_refused(
    clients: Clients, blob: BlobClient, signer: str, old: str, new: str
) -> None:
    url = clients.sas(blob, delegation_key(clients.blobs()) if signer == "delegation key" else None)
    assert old in url
    answer = clients.fetch(url.replace(old, new, 1))
    assert answer.status_code == 403
    assert answer.headers["x-ms-error-code"] == "AuthenticationFailed"


def test_a_sas_without_its_protocol_is_still_signed_rightly(clients: Clients, blob: BlobClient) -> None:
    assert clients.fetch(clients.sas(blob, protocol=None, start=None, cache_control="no-store")).content == CONTENT


def test_a_delegation_key_ends(clients: Clients, blob: BlobClient) -> None:
    key = delegation_key(clients.blobs())
    key.signed_expiry = f"{datetime.now(UTC) - HOUR:%Y-%m-%dT%H:%M:%SZ}"
    assert clients.fetch(clients.sas(blob, key)).status_code == 403


def test_a_delegation_key_lasts_a_week_at_most(clients: Clients) -> None:
    with pytest.raises(HttpResponseError, match="sandbox: the key's expiry"):
        delegation_key(clients.blobs(), hours=200)


@pytest.mark.parametrize("role", ["Owner", "Contributor"])
def test_an_owner_has_keys_and_no_right_on_blobs(
    azure: Sandbox, clients: Clients, blob: BlobClient, role: str
) -> None:
    azure.set(roles=[role])
    with pytest.raises(HttpResponseError, match="AuthorizationPermissionMismatch") as refused:
        blob.upload_blob(b"x", overwrite=True)
    assert refused.value.status_code == 403
    answer = clients.fetch(clients.sas(blob, delegation_key(clients.blobs())))
    assert answer.headers["x-ms-error-code"] == "AuthorizationPermissionMismatch"
    keyed = clients.keyed_blobs().get_blob_client(blob.container_name, blob.blob_name)
    assert keyed.download_blob().readall() == CONTENT
    assert clients.fetch(clients.sas(blob)).content == CONTENT


def test_a_data_role_alone_does_not_list_keys(azure: Sandbox, clients: Clients) -> None:
    azure.set(roles=["Storage Blob Data Contributor"])
    answer = clients.ask("POST", f"{clients.account}/listKeys", version="2023-05-01")
    assert answer.status_code == 403
    assert "Microsoft.Storage/storageAccounts/listKeys/action" in answer.json()["error"]["message"]


def test_a_token_for_resource_manager_does_not_open_blobs(clients: Clients, blob: BlobClient) -> None:
    token = clients.credential.get_token(clients.scope).token
    answer = requests.get(blob.url, headers={"Authorization": f"Bearer {token}"}, verify=clients.ca, timeout=5)
    assert answer.status_code == 401
    assert answer.headers["x-ms-error-code"] == "InvalidAuthenticationInfo"


def test_nobody_in_particular_is_refused(clients: Clients, blob: BlobClient) -> None:
    read = clients.fetch(blob.url)
    assert (read.status_code, read.headers["x-ms-error-code"]) == (409, "PublicAccessNotPermitted")
    write = requests.put(blob.url, data=b"x", verify=clients.ca, timeout=5)
    assert (write.status_code, write.headers["x-ms-error-code"]) == (401, "NoAuthenticationInformation")


def test_a_blob_that_is_there_is_not_written_over_by_chance(blob: BlobClient) -> None:
    with pytest.raises(ResourceExistsError, match="BlobAlreadyExists"):
        blob.upload_blob(b"other")
    blob.upload_blob(b"other", overwrite=True)
    assert blob.download_blob().readall() == b"other"


def test_a_container_is_made_once(clients: Clients, blob: BlobClient) -> None:
    container = clients.blobs().get_container_client(blob.container_name)
    assert container.exists()
    with pytest.raises(ResourceExistsError, match="ContainerAlreadyExists"):
        container.create_container()


@pytest.mark.parametrize("name", ["UPPER", "a", "a--b"])
def test_a_container_name_that_azure_does_not_take_is_refused(clients: Clients, name: str) -> None:
    with pytest.raises(HttpResponseError, match="InvalidResourceName"):
        clients.blobs().create_container(name)


def test_a_public_container_is_refused(clients: Clients) -> None:
    with pytest.raises(HttpResponseError, match="PublicAccessNotPermitted"):
        clients.blobs().create_container("open", public_access="blob")


def test_what_is_not_there_is_not_found(clients: Clients, blob: BlobClient) -> None:
    blobs = clients.blobs()
    with pytest.raises(ResourceNotFoundError, match="ContainerNotFound"):
        blobs.get_blob_client("missing", "a").upload_blob(b"x")
    with pytest.raises(ResourceNotFoundError, match="BlobNotFound"):
        blobs.get_blob_client(blob.container_name, "missing").download_blob()


def test_a_body_that_is_not_what_its_md5_says_is_refused(clients: Clients, blob: BlobClient) -> None:
    token = clients.credential.get_token("https://storage.azure.com/.default").token
    headers = {"Authorization": f"Bearer {token}", "x-ms-blob-type": "BlockBlob", "Content-MD5": f"{'A' * 22}=="}
    answer = requests.put(blob.url, data=b"x", headers=headers, verify=clients.ca, timeout=5)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (400, "Md5Mismatch")


def test_an_etag_that_is_no_longer_true_is_refused(blob: BlobClient) -> None:
    with pytest.raises(HttpResponseError, match="ConditionNotMet"):
        blob.upload_blob(b"x", overwrite=True, if_match='"0x0"')


def test_a_range_beyond_the_end_is_refused(clients: Clients, blob: BlobClient) -> None:
    blob.upload_blob(b"", overwrite=True)
    headers = {"Range": "bytes=0-0"}
    answer = requests.get(clients.sas(blob), headers=headers, verify=clients.ca, timeout=5)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (416, "InvalidRange")


def test_what_is_not_built_says_so(blob: BlobClient) -> None:
    with pytest.raises(HttpResponseError, match="sandbox: the blob service has no"):
        blob.create_snapshot()
