"""The key vaults as Azure Resource Manager has them: one by its id, and found among all resources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from cses_action.sandbox.access import Access
from cses_action.sandbox.routes import PROVIDERS, Route, Values, not_found
from cses_action.sandbox.settings import Json, Settings
from cses_action.sandbox.vaults import KIND, Vault
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer

READ = f"{KIND}/read"
TERM = re.compile(r"(resourceType|name) eq '([^']*)'", re.IGNORECASE)


class VaultResources:
    """Reads of vaults, and the list of everything in a subscription, of which only vaults are built."""

    def __init__(self, vaults: tuple[Vault, ...], url: str, access: Access, settings: Settings) -> None:
        self._vaults = vaults
        self._url = url
        self._access = access
        self._settings = settings

    def routes(self) -> tuple[Route, ...]:
        """Return what can be asked of these resources."""
        subscription = "/subscriptions/(?P<subscription>[^/]+)"
        kind = r"Microsoft\.KeyVault/vaults"
        everything = "Microsoft.Resources/subscriptions/resources/read"
        return (
            Route("GET", rf"{PROVIDERS}/{kind}/(?P<name>[^/]+)", READ, self._get),
            Route("GET", rf"{PROVIDERS}/{kind}", READ, self._list),
            Route("GET", rf"{subscription}/providers/{kind}", READ, self._list),
            Route("GET", rf"{subscription}/resources", everything, self._all),
        )

    def _get(self, _call: Call, at: Values) -> Answer:
        for vault in self._within(at):
            if vault.name == at["name"].lower():
                return json_answer(vault.resource)
        raise not_found(KIND, at["name"], at["group"])

    def _list(self, call: Call, at: Values) -> Answer:
        return self._page(call, [vault.resource for vault in self._within(at)])

    def _all(self, call: Call, at: Values) -> Answer:
        wanted = _terms(call.query.get("$filter", ""))
        # Whoever may list a subscription sees of it what he may read.
        seen = self._within(at) if self._access.allows(READ) else ()
        rows = [{name: vault.resource[name] for name in ("id", "name", "type", "location", "tags")} for vault in seen]
        kept = [row for row in rows if all(row[name].lower() == value for name, value in wanted.items())]
        return self._page(call, kept)

    def _within(self, at: Values) -> Iterable[Vault]:
        subscription, group = at["subscription"].lower(), at.get("group", "").lower()
        return [each for each in self._vaults if each.place[0] == subscription and group in ("", each.place[1])]

    def _page(self, call: Call, rows: list[Json]) -> Answer:
        size, start = self._settings["page_size"], int(call.query.get("$skiptoken", "0"))
        answer: Json = {"value": rows[start : start + size]}
        if start + size < len(rows):
            query = {**call.query, "$skiptoken": str(start + size)}
            answer["nextLink"] = f"{self._url}{call.path}?" + "&".join(f"{n}={quote(v)}" for n, v in query.items())
        return json_answer(answer)


def _terms(text: str) -> dict[str, str]:
    """Return what a filter asks for, by the name of the member."""
    found = {}
    for term in filter(None, re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE)):
        match = TERM.fullmatch(term)
        if match is None:
            raise Refusal(400, "InvalidFilterInQueryString", f"sandbox: the filter {text!r} is not understood here")
        found["name" if match[1].lower() == "name" else "type"] = match[2].lower()
    return found
