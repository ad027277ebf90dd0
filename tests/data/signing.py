"""Signs a manifest as Microsoft's tools do (enveloped XML signature, RSA-SHA1), with a key of its own."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA1 = (f"{DSIG}sha1", f"{DSIG}rsa-sha1", hashes.SHA1())
SHA256 = (
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    hashes.SHA256(),
)
KEY = rsa.generate_private_key(65537, 2048)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, name: str = "Contoso Build") -> bytes:
    """Return a certificate that has expired long ago."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    day = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, day, day.replace(year=2013))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def canonical(text: str) -> bytes:
    """Return a text in canonical form, by the writer of the standard library."""
    written = io.StringIO()
    ET.canonicalize(text, out=written)
    return written.getvalue().encode()


def signed(
    manifest: str,
    *certificates: bytes,
    kind: tuple[str, str, hashes.HashAlgorithm] = SHA1,
    altered: tuple[str, str] = ("", ""),
) -> str:
    """Return the manifest with its signature; ``altered`` changes what is signed, others' certificates come first."""
    digest, method, algorithm = kind
    value = base64.b64encode(hashlib.new(algorithm.name, canonical(manifest)).digest()).decode()
    info = (
        f'<SignedInfo xmlns="{DSIG}"><CanonicalizationMethod Algorithm="{C14N}"/>'
        f'<SignatureMethod Algorithm="{method}"/>'
        f'<Reference URI=""><Transforms><Transform Algorithm="{DSIG}enveloped-signature"/></Transforms>'
        f'<DigestMethod Algorithm="{digest}"/><DigestValue>{value}</DigestValue></Reference></SignedInfo>'
    )
    info = info.replace(*altered) if altered[0] else info
    signature = base64.b64encode(KEY.sign(canonical(info), padding.PKCS1v15(), algorithm)).decode()
    given = (base64.b64encode(each).decode() for each in (*certificates, certificate()))
    rows = "".join(f"<X509Certificate>{each}</X509Certificate>" for each in given)
    element = (
        f'<Signature xmlns="{DSIG}">{info.replace(f" xmlns={chr(34)}{DSIG}{chr(34)}", "")}'
        f"<SignatureValue>{signature}</SignatureValue>"
        f"<KeyInfo><X509Data>{rows}</X509Data></KeyInfo></Signature>"
    )
    return manifest.replace("</PackageManifest>", f"{element}</PackageManifest>")
