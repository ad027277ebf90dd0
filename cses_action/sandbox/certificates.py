"""Real certificates with their keys, and how they are made."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cses_action.sandbox.settings import Described

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

PFX, PEM = "application/x-pkcs12", "application/x-pem-file"
CURVES: dict[int, type[ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1]] = {
    256: ec.SECP256R1,
    384: ec.SECP384R1,
    521: ec.SECP521R1,
}

# What Key Vault puts into a certificate whose policy says nothing of it.
EXTENDED_USAGES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
KEY_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Version:
    """One version of a certificate, with its key."""

    name: str
    version: str
    certificate: x509.Certificate
    key: Key
    created: datetime
    enabled: bool = True
    exportable: bool = True
    content_type: str = PFX
    issuer: str = "Self"
    """Who Key Vault says has issued it: ``Unknown`` for what was imported."""
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def thumbprint(self) -> str:
        """The SHA-1 of the certificate, upper case."""
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - a name, not a proof

    @property
    def x5t(self) -> str:
        """The thumbprint as Key Vault writes it: base64url without padding."""
        return base64.urlsafe_b64encode(bytes.fromhex(self.thumbprint)).rstrip(b"=").decode()

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def names(self) -> list[str]:
        """The DNS names of the certificate."""
        try:
            found = self.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except x509.ExtensionNotFound:
            return []
        return found.value.get_values_for_type(x509.DNSName)

    def pem(self) -> bytes:
        """Return key, certificate and chain in PEM."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        shown = (self.certificate, *self.chain)
        return key + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in shown)


def new_version() -> str:
    """Return what names a new version."""
    return secrets.token_hex(16)


def new_key(kind: str, size: int) -> Key:
    """Return a new key; ``size`` is in bits, and names the curve of an elliptic one."""
    if kind == "EC":
        return ec.generate_private_key(CURVES[size]())
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


# To make an RSA key takes a noticeable time, and nothing that the sandbox begins with is worth stealing.
shared_key = cache(new_key)


def self_signed(
    key: Key, subject: x509.Name, names: Sequence[str], span: tuple[datetime, datetime]
) -> x509.Certificate:
    """Return a certificate for TLS servers that is valid from the beginning of ``span`` to its end."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(KEY_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage(EXTENDED_USAGES), critical=False)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(key, hashes.SHA256())


def make(name: str, described: Described) -> Version:
    """Return a certificate as described."""
    now = datetime.now(UTC).replace(microsecond=0)
    since, until = (now + timedelta(days=days) for days in (described.get("since", 0), described.get("until", 90)))
    kind = described.get("key", "RSA")
    key = shared_key(kind, described.get("size", 2048 if kind == "RSA" else 256))
    names = described.get("names", [f"{name}.contoso.example"])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (names or [name])[0])])
    return Version(
        name,
        new_version(),
        self_signed(key, subject, names, (since, until)),
        key,
        # Nobody makes a certificate after it became valid; one that is not yet valid was made now.
        created=min(now, since),
        enabled=described.get("enabled", True),
        exportable=described.get("exportable", True),
        content_type=described.get("content_type", PFX),
    )


START: dict[str, dict[str, list[Described]]] = {
    "contosocs-kv": {
        "contoso-api": [{"since": -10, "until": 190}],
        # It was renewed twice: expired, still valid, newest.
        "contoso-web": [
            {"since": -400, "until": -35},
            {"since": -90, "until": 30},
            {"since": -1, "until": 90},
        ],
        "disabled-cert": [{"since": -10, "until": 190, "enabled": False}],
    },
    "contosocs-kv2": {"partner": [{"since": -10, "until": 190}]},
}
"""What each vault holds at the start, oldest version first."""
