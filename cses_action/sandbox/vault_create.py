"""A certificate that the vault makes itself, in its own time."""

from __future__ import annotations

import asyncio
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from cses_action.sandbox.certificates import CURVES, PFX, Key, Version, new_key, self_signed
from cses_action.sandbox.settings import Json
from cses_action.sandbox.vault_import import RSA_SIZES, bad
from cses_action.sandbox.vaults import Pending, Vault

CURVE_NAMES = {"P-256": 256, "P-384": 384, "P-521": 521}
BEFORE = timedelta(minutes=10)
"""Key Vault lets a certificate begin a little before it was made, for clocks that are slow."""


@dataclass(frozen=True)
class Order:
    """What the policy of a self-signed certificate asks for."""

    kind: str
    size: int
    subject: x509.Name
    names: tuple[str, ...]
    months: int
    exportable: bool
    content_type: str
    enabled: bool
    policy: Json

    def version(self, name: str, version: str, key: Key) -> Version:
        """Return the certificate, made."""
        now = datetime.now(UTC).replace(microsecond=0)
        span = (now - BEFORE, _months_later(now, self.months))
        certificate = self_signed(key, self.subject, self.names, span)
        return Version(name, version, certificate, key, now, self.enabled, self.exportable, self.content_type)


def read_order(body: Json) -> Order:
    """Return what the body of a creation asks for, or refuse."""
    policy = body.get("policy") or {}
    key, wanted = policy.get("key_props") or {}, policy.get("x509_props") or {}
    if (policy.get("issuer") or {}).get("name") != "Self":
        raise bad("sandbox: only certificates of the issuer Self are made here")
    names = tuple((wanted.get("sans") or {}).get("dns_names") or ())
    subject = _subject(str(wanted.get("subject") or ""))
    if not names and not subject.rdns:
        raise bad("sandbox: the policy names neither a subject nor a subject alternative name")
    months = wanted.get("validity_months") or 12
    if not 1 <= months <= 1200:
        raise bad("sandbox: validity_months is from 1 to 1200")
    kind, size = _kind(key)
    return Order(
        kind,
        size,
        subject,
        names,
        months,
        exportable=key.get("exportable") is not False,
        content_type=(policy.get("secret_props") or {}).get("contentType") or PFX,
        enabled=(body.get("attributes") or {}).get("enabled") is not False,
        policy=policy,
    )


def begin(vault: Vault, name: str, order: Order, seconds: float) -> Pending:
    """Let the vault make the certificate, and return the operation that tells of it."""
    pending = Pending(b"", order.policy)
    vault.pending[name.lower()] = pending

    async def finish() -> None:
        # Not in the loop: an RSA key may take a second, and everything else would stand still.
        key, _ = await asyncio.gather(asyncio.to_thread(new_key, order.kind, order.size), asyncio.sleep(seconds))
        # Deleted meanwhile, it is not wanted any more.
        if vault.pending.get(name.lower()) is pending:
            pending.csr = _request(order, key)
            vault.add(order.version(name, pending.version, key))
            pending.completed = True

    pending.task = asyncio.get_running_loop().create_task(finish())
    return pending


def _kind(key: Json) -> tuple[str, int]:
    kind = str(key.get("kty") or "RSA")
    if kind == "RSA":
        size = key.get("key_size") or 2048
        if size in RSA_SIZES:
            return "RSA", size
    elif kind == "EC":
        size = CURVE_NAMES.get(str(key.get("crv") or "P-256"), 0)
        if size in CURVES:
            return "EC", size
    raise bad("sandbox: the key is neither RSA of 2048, 3072 or 4096 bits nor EC on P-256, P-384 or P-521")


def _subject(text: str) -> x509.Name:
    try:
        return x509.Name.from_rfc4514_string(text) if text else x509.Name([])
    except ValueError as mistake:
        raise bad("sandbox: the subject is no X.500 name") from mistake


def _request(order: Order, key: Key) -> bytes:
    request = x509.CertificateSigningRequestBuilder().subject_name(order.subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.DER)


def _months_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
