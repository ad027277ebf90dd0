"""Look: the certificates that a configuration names, in the key vaults, by as few reads as possible.

One list of versions for each certificate whose name is known; a list of the whole vault only where none is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import NamedTuple

from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.messages import Message, Progress
from cses_action.planning.certificates import fault, newest_good
from cses_action.planning.together import side_by_side
from cses_action.ports import CertificateVaults
from cses_action.resources import Certificate, CertificateDetails, SecretUrl, Vault
from cses_action.values import Thumbprint

MANY = 50
"""From so many certificates on, a search says how far it is."""
_BATCH = 64

Show = Callable[[Message], None]
_Place = tuple[Vault, str]
_Versions = tuple[Certificate, ...]


class Address(NamedTuple):
    """What one entry of certificate-url names; without a version the newest good one."""

    text: str
    vault: Vault
    name: str
    version: str

    def names(self, certificate: Certificate) -> bool:
        """Return whether this is the certificate, whatever the version."""
        return certificate.vault.id == self.vault.id and certificate.name.lower() == self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the key vaults showed."""

    now: datetime
    minimum_days_left: int
    shelves: tuple[_Versions, ...] = ()
    """All versions of each certificate that was looked at, newest first; the vaults in the user's order."""
    addresses: tuple[Address, ...] = ()
    details: Mapping[SecretUrl, CertificateDetails] = field(default_factory=dict)
    """Of the certificates that are going to be used."""
    deleted: tuple[_Place, ...] = ()
    """Certificates that are not there, but can be recovered."""
    left_out: tuple[Certificate, ...] = ()
    """Wanted ones that the vaults hold under names other than those of certificate-name."""
    where: str = ""
    """Where was looked, and what can be used there, in words for a remedy."""

    @cached_property
    def known(self) -> Mapping[SecretUrl, Thumbprint]:
        """The thumbprint of every version that was seen."""
        return {each.secret_url: each.thumbprint for shelf in self.shelves for each in shelf}

    def candidates(self, thumbprint: Thumbprint) -> _Versions:
        """Return what may be used: good ones first, otherwise in the order of the vaults."""
        found = [each for shelf in self.shelves for each in shelf if each.thumbprint == thumbprint]
        allowed = [each for each in found if self._allows(each)]
        return tuple(sorted(allowed, key=lambda each: self.fault(each) != ""))

    def as_loaded(self, certificate: Certificate, loaded: Collection[SecretUrl]) -> Certificate:
        """Return the version that the service loads already, if it is the same certificate stored once more."""
        same = [certificate, *(each for each in self.candidates(certificate.thumbprint) if each.enabled)]
        return next((each for each in same if each.secret_url in loaded), certificate)

    def fault(self, certificate: Certificate) -> str:
        """Return why a version cannot be used; empty if it is good."""
        return fault(certificate, self.now, self.minimum_days_left)

    def addressed(self, address: Address) -> Certificate | None:
        """Return the version that an entry of certificate-url leads to."""
        shelf = self.shelf(address)
        if address.version:
            return next((each for each in shelf if each.version.lower() == address.version), None)
        return newest_good(shelf, self.now, self.minimum_days_left).best

    def shelf(self, address: Address) -> _Versions:
        """Return all versions of the certificate that an entry of certificate-url names."""
        return next((shelf for shelf in self.shelves if address.names(shelf[0])), ())

    def _allows(self, certificate: Certificate) -> bool:
        addresses = [each for each in self.addresses if each.names(certificate)]
        return not addresses or certificate in [self.addressed(each) for each in addresses]


def search(
    vaults: CertificateVaults, inputs: Inputs, wanted: frozenset[Thumbprint], now: datetime, show: Show
) -> Findings:
    """Return what the vaults say of the wanted certificates."""
    if not wanted:
        return Findings(now=now, minimum_days_left=inputs.minimum_days_left)
    shelves = _Shelves(vaults, wanted, show)
    named, addresses = locate(vaults, inputs.key_vaults, inputs.certificate_urls)
    places = [(each.vault, each.name) for each in addresses]
    places += [(vault, name) for vault in named for name in inputs.certificate_names]
    shelves.fill(places)
    if named and not inputs.certificate_names and not shelves.complete:
        shelves.fill_from_lists(named)
    order = [*named, *(each.vault for each in addresses)]
    findings = Findings(
        shelves=shelves.in_order(order),
        addresses=addresses,
        deleted=_deleted(vaults, shelves.absent()) if addresses or not shelves.complete else (),
        left_out=_left_out(vaults, inputs, named, wanted - shelves.thumbprints),
        now=now,
        minimum_days_left=inputs.minimum_days_left,
    )
    findings = replace(findings, where=_where(inputs, findings))
    return with_details(vaults, findings, wanted)


def locate(
    vaults: CertificateVaults, names: Iterable[str], urls: tuple[str, ...]
) -> tuple[list[Vault], tuple[Address, ...]]:
    """Return these vaults, and the entries of certificate-url, which may lie in others."""
    found = side_by_side({name: partial(vaults.locate, name) for name in names})
    named = list({vault.id: vault for vault in found.values()}.values())
    by_host: dict[str, Vault] = {_host(vault.uri): vault for vault in named}
    missing = {_host(url): f"https://{_host(url)}/" for url in urls if _host(url) not in by_host}
    by_host |= side_by_side({host: partial(vaults.locate, uri) for host, uri in missing.items()})
    return named, tuple(_address(url, by_host) for url in urls)


