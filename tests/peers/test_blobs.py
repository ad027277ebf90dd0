"""What the program needs of a blob service: the same tests on the sandbox and on Azurite."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError

from cses_action.errors import AzureError
from cses_action.ports import PackageStore
from cses_action.resources import Blob
from cses_action.sandbox import Sandbox
from tests.peers.conftest import HOUR, SIGNERS, ClockOff, Peer

WRONG_KEY = "d3Jvbmcga2V5"
signers = pytest.mark.parametrize("signer", SIGNERS)


def md5(package: Path) -> bytes:
    return hashlib.md5(package.read_bytes(), usedforsecurity=False).digest()


def upload(store: PackageStore, peer: Peer, blob: Blob | None = None) -> str:
    return store.upload(str(peer.package), blob or peer.blob(), md5(peer.package), lambda _done, _total: None)


def stored(peer: Peer) -> Blob:
    """Upload the package and return where it lies."""
    upload(peer.store(), peer)
    return peer.blob()


def test_a_package_is_uploaded_in_blocks_with_its_md5(peer: Peer) -> None:
    seen: list[tuple[int, int]] = []
    store, blob = peer.store(), peer.blob()
    said = store.upload(str(peer.package), blob, md5(peer.package), lambda done, total: seen.append((done, total)))
    size = peer.package.stat().st_size
    assert said == "uploaded by the principal's own role"
    assert len({done for done, _ in seen}) == 3
    assert seen[-1] == (size, size)
    properties = peer.held(blob).get_blob_properties()
    assert properties.size == size
    assert bytes(properties.content_settings.content_md5 or b"") == md5(peer.package)
    assert properties.content_settings.content_type == "application/octet-stream"
    assert peer.held(blob).download_blob().readall() == peer.package.read_bytes()


def test_a_container_that_is_missing_is_made_and_is_private(peer: Peer) -> None:
    assert not peer.client().exists()
    blob = stored(peer)
    assert peer.client().get_container_properties().public_access is None
    answer = peer.send("GET", peer.held(blob).url)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == peer.refuses.anonymous


def test_a_second_package_goes_into_the_container_that_is_there(peer: Peer) -> None:
    stored(peer)
    assert upload(peer.store(), peer, peer.blob("contosocs/other.cspkg")).startswith("uploaded")
    assert sorted(peer.client().list_blob_names()) == ["contosocs/0123 a.cspkg", "contosocs/other.cspkg"]


def test_the_same_package_is_found_and_not_written_again(peer: Peer) -> None:
    blob = stored(peer)
    before = peer.held(blob).get_blob_properties()
    assert upload(peer.store(), peer).startswith("the same package is there already, found")
    after = peer.held(blob).get_blob_properties()
    assert (after.etag, after.last_modified) == (before.etag, before.last_modified)


def test_a_blob_with_other_content_is_refused_and_stays(peer: Peer) -> None:
    blob = stored(peer)
    before = peer.package.read_bytes()
    peer.package.write_bytes(b"another build")
    with pytest.raises(AzureError, match="exists with other content"):
        upload(peer.store(), peer)
    assert peer.held(blob).download_blob().readall() == before


def test_a_blob_that_another_run_stored_meanwhile_is_not_written_over(peer: Peer) -> None:
    blob = stored(peer)
    with pytest.raises(ResourceExistsError, match="BlobAlreadyExists"):
        peer.held(blob).upload_blob(b"late", overwrite=False)
    assert peer.held(blob).download_blob().readall() == peer.package.read_bytes()


def test_the_url_for_azure_reads_the_package_and_nothing_else(peer: Peer) -> None:
    store, blob = peer.store(), peer.blob()
    upload(store, peer)
    url = store.read_url(blob).reveal()
    assert url.startswith(store.url(blob))
    assert peer.send("GET", url).content == peer.package.read_bytes()
    assert_read_only(peer, url)


def test_where_the_token_is_refused_the_account_key_uploads_and_signs(refused_peer: Peer) -> None:
    peer, blob = refused_peer, refused_peer.blob()
    store = peer.store()
    assert upload(store, peer) == "uploaded by the account key"
    url = store.read_url(blob).reveal()
    assert url.startswith(store.url(blob))
    assert peer.send("GET", url).content == peer.package.read_bytes()
    assert_read_only(peer, url)


@signers
def test_each_kind_of_sas_reads_and_cannot_write(peer: Peer, signer: str) -> None:
    blob = stored(peer)
    url = peer.signed(blob, signer)
    part = peer.send("GET", url, headers={"Range": "bytes=0-0"})
    assert (part.status_code, part.content) == (206, peer.package.read_bytes()[:1])
    assert_read_only(peer, url)
    assert peer.held(blob).download_blob().readall() == peer.package.read_bytes()


def assert_read_only(peer: Peer, url: str) -> None:
    """Refused are a new content, a block of one, and the end of the blob."""
    written = {"headers": {"x-ms-blob-type": "BlockBlob"}, "data": b"x"}
    for answer in (
        peer.send("PUT", url, **written),
        peer.send("PUT", f"{url}&comp=block&blockid=AAAA", data=b"x"),
        peer.send("DELETE", url),
    ):
        assert (answer.status_code, answer.headers["x-ms-error-code"]) == (403, "AuthorizationPermissionMismatch")


@signers
@pytest.mark.parametrize("when", ["expired", "not yet valid"])
def test_a_sas_holds_only_in_its_time(peer: Peer, signer: str, when: str) -> None:
    now = datetime.now(UTC)
    changed = {"expiry": now - HOUR / 2} if when == "expired" else {"start": now + HOUR / 2}
    assert_not_authenticated(peer, peer.signed(stored(peer), signer, **changed))


@signers
@pytest.mark.parametrize(
    ("old", "new"),
    [("sp=r", "sp=rw"), ("sig=", "sig=A"), ("0123%20a", "0124%20a"), ("sr=b", "sr=c"), ("&se=2", "&se=3")],
)
def test_a_sas_that_was_tampered_with_is_refused(peer: Peer, signer: str, old: str, new: str) -> None:
    url = peer.signed(stored(peer), signer)
    assert old in url
    assert_not_authenticated(peer, url.replace(old, new, 1))


def test_a_sas_signed_with_a_wrong_key_is_refused(peer: Peer) -> None:
    assert_not_authenticated(peer, peer.signed(stored(peer), "account key", account_key=WRONG_KEY))


def assert_not_authenticated(peer: Peer, url: str) -> None:
    answer = peer.send("GET", url)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == peer.refuses.wrong_sas


def test_the_account_key_lets_in_and_a_wrong_one_does_not(peer: Peer) -> None:
    blob = stored(peer)
    right = peer.client(peer.key).get_blob_client(blob.name)
    assert right.download_blob().readall() == peer.package.read_bytes()
    status, code = peer.refuses.wrong_key
    with pytest.raises(HttpResponseError, match=code) as refused:
        peer.client(WRONG_KEY).get_blob_client(blob.name).download_blob()
    assert refused.value.status_code == status


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_machine_whose_clock_is_wrong_gets_an_error_and_no_url(peer: Peer, hours: int) -> None:
    store = peer.store(ClockOff(hours))
    upload(store, peer)
    with pytest.raises(AzureError, match="Make a SAS for"):
        store.read_url(peer.blob())


def test_a_machine_whose_clock_is_ten_minutes_off_gets_a_url(peer: Peer) -> None:
    for minutes in (-10, 10):
        store = peer.store(ClockOff(minutes / 60))
        upload(store, peer)
        assert peer.send("GET", store.read_url(peer.blob()).reveal()).status_code == 200


def test_on_the_sandbox_only_a_principal_without_a_data_role_is_let_in_by_the_account_key(
    sandbox: Sandbox, on_sandbox: Peer
) -> None:
    """Azurite has no roles: there every token may do everything."""
    peer = on_sandbox
    sandbox.set(roles=["Contributor"])
    try:
        with pytest.raises(HttpResponseError, match="AuthorizationPermissionMismatch") as refused:
            peer.held(peer.blob()).upload_blob(b"x")
        assert refused.value.status_code == 403
        store = peer.store()
        assert upload(store, peer) == "uploaded by the account key"
        assert peer.send("GET", store.read_url(peer.blob()).reveal()).content == peer.package.read_bytes()
        delegated = peer.send("GET", peer.signed(peer.blob(), "delegation key"))
        assert (delegated.status_code, delegated.headers["x-ms-error-code"]) == (
            403,
            "AuthorizationPermissionMismatch",
        )
    finally:
        sandbox.set(roles=["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"])
