"""Readers of single input values: each returns the typed value, or raises Invalid with what is wrong.

A message repeats a value only if it is a short plain word, or a path that exists to be matched: anything else may
be a secret that was put into the wrong input.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from cses_action.values import Thumbprint


class Invalid(ValueError):
    """What is wrong with a value, worded to follow the name of the input."""

    def __init__(self, message: str, *, fix: str = "", others: Sequence[Invalid] = ()) -> None:
        super().__init__(message)
        self.fix = fix
        self.others = tuple(others)
        """What is wrong with further entries of a list."""


_NAMES: dict[str, tuple[str, str]] = {
    "resource-group": (
        r"[\w().-]{0,89}[\w()-]",
        "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, no period at the end",
    ),
    # Microsoft's list of naming rules says 1 to 15, but recorded services have 20 characters and more.
    "cloud-service": (
        r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?",
        "1 to 80 letters, digits, hyphens, underscores and periods, a letter or digit first",
    ),
    "storage-account": (r"[a-z0-9]{3,24}", "3 to 24 lower-case letters and digits"),
    "container": (
        r"(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
        "3 to 63 lower-case letters, digits and single hyphens, none at the ends",
    ),
    "key-vault": (
        r"(?=.{3,24}\Z)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*",
        "3 to 24 letters, digits and single hyphens, a letter first, or the resource id of a vault",
    ),
    "certificate-name": (r"[A-Za-z0-9-]{1,127}", "1 to 127 letters, digits and hyphens"),
}
_VAULT_ID = r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.KeyVault/vaults/[^/]+/?"
_HTTPS_URL = r"https://(?:\[([0-9a-f:.]+)\]|([^\s/\\?#@:\[\]]+))(?::([0-9]{1,5}))?(?:/[^\s?#]*)?"
_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CREDS = {
    "clientId": "client-id",
    "clientSecret": "client-secret",
    "subscriptionId": "subscription-id",
    "tenantId": "tenant-id",
    # What az prints without --json-auth (once --sdk-auth); the subscription is not in it.
    "appId": "client-id",
    "password": "client-secret",
    "tenant": "tenant-id",
}
IN_CREDS = tuple(dict.fromkeys(_CREDS.values()))
"""The inputs that creds can hold."""


def shown(raw: str) -> str:
    """Return the value for a message, if it is too short and plain to be a secret."""
    return f": {raw}" if re.fullmatch("[A-Za-z0-9_.-]{1,15}", raw) else ""


def text(raw: str) -> str:
    """Return the text as it is."""
    return raw


def refuse_unreplaced(raw: str) -> None:
    """Refuse what a pipeline leaves where a variable has no value: ``$(name)`` or ``${{ name }}``."""
    if re.fullmatch(r"\$\(.*\)|\$\{\{.*\}\}", raw, re.DOTALL):
        raise Invalid(
            "is a variable that was not replaced",
            fix="Check its name, and that its group or environment belongs to this job.",
        )


def client_secret(raw: str) -> str:
    """Return the secret of a service principal."""
    if raw.startswith("{") and raw.endswith("}"):
        raise Invalid("is JSON", fix="Give the whole object as creds, or its clientSecret alone.")
    return raw


def guid(raw: str) -> str:
    """Return a GUID."""
    if not re.fullmatch(_GUID, raw):
        raise Invalid("is not a GUID", fix="Give it as 00000000-0000-0000-0000-000000000000.")
    return raw


def boolean(raw: str) -> bool:
    """Return true or false, in the three spellings of YAML 1.2 (Azure Pipelines writes ``True``)."""
    if raw not in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        raise Invalid(f"is neither true nor false{shown(raw)}", fix="Write true or false.")
    return raw.lower() == "true"


def number(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within these bounds."""

    def read(raw: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", raw) or not least <= int(raw) <= most:
            raise Invalid(
                f"is not a whole number from {least} to {most}{shown(raw)}",
                fix=f"Give a number from {least} to {most}, in digits alone.",
            )
        return int(raw)

    return read


def did_you_mean(word: str, known: Mapping[str, str]) -> str:
    """Return a question with the name of the known word that is most like this one; empty if none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    near = get_close_matches(word, known, 1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def choice(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Return a reader of one of these words, whatever the case (azure/login writes ``AzureCloud``)."""

    def read(raw: str) -> str:
        if raw.lower() in choices:
            return raw.lower()
        hint = did_you_mean(raw.lower(), {each: each for each in choices})
        raise Invalid(f"is none of {', '.join(choices)}{shown(raw)}", fix=f"Use one of {', '.join(choices)}.{hint}")

    return read


def one_name(kind: str) -> Callable[[str], str]:
    """Return a reader of a name that keeps Azure's naming rules for this kind."""
    pattern, rule = _NAMES[kind]

    def read(raw: str) -> str:
        if re.fullmatch(pattern, raw) or (kind == "key-vault" and re.fullmatch(_VAULT_ID, raw, re.IGNORECASE)):
            return raw
        raise Invalid(
            f"breaks Azure's naming rules: {rule}", fix="Give the name alone, without an address around it."
        )

    return read


def https_url(raw: str) -> str:
    """Return an https URL without a trailing slash; none with a user, a query or a fragment."""
    # Not urlsplit: loading it costs as much as reading the project files, and it lets white space pass.
    found = re.fullmatch(_HTTPS_URL, raw, re.IGNORECASE)
    host = found and (found[2] or (found[1] if ":" in found[1] else ""))
    if not found or not host or not _is_host(host) or not 1 <= int(found[3] or "443") <= 65535:
        raise Invalid("is not an https URL", fix="Give it as https://management.example.com")
    return raw.rstrip("/")


def address(raw: str) -> tuple[str, int]:
    """Return host and port; an IPv6 address stands in brackets."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", raw)
    host = found and (found[2] or (found[1] if ":" in found[1] else ""))
    if not found or not host or not 1 <= int(found[3]) <= 65535 or not _is_host(host):
        raise Invalid(
            "is not host:port", fix="Give it as www.example.com:443, or an IPv6 address in brackets before :443."
        )
    return host, int(found[3])


def _is_host(raw: str) -> bool:
    """Return whether this is an IPv6 address, or a name (or IPv4 address) of labels as DNS has them."""
    if ":" not in raw:
        return all(re.fullmatch(r"[^.\s/]{1,63}", label) for label in raw.removesuffix(".").split("."))
    from ipaddress import IPv6Address  # noqa: PLC0415 - few runs have one

    try:
        IPv6Address(raw)
    except ValueError:
        return False
    return True


def credentials(raw: str) -> dict[str, str]:
    """Return the inputs that the JSON (or YAML) of ``az ad sp create-for-rbac`` holds, in both of its forms."""
    import json  # noqa: PLC0415 - not every run has one

    wrong = Invalid(
        "is not the JSON that `az ad sp create-for-rbac --json-auth` prints",
        fix='Store the whole object: {"clientId": …, "clientSecret": …, "subscriptionId": …, "tenantId": …}.',
    )
    try:
        found = json.loads(raw, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        import yaml  # noqa: PLC0415 - most runs have JSON, or none

        try:
            # This loader makes nothing but strings: a secret of digits stays the text that it is.
            found = yaml.load(raw, Loader=yaml.BaseLoader)  # noqa: S506
        except (yaml.YAMLError, RecursionError):
            raise wrong from None  # the parser's own message quotes the text, and so the secret
    if not isinstance(found, dict) or not any(isinstance(found.get(key), str) for key in _CREDS):
        raise wrong
    texts: dict[str, str] = {}
    for key, name in _CREDS.items():
        value = found.get(key)
        if isinstance(value, str) and value.strip():
            texts.setdefault(name, value.strip())
    return texts


def thumbprint(raw: str) -> Thumbprint:
    """Return a thumbprint as people write it: with spaces, in any case, with marks of the Windows dialog."""
    found = Thumbprint.parse(raw)
    if found is None:
        raise Invalid(
            "is not a thumbprint of 40 hexadecimal digits",
            fix="Give the SHA-1 thumbprint that the key vault shows for the certificate.",
        )
    return found


def attribute_name(raw: str) -> str:
    """Return a name that can stand in the project files."""
    if not re.fullmatch(r"[\w.-]{1,80}", raw):
        raise Invalid(
            "is not a name of letters, digits, periods, hyphens and underscores", fix="Choose another name."
        )
    return raw
