"""What the sandbox's vaults take, and what they make themselves, by the real client."""

from __future__ import annotations

import hashlib
import itertools
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.certificates import CertificatePolicy
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import Clients, Project, secrets_profile
from tests.sandbox.vault_kit import HOST, PASSWORD, Brought, brought, pem_policy, self_signed_policy

OFFICER = ["Contributor", "Storage Blob Data Contributor", "Key Vault Certificates Officer"]


@pytest.fixture
def vault(azure: Sandbox) -> Any:
    """The client of contosocs-kv, with the right to write."""
    azure.set(roles=OFFICER, certificate_seconds=0)
    return Clients(azure).vault()


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest().upper()


def make(vault: Any, name: str = "made", **changed: Any) -> Any:
    return vault.begin_create_certificate(name, self_signed_policy(**changed), _polling_interval=0.01).result()


def writes(vault: Any, name: str) -> tuple[Callable[[], Any], ...]:
    """Return both ways to a new version."""
    return (
        lambda: vault.begin_create_certificate(name, self_signed_policy()),
        lambda: vault.import_certificate(name, brought().pfx(), password=PASSWORD),
    )


def refused(vault: Any, content: bytes, name: str = "mine", **options: Any) -> str:
    """Import what must be refused as a bad parameter, and return the text."""
    with pytest.raises(HttpResponseError) as failure:
        vault.import_certificate(name, content, **options)
    assert failure.value.error is not None
    assert (failure.value.status_code, failure.value.error.code) == (400, "BadParameter")
    return str(failure.value.error.message)


@pytest.mark.parametrize("password", [PASSWORD, ""])
def test_a_pfx_becomes_a_certificate(azure: Sandbox, vault: Any, password: str) -> None:
    mine = brought()
    answer = vault.import_certificate("mine", mine.pfx(password), password=password or None)
    assert sha1(answer.cer) == mine.thumbprint
    assert answer.secret_id.endswith(f"/secrets/mine/{answer.properties.version}")
    assert (answer.policy.issuer_name, answer.policy.key_type, answer.policy.key_size) == ("Unknown", "RSA", 2048)
    assert answer.policy.exportable is True
    assert answer.policy.content_type == "application/x-pkcs12"
    assert vault.get_certificate("mine").cer == answer.cer
    assert azure.certificates["contosocs-kv"]["mine"][0]["thumbprint"] == mine.thumbprint


def test_a_pem_file_becomes_a_certificate(vault: Any) -> None:
    mine = brought(with_authority=True)
    answer = vault.import_certificate("mine", mine.pem(), policy=pem_policy())
    assert sha1(answer.cer) == mine.thumbprint
    assert answer.policy.content_type == "application/x-pem-file"


def test_a_second_import_is_a_new_version_and_the_old_one_stays(vault: Any) -> None:
    first, second = brought(), brought(days=200)
    one = vault.import_certificate("mine", first.pfx(), password=PASSWORD)
    two = vault.import_certificate("MINE", second.pfx(), password=PASSWORD)
    found = {each.version: each for each in vault.list_properties_of_certificate_versions("mine")}
    assert found.keys() == {one.properties.version, two.properties.version}
    assert found[two.properties.version].created_on > found[one.properties.version].created_on
    assert sha1(vault.get_certificate("mine").cer) == second.thumbprint
    assert sha1(vault.get_certificate_version("mine", one.properties.version).cer) == first.thumbprint
    assert two.name == "mine"


def test_the_same_pfx_twice_is_two_versions_of_one_thumbprint(vault: Any) -> None:
    mine = brought()
    versions = [vault.import_certificate("mine", mine.pfx(), password=PASSWORD).properties for _ in range(2)]
    assert versions[0].version != versions[1].version
    assert versions[0].x509_thumbprint == versions[1].x509_thumbprint


def test_an_import_may_be_disabled_and_not_exportable(vault: Any) -> None:
    # Without a kind of key the client does not send the rest of what it knows about the key.
    policy = CertificatePolicy(issuer_name="Unknown", subject=f"CN={HOST}", exportable=False, key_type="RSA")
    answer = vault.import_certificate("mine", brought().pfx(), password=PASSWORD, enabled=False, policy=policy)
    assert answer.properties.enabled is False
    assert answer.policy.exportable is False
    assert vault.get_certificate_policy("mine").exportable is False


def test_an_elliptic_key_is_taken_and_named(vault: Any) -> None:
    mine = brought(key=ec.generate_private_key(ec.SECP384R1()))
    policy = vault.import_certificate("mine", mine.pfx(), password=PASSWORD).policy
    assert (policy.key_type, policy.key_curve_name) == ("EC", "P-384")


@pytest.mark.parametrize("password", ["wrong", "", None])
def test_a_wrong_password_is_refused_as_by_key_vault(azure: Sandbox, vault: Any, password: str | None) -> None:
    text = refused(vault, brought().pfx(), password=password)
    assert text.startswith("The specified PKCS#12 X.509 certificate content can not be read.")
    assert "mine" not in azure.certificates["contosocs-kv"]


