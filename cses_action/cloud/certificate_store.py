"""Puts new versions of certificates into a key vault, by azure-keyvault-certificates."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from azure.core.exceptions import AzureError as SdkError
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.core.polling import LROPoller
from azure.keyvault.certificates import (
    CertificateContentType,
    CertificateOperation,
    CertificatePolicy,
    KeyType,
    KeyVaultCertificate,
    WellKnownIssuerNames,
)

from cses_action.cloud.failures import Advice, from_response
from cses_action.cloud.policies import POLL
from cses_action.cloud.vault import KeyVaults, Right, certificate_of
from cses_action.errors import AzureError
from cses_action.remedies import remedy
from cses_action.resources import Certificate, Pfx, Vault
from cses_action.values import replace

_CURVES = {256: "P-256", 384: "P-384", 521: "P-521"}
WAIT = "The key vault is still making a certificate of this name. Run again once it is made."
_ONCE: dict[str, Any] = {"retry_total": 0}
"""A write whose fate is unknown is not repeated blindly: whoever asked for it looks first."""


class KeyVaultStore:
    """The key vaults as somebody sees them who may put certificates into them."""

    def __init__(self, vaults: KeyVaults) -> None:
        self._vaults = vaults
        self._making: dict[tuple[str, str], LROPoller[Any]] = {}

    def import_pfx(self, vault: Vault, name: str, pfx: Pfx) -> Certificate:
        """Store a PFX as a new version, as it is: the chain stays in it."""
        details = pfx.details
        policy = CertificatePolicy(
            exportable=True,
            key_type=KeyType(details.key_type),
            key_size=details.key_size if details.key_type == "RSA" else None,
            key_curve_name=_CURVES.get(details.key_size) if details.key_type == "EC" else None,
            reuse_key=False,
            content_type=CertificateContentType.pkcs12,
        )
        with self._writing("Import", vault, name, "import"):
            stored = self._vaults.client(vault).import_certificate(
                name,
                base64.b64decode(pfx.content.reveal()),
                password=pfx.password.reveal() or None,
                policy=policy,
                **_ONCE,
            )
        return _stored(vault, stored)

    def make_self_signed(self, vault: Vault, name: str, host_names: tuple[str, ...]) -> bool:
        """Begin to make a certificate; False if one of this name is being made already."""
        policy = CertificatePolicy(
            issuer_name=WellKnownIssuerNames.self,
            subject=f"CN={host_names[0]}",
            san_dns_names=list(host_names),
            exportable=True,
            key_type=KeyType.rsa,
            key_size=2048,
            reuse_key=False,
            content_type=CertificateContentType.pkcs12,
        )
        with self._writing("Make", vault, name, "create"):
            try:
                # The SDK follows it in a thread of its own, every five seconds unless it is told otherwise.
                poller = self._vaults.client(vault).begin_create_certificate(
                    name, policy, _polling_interval=1, **_ONCE
                )
            except ResourceExistsError as failure:
                if "pending" in _said(failure):
                    return False
                raise
        self._making[vault.uri, name] = poller
        return True

    def made(self, vault: Vault, name: str) -> Certificate | None:
        """Return the certificate once it is made; None while the vault is at work."""
        poller = self._making.get((vault.uri, name))
        if poller is not None and not poller.done():
            return None
        self._making.pop((vault.uri, name), None)
        client = self._vaults.client(vault)
        what = f"Make certificate {name} in key vault {vault.id.name}"
        with self._vaults.asking(what, vault, "get"):
            # Without a poller it was begun by another run, or the poller broke off.
            found = poller.result() if poller else client.get_certificate_operation(name, **POLL)
            if isinstance(found, CertificateOperation):
                status = (found.status or "").lower()
                if status == "inprogress":
                    return None
                if status != "completed":
                    raise _ended(what, found)
                found = client.get_certificate(name)
        return _stored(vault, found)

    @contextmanager
    def _writing(self, verb: str, vault: Vault, name: str, right: Right) -> Iterator[None]:
        what = f"{verb} certificate {name} in key vault {vault.id.name}"
        with self._vaults.asking(what, vault, right):
            try:
                yield
            except HttpResponseError as failure:
                if failure.status_code != 409:
                    raise
                error = from_response(what, failure, Advice(""))
                # Azure's code says no more than "conflict", which means other things elsewhere.
                fix = WAIT if "pending" in _said(failure) else self._recover(vault, name)
                error.problems = tuple(replace(each, fix=fix) for each in error.problems)
                raise error from failure

    def _recover(self, vault: Vault, name: str) -> str:
        """Return what to do about a deleted certificate that keeps the name."""
        where = f"--vault-name {vault.id.name} --name {name}"
        fix = (
            f"A deleted certificate keeps this name. Recover it (az keyvault certificate recover {where}) and run "
            "again: the new version is put on top. Or choose another certificate-name."
        )
        level = ""
        with suppress(SdkError):
            deleted = self._vaults.client(vault).get_deleted_certificate(name)
            level = str(getattr(deleted.properties, "recovery_level", "") or "")
        if level and "purgeable" not in level.lower():
            return f"{fix} It cannot be purged: the key vault is protected against that."
        return f"{fix} Or purge it for good: az keyvault certificate purge {where}"


def _stored(vault: Vault, found: KeyVaultCertificate) -> Certificate:
    if found.properties is None:
        raise AzureError(f"Key vault {vault.id.name}: the answer is not of the known form", fix="Please report this.")
    return certificate_of(vault, found.properties)


def _said(failure: HttpResponseError) -> str:
    """Return everything that the answer says, with the inner code."""
    return f"{failure.message} {getattr(failure.error, 'innererror', '')}"


def _ended(what: str, operation: CertificateOperation) -> AzureError:
    """Return the error of a certificate that was not made."""
    error = operation.error
    code = str(getattr(error, "code", "") or "")
    said = str(getattr(error, "message", "") or operation.status_details or f"it ended {operation.status}")
    fix = remedy(code) or "Look at the certificate's operation in the key vault, mend it, and run again."
    return AzureError(f"{what}: {' '.join(said.split())[:1000]}", fix=fix, code=code)
