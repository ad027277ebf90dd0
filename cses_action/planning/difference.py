"""What would change, before and after, for people: values of settings never appear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cses_action.planning import live
from cses_action.planning.model import Change, RoleCertificate
from cses_action.ports import Json
from cses_action.project.configuration import Configuration, ConfiguredRole, same_meaning

NOTHING = "—"


def role_changes(before: list[Json], after: list[Json]) -> list[Change]:
    """Return the roles whose count or size would change, and those that would come or go."""
    old = {live.text(role, "name").lower(): role for role in before}
    new = {live.text(role, "name").lower(): role for role in after}
    changes = []
    for key in dict.fromkeys([*old, *new]):
        was, will = _role(old.get(key)), _role(new.get(key))
        if was != will:
            changes.append(Change("role", live.text(new.get(key) or old[key], "name"), was, will))
    return changes


def _role(role: Json | None) -> str:
    return f"{live.capacity(role)} of {live.text(role, 'sku', 'name')}" if role else NOTHING


def configuration_changes(
    before: Configuration | None, after: Configuration, certificates: tuple[RoleCertificate, ...]
) -> list[Change]:
    """Return what differs in meaning between the live configuration and the file; none if nothing does.

    ``before`` is None where the live text could not be read; then the whole configuration changes.
    """
    if before is None:
        return [Change("configuration", "whole file", "unreadable", after.file)]
    if same_meaning(before, after):
        return []
    changes = _certificate_changes(before, after, certificates) + _setting_changes(before, after)
    for name, was, will in (
        ("osFamily", before.os_family, after.os_family),
        ("osVersion", before.os_version, after.os_version),
        ("virtual network", before.virtual_network, after.virtual_network),
    ):
        if was != will:
            changes.append(Change("configuration", name, was or NOTHING, will or NOTHING))
    for key, was_role, will_role in _by_role(before, after):
        if was_role and will_role and was_role.instances != will_role.instances:
            changes.append(Change("configuration", f"{key} count", str(was_role.instances), str(will_role.instances)))
    return changes or [Change("configuration", "other elements", "differ", after.file)]


def _by_role(
    before: Configuration, after: Configuration
) -> list[tuple[str, ConfiguredRole | None, ConfiguredRole | None]]:
    old = {role.name.lower(): role for role in before.roles}
    new = {role.name.lower(): role for role in after.roles}
    names = {role.name.lower(): role.name for role in (*before.roles, *after.roles)}
    return [(name, old.get(key), new.get(key)) for key, name in names.items()]


def _certificate_changes(
    before: Configuration, after: Configuration, certificates: tuple[RoleCertificate, ...]
) -> list[Change]:
    expiry = {each.certificate.thumbprint: _expiry(each.certificate.expires_on) for each in certificates}
    changes = []
    for role, old, new in _by_role(before, after):
        was = {each.name: each.thumbprint for each in old.certificates} if old else {}
        will = {each.name: each.thumbprint for each in new.certificates} if new else {}
        for name in dict.fromkeys([*was, *will]):
            if was.get(name) != will.get(name):
                after_text = f"{will[name]}{expiry.get(will[name], '')}" if name in will else NOTHING
                changes.append(Change("certificate", f"{role}/{name}", str(was.get(name, NOTHING)), after_text))
    return changes


def _expiry(expires_on: datetime | None) -> str:
    return f" (expires {expires_on:%Y-%m-%d})" if expires_on else ""


def _setting_changes(before: Configuration, after: Configuration) -> list[Change]:
    changes = []
    for role, old, new in _by_role(before, after):
        was, will = _settings(old), _settings(new)
        for name in dict.fromkeys([*was, *will]):
            if was.get(name) != will.get(name):
                hidden = "hidden" if name in was else NOTHING
                after_text = "hidden, changed" if name in was and name in will else "hidden, new"
                changes.append(Change("setting", f"{role}/{name}", hidden, after_text if name in will else NOTHING))
    return changes


def _settings(role: ConfiguredRole | None) -> Mapping[str, str]:
    return {setting.name: setting.value for setting in role.settings} if role else {}


def secret_changes(before: list[Json], after: list[Json]) -> list[Change]:
    """Return the vault secrets that the service would load in addition, then those that it would no longer load."""
    old, new = _urls(before), _urls(after)
    come = [Change("vault secret", url, NOTHING, "loaded") for url in new if url not in old]
    return come + [Change("vault secret", url, "loaded", NOTHING) for url in old if url not in new]


def _urls(groups: list[Json]) -> list[str]:
    return [live.text(each, "certificateUrl") for group in groups for each in live.rows(group, "vaultCertificates")]
