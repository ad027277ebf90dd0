"""A PFX: the certificate, its private key and its chain. What is wrong with it is told without a byte of it."""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cses_action.errors import ActionError, InputError, Problem, ProjectError
from cses_action.project.files import is_there, opened
from cses_action.resources import CertificateDetails, Pfx
from cses_action.values import Secret, Thumbprint, Value

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

LIMIT = 256 * 1024
"""Bytes; a key and a long chain have ten thousand, and a vault's secret holds 25,600."""
PKCS12 = "application/x-pkcs12"
# 2.16.840.1.101.3.4.1 in DER: every AES in every mode begins with it, and stands in the clear.
_AES = bytes.fromhex("6086480165030401")
_MAKE = "Make one of key and certificate: openssl pkcs12 -export -inkey web.key -in web.pem -out web.pfx"
_DAMAGED = "Copy or export it again, in binary; in base64 give all of it."


class Fault(Value):
    """What is wrong with a PFX, worded to follow its name, and what to do."""

    what: str
    fix: str


class _Unusable(Exception):
    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fault = Fault(what, fix)


def read_pfx(given: Secret, password: Secret) -> Pfx:
    """Return what a PFX holds, given by its path or in base64; an error says why it cannot be used."""
    text = given.reveal()
    file = text if is_there(text) else ""
    try:
        return _parsed(_bytes_of(file) if file else _decoded(text), password, file)
    except _Unusable as failure:
        # Without what it came from: that may show what was being read.
        raise refused(file, [failure.fault]) from None


def refused(file: str, faults: Sequence[Fault]) -> ActionError:
    """Return the error of a PFX: its content is the file's, or the input's where it was given in base64."""
    if file:
        return ProjectError.of(tuple(Problem(f"The PFX {each.what}", each.fix, file) for each in faults))
    return InputError.of(tuple(Problem(f"certificate-pfx {each.what}", each.fix) for each in faults))


def _bytes_of(file: str) -> bytes:
    with opened(file) as stream:
        data = stream.read(LIMIT + 1)
    if not data:
        raise _Unusable("is empty", _DAMAGED)
    return _bounded(data)


def _decoded(text: str) -> bytes:
    try:
        return _bounded(base64.b64decode("".join(text.split()), validate=True))
    except binascii.Error:
        raise _Unusable("is not whole base64", _DAMAGED) from None


def _bounded(data: bytes) -> bytes:
    if len(data) > LIMIT:
        raise _Unusable(f"is larger than {LIMIT // 1024} KiB", "Give the PFX of one certificate and its chain.")
    return data


def _parsed(data: bytes, password: Secret, file: str) -> Pfx:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - few runs have a PFX

    # The library warns on standard error of what it reads all the same.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        key, certificate, chain = _opened(data, password)
        kind, size = _key(key)
        details = _details(certificate, kind, size)
    return Pfx(
        Secret(base64.b64encode(data).decode()),
        password,
        Thumbprint(certificate.fingerprint(hashes.SHA1()).hex().upper()),  # noqa: S303 - a name, not a proof
        details,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        chain,
        encrypted_by_aes=_AES in data,
        file=file,
    )


def _opened(data: bytes, password: Secret) -> tuple[Any, Certificate, int]:
    """Return private key and certificate, and how many further certificates there are."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12  # noqa: PLC0415

    secret = password.reveal().encode("utf-8", "replace")
    try:
        found = load_pkcs12(data, secret or None)
    except (ValueError, UnsupportedAlgorithm) as failure:
        raise _not_opened(str(failure), given=bool(secret)) from None
    if found.key is None:
        fix = "Export the certificate again together with its private key (in Windows: Yes, export the private key)."
        raise _Unusable("has no private key", fix)
    if found.cert is None:
        raise _Unusable("has a private key, and no certificate that belongs to it", _MAKE)
    return found.key, found.cert.certificate, len(found.additional_certs)


def _not_opened(said: str, *, given: bool) -> _Unusable:
    if "password" not in said.lower():
        return _Unusable("is no PFX (PKCS#12), or is damaged", f"{_MAKE}. {_DAMAGED}")
    if not given:
        return _Unusable("is protected by a password, or is damaged", "Give certificate-pfx-password.")
    fix = "Correct certificate-pfx-password, without quotes around it; leave it out if the PFX has none."
    return _Unusable("is not opened by certificate-pfx-password, or is damaged", fix)


def _key(key: Any) -> tuple[str, int]:
    """Return kind and bits of a private key that a key vault takes."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return "EC", key.curve.key_size
    raise _Unusable("has a key that is neither RSA nor EC: the key vault takes no other", "Give one with an RSA key.")


def _details(certificate: Certificate, kind: str, size: int) -> CertificateDetails:
    from cses_action.project.x509 import UNREADABLE, dns_names  # noqa: PLC0415

    try:
        subject, issuer = (each.rfc4514_string() for each in (certificate.subject, certificate.issuer))
        names = dns_names(certificate)
    except UNREADABLE:
        raise _Unusable("has a certificate that cannot be read", "Let its issuer issue it again.") from None
    return CertificateDetails(
        subject, issuer, names, kind, size, exportable=True, content_type=PKCS12, self_signed=subject == issuer
    )
