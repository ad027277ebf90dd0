"""Who signed a request to the blob service: shared keys and shared access signatures, verified.

The texts that are signed are built as Microsoft documents them ("Authorize with Shared Key", "Create a service
SAS", "Create a user delegation SAS"), independently of the client library.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cses_action.sandbox.wire import Call, Refusal

SIGNED_HEADERS = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)
OVERRIDES = ("rscc", "rscd", "rsce", "rscl", "rsct")
KEY_FIELDS = ("skoid", "sktid", "skt", "ske", "sks", "skv")


def sign(key: str, text: str) -> str:
    """Return the signature of a text under a base64 key."""
    return base64.b64encode(hmac.digest(base64.b64decode(key), text.encode(), hashlib.sha256)).decode()


class NotAuthenticated(Refusal):
    """A signature that does not hold; ``detail`` says why, in an element of its own."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            403,
            "AuthenticationFailed",
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed "
            "correctly including the signature.",
        )
        self.detail = detail


def check_shared_key(call: Call, account: str, key: str) -> None:
    """Refuse a request whose Authorization header does not sign it with the account's key."""
    name, _, given = call.headers["authorization"].partition(" ")[2].partition(":")
    if name != account or not hmac.compare_digest(given, sign(key, shared_key_text(call, account))):
        raise NotAuthenticated("The MAC signature found in the HTTP request is not the same as any computed one.")


def shared_key_text(call: Call, account: str) -> str:
    """Return the text that a shared key signs."""
    headers = {name: call.headers.get(name, "") for name in SIGNED_HEADERS}
    if headers["content-length"] == "0":
        headers["content-length"] = ""
    if "x-ms-date" in call.headers:
        headers["date"] = ""
    own = sorted(name for name in call.headers if name.startswith("x-ms-"))
    return "\n".join(
        [
            call.method,
            *(headers[name] for name in SIGNED_HEADERS),
            *(f"{name}:{call.headers[name].strip()}" for name in own),
            # A path-style URL has the account in its path already; it is signed once more all the same.
            f"/{account}{call.raw_path}",
            *(f"{name.lower()}:{call.query[name]}" for name in sorted(call.query, key=str.lower)),
        ]
    )


@dataclass(frozen=True)
class Sas:
    """A shared access signature as it came in a query."""

    query: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return a field of it; empty if it is not there."""
        return self.query.get(name, "")

    @property
    def delegated(self) -> bool:
        """Whether it is signed with a user delegation key rather than an account key."""
        return "skoid" in self.query

    @property
    def key_fields(self) -> str:
        """What identifies the user delegation key."""
        return "\n".join(self.get(name) for name in KEY_FIELDS)

    def text(self, resource: str) -> str:
        """Return the text that is signed, for the version that the signature names."""
        version = self.get("sv")
        if version < "2020-12-06":
            raise Refusal(400, "InvalidQueryParameterValue", f"sandbox: sv={version} is older than 2020-12-06")
        fields = ["sp", "st", "se", "/resource"]
        fields += self._delegation(version) if self.delegated else ["si"]
        fields += ["sip", "spr", "sv", "sr", "snapshot", "ses"]
        if self.delegated and version >= "2026-04-06":
            fields += ["srh", "srq"]
        return "\n".join(resource if name == "/resource" else self.get(name) for name in (*fields, *OVERRIDES))

    def _delegation(self, version: str) -> list[str]:
        guests = ["skdutid", "sduoid"] if version >= "2025-07-05" else []
        return [*KEY_FIELDS, "saoid", "suoid", "scid", *guests]

    def check(self, key: str, account: str, path: str, now: datetime) -> None:
        """Refuse a signature that was not made with the key, or for something else, or is not valid now."""
        resource = f"/blob/{account}/{path}" if self.get("sr") == "b" else f"/blob/{account}/{path.partition('/')[0]}"
        if self.get("sr") not in ("b", "c") or not self.get("se") or not self.get("sp"):
            raise NotAuthenticated("sandbox: sr must be b or c, and se and sp must be given")
        if not hmac.compare_digest(self.get("sig"), sign(key, self.text(resource))):
            raise NotAuthenticated(f"Signature did not match. String to sign used was {self.text(resource)}")
        start, expiry = _time(self.get("st")), _time(self.get("se"))
        if not (start or now) <= now < (expiry or now):
            raise NotAuthenticated(
                f"Signature not valid in the specified time frame: Start [{start}] - Expiry [{expiry}] - "
                f"Current [{now}]"
            )
        if self.delegated and not (_time(self.get("skt")) or now) <= now < (_time(self.get("ske")) or now):
            raise NotAuthenticated("Signature not valid in the specified key time frame")

    def check_source(self, address: str) -> None:
        """Refuse a caller that the signature does not let in."""
        if self.get("sip") not in ("", address):
            raise Refusal(
                403,
                "AuthorizationSourceIPMismatch",
                "This request is not authorized to perform this operation using this source IP.",
            )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as mistake:
        raise NotAuthenticated(f"{text} is not a time") from mistake
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_md5(call: Call) -> bytes:
    """Return the MD5 of the body; a Content-MD5 that names another is refused."""
    digest = hashlib.md5(call.body, usedforsecurity=False).digest()
    given = call.headers.get("content-md5")
    try:
        mismatch = given is not None and base64.b64decode(given, validate=True) != digest
    except binascii.Error:
        mismatch = True
    if mismatch:
        raise Refusal(
            400,
            "Md5Mismatch",
            "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
        )
    return digest
