"""What a certificate says of itself, read from its DER by cryptography."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from cses_action.errors import AzureError


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
            _names(found),
            "RSA"
            if isinstance(key, rsa.RSAPublicKey)
            else "EC"
            if isinstance(key, ec.EllipticCurvePublicKey)
            else "",
            getattr(key, "key_size", 0),
        )
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as failure:
        raise AzureError(f"{what}: the certificate cannot be read ({failure})", fix="Import it again.") from failure


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS names; the common name only where there is no list of them, as old clients read it."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return tuple(str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return tuple(extension.value.get_values_for_type(x509.DNSName))