def test_a_pfx_without_a_key_is_refused_as_by_key_vault(vault: Any) -> None:
    text = refused(vault, brought().pfx_without_key(), password=PASSWORD)
    assert text.startswith("No certificate with private key found in the specified X.509 certificate content.")


def test_a_pem_without_a_key_is_refused_as_by_key_vault(vault: Any) -> None:
    text = refused(vault, brought().certificates(), policy=pem_policy())
    assert text.startswith("No certificate with private key found")


def other_key() -> bytes:
    stranger = ec.generate_private_key(ec.SECP256R1())
    return Brought(stranger, brought().certificate).pem()


def short_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return brought(key=key).pem()


@pytest.mark.parametrize(
    ("content", "policy", "says"),
    [
        (lambda: b"no certificate", None, "PKCS#12 X.509 certificate content can not be read"),
        (lambda: brought().pem(), None, "PKCS#12 X.509 certificate content can not be read"),
        (lambda: b"-----BEGIN RUBBISH-----", pem_policy(), "sandbox: the PEM content"),
        (other_key, pem_policy(), "sandbox: the private key is not that of the certificate"),
        (short_key, pem_policy(), "sandbox: the key is neither RSA"),
    ],
)
def test_what_is_no_certificate_with_its_key_is_refused(vault: Any, content: Any, policy: Any, says: str) -> None:
    assert says in refused(vault, content(), policy=policy)


@pytest.mark.parametrize("name", ["my cert", "my_cert", "x" * 128])
def test_a_name_that_key_vault_does_not_allow_is_refused(vault: Any, name: str) -> None:
    text = refused(vault, brought().pfx(), name=name, password=PASSWORD)
    assert text == f"The request URI contains an invalid name: {name}"


def test_the_vault_makes_a_certificate_of_its_own(vault: Any) -> None:
    before = datetime.now(UTC)
    made = make(vault)
    certificate = x509.load_der_x509_certificate(bytes(made.cer))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST, "contoso.example"]
    assert certificate.subject == certificate.issuer == x509.Name.from_rfc4514_string(f"CN={HOST}")
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    assert certificate.not_valid_before_utc < before
    assert 88 <= (certificate.not_valid_after_utc - before).days <= 92
    policy = vault.get_certificate_policy("made")
    assert (policy.issuer_name, policy.validity_in_months, policy.exportable) == ("Self", 3, True)


def test_a_certificate_of_the_vault_is_for_servers_and_clients_as_in_key_vault(vault: Any) -> None:
    extensions = x509.load_der_x509_certificate(bytes(make(vault).cer)).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.key_encipherment
    assert not usage.value.key_cert_sign
    extended = [each.dotted_string for each in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value]
    assert extended == ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]
    policy = vault.get_certificate_policy("made")
    assert policy.enhanced_key_usage == extended
    assert [each.value for each in policy.key_usage] == ["digitalSignature", "keyEncipherment"]


def test_the_policy_of_what_was_brought_tells_its_own_usages(vault: Any) -> None:
    policy = vault.import_certificate("mine", brought().pfx(), password=PASSWORD).policy
    assert not policy.enhanced_key_usage
    assert not policy.key_usage


