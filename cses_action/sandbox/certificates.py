"""Real self-signed certificates, and the vaults that hold them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Version:
    """One version of a certificate, with its key."""

    name: str
    version: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    created: datetime
    enabled: bool = True

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

    def pem(self) -> bytes:
        """Return key and certificate in PEM."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Vault:
    """A key vault: where it is in Azure, where its data plane listens, what it holds."""

    name: str
    id: str
    uri: str
    certificates: dict[str, tuple[Version, ...]]
    """By name, newest first."""

    def versions(self) -> Iterator[Version]:
        """Return all versions of all certificates."""
        for versions in self.certificates.values():
            yield from versions

    def find(self, name: str, version: str) -> Version | None:
        """Return one version; an empty ``version`` is the newest. Names are compared without case."""
        for each in self.versions():
            if each.name.lower() == name.lower() and version.lower() in ("", each.version):
                return each
        return None

    def secret_url(self, version: Version) -> str:
        """Return the versioned secret URL, the one that a cloud service takes."""
        return f"{self.uri}secrets/{version.name}/{version.version}"

    def owns(self, url: str) -> bool:
        """Whether the URL points into this vault."""
        return urlsplit(url).netloc.lower() == urlsplit(self.uri).netloc.lower()


def make(name: str, *, since: int, until: int, enabled: bool = True) -> Version:
    """Return a certificate that is valid from ``since`` to ``until``, in days from now."""
    now = datetime.now(UTC).replace(microsecond=0)
    # Elliptic curve keys, because an RSA key takes a noticeable time to make.
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.contoso.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{name}.contoso.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Version(name, secrets.token_hex(16), certificate, key, now + timedelta(days=since), enabled)


def contoso_web() -> tuple[Version, ...]:
    """Return a certificate that was renewed twice: newest, still valid, expired."""
    return (
        make("contoso-web", since=-1, until=90),
        make("contoso-web", since=-90, until=30),
        make("contoso-web", since=-400, until=-35),
    )


def start_certificates() -> dict[str, dict[str, tuple[Version, ...]]]:
    """Return what each vault holds at the start."""
    return {
        "contosocs-kv": {
            "contoso-api": (make("contoso-api", since=-10, until=190),),
            "contoso-web": contoso_web(),
            "disabled-cert": (make("disabled-cert", since=-10, until=190, enabled=False),),
        },
        "contosocs-kv2": {"partner": (make("partner", since=-10, until=190),)},
    }


def overview(vault: Vault) -> dict[str, list[dict[str, Any]]]:
    """Return what a vault holds, newest first, without keys."""
    return {
        name: [
            {
                "version": each.version,
                "thumbprint": each.thumbprint,
                "expires": f"{each.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
                "enabled": each.enabled,
            }
            for each in versions
        ]
        for name, versions in vault.certificates.items()
    }
