"""What the program needs of a key vault, on each server of them: so far the sandbox alone (docs/sandbox.md)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.peers.vaults import VaultPeer, refusal
from tests.sandbox.vault_kit import HOST, PASSWORD, brought, pem_policy

SECOND = timedelta(seconds=1)


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest().upper()


def test_versions_come_newest_first_with_their_thumbprints(vault_peer: VaultPeer) -> None:
    brings = [brought(days=days) for days in (30, 60, 90)]
    made = [vault_peer.bring(each).properties.version for each in brings]
    found = vault_peer.versions()
    assert [each.version for each in found] == made[::-1]
    assert [each.thumbprint.text for each in found] == [each.thumbprint for each in brings[::-1]]
    assert [each.secret_url.text.rpartition("/")[2] for each in found] == made[::-1]


def test_the_newest_version_of_each_certificate_is_listed(vault_peer: VaultPeer) -> None:
    old, new = brought(days=30), brought(days=90)
    vault_peer.bring(old)
    vault_peer.bring(new)
    assert vault_peer.adapter.newest(vault_peer.vault)[vault_peer.name].text == new.thumbprint


def test_each_version_has_its_own_bytes_and_its_own_secret(vault_peer: VaultPeer) -> None:
    for each in (brought(days=30), brought(days=90)):
        stored = vault_peer.bring(each)
        version = stored.properties.version
        again = vault_peer.client.get_certificate_version(vault_peer.name, version)
        assert sha1(bytes(again.cer)) == each.thumbprint == bytes(stored.properties.x509_thumbprint).hex().upper()
        assert again.secret_id.endswith(f"/secrets/{vault_peer.name}/{version}")


def test_a_version_tells_when_it_begins_and_ends_and_whether_it_is_enabled(vault_peer: VaultPeer) -> None:
    expired = brought(days=-1)
    vault_peer.bring(expired, enabled=False)
    (found,) = vault_peer.versions()
    assert found.enabled is False
    assert found.expires_on is not None
    assert found.not_before is not None
    assert abs(found.expires_on - expired.certificate.not_valid_after_utc) < SECOND
    assert abs(found.not_before - expired.certificate.not_valid_before_utc) < SECOND


def test_the_same_pfx_twice_is_two_versions_of_one_thumbprint(vault_peer: VaultPeer) -> None:
    one = brought()
    versions = {vault_peer.bring(one).properties.version for _ in range(2)}
    found = vault_peer.versions()
    assert {each.version for each in found} == versions
    assert len(versions) == 2
    assert {each.thumbprint.text for each in found} == {one.thumbprint}


def test_a_chain_does_not_change_which_certificate_it_is(vault_peer: VaultPeer) -> None:
    one = brought(with_authority=True)
    assert sha1(bytes(vault_peer.bring(one).cer)) == one.thumbprint


def test_a_pem_file_is_taken_with_its_content_type(vault_peer: VaultPeer) -> None:
    one = brought()
    stored = vault_peer.client.import_certificate(vault_peer.name, one.pem(), policy=pem_policy())
    assert sha1(bytes(stored.cer)) == one.thumbprint
    assert vault_peer.client.get_certificate_policy(vault_peer.name).content_type == "application/x-pem-file"


@pytest.mark.parametrize("password", ["wrong", None])
def test_a_wrong_password_stores_nothing(vault_peer: VaultPeer, password: str | None) -> None:
    pfx, store = brought().pfx(), vault_peer.client.import_certificate
    assert refusal(lambda: store(vault_peer.name, pfx, password=password)) == (400, "BadParameter")
    assert vault_peer.versions() == ()


def test_a_pfx_without_its_key_stores_nothing(vault_peer: VaultPeer) -> None:
    pfx, store = brought().pfx_without_key(), vault_peer.client.import_certificate
    assert refusal(lambda: store(vault_peer.name, pfx, password=PASSWORD)) == (400, "BadParameter")
    assert vault_peer.versions() == ()


def test_the_vault_makes_a_self_signed_certificate(vault_peer: VaultPeer) -> None:
    made = vault_peer.make()
    certificate = x509.load_der_x509_certificate(bytes(made.cer))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert certificate.issuer == certificate.subject
    assert set(names.get_values_for_type(x509.DNSName)) == {HOST, "contoso.example"}
    (found,) = vault_peer.versions()
    assert found.thumbprint.text == sha1(bytes(made.cer))
    assert vault_peer.client.get_certificate_operation(vault_peer.name).status == "completed"


def test_made_again_it_is_a_new_version(vault_peer: VaultPeer) -> None:
    versions = [vault_peer.make().properties.version for _ in range(2)]
    assert [each.version for each in vault_peer.versions()] == versions[::-1]


def test_a_list_of_several_pages_is_whole(vault_peer: VaultPeer) -> None:
    one = brought(key=ec.generate_private_key(ec.SECP256R1()))
    names = {f"{vault_peer.name}-{number}" for number in range(30)}
    for name in names:
        vault_peer.bring(one, name)
    assert names <= vault_peer.adapter.newest(vault_peer.vault).keys()


def test_versions_of_several_pages_are_whole_and_in_order(vault_peer: VaultPeer) -> None:
    one = brought(key=ec.generate_private_key(ec.SECP256R1()))
    made = [vault_peer.bring(one).properties.version for _ in range(30)]
    assert [each.version for each in vault_peer.versions()] == made[::-1]


def test_names_are_compared_without_case(vault_peer: VaultPeer) -> None:
    one = brought()
    vault_peer.bring(one)
    assert [each.thumbprint.text for each in vault_peer.versions(vault_peer.name.upper())] == [one.thumbprint]


def test_what_is_not_there_is_not_found(vault_peer: VaultPeer) -> None:
    assert vault_peer.versions() == ()
    assert vault_peer.name not in vault_peer.adapter.newest(vault_peer.vault)
    assert refusal(lambda: vault_peer.client.get_certificate(vault_peer.name)) == (404, "CertificateNotFound")
    vault_peer.bring(brought())
    ask = vault_peer.client.get_certificate_version
    assert refusal(lambda: ask(vault_peer.name, "0" * 32)) == (404, "CertificateNotFound")


def test_a_deleted_certificate_is_gone_and_its_name_stays_taken(vault_peer: VaultPeer) -> None:
    vault_peer.bring(brought())
    assert vault_peer.delete().name == vault_peer.name
    assert vault_peer.versions() == ()
    assert vault_peer.name not in vault_peer.adapter.newest(vault_peer.vault)
    assert vault_peer.client.get_deleted_certificate(vault_peer.name).deleted_on is not None
    assert refusal(lambda: vault_peer.bring(brought())) == (409, "Conflict")


def test_nothing_was_deleted_under_this_name(vault_peer: VaultPeer) -> None:
    vault_peer.bring(brought())
    assert refusal(lambda: vault_peer.client.get_deleted_certificate(vault_peer.name)) == (404, "CertificateNotFound")