def _host(url: str) -> str:
    return SecretUrl(url).key[0]


def _address(url: str, by_host: Mapping[str, Vault]) -> Address:
    host, _, name, *version = SecretUrl(url).key
    return Address(url, by_host[host], name, "".join(version))


class _Shelves:
    """The lists of versions as they come in."""

    def __init__(self, vaults: CertificateVaults, wanted: frozenset[Thumbprint], show: Show) -> None:
        self._vaults = vaults
        self._wanted = wanted
        self._show = show
        self._found: dict[tuple[str, str], tuple[_Place, _Versions]] = {}

    @property
    def complete(self) -> bool:
        """Whether every wanted thumbprint was seen."""
        return self._wanted <= self.thumbprints

    @property
    def thumbprints(self) -> frozenset[Thumbprint]:
        """Every thumbprint that was seen."""
        return frozenset(each.thumbprint for _, shelf in self._found.values() for each in shelf)

    def in_order(self, vaults: Iterable[Vault]) -> tuple[_Versions, ...]:
        """Return what is on the shelves, vault by vault."""
        order = {vault.id: None for vault in vaults}
        return tuple(
            shelf for wanted in order for (vault, _), shelf in self._found.values() if shelf and vault.id == wanted
        )

    def absent(self) -> list[_Place]:
        """Return the certificates that were asked for by name and are in no vault."""
        return [place for place, shelf in self._found.values() if not shelf]

    def fill(self, places: Iterable[_Place]) -> None:
        """Read the versions of these certificates, each once."""
        new = {_key(place): place for place in places if _key(place) not in self._found}
        found = side_by_side({key: partial(self._vaults.versions, *place) for key, place in new.items()})
        self._found |= {key: (place, found[key]) for key, place in new.items()}

    def fill_from_lists(self, vaults: list[Vault]) -> None:
        """Read the versions of certificates that nobody named: likely ones first, then until it is enough."""
        lists = side_by_side({vault.id: partial(self._vaults.newest, vault) for vault in vaults})
        held = {vault.id: vault for vault in vaults}
        names = [(held[key], name, newest) for key, found in lists.items() for name, newest in found.items()]
        self.fill((vault, name) for vault, name, newest in names if newest in self._wanted)
        # An older version may be wanted: only the lists of versions show those.
        rest = [(vault, name) for vault, name, _ in names if _key((vault, name)) not in self._found]
        for batch in self._batches(rest):
            self.fill(batch)

    def _batches(self, places: list[_Place]) -> Iterator[list[_Place]]:
        """Return places until everything is found, and tell how far that is where it takes its time."""
        for start in range(0, len(places), _BATCH):
            if self.complete:
                break
            self._tell(start, len(places))
            yield places[start : start + _BATCH]
        self._tell(len(places), len(places))

    def _tell(self, done: int, total: int) -> None:
        if total > MANY:
            self._show(Progress("Look through the certificates of the key vaults", done, total))


def _key(place: _Place) -> tuple[str, str]:
    vault, name = place
    # Names of vault certificates have no case.
    return vault.id.key, name.lower()


def _left_out(
    vaults: CertificateVaults, inputs: Inputs, named: list[Vault], missing: frozenset[Thumbprint]
) -> _Versions:
    """Return the missing certificates that a vault holds under another name; nothing if that cannot be read."""
    if not (missing and inputs.certificate_names):
        return ()
    others = _Shelves(vaults, missing, lambda _: None)
    try:
        others.fill_from_lists(named)
    except AzureError:
        # Whoever may read the named certificates alone gets the message without this help.
        return ()
    return tuple(each for shelf in others.in_order(named) for each in shelf if each.thumbprint in missing)


def _deleted(vaults: CertificateVaults, absent: list[_Place]) -> tuple[_Place, ...]:
    found = side_by_side({_key(place): partial(vaults.deleted, *place) for place in absent})
    return tuple(place for place in absent if found[_key(place)])


def with_details(vaults: CertificateVaults, findings: Findings, wanted: frozenset[Thumbprint]) -> Findings:
    """Return the findings with one more read for each wanted certificate that can be used."""
    best = [each for thumbprint in wanted for each in findings.candidates(thumbprint)[:1]]
    used = {each.secret_url: each for each in best if not findings.fault(each)}
    details = side_by_side({url: partial(vaults.details, each) for url, each in used.items()})
    return replace(findings, details=details)


def _where(inputs: Inputs, findings: Findings) -> str:
    newest = [newest_good(shelf, findings.now, findings.minimum_days_left).best for shelf in findings.shelves]
    usable = [f"{each.vault.id.name}/{each.name} {each.thumbprint}" for each in newest if each]
    only = f" (only the names in certificate-name: {', '.join(inputs.certificate_names)})"
    searched = (*inputs.key_vaults, *inputs.certificate_urls)
    where = f"Searched: {', '.join(searched)}{only if inputs.certificate_names else ''}. "
    return where + (f"Newest there: {', '.join(usable[:5])}." if usable else "There is no usable certificate there.")
