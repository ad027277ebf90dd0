"""Which certificates of a running service are renewed, and by which versions. Pure, no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cses_action.errors import InputError, Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.planning.certificates import ends, fault, newest_good
from cses_action.planning.checks import FEW_DAYS
from cses_action.planning.model import RoleCertificate
from cses_action.project.changes import Change, change
from cses_action.project.configuration import Configuration
from cses_action.project.definition import find_named
from cses_action.project.splicing import changed
from cses_action.project.xml import Document
from cses_action.resources import Certificate, Vault
from cses_action.values import Thumbprint

WHY = "The thumbprint is that of the certificate that the service has"


class Entry(NamedTuple):
    """A certificate that a configuration names for a role."""

    role: str
    name: str
    thumbprint: Thumbprint


class Held(NamedTuple):
    """All versions of one certificate in one vault, newest first."""

    vault: Vault
    name: str
    versions: tuple[Certificate, ...]
    wanted: str = ""
    """The one version that the user wants; empty for the newest good one."""


class Renewal(NamedTuple):
    """What becomes of one certificate: the version that is deployed, and the one that is to be."""

    role: str
    name: str
    before: Certificate
    after: Certificate
    next: str
    """When somebody has to act next, in words."""
    passed_over: str
    """Which newer versions are no good, and why; empty if none was passed over."""
    waits: bool = False
    """Whether a newer version is good, and taken later."""

    @property
    def renewed(self) -> bool:
        """Whether another version is to be deployed."""
        return self.before.thumbprint != self.after.thumbprint


def entries_of(configuration: Configuration) -> tuple[Entry, ...]:
    """Return every certificate that a configuration names."""
    return tuple(
        Entry(role.name, each.name, each.thumbprint) for role in configuration.roles for each in role.certificates
    )


def serving(entries: Iterable[Entry], endpoints: Sequence[tuple[str, str]]) -> tuple[Entry, ...]:
    """Return the entries of these https endpoints, given as role and certificate; an InputError if there are none.

    A certificate that is not known to serve https, such as the one that encrypts the password of RemoteAccess, is
    renewed only by its name.
    """
    known = {(role.lower(), name.lower()) for role, name in endpoints}
    found = tuple(each for each in entries if (each.role.lower(), each.name.lower()) in known)
    if not found:
        raise InputError(
            "certificate-name is required: nothing says which certificates of the service serve https",
            fix="Give certificate-name, or definition; a deployment with definition writes down the https endpoints "
            "as the tag cses-action-https, and then neither is needed.",
        )
    return found


def named(entries: Sequence[Entry], held: Sequence[Held], names: Iterable[str]) -> tuple[Entry, ...]:
    """Return the entries that are versions of these certificates; a ProjectError names those that none is one of."""
    found = {name: [each for each in held if each.name.lower() == name.lower()] for name in names}
    unused = [
        name for name, some in found.items() if not any(_holds(each, entry) for each in some for entry in entries)
    ]
    if unused:
        live = ", ".join(f"{each.role}/{each.name} {each.thumbprint}" for each in entries) or "none"
        fix = (
            "Correct certificate-name, key-vault or certificate-url. A certificate that the service does not have "
            "yet is deployed with the configuration that names it."
        )
        message = "The service has no version of certificate"
        raise ProjectError.of(tuple(Problem(message=f"{message} {name}: it has {live}", fix=fix) for name in unused))
    return tuple(entry for entry in entries if any(_holds(each, entry) for each in held))


def choose(entries: Sequence[Entry], held: Sequence[Held], inputs: Inputs, now: datetime) -> tuple[Renewal, ...]:
    """Return what becomes of each entry; a ProjectError names those that no vault has."""
    problems = []
    choices = []
    for entry in entries:
        # The same certificate may be stored under several names, and be renewed under one of them.
        found = [_choice(entry, each, inputs, now) for each in held if _holds(each, entry)]
        if found:
            choices.append(next((each for each in found if each.renewed), found[0]))
        else:
            problems.append(_unknown(entry, held))
    if problems:
        raise ProjectError.of(tuple(problems))
    return tuple(choices)


def renewed(document: Document, choices: Iterable[Renewal]) -> Change:
    """Return what becomes of a configuration: the chosen thumbprints in it, and every other character as it was."""
    edits = []
    for choice in choices:
        role = find_named(document.root.find("Role"), choice.role)
        element = find_named(role.find("Certificates", "Certificate"), choice.name) if role else None
        written = element.attributes.get("thumbprint") if element else None
        if element and written and Thumbprint.parse(written.value) != choice.after.thumbprint:
            edits.append(changed(document, element, "thumbprint", str(choice.after.thumbprint), WHY))
    return change(document, [each for each in edits if each])


def certificates_of(choices: Iterable[Renewal]) -> tuple[RoleCertificate, ...]:
    """Return the certificates that travel with the update."""
    return tuple(RoleCertificate(each.role, each.name, each.after) for each in choices)


def warnings_of(choices: Iterable[Renewal], now: datetime) -> list[str]:
    """Return warnings about certificates that end soon although the vault has nothing newer."""
    found = []
    for each in choices:
        who = f"Certificate {each.after.name} in key vault {each.after.vault.id.name} ({each.role}/{each.name})"
        days = each.after.days_left(now)
        if each.passed_over:
            found.append(f"{who}: newer versions were passed over: {each.passed_over}.")
        if not each.after.enabled:
            found.append(f"{who}: the version that is deployed is disabled, and no newer one is good.")
        if days is not None and days < FEW_DAYS and not each.waits:
            found.append(
                f"{who} {ends(each.after, now)}, and no newer version is good: renew it there, and run again."
            )
    return found


def left_behind(configuration: Configuration, choices: Iterable[Renewal]) -> list[str]:
    """Return warnings about settings that go on naming a thumbprint that is replaced."""
    replaced = {each.before.thumbprint for each in choices if each.renewed}
    return [
        f"Setting {role.name}/{each.name} holds the thumbprint of the version that is replaced, and stays as it is: "
        "code that looks up its certificate by it goes on with the old one, which the service keeps."
        for role in configuration.roles
        for each in role.settings
        if Thumbprint.parse(each.value) in replaced
    ]


def _holds(held: Held, entry: Entry) -> bool:
    return any(each.thumbprint == entry.thumbprint for each in held.versions)


def _choice(entry: Entry, held: Held, inputs: Inputs, now: datetime) -> Renewal:
    if held.wanted:
        return _wanted(entry, held, inputs, now)
    place = next(number for number, each in enumerate(held.versions) if each.thumbprint == entry.thumbprint)
    before = held.versions[place]
    older = [each for each in held.versions[:place] if _is_older(each, before)]
    newer = newest_good((each for each in held.versions[:place] if each not in older), now, inputs.minimum_days_left)
    reasons = [f"version {each.version} is an older certificate than the deployed one" for each in older]
    limit, left = inputs.rotate_before_days, before.days_left(now)
    due = ""
    if newer.best and limit is not None and left is not None and left >= limit and before.enabled:
        due = f"{now + timedelta(days=left - limit + 1):%Y-%m-%d}: rotate-before-days is {limit}"
    after = before if due else newer.best or before
    return Renewal(
        entry.role,
        entry.name,
        before,
        after,
        due or _when(after),
        "; ".join(filter(None, [newer.reasons, *reasons])),
        bool(due),
    )


def _is_older(version: Certificate, deployed: Certificate) -> bool:
    """Return whether a version that was stored later both begins and ends earlier: an old PFX, imported once more."""
    starts, ends_on = version.not_before, version.expires_on
    if not (deployed.enabled and starts and ends_on and deployed.not_before and deployed.expires_on):
        return False
    return starts < deployed.not_before and ends_on < deployed.expires_on


def _wanted(entry: Entry, held: Held, inputs: Inputs, now: datetime) -> Renewal:
    """Return the renewal by the version that the user wants, also an older one; a ProjectError if it is no good."""
    where = f"Version {held.wanted} of certificate {held.name} in key vault {held.vault.id.name}"
    after = next((each for each in held.versions if each.version.lower() == held.wanted), None)
    why = fault(after, now, inputs.minimum_days_left) if after else "is not there"
    if after is None or why:
        raise ProjectError(f"{where} {why}", fix="Correct certificate-url, or leave the version out of it.")
    before = next(each for each in held.versions if each.thumbprint == entry.thumbprint)
    return Renewal(entry.role, entry.name, before, after, _when(after), "")


def _when(certificate: Certificate) -> str:
    if certificate.expires_on is None:
        return "never: it does not expire"
    return f"{certificate.expires_on:%Y-%m-%d}: a newer version must be in the vault by then"


def _unknown(entry: Entry, held: Sequence[Held]) -> Problem:
    where = ", ".join(dict.fromkeys(f"{each.vault.id.name}/{each.name}" for each in held)) or "none"
    return Problem(
        message=f"{entry.role}'s certificate {entry.name}, thumbprint {entry.thumbprint}, is no version of a "
        "certificate that the service loads from a key vault",
        fix=f"Give certificate-name, and key-vault where it lies. Looked at: {where}.",
    )