def test_the_vault_makes_an_elliptic_key_if_the_policy_says_so(vault: Any) -> None:
    made = make(vault, key_type="EC", key_curve_name="P-384", exportable=False, content_type="application/x-pem-file")
    key = x509.load_der_x509_certificate(bytes(made.cer)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp384r1"
    assert made.policy.exportable is False
    assert made.policy.content_type == "application/x-pem-file"


def test_a_certificate_that_was_made_again_is_a_new_version(vault: Any) -> None:
    one, two = make(vault), make(vault)
    assert one.properties.version != two.properties.version
    assert len(list(vault.list_properties_of_certificate_versions("made"))) == 2
    assert vault.get_certificate("made").properties.version == two.properties.version


def test_making_takes_a_while_and_holds_off_everything_else(azure: Sandbox, vault: Any) -> None:
    azure.set(certificate_seconds=0.5)
    poller = vault.begin_create_certificate("made", self_signed_policy(), _polling_interval=0.01)
    assert vault.get_certificate_operation("made").status == "inProgress"
    for again in writes(vault, "MADE"):
        with pytest.raises(ResourceExistsError, match="while a pending key vault certificate") as held_off:
            again()
        assert held_off.value.error is not None
        assert held_off.value.error.code == "Forbidden"
    assert poller.result().name == "made"
    operation = vault.get_certificate_operation("made")
    assert operation.status == "completed"
    assert operation.target.endswith("/certificates/made")
    vault.import_certificate("made", brought().pfx(), password=PASSWORD)


def test_a_certificate_is_there_before_it_is_made_but_empty(azure: Sandbox, vault: Any) -> None:
    azure.set(certificate_seconds=0.5)
    poller = vault.begin_create_certificate("made", self_signed_policy(), _polling_interval=0.01)
    empty = vault.get_certificate("made")
    assert (empty.cer, empty.secret_id, empty.properties.x509_thumbprint) == (None, None, None)
    assert empty.properties.enabled is False
    assert empty.policy.subject == f"CN={HOST}"
    assert list(vault.list_properties_of_certificate_versions("made")) == []
    with pytest.raises(ResourceNotFoundError):
        vault.get_certificate_version("made", "0" * 32)
    assert poller.result().properties.version == empty.properties.version


def test_nothing_was_made_and_no_operation_tells_of_it(vault: Any) -> None:
    with pytest.raises(ResourceNotFoundError, match="PendingCertificateNotFound"):
        vault.get_certificate_operation("contoso-web")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"issuer_name": "DigiCert"}, "only certificates of the issuer Self"),
        ({"subject": "no name"}, "no X.500 name"),
        ({"key_size": 1024}, "neither RSA of 2048"),
        ({"key_type": "EC", "key_curve_name": "P-256K"}, "neither RSA of 2048"),
        ({"key_type": "oct"}, "neither RSA of 2048"),
        ({"validity_in_months": 2000}, "validity_months"),
        ({"subject": "", "san_dns_names": None, "san_emails": ["a@contoso.example"]}, "neither a subject nor"),
    ],
)
def test_what_cannot_be_made_is_refused(vault: Any, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(HttpResponseError, match=says) as failure:
        make(vault, **changed)
    assert failure.value.status_code == 400


@pytest.mark.parametrize("name", ["contoso-web", "never-there"])
def test_the_name_of_a_deleted_certificate_is_taken(azure: Sandbox, vault: Any, name: str) -> None:
    azure.set(
        deleted={"contosocs-kv": [name]}, vaults={"contosocs-kv": {"properties": {"enablePurgeProtection": True}}}
    )
    found = vault.get_deleted_certificate(name)
    assert found.name == name
    assert found.properties.recovery_level == "Recoverable"
    assert found.scheduled_purge_date > datetime.now(UTC)
    with pytest.raises(ResourceNotFoundError):
        vault.get_certificate(name)
    for again in writes(vault, name.upper()):
        with pytest.raises(ResourceExistsError, match="deleted but recoverable state") as taken:
            again()
        assert taken.value.error is not None
        assert taken.value.error.code == "Conflict"
        assert taken.value.error.innererror == {"code": "ObjectIsDeletedButRecoverable"}


def test_a_certificate_can_be_deleted(azure: Sandbox, vault: Any) -> None:
    deleted = vault.begin_delete_certificate("contoso-web", _polling_interval=0.01).result()
    assert deleted.recovery_id.endswith("/deletedcertificates/contoso-web")
    assert "contoso-web" not in azure.certificates["contosocs-kv"]
    with pytest.raises(ResourceNotFoundError, match="was not found in this key vault"):
        vault.begin_delete_certificate("contoso-web")


def test_nothing_was_deleted_under_other_names(vault: Any) -> None:
    with pytest.raises(ResourceNotFoundError, match="Deleted Certificate not found: contoso-web"):
        vault.get_deleted_certificate("contoso-web")


def test_what_is_deleted_while_it_is_made_does_not_come_back(azure: Sandbox, vault: Any) -> None:
    make(vault)
    azure.set(certificate_seconds=0.2)
    vault.begin_create_certificate("made", self_signed_policy())
    vault.begin_delete_certificate("made", _polling_interval=0.01).result()
    time.sleep(0.5)
    assert "made" not in azure.certificates["contosocs-kv"]


@pytest.mark.parametrize("brings", ["import", "chain", "elliptic", "make"])
def test_what_was_brought_or_made_is_deployed_and_served(azure: Sandbox, vault: Any, brings: str) -> None:
    azure.set(operation_seconds=0.05, start_seconds=0.02)
    if brings == "make":
        answer = make(vault, "mine")
    else:
        key = ec.generate_private_key(ec.SECP256R1()) if brings == "elliptic" else None
        mine = brought(key=key, with_authority=brings == "chain")
        answer = vault.import_certificate("mine", mine.pfx(), password=PASSWORD)
    clients = Clients(azure)
    body = clients.body_for(Project(https=sha1(answer.cer)))
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), answer.secret_id)
    clients.put(body)
    assert served(azure) == bytes(answer.cer)


def served(azure: Sandbox) -> bytes:
    """Return the leaf that the site shows, once it shows one."""
    host, _, port = azure.inputs["INPUT_HTTPS_PROBE_ADDRESS"].partition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for attempt in itertools.count():
        try:
            with socket.create_connection((host, int(port))) as plain, context.wrap_socket(plain) as wrapped:
                return wrapped.getpeercert(binary_form=True) or b""
        except OSError:
            assert attempt < 50
            time.sleep(0.05)
    raise AssertionError
