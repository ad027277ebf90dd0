"""A certificate that somebody brings: PKCS#12 or PEM, with its private key."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from cses_action.sandbox.certificates import CURVES, PEM, PFX, Key, Version, new_version
from cses_action.sandbox.settings import Json
from cses_action.sandbox.wire import Refusal

RSA_SIZES = (2048, 3072, 4096)
Content = tuple[Any, x509.Certificate | None, tuple[x509.Certificate, ...]]
"""Key, certificate, chain."""


def read_import(name: str, body: Json) -> Version:
    """Return the version that the body of an import brings, or refuse."""
    policy = body.get("policy") or {}
    content_type = (policy.get("secret_props") or {}).get("contentType") or PFX
    content = _decoded(str(body.get("value") or ""))
    key, certificate, chain = _pem(content) if content_type == PEM else _pfx(content, body.get("pwd"))
    if key is None or certificate is None:
        # Seen from Key Vault.
        raise bad(
            "No certificate with private key found in the specified X.509 certificate content. Please specify X.509 "
            "certificate content with only one certificate containing private key."
        )
    return Version(
        name,
        new_version(),
        certificate,
        _checked(key, certificate),
        datetime.now(UTC).replace(microsecond=0),
        enabled=(body.get("attributes") or {}).get("enabled") is not False,
        exportable=(policy.get("key_props") or {}).get("exportable") is not False,
        content_type=content_type,
        issuer="Unknown",
        chain=chain,
    )


def bad(message: str) -> Refusal:
    """Return the refusal of a value."""
    return Refusal(400, "BadParameter", message)


def _decoded(value: str) -> bytes:
    if value.startswith("-----BEGIN"):
        return value.encode()
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as mistake:
        raise bad("sandbox: value is no base64") from mistake


def _pfx(content: bytes, password: str | None) -> Content:
    # Nobody can see whether a file has no password or an empty one.
    for each in [password.encode()] if password else [None, b""]:
        try:
            found = pkcs12.load_pkcs12(content, each)
        except ValueError:
            continue
        certificate = found.cert.certificate if found.cert else None
        return found.key, certificate, tuple(one.certificate for one in found.additional_certs)
    # Seen from Key Vault, also for a wrong password.
    raise bad(
        "The specified PKCS#12 X.509 certificate content can not be read. Please check if certificate is in valid "
        "PKCS#12 format."
    )


def _pem(content: bytes) -> Content:
    try:
        certificates = x509.load_pem_x509_certificates(content)
        key = serialization.load_pem_private_key(content, None) if b"PRIVATE KEY-----" in content else None
    except (ValueError, TypeError) as mistake:
        raise bad("sandbox: the PEM content cannot be read") from mistake
    return key, certificates[0], tuple(certificates[1:])


def _checked(key: Any, certificate: x509.Certificate) -> Key:
    curve = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in CURVES
    if not curve and not (isinstance(key, rsa.RSAPrivateKey) and key.key_size in RSA_SIZES):
        raise bad("sandbox: the key is neither RSA of 2048, 3072 or 4096 bits nor on P-256, P-384 or P-521")
    if key.public_key() != certificate.public_key():
        raise bad("sandbox: the private key is not that of the certificate")
    checked: Key = key
    return checked
