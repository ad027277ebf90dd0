"""Who may do what: Entra's tokens, and the roles of the one principal."""

from __future__ import annotations

import secrets
from fnmatch import fnmatchcase

from cses_action.sandbox.settings import Settings
from cses_action.sandbox.wire import Call

TENANT = "7c0a3e6e-52f4-4a39-9c0e-3d8f8f1f6a01"
CLIENT = "b7f1c2a4-0d5e-4c8b-8f6a-91d2e3c4b502"
PRINCIPAL = "c5d9e8f7-6a1b-4e2c-9d3f-2b4a6c8e0f03"
SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09504"
GROUP = "contoso-rg"
LOCATION = "eastus"

DATA = "data:"
"""Begins an action on what a resource holds; roles on the resource itself say nothing about it."""

ROLES = {
    "owner": ("microsoft.*",),
    "contributor": ("microsoft.*",),
    "reader": ("microsoft.*/read",),
    "storage blob data contributor": (
        "microsoft.storage/storageaccounts/blobservices/*",
        f"{DATA}microsoft.storage/storageaccounts/blobservices/*",
    ),
    "key vault certificate user": (f"{DATA}microsoft.keyvault/vaults/certificates/read",),
    "key vault certificates officer": (f"{DATA}microsoft.keyvault/vaults/certificates/*",),
}


class Access:
    """The tokens that were given out, and the rights of the principal they were given to."""

    def __init__(self, settings: Settings) -> None:
        self.secret = secrets.token_urlsafe(24)
        self._settings = settings
        self._audiences: dict[str, str] = {}

    def issue(self, audience: str) -> str:
        """Return a new token for this audience."""
        token = secrets.token_urlsafe(48)
        self._audiences[token] = audience
        return token

    @property
    def issued(self) -> tuple[str, ...]:
        """The tokens that were given out."""
        return tuple(self._audiences)

    def audience(self, call: Call) -> str | None:
        """Return for whom the request's bearer token was made: None without token, empty for one of others."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return self._audiences.get(token.strip(), "") if scheme.lower() == "bearer" else None

    def allows(self, action: str) -> bool:
        """Whether the principal may take this action."""
        if action.removeprefix(DATA).lower() in {denied.lower() for denied in self._settings["denied"]}:
            return False
        patterns = [each for role in self._settings["roles"] for each in ROLES.get(role.lower(), ())]
        return any(fnmatchcase(action.lower(), pattern) for pattern in patterns)
