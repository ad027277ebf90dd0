"""Decide: whether a PFX may go into the key vault, and whether what is there already is what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cses_action.errors import ActionError
from cses_action.inputs import Inputs
from cses_action.planning.certificates import CLOCK_SKEW, newest_good
from cses_action.planning.checks import FEW_DAYS
from cses_action.planning.suitability import SMALLEST_RSA
from cses_action.project.pfx import Fault, refused
from cses_action.resources import Certificate, CertificateDetails, Pfx, covers
from cses_action.values import Thumbprint

AES = (
    "The PFX is encrypted with AES. Cloud Services (classic) take no AES256-SHA256; the key vault packs the "
    "certificate anew, and whether the platform takes that is not known."
)
SELF_SIGNED = "The certificate is self-signed, for test use alone: no client trusts it by itself"
"""The document: "use a PowerShell script to self-assign a certificate for test use"."""


def pfx_refusal(pfx: Pfx, inputs: Inputs, now: datetime) -> ActionError | None:
    """Return everything that keeps a PFX out of the key vault; None if it is good."""
    faults = tuple(_faults(pfx, inputs, now))
    return refused(pfx.file, faults) if faults else None


def _faults(pfx: Pfx, inputs: Inputs, now: datetime) -> Iterator[Fault]:
    renew = "Renew the certificate, and export the new one."
    days = (pfx.expires_on - now).days
    if days < 0:
        yield Fault(f"expired on {pfx.expires_on:%Y-%m-%d}", renew)
    elif days < inputs.minimum_days_left:
        least = inputs.minimum_days_left
        yield Fault(
            f"expires in {days} days, and minimum-days-left is {least}", f"{renew} Or lower minimum-days-left."
        )
    if pfx.not_before > now + CLOCK_SKEW:
        wait = "Wait until then, or correct this machine's clock."
        yield Fault(f"is not valid before {pfx.not_before:%Y-%m-%d %H:%M} UTC", wait)
    details = pfx.details
    if details.key_type == "RSA" and details.key_size < SMALLEST_RSA:
        yield Fault(
            f"has an RSA key of {details.key_size} bits: the key vault takes none below {SMALLEST_RSA}",
            "Let the certificate be issued for a larger key.",
        )
    missing = [host for host in inputs.https_hostnames if not _holds(details, host)]
    if missing:
        yield Fault(
            f"is not for {', '.join(missing)}: it holds {', '.join(details.names) or 'no names'}",
            "Give a certificate that holds these names, or correct https-hostname.",
        )


def pfx_warnings(pfx: Pfx, now: datetime) -> Iterator[tuple[str, str]]:
    """Return what may go wrong later with a PFX that is good, and what to do about it."""
    days = (pfx.expires_on - now).days
    if days < FEW_DAYS:
        yield f"The certificate expires in {days} days.", "Renew it soon."
    if pfx.details.key_type != "RSA":
        yield (
            f"The certificate has an EC key of {pfx.details.key_size} bits: the platform may refuse it.",
            "RSA of 2048 bits is what its documents use.",
        )
    if pfx.encrypted_by_aes:
        yield AES, "If it refuses the certificate, export the PFX with TripleDES-SHA1 and import it again."
    if pfx.details.self_signed:
        yield f"{SELF_SIGNED}.", "In production use one that an authority issued."


def version_of(versions: tuple[Certificate, ...], thumbprint: Thumbprint) -> Certificate | None:
    """Return the version with this thumbprint, an enabled one first; the versions are given newest first."""
    same = [each for each in versions if each.thumbprint == thumbprint]
    return next((each for each in same if each.enabled), same[0] if same else None)


def newest_fit(versions: tuple[Certificate, ...], inputs: Inputs, now: datetime) -> Certificate | None:
    """Return the version that may spare a new one: the newest good one."""
    return newest_good(versions, now, inputs.minimum_days_left).best


def serves(details: CertificateDetails, inputs: Inputs) -> bool:
    """Return whether this is a self-signed certificate that the cloud service can use for all of these names."""
    names = {each.lower() for each in details.names}
    wanted = {each.lower() for each in inputs.https_hostnames}
    return details.self_signed and details.exportable and wanted <= names


def _holds(details: CertificateDetails, host: str) -> bool:
    return any(covers(name, host) for name in details.names)
