"""The data plane of Key Vault: certificates and their versions, read only."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cses_action.sandbox.access import CLIENT, DATA, PRINCIPAL, TENANT, Access
from cses_action.sandbox.certificates import Vault, Version
from cses_action.sandbox.settings import Settings
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer, json_error

READ = f"{DATA}Microsoft.KeyVault/vaults/certificates/read"


class VaultService:
    """One vault, on its own port."""

    name = "vault"

    def __init__(self, vault: Vault, authority: str, access: Access, settings: Settings) -> None:
        self._vault = vault
        self._authority = authority
        self._access = access
        self._settings = settings
        # The client wants the resource to be a parent domain of the vault's host, as vault.azure.net is of
        # kv.vault.azure.net. It compares text, so "0.0.1" is the parent of "127.0.0.1".
        self.audience = f"https://0.0.1:{urlsplit(vault.uri).port}"

    def answer(self, call: Call) -> Answer:
        """Return certificates, or a refusal."""
        self._authenticate(call)
        parts = call.path.strip("/").split("/")
        if call.method != "GET" or parts[0] != "certificates" or len(parts) > 3:
            raise Refusal(404, "NotFound", f"sandbox: Key Vault has no {call.method} {call.path} here")
        if "api-version" not in call.query:
            raise Refusal(400, "BadParameter", "sandbox: api-version is missing")
        listing = len(parts) == 1 or parts[2:] == ["versions"]
        self._authorize("list" if listing else "get")
        if listing:
            return self._page(call, self._listed(parts))
        found = self._vault.find(parts[1], "".join(parts[2:]))
        if found is None:
            raise _not_found("/".join(parts[1:]))
        return json_answer(self._bundle(found))

    def refuse(self, refusal: Refusal) -> Answer:
        """Return the refusal as JSON."""
        return json_error(refusal)

    def _authenticate(self, call: Call) -> None:
        audience = self._access.audience(call)
        if audience == self.audience:
            return
        challenge = f'Bearer authorization="{self._authority}", resource="{self.audience}"'
        text = "AKV10000: Request is missing a Bearer or PoP token."
        if audience is not None:
            text = "AKV10022: Invalid audience. The token was made for another resource."
        raise Refusal(401, "Unauthorized", text, {"WWW-Authenticate": challenge})

    def _authorize(self, permission: str) -> None:
        if not self._access.allows(READ):
            raise Refusal(
                403,
                "Forbidden",
                f"The user, group or application 'appid={CLIENT};oid={PRINCIPAL};"
                f"iss=https://sts.windows.net/{TENANT}/' does not have certificates {permission} permission on key "
                f"vault '{self._vault.name};location=eastus'. For help resolving this issue, please see "
                "https://go.microsoft.com/fwlink/?linkid=2125287",
            )

    def _listed(self, parts: list[str]) -> list[Json]:
        if len(parts) == 1:
            newest = (versions[0] for versions in self._vault.certificates.values())
            return [self._item(each, each.name) for each in newest]
        versions = [each for each in self._vault.versions() if each.name.lower() == parts[1].lower()]
        if not versions:
            raise _not_found(parts[1])
        # Key Vault promises no order of versions, so the newest must not come first by chance.
        versions.sort(key=lambda each: each.version)
        return [self._item(each, f"{each.name}/{each.version}") for each in versions]

    def _page(self, call: Call, items: Sequence[Json]) -> Answer:
        size = min(int(call.query.get("maxresults", "25")), self._settings["page_size"])
        start = int(call.query.get("$skiptoken", "0"))
        more = start + size < len(items)
        version = call.query["api-version"]
        link = f"{self._vault.uri}{call.path.lstrip('/')}?api-version={version}&$skiptoken={start + size}"
        next_link = f"{link}&maxresults={size}" if more else None
        return json_answer({"value": items[start : start + size], "nextLink": next_link})

    def _item(self, version: Version, path: str) -> Json:
        return {
            "id": f"{self._vault.uri}certificates/{path}",
            "x5t": version.x5t,
            "attributes": _attributes(version),
            "subject": "",
        }

    def _bundle(self, version: Version) -> Json:
        path = f"{version.name}/{version.version}"
        uri = self._vault.uri
        return {
            "id": f"{uri}certificates/{path}",
            "kid": f"{uri}keys/{path}",
            "sid": f"{uri}secrets/{path}",
            "x5t": version.x5t,
            "cer": base64.b64encode(version.der).decode(),
            "attributes": {
                **_attributes(version),
                "recoveryLevel": "Recoverable+Purgeable",
                "recoverableDays": 90,
            },
            "policy": self._policy(version),
        }

    def _policy(self, version: Version) -> Json:
        return {
            "id": f"{self._vault.uri}certificates/{version.name}/policy",
            "key_props": {"exportable": True, "kty": "EC", "crv": "P-256", "key_size": 256, "reuse_key": False},
            "secret_props": {"contentType": "application/x-pkcs12"},
            "x509_props": {
                "subject": version.certificate.subject.rfc4514_string(),
                "sans": {"dns_names": [f"{version.name}.contoso.example"]},
                "ekus": [],
                "key_usage": [],
                "validity_months": 3,
            },
            "issuer": {"name": "Self"},
            "attributes": {"enabled": True},
        }


Json = dict[str, Any]


def _attributes(version: Version) -> Json:
    created = int(version.created.timestamp())
    return {
        "enabled": version.enabled,
        "nbf": int(version.certificate.not_valid_before_utc.timestamp()),
        "exp": int(version.certificate.not_valid_after_utc.timestamp()),
        "created": created,
        "updated": created,
    }


def _not_found(name: str) -> Refusal:
    return Refusal(
        404,
        "CertificateNotFound",
        f"A certificate with (name/id) {name} was not found in this key vault. If you recently deleted this "
        "certificate you may be able to recover it using the correct recovery command. For help resolving this "
        "issue, please see https://go.microsoft.com/fwlink/?linkid=2125182",
    )
