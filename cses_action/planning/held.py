"""Look: the versions of the certificates that a running service loads from its key vaults, by reads alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from cses_action.errors import AzureError, InputError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.planning.rotation import Held, Renewal
from cses_action.planning.search import Findings, locate
from cses_action.planning.together import side_by_side
from cses_action.ports import CertificateVaults, Json
from cses_action.resources import Certificate, ResourceId, SecretUrl, Vault


def held_certificates(vaults: CertificateVaults, inputs: Inputs, service: Json) -> tuple[Held, ...]:
    """Return all versions of the certificates that are named, or else of all that the service loads.

    One read for each certificate, and one for each vault of ``key-vault``; the vaults that the service loads from are
    known by their secrets. ``certificate-url`` names vault and certificate at once.
    """
    loaded = _loaded(service)
    if loaded and not inputs.key_vaults and not inputs.certificate_urls:
        # Without a read of the vault nobody knows what keeps us out, or how to let us in.
        with suppress(AzureError):
            known = [(vault, inputs.certificate_names or names) for vault, names in _assumed(service, loaded)]
            return _held(vaults, [(vault, name, "") for vault, names in known for name in names])
    default = () if inputs.certificate_urls and not inputs.certificate_names else tuple(map(str, loaded))
    ids = {vault.name.lower(): str(vault) for vault in loaded}
    # Names of vaults are unique in all of Azure.
    wanted = tuple(ids.get(each.lower(), each) for each in inputs.key_vaults) or default
    if not wanted and not inputs.certificate_urls:
        raise InputError(
            "key-vault is required: the service loads no certificate from a key vault yet",
            fix="Give key-vault. The first certificate is deployed with the configuration that names it.",
        )
    given, addresses = locate(vaults, wanted, inputs.certificate_urls)
    places = [(each.vault, each.name, each.version) for each in addresses]
    for vault in given:
        names = inputs.certificate_names or (() if addresses else loaded.get(vault.id, ()))
        places += [(vault, name, "") for name in names]
    return _held(vaults, places)


def _held(vaults: CertificateVaults, places: Iterable[tuple[Vault, str, str]]) -> tuple[Held, ...]:
    found = side_by_side({f"{vault.id}/{name}": partial(vaults.versions, vault, name) for vault, name, _ in places})
    return tuple(
        Held(vault, name, versions, version)
        for vault, name, version in places
        if (versions := found[f"{vault.id}/{name}"])
    )


def located(
    vaults: CertificateVaults, held: Iterable[Held], choices: Iterable[Renewal]
) -> tuple[tuple[Held, ...], tuple[Renewal, ...]]:
    """Return both with the vaults of the choices as Azure Resource Manager has them; one with a region was read."""
    choices = tuple(choices)
    unread = {each.after.vault.id for each in choices if not each.after.vault.location}
    found = side_by_side({vault: partial(vaults.locate, str(vault)) for vault in unread})

    def there(certificate: Certificate) -> Certificate:
        return replace(certificate, vault=found.get(certificate.vault.id, certificate.vault))

    return (
        tuple(each._replace(versions=tuple(map(there, each.versions))) for each in held),
        tuple(each._replace(after=there(each.after)) for each in choices),
    )


def findings_of(held: Iterable[Held], inputs: Inputs, now: datetime) -> Findings:
    """Return what the vaults showed, for a plan."""
    shelves = tuple(each.versions for each in held)
    return Findings(now=now, minimum_days_left=inputs.minimum_days_left, shelves=shelves)


def _loaded(service: Json) -> Mapping[ResourceId, tuple[str, ...]]:
    """Return the names of the certificates that the service loads, by vault."""
    loaded: dict[ResourceId, dict[str, None]] = {}
    for group in live.rows(service, "properties", "osProfile", "secrets"):
        names = loaded.setdefault(ResourceId(live.text(group, "sourceVault", "id")), {})
        for each in live.rows(group, "vaultCertificates"):
            parts = SecretUrl(live.text(each, "certificateUrl")).key
            if len(parts) > 2:  # host, "secrets", name, version
                names[parts[2]] = None
    return {vault: tuple(names) for vault, names in loaded.items()}


def _assumed(service: Json, loaded: Mapping[ResourceId, tuple[str, ...]]) -> Iterator[tuple[Vault, tuple[str, ...]]]:
    """Return the vaults that the service loads from, by the addresses of its secrets, with what it loads."""
    for group in live.rows(service, "properties", "osProfile", "secrets"):
        vault = ResourceId(live.text(group, "sourceVault", "id"))
        urls = [SecretUrl(live.text(each, "certificateUrl")) for each in live.rows(group, "vaultCertificates")]
        if urls:
            yield Vault(vault, f"https://{urls[0].key[0]}/", enabled_for_deployment=True), loaded[vault]
