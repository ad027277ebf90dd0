"""Look: the versions of the certificates that a running service loads from its key vaults, by reads alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from cses_action.errors import InputError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.planning.rotation import Held
from cses_action.planning.search import Findings
from cses_action.planning.together import side_by_side
from cses_action.ports import CertificateVaults, Json
from cses_action.resources import ResourceId, SecretUrl, Vault


def held_certificates(vaults: CertificateVaults, inputs: Inputs, service: Json) -> tuple[Held, ...]:
    """Return all versions of the certificates that are named, or else of all that the service loads.

    One read for each vault, and one for each certificate. The vaults are those of ``key-vault``, or else those that
    the service loads from.
    """
    loaded = _loaded(service)
    wanted = inputs.key_vaults or tuple(str(each) for each in loaded)
    if not wanted:
        raise InputError(
            "key-vault is required: the service loads no certificate from a key vault yet",
            fix="Give key-vault. The first certificate is deployed with the configuration that names it.",
        )
    located: dict[str, Vault] = side_by_side({each: partial(vaults.locate, each) for each in wanted})
    places = [
        (vault, name)
        for vault in {each.id: each for each in located.values()}.values()
        for name in inputs.certificate_names or loaded.get(vault.id, ())
    ]
    found = side_by_side({f"{vault.id}/{name}": partial(vaults.versions, vault, name) for vault, name in places})
    return tuple(Held(vault, name, versions) for vault, name in places if (versions := found[f"{vault.id}/{name}"]))


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
