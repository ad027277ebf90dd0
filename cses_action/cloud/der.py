"""What a certificate says of itself, read from its DER by cryptography."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cses_action.errors import AzureError
from cses_action.project.x509 import UNREADABLE, dns_names


class Parsed(NamedTuple):
    """The parts of a certificate that decide what it is good for."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    key_type: str
    key_size: int


def parse_certificate(der: bytes, what: str) -> Parsed:
    """Return what stands in a certificate."""
    try:
        found = x509.load_der_x509_certificate(der)
        key = found.public_key()
        return Parsed(
            found.subject.rfc4514_string(),
            found.issuer.rfc4514_string(),
            dns_names(found),
            "RSA"
            if isinstance(key, rsa.RSAPublicKey)
            else "EC"
            if isinstance(key, ec.EllipticCurvePublicKey)
            else "",
            getattr(key, "key_size", 0),
        )
    except UNREADABLE as failure:
        raise AzureError(f"{what}: the certificate cannot be read ({failure})", fix="Import it again.") from failure
