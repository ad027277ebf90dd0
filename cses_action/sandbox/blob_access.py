"""Who may do what in the blob service: tokens, account keys, and both kinds of shared access signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from cses_action.sandbox.access import DATA, PRINCIPAL, TENANT, Access
from cses_action.sandbox.settings import Settings
from cses_action.sandbox.signatures import Sas, check_shared_key
from cses_action.sandbox.wire import Call, Refusal

AUDIENCE = "https://storage.azure.com"
CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
LONGEST_KEY = timedelta(days=7)


@dataclass(frozen=True)
class Right:
    """What a request needs: one of the letters of a SAS, or a data action of a role."""

    letters: str
    action: str


READ = Right("r", f"{DATA}{CONTAINERS}/blobs/read")
LIST = Right("l", f"{DATA}{CONTAINERS}/blobs/read")
WRITE = Right("w", f"{DATA}{CONTAINERS}/blobs/write")
CREATE = Right("cw", f"{DATA}{CONTAINERS}/blobs/write")
DELETE = Right("d", f"{DATA}{CONTAINERS}/blobs/delete")
# No service SAS reaches a container itself.
READ_CONTAINER = Right("", f"{DATA}{CONTAINERS}/read")
WRITE_CONTAINER = Right("", f"{DATA}{CONTAINERS}/write")
# A control-plane action: Owner and Contributor have it, without any right on the blobs.
DELEGATE = Right("", "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action")


class BlobAccess:
    """The keys of one storage account, and the check of every request to it."""

    def __init__(self, account: str, authority: str, access: Access, settings: Settings) -> None:
        self.account = account
        self.key = base64.b64encode(secrets.token_bytes(64)).decode()
        self._authority = authority
        self._delegation_secret = secrets.token_bytes(32)
        self._access = access
        self._settings = settings

    def check(self, call: Call, path: str, right: Right) -> None:
        """Refuse the request unless whoever signed it may do this; ``path`` is container and blob."""
        scheme = call.headers.get("authorization", "").partition(" ")[0].lower()
        if scheme == "bearer":
            self._check_token(call, right)
        elif scheme == "sharedkey":
            self._check_shared_keys()
            check_shared_key(call, self.account, self.key)
        elif "sig" in call.query:
            self._check_sas(Sas(call.query), path, right)
        elif call.method in ("GET", "HEAD"):
            # Accounts are made without public access for years now; with it the answer would be 404 ResourceNotFound.
            raise Refusal(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
        else:
            raise self._unauthorized("NoAuthenticationInformation")

    def _check_token(self, call: Call, right: Right) -> None:
        if self._access.audience(call) != AUDIENCE:
            raise self._unauthorized("InvalidAuthenticationInfo")
        self._check_right(right)

    def _check_right(self, right: Right) -> None:
        if not self._access.allows(right.action):
            raise _mismatch()

    def _check_shared_keys(self) -> None:
        if not self._settings["shared_keys"]:
            raise Refusal(
                403,
                "KeyBasedAuthenticationNotPermitted",
                "Key based authentication is not permitted on this storage account.",
            )

    def _check_sas(self, sas: Sas, path: str, right: Right) -> None:
        if sas.delegated:
            sas.check(self._delegation_key(sas.key_fields), self.account, path, datetime.now(UTC))
        else:
            self._check_shared_keys()
            sas.check(self.key, self.account, path, datetime.now(UTC))
        sas.check_source("127.0.0.1")
        if not set(right.letters) & set(sas.get("sp")):
            raise _mismatch()
        if sas.delegated:
            # Such a SAS can never do more than the one who asked for its key.
            self._check_right(right)

    def _delegation_key(self, fields: str) -> str:
        return base64.b64encode(hmac.digest(self._delegation_secret, fields.encode(), hashlib.sha256)).decode()

    def delegation_key(self, call: Call) -> bytes:
        """Return a user delegation key for the time that the request asks for."""
        if self._access.audience(call) is None:
            raise self._unauthorized("NoAuthenticationInformation")
        start, expiry = _key_info(call.body)
        now = datetime.now(UTC)
        if not now < datetime.fromisoformat(expiry) <= now + LONGEST_KEY:
            raise Refusal(400, "InvalidXmlNodeValue", "sandbox: the key's expiry is past, or later than 7 days")
        fields = {
            "SignedOid": PRINCIPAL,
            "SignedTid": TENANT,
            "SignedStart": start,
            "SignedExpiry": expiry,
            "SignedService": "b",
            "SignedVersion": call.headers.get("x-ms-version", ""),
        }
        root = etree.Element("UserDelegationKey")
        for name, text in {**fields, "Value": self._delegation_key("\n".join(fields.values()))}.items():
            etree.SubElement(root, name).text = text
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def _unauthorized(self, code: str) -> Refusal:
        challenge = f"Bearer authorization_uri={self._authority}/oauth2/authorize resource_id={AUDIENCE}"
        return Refusal(
            401,
            code,
            "Server failed to authenticate the request. Please refer to the information in the www-authenticate "
            "header.",
            {"WWW-Authenticate": challenge},
        )


def _mismatch() -> Refusal:
    return Refusal(
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
    )


def _key_info(body: bytes) -> tuple[str, str]:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
        return root.findtext("Start") or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", root.findtext("Expiry") or ""
    except etree.XMLSyntaxError as mistake:
        raise Refusal(400, "InvalidXmlDocument", "sandbox: KeyInfo is no XML") from mistake
