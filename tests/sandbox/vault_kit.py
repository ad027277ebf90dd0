"""Certificates to bring into a vault, as PKCS#12 and PEM files hold them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from azure.keyvault.certificates import CertificateContentType, CertificatePolicy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "correct horse"
HOST = "www.contoso.example"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(size: int = 2048) -> rsa.RSAPrivateKey:
    """Return the one key of this size; each costs a noticeable time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


@dataclass(frozen=True)
class Brought:
    """A certificate with its key, and perhaps its authority."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def thumbprint(self) -> str:
        """The SHA-1, upper case."""
        return hashlib.sha1(self.certificate.public_bytes(serialization.Encoding.DER)).hexdigest().upper()

    def pfx(self, password: str = PASSWORD) -> bytes:
        """Return it as PKCS#12; an empty password is none."""
        secret = (
            serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
        )
        return pkcs12.serialize_key_and_certificates(b"it", self.key, self.certificate, self.chain or None, secret)

    def pfx_without_key(self) -> bytes:
        """Return a PKCS#12 that has the certificate alone."""
        secret = serialization.BestAvailableEncryption(PASSWORD.encode())
        return pkcs12.serialize_key_and_certificates(b"it", None, self.certificate, None, secret)

    def pem(self) -> bytes:
        """Return key, certificate and chain in PEM."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificates()

    def certificates(self) -> bytes:
        """Return certificate and chain in PEM, without the key."""
        return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (self.certificate, *self.chain))


def brought(*names: str, days: int = 90, key: Key | None = None, with_authority: bool = False) -> Brought:
    """Return a certificate for these names that ends in some days."""
    own, now = key or rsa_key(), datetime.now(UTC)
    names = names or (HOST,)
    span = (now - timedelta(days=100), now + timedelta(days=days))
    leaf = _builder(named(names[0]), own, span).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
    )
    if not with_authority:
        return Brought(own, leaf.issuer_name(named(names[0])).sign(own, hashes.SHA256()))
    issuer, signer = named("Contoso CA"), rsa_key(3072)
    authority = x509.BasicConstraints(ca=True, path_length=None)
    root = _builder(issuer, signer, span).issuer_name(issuer).add_extension(authority, critical=True)
    chain = (root.sign(signer, hashes.SHA256()),)
    return Brought(own, leaf.issuer_name(issuer).sign(signer, hashes.SHA256()), chain)


def named(name: str) -> x509.Name:
    """Return a subject that is a common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, key: Key, span: tuple[datetime, datetime]) -> x509.CertificateBuilder:
    serial = x509.random_serial_number()
    return x509.CertificateBuilder(None, subject, key.public_key(), serial, span[0], span[1])


def self_signed_policy(**changed: Any) -> CertificatePolicy:
    """Return the policy of a certificate that the vault makes itself."""
    wanted = {
        "issuer_name": "Self",
        "subject": f"CN={HOST}",
        "san_dns_names": [HOST, "contoso.example"],
        "validity_in_months": 3,
        **changed,
    }
    return CertificatePolicy(**wanted)


def pem_policy(**changed: Any) -> CertificatePolicy:
    """Return the policy that a PEM file needs at its import."""
    wanted = {
        "issuer_name": "Unknown",
        "subject": f"CN={HOST}",
        "content_type": CertificateContentType.pem,
        **changed,
    }
    return CertificatePolicy(**wanted)
