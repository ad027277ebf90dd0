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
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - only a proof needs it

    from cses_action.project.x509 import UNREADABLE, dns_names  # noqa: PLC0415

    try:
        certificate = load_der_x509_certificate(der)
        leaf = Leaf(
            subject=_shown(certificate.subject.rfc4514_string()),
            issuer=_shown(certificate.issuer.rfc4514_string()),
            not_before=certificate.not_valid_before_utc,
            expires_on=certificate.not_valid_after_utc,
        )
    except UNREADABLE:
        return Leaf()
    try:
        names = tuple(map(_shown, dns_names(certificate)[:MOST_NAMES]))
        return leaf._replace(names=names, logged=_logged(certificate))
    except UNREADABLE:
        return leaf


def _logged(certificate: x509.Certificate) -> bool:
    from cryptography.x509.oid import ExtensionOID  # noqa: PLC0415

    stamps = ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS
    return any(each.oid == stamps for each in certificate.extensions)


def _shown(text: str) -> str:
    """Return the text in one short line, without marks that turn it round or hide a part of it."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"
