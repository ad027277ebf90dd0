"""The data plane of Key Vault: certificates and their versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cses_action.sandbox import vault_create
from cses_action.sandbox.access import Access
from cses_action.sandbox.certificates import Version
from cses_action.sandbox.settings import Json, Settings
from cses_action.sandbox.update import read_body
from cses_action.sandbox.vault_access import check_network, check_right
from cses_action.sandbox.vault_bundles import bundle, deleted_bundle, item, operation, policy, unfinished_bundle
from cses_action.sandbox.vault_import import bad, read_import
from cses_action.sandbox.vaults import Vault
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer, json_error

NAME = r"[0-9A-Za-z-]{1,127}"


@dataclass(frozen=True)
class Route:
    """A method and a path, the permission it takes, and what answers; the names in the path are its arguments."""

    method: str
    path: str
    permission: str
    handler: Callable[..., Answer]


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
        one = "certificates/(?P<name>[^/]+)"
        self._routes = (
            Route("GET", "certificates", "list", self._list),
            Route("GET", f"{one}/versions", "list", self._versions),
            Route("GET", f"{one}/policy", "get", self._policy),
            Route("GET", f"{one}/pending", "get", self._pending),
            Route("GET", f"{one}(/(?P<version>[^/]+))?", "get", self._get),
            Route("POST", f"{one}/import", "import", self._import),
            Route("POST", f"{one}/create", "create", self._create),
            Route("DELETE", one, "delete", self._delete),
            Route("GET", "deletedcertificates/(?P<name>[^/]+)", "get", self._deleted),
        )

    def answer(self, call: Call) -> Answer:
        """Return certificates, or a refusal."""
        self._authenticate(call)
        route, at = self._route(call)
        if "api-version" not in call.query:
            raise bad("sandbox: api-version is missing")
        check_network(self._vault)
        name = at.get("name") or ""
        check_right(self._vault, self._access, route.permission, name)
        if "name" in at and not re.fullmatch(NAME, name):
            raise bad(f"The request URI contains an invalid name: {name}")
        return route.handler(call, **{key: value or "" for key, value in at.items()})

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

    def _route(self, call: Call) -> tuple[Route, dict[str, str | None]]:
        for route in self._routes:
            match = re.fullmatch(route.path, call.path.strip("/"), re.IGNORECASE)
            if match is not None and route.method == call.method:
                return route, match.groupdict()
        raise Refusal(404, "NotFound", f"sandbox: Key Vault has no {call.method} {call.path} here")

    def _list(self, call: Call) -> Answer:
        return self._page(call, self._vault.newest(), lambda each: item(self._vault, each, each.name))

    def _versions(self, call: Call, name: str) -> Answer:
        # Key Vault promises no order of versions, so the newest must not come first by chance.
        # Of an unknown certificate it shows none, and refuses nothing.
        found = sorted(self._vault.named(name), key=lambda each: each.version)
        return self._page(call, found, lambda each: item(self._vault, each, f"{each.name}/{each.version}"))

    def _get(self, _call: Call, name: str, version: str) -> Answer:
        found, pending = self._vault.find(name, version), self._vault.pending.get(name.lower())
        if pending is not None and not version and found is None:
            # Seen from Key Vault: it is there already, disabled, without bytes, thumbprint and secret.
            return json_answer(unfinished_bundle(self._vault, name, pending))
        if found is None:
            raise _not_found(f"{name}/{version}".rstrip("/"))
        body = bundle(self._vault, found)
        if version:
            # Key Vault sends the policy only to whoever asks for the newest version by no number.
            del body["policy"]
        return json_answer(body)

    def _policy(self, _call: Call, name: str) -> Answer:
        return json_answer(policy(self._vault, self._held(name)[0]))

    def _pending(self, _call: Call, name: str) -> Answer:
        pending = self._vault.pending.get(name.lower())
        if pending is None:
            raise Refusal(404, "PendingCertificateNotFound", f"sandbox: no certificate {name} is or was being made")
        return json_answer(operation(self._vault, name, pending))

    def _import(self, call: Call, name: str) -> Answer:
        self._check_free(name)
        version = read_import(name, read_body(call.body))
        self._vault.pending.pop(name.lower(), None)
        return json_answer(bundle(self._vault, self._vault.add(version)))

    def _create(self, call: Call, name: str) -> Answer:
        self._check_free(name)
        order = vault_create.read_order(read_body(call.body))
        pending = vault_create.begin(self._vault, name, order, self._settings["certificate_seconds"])
        body = operation(self._vault, name, pending)
        location = f"{body['id']}?api-version={call.query['api-version']}&request_id={pending.request}"
        return json_answer(body, 202, {"Location": location})

    def _delete(self, _call: Call, name: str) -> Answer:
        deleted = self._vault.delete(name)
        if deleted is None:
            raise _not_found(name)
        return json_answer(deleted_bundle(self._vault, deleted))

    def _deleted(self, _call: Call, name: str) -> Answer:
        deleted = self._vault.deleted.get(name.lower())
        if deleted is None:
            raise Refusal(404, "CertificateNotFound", f"Deleted Certificate not found: {name}")
        return json_answer(deleted_bundle(self._vault, deleted))

    def _held(self, name: str) -> tuple[Version, ...]:
        found = self._vault.named(name)
        if not found:
            raise _not_found(name)
        return found

    def _check_free(self, name: str) -> None:
        if name.lower() in self._vault.deleted:
            raise Refusal(
                409,
                "Conflict",
                f"Certificate {name} is currently in a deleted but recoverable state, and its name cannot be reused; "
                "in this state, the certificate can only be recovered or purged.",
            ).within("ObjectIsDeletedButRecoverable")
        pending = self._vault.pending.get(name.lower())
        if pending is not None and not pending.completed:
            # The documentation gives this code with this status.
            raise Refusal(
                409,
                "Forbidden",
                "A new key vault certificate can not be created or imported while a pending key vault certificate's "
                "status is inProgress.",
            )

    def _page(self, call: Call, found: Sequence[Version], shown: Callable[[Version], Json]) -> Answer:
        size = min(int(call.query.get("maxresults", "25")), self._settings["page_size"])
        start = int(call.query.get("$skiptoken", "0"))
        rest: Iterable[Version] = found[start : start + size]
        version = call.query["api-version"]
        link = f"{self._vault.uri}{call.path.lstrip('/')}?api-version={version}&$skiptoken={start + size}"
        next_link = f"{link}&maxresults={size}" if start + size < len(found) else None
        return json_answer({"value": [shown(each) for each in rest], "nextLink": next_link})


def _not_found(name: str) -> Refusal:
    return Refusal(
        404,
        "CertificateNotFound",
        f"A certificate with (name/id) {name} was not found in this key vault. If you recently deleted this "
        "certificate you may be able to recover it using the correct recovery command. For help resolving this "
        "issue, please see https://go.microsoft.com/fwlink/?linkid=2125182",
    )
