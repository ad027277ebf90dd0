"""Certificates, their policies and what is being made, in the JSON of Key Vault."""

from __future__ import annotations

import base64
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from cses_action.sandbox.certificates import Version
from cses_action.sandbox.settings import Json
from cses_action.sandbox.vaults import Deleted, Pending, Vault

MONTH = timedelta(days=30.4)
USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
"""The usages of a key, as ``cryptography`` and as Key Vault call them."""


def item(vault: Vault, version: Version, path: str) -> Json:
    """Return a row of a list."""
    return {
        "id": f"{vault.uri}certificates/{path}",
        "x5t": version.x5t,
        "attributes": _attributes(version),
        "subject": "",
    }


def bundle(vault: Vault, version: Version) -> Json:
    """Return a version with all that may be seen of it."""
    path = f"{version.name}/{version.version}"
    protected = vault.properties.get("enablePurgeProtection") is True
    recovery = {"recoveryLevel": "Recoverable" if protected else "Recoverable+Purgeable", "recoverableDays": 90}
    return {
        "id": f"{vault.uri}certificates/{path}",
        "kid": f"{vault.uri}keys/{path}",
        "sid": f"{vault.uri}secrets/{path}",
        "x5t": version.x5t,
        "cer": base64.b64encode(version.der).decode(),
        "attributes": {**_attributes(version), **recovery},
        "policy": policy(vault, version),
    }


def unfinished_bundle(vault: Vault, name: str, pending: Pending) -> Json:
    """Return what may be seen of a certificate whose first version is still being made."""
    began = int(pending.began.timestamp())
    return {
        "id": f"{vault.uri}certificates/{name}/{pending.version}",
        "attributes": {"enabled": False, "created": began, "updated": began},
        "policy": {"id": f"{vault.uri}certificates/{name}/policy", **pending.policy},
        "pending": {"id": f"{vault.uri}certificates/{name}/pending"},
    }


def deleted_bundle(vault: Vault, deleted: Deleted) -> Json:
    """Return a deleted certificate with how long it can be recovered."""
    newest, when = deleted.versions[0], deleted.when
    return {
        **bundle(vault, newest),
        "recoveryId": f"{vault.uri}deletedcertificates/{newest.name}",
        "deletedDate": int(when.timestamp()),
        "scheduledPurgeDate": int((when + timedelta(days=90)).timestamp()),
    }


def policy(vault: Vault, version: Version) -> Json:
    """Return how the next version would be made."""
    validity = version.certificate.not_valid_after_utc - version.certificate.not_valid_before_utc
    return {
        "id": f"{vault.uri}certificates/{version.name}/policy",
        "key_props": {"exportable": version.exportable, **_key(version), "reuse_key": False},
        "secret_props": {"contentType": version.content_type},
        "x509_props": {
            "subject": version.certificate.subject.rfc4514_string(),
            "sans": {"dns_names": version.names},
            **_usages(version.certificate),
            "validity_months": max(1, round(validity / MONTH)),
        },
        "issuer": {"name": version.issuer},
        "attributes": {"enabled": True},
    }


def operation(vault: Vault, name: str, pending: Pending) -> Json:
    """Return how far the making of a certificate has come."""
    body = {
        "id": f"{vault.uri}certificates/{name}/pending",
        "issuer": {"name": "Self"},
        "csr": base64.b64encode(pending.csr).decode(),
        "cancellation_requested": False,
        "request_id": pending.request,
    }
    if pending.completed:
        return {**body, "status": "completed", "target": f"{vault.uri}certificates/{name}"}
    text = "Pending certificate created. Certificate request is in progress. This may take some time."
    return {**body, "status": "inProgress", "status_details": text}


def _usages(certificate: x509.Certificate) -> Json:
    found = {type(each.value): each.value for each in certificate.extensions}
    extended, usage = found.get(x509.ExtendedKeyUsage), found.get(x509.KeyUsage)
    return {
        "ekus": [each.dotted_string for each in extended or ()],
        "key_usage": [shown for name, shown in USAGES.items() if usage and getattr(usage, name)],
    }


def _key(version: Version) -> Json:
    if isinstance(version.key, ec.EllipticCurvePrivateKey):
        size = version.key.curve.key_size
        return {"kty": "EC", "crv": f"P-{size}", "key_size": size}
    return {"kty": "RSA", "key_size": version.key.key_size}


def _attributes(version: Version) -> Json:
    created = int(version.created.timestamp())
    return {
        "enabled": version.enabled,
        "nbf": int(version.certificate.not_valid_before_utc.timestamp()),
        "exp": int(version.certificate.not_valid_after_utc.timestamp()),
        "created": created,
        "updated": created,
    }
