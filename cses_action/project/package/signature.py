"""The XML signature that Microsoft's tools put into the manifest of a role's runtime (XML-DSig, RSA-SHA1).

Two things are computed: the SHA-1 of the manifest without its signature, and the RSA signature over what names that
hash, with the certificate inside. Whose certificate it is, and that it expired, is told and not judged: such
certificates have expired long ago. What the platform does with the signature is not known.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lxml import etree

from cses_action.project.package.model import Signature
from cses_action.project.package.plain import Unreadable, tree

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_ENVELOPED = f"{_DSIG}enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_CANONICAL = {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", _EXCLUSIVE}
_DIGESTS = {f"{_DSIG}sha1": "sha1", "http://www.w3.org/2001/04/xmlenc#sha256": "sha256"}
_METHODS = {f"{_DSIG}rsa-sha1": "SHA1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "SHA256"}
_CERTIFICATES = 10
"""How many certificates a signature may bring; Microsoft's bring three."""


class _Invalid(Exception):
    """The signature does not hold; the message says why."""


def verify(data: bytes, role: str) -> Signature | None:
    """Return who signed a manifest and whether it holds; None if it is not signed, or no XML at all."""
    try:
        root = tree(data)
    except Unreadable:
        return None
    signatures = root.findall(_name("Signature"))
    if not signatures:
        return None
    certificates = _certificates(signatures[0])
    if len(signatures) > 1:
        return _told(role, certificates, "there is more than one")
    try:
        _check_value(signatures[0], certificates)
        _check_digest(root, signatures[0])
    except _Invalid as failure:
        return _told(role, certificates, str(failure))
    return _told(role, certificates)


def _check_value(signature: etree._Element, certificates: list[Certificate]) -> None:
    """Check the RSA signature; the certificate that holds comes first afterwards."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only a signed manifest needs it
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415

    info = _one(signature, "SignedInfo")
    if _one(info, "CanonicalizationMethod").get("Algorithm") not in _CANONICAL:
        raise _Invalid("its way of writing XML canonically is not known")
    method = _METHODS.get(_one(info, "SignatureMethod").get("Algorithm", ""))
    if method is None:
        raise _Invalid("its method is not RSA with SHA-1 or SHA-256")
    value = _decoded(_one(signature, "SignatureValue"))
    # A manifest has no namespaces that could leak in, so the exclusive way writes the same.
    signed = etree.tostring(info, method="c14n", exclusive=True, with_comments=False)
    for certificate in certificates:
        key = certificate.public_key()
        try:
            if isinstance(key, RSAPublicKey):
                key.verify(value, signed, PKCS1v15(), hashes.SHA1() if method == "SHA1" else hashes.SHA256())  # noqa: S303 - theirs
                certificates.insert(0, certificate)
                return
        except InvalidSignature:
            continue
    raise _Invalid("the certificate inside did not sign it")


def _check_digest(root: etree._Element, signature: etree._Element) -> None:
    """Check the hash of the manifest without its signature, which is taken out."""
    reference = _one(_one(signature, "SignedInfo"), "Reference")
    transforms = [each.get("Algorithm", "") for each in reference.iter(_name("Transform"))]
    digest = _DIGESTS.get(_one(reference, "DigestMethod").get("Algorithm", ""))
    if reference.get("URI") or _ENVELOPED not in transforms or not {*transforms} <= {_ENVELOPED, *_CANONICAL}:
        raise _Invalid("it does not sign the whole manifest")
    if digest is None:
        raise _Invalid("its hash is neither SHA-1 nor SHA-256")
    expected = _decoded(_one(reference, "DigestValue"))
    _take_out(root, signature)
    exclusive = _EXCLUSIVE in transforms
    written = etree.tostring(root.getroottree(), method="c14n", exclusive=exclusive, with_comments=False)
    if hashlib.new(digest, written, usedforsecurity=False).digest() != expected:
        raise _Invalid("the manifest was changed after it was signed")


def _take_out(root: etree._Element, signature: etree._Element) -> None:
    """Remove an element and keep the text behind it."""
    before, tail = signature.getprevious(), signature.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        root.text = (root.text or "") + tail
    root.remove(signature)


def _certificates(signature: etree._Element) -> list[Certificate]:
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    found = []
    for element in list(signature.iterfind(f"{_name('KeyInfo')}//{_name('X509Certificate')}"))[:_CERTIFICATES]:
        try:
            certificate = load_der_x509_certificate(_decoded(element))
            certificate.public_key()
        except (_Invalid, ValueError, TypeError):
            continue
        found.append(certificate)
    return found


def _told(role: str, certificates: list[Certificate], reason: str = "") -> Signature:
    if not certificates:
        return Signature(role, "", valid=False, reason=reason)
    first = certificates[0]
    names = [str(each.value) for each in first.subject if each.rfc4514_attribute_name == "CN"]
    until = first.not_valid_after_utc.date().isoformat()
    return Signature(role, names[0] if names else "", valid=not reason, reason=reason, valid_until=until)


def _one(element: etree._Element, name: str) -> etree._Element:
    found = element.findall(_name(name))
    if len(found) != 1:
        raise _Invalid(f"it has {len(found)} elements {name}, not one")
    return found[0]


def _decoded(element: etree._Element) -> bytes:
    import binascii  # noqa: PLC0415 - only a signed manifest needs it
    from base64 import b64decode  # noqa: PLC0415

    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error as failure:
        raise _Invalid(f"{etree.QName(element).localname} is no base64") from failure


def _name(name: str) -> str:
    return f"{{{_DSIG}}}{name}"
