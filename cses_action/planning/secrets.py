"""The vault secrets of the update: a PUT's list replaces the old one whole, so what stays is sent again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence

from cses_action.planning import live
from cses_action.ports import Json
from cses_action.resources import Certificate, ResourceId, SecretUrl
from cses_action.values import Thumbprint


def merged_secrets(
    secrets: list[Json],
    needed: Sequence[Certificate],
    named: Collection[Thumbprint],
    known: Mapping[SecretUrl, Thumbprint],
) -> list[Json]:
    """Return the live vault secrets with the needed ones; of the others only superseded versions leave.

    ``named`` are the thumbprints of the new configuration, ``known`` those of the versions that the vaults showed:
    a version that is still named, or that nobody knows, stays.
    """
    urls = {each.secret_url for each in needed}
    renewed = {_certificate(each) for each in urls}

    def is_superseded(url: SecretUrl) -> bool:
        return url not in urls and _certificate(url) in renewed and url in known and known[url] not in named

    return _without(_with(secrets, needed), is_superseded)


def only_needed_secrets(secrets: list[Json], needed: Sequence[Certificate]) -> list[Json]:
    """Return the vault secrets of the new configuration and no other; those that are live stay as they are."""
    urls = {each.secret_url for each in needed}
    return _without(_with(secrets, needed), lambda url: url not in urls)


def _certificate(url: SecretUrl) -> tuple[str, ...]:
    """Return what all versions of one certificate have in common: host, ``secrets`` and name."""
    return url.key[:3]


def _url(entry: Json) -> SecretUrl:
    return SecretUrl(live.text(entry, "certificateUrl"))


def _with(secrets: list[Json], needed: Sequence[Certificate]) -> list[Json]:
    merged = copy.deepcopy(secrets)
    for certificate in needed:
        entries = [entry for group in merged for entry in live.rows(group, "vaultCertificates")]
        if certificate.secret_url not in {_url(each) for each in entries}:
            _add(_group(merged, certificate.vault.id), certificate, entries)
    return merged


def _add(group: Json, certificate: Certificate, entries: list[Json]) -> None:
    """Add a certificate behind its other versions, with what those say besides, such as isBootstrapCertificate."""
    name = _spelled(group, "vaultCertificates")
    rows = group[name] = group.get(name) or []
    others = [each for each in entries if _certificate(_url(each)) == _certificate(certificate.secret_url)]
    new = copy.deepcopy(max(others, key=len, default={}))
    new[_spelled(new, "certificateUrl")] = str(certificate.secret_url)
    place = next((number for number in range(len(rows), 0, -1) if rows[number - 1] in others), len(rows))
    rows.insert(place, new)


def _spelled(json: Json, name: str) -> str:
    """Return the member's name as it is spelled here; Azure takes it in any case."""
    return next((each for each in json if each.lower() == name.lower()), name)


def _group(secrets: list[Json], vault: ResourceId) -> Json:
    for group in secrets:
        if ResourceId(live.text(group, "sourceVault", "id")) == vault:
            return group
    secrets.append({"sourceVault": {"id": str(vault)}, "vaultCertificates": []})
    return secrets[-1]


def _without(secrets: list[Json], leaves: Callable[[SecretUrl], bool]) -> list[Json]:
    """Return the groups less the secrets that leave, and less the groups that this makes empty."""
    kept = []
    for group in secrets:
        rows = live.rows(group, "vaultCertificates")
        stay = [each for each in rows if not leaves(_url(each))]
        if len(stay) < len(rows):
            group[_spelled(group, "vaultCertificates")] = stay
        if stay or not rows:
            kept.append(group)
    return kept
