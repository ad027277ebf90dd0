"""Certificates with their private keys as PFX files, of every kind that people have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "Pfx-passw0rd!"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return one RSA key of this size: making one takes a while."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return one EC key."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed25519_key() -> ed25519.Ed25519PrivateKey:
    """Return one key of a kind that no key vault takes."""
    return ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Made:
    """A certificate and its key, and the PFX files that can be made of them."""

    names: tuple[str, ...] = ("www.contoso.com",)
    days: int = 90
    since: int = -10
    now: datetime = NOW
    common: str = "www.contoso.com"
    key: Key = field(default_factory=rsa_key)
    self_signed: bool = False

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate; the same each time."""
        return _certificate(self)

    @property
    def thumbprint(self) -> str:
        """Its SHA-1."""
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that a private key would show itself by: its PEM lines, and its bytes as hexadecimal digits."""
        plain = serialization.NoEncryption()
        pem = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
        der = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        return (*pem.splitlines()[1:-2], der[40:60].hex())

    def pfx(
        self, password: str = PASSWORD, *, aes: bool = False, chain: bool = False, key: bool = True, leaf: bool = True
    ) -> bytes:
        """Return the PFX; encrypted with TripleDES-SHA1 unless with AES, and not at all without password."""
        return pkcs12.serialize_key_and_certificates(
            b"web",
            self.key if key else None,
            self.certificate if leaf else None,
            [_authority()] if chain else None,
            _encryption(password, aes=aes),
        )


def _encryption(password: str, *, aes: bool) -> serialization.KeySerializationEncryption:
    if not password:
        return serialization.NoEncryption()
    builder = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    if aes:
        algorithm, mac = pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA256()
        return builder.key_cert_algorithm(algorithm).hmac_hash(mac).build(password.encode())
    old = pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC
    return builder.key_cert_algorithm(old).hmac_hash(hashes.SHA1()).build(password.encode())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])


@cache
def _authority() -> x509.Certificate:
    return Made((), 900, -900, common="Contoso CA", key=ec_key(), self_signed=True).certificate


@cache
def _certificate(made: Made) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(made.common))
        .issuer_name(_name(made.common if made.self_signed else "Contoso CA"))
        .public_key(made.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made.now + timedelta(days=made.since))
        .not_valid_after(made.now + timedelta(days=made.days))
    )
    if made.names:
        several = x509.SubjectAlternativeName([x509.DNSName(each) for each in made.names])
        builder = builder.add_extension(several, critical=False)
    return builder.sign(made.key if made.self_signed else ec_key(), hashes.SHA256())
