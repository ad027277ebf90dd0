"""What a certificate says of itself. It comes from whoever answers at the address: nothing in it is believed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography import x509

LONGEST_TEXT = 200
MOST_NAMES = 100


class Leaf(NamedTuple):
    """Subject, issuer, names and dates; what cannot be read is left empty."""

    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    not_before: datetime | None = None
    expires_on: datetime | None = None
    logged: bool = False
    """Whether it carries the stamps of public logs, as certificates of public CAs do (RFC 6962)."""


def read_leaf(der: bytes) -> Leaf:
    """Return what can be read of a certificate."""
    from cryptography import x509  # noqa: PLC0415 - only a proof needs it

    try:
        certificate = x509.load_der_x509_certificate(der)
        leaf = Leaf(
            subject=_shown(certificate.subject.rfc4514_string()),
            issuer=_shown(certificate.issuer.rfc4514_string()),
            not_before=certificate.not_valid_before_utc,
            expires_on=certificate.not_valid_after_utc,
        )
    except ValueError:
        return Leaf()
    try:
        return leaf._replace(names=_names(certificate), logged=_logged(certificate))
    except (ValueError, x509.DuplicateExtension):
        return leaf


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        found = [each.value for each in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    else:
        found = list(extension.value.get_values_for_type(x509.DNSName))
    return tuple(_shown(str(each)) for each in found[:MOST_NAMES])


def _logged(certificate: x509.Certificate) -> bool:
    from cryptography.x509.oid import ExtensionOID  # noqa: PLC0415

    stamps = ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS
    return any(each.oid == stamps for each in certificate.extensions)


def _shown(text: str) -> str:
    """Return the text in one short line, without marks that turn it round or hide a part of it."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"
