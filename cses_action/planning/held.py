"""Look: the versions of the certificates that a running service loads from its key vaults, by reads alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from cses_action.errors import InputError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.planning.rotation import Held
from cses_action.planning.search import Findings, locate
from cses_action.planning.together import side_by_side
from cses_action.ports import CertificateVaults, Json
from cses_action.resources import ResourceId, SecretUrl


def held_certificates(vaults: CertificateVaults, inputs: Inputs, service: Json) -> tuple[Held, ...]:
    """Return all versions of the certificates that are named, or else of all that the service loads.

    One read for each vault, and one for each certificate. The vaults are those of ``key-vault``, or else those that
    the service loads from; ``certificate-url`` names vault and certificate at once.
    """
    loaded = _loaded(service)
    default = () if inputs.certificate_urls and not inputs.certificate_names else tuple(map(str, loaded))
    wanted = inputs.key_vaults or default
    if not wanted and not inputs.certificate_urls:
        raise InputError(
            "key-vault is required: the service loads no certificate from a key vault yet",
            fix="Give key-vault. The first certificate is deployed with the configuration that names it.",
        )
    located, addresses = locate(vaults, wanted, inputs.certificate_urls)
    places = [(each.vault, each.name, each.version) for each in addresses]
    for vault in located:
        names = inputs.certificate_names or (() if addresses else loaded.get(vault.id, ()))
        places += [(vault, name, "") for name in names]
    found = side_by_side({f"{vault.id}/{name}": partial(vaults.versions, vault, name) for vault, name, _ in places})
    return tuple(
        Held(vault, name, versions, version)
        for vault, name, version in places
        if (versions := found[f"{vault.id}/{name}"])
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
