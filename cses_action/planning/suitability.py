"""Decide: whether a certificate that was found serves its purpose: its key, its names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cses_action.errors import Problem
from cses_action.inputs import Inputs
from cses_action.planning.model import RoleCertificate
from cses_action.planning.observe import Observed
from cses_action.planning.proof import known_endpoints
from cses_action.project import Project
from cses_action.project.configuration import Configuration
from cses_action.resources import CertificateDetails, SecretUrl, covers

CONTENT_TYPES = ("application/x-pkcs12", "application/x-pem-file")
SMALLEST_RSA = 2048

Details = Mapping[SecretUrl, CertificateDetails]


def detail_problems(configuration: Configuration, each: RoleCertificate, details: Details) -> Iterator[Problem]:
    """Return what keeps the service from using the private key."""
    found = details[each.certificate.secret_url]
    where = f"key vault {each.certificate.vault.id.name}, certificate {each.certificate.name}"
    why = fix = ""
    if not found.exportable:
        why = f"has a private key that cannot be exported ({where}): the cloud service would get none"
        fix = "Make or import it again with a policy whose key is exportable, then change the thumbprint."
    elif found.content_type and found.content_type.lower() not in CONTENT_TYPES:
        why = f"is stored as {found.content_type} ({where}): the cloud service reads PKCS#12 or PEM"
        fix = f"Import it again with the content type {CONTENT_TYPES[0]}, then change the thumbprint."
    if why:
        yield _at(configuration, each, why, fix)


def detail_warnings(certificates: Sequence[RoleCertificate], details: Details) -> Iterator[str]:
    """Return warnings about keys that may not be taken."""
    for each in certificates:
        found = details.get(each.certificate.secret_url)
        if found is None:
            continue
        if found.key_type != "RSA":
            yield (
                f"{each.who} has a key of type {found.key_type}: it is not known whether the cloud service takes it. "
                "RSA of 2048 bits is what its documents use."
            )
        elif found.key_size < SMALLEST_RSA:
            yield f"{each.who} has an RSA key of {found.key_size} bits: clients refuse keys below {SMALLEST_RSA}."


def host_problems(
    inputs: Inputs, project: Project, endpoints: set[str], found: Sequence[RoleCertificate], details: Details
) -> Iterator[Problem]:
    """Return the names of https-hostname that no certificate of an https endpoint holds."""
    serving = [each for each in found if not endpoints or serves(each, endpoints)]
    if not serving:
        return
    names = {name: None for each in serving for name in details[each.certificate.secret_url].names}
    for host in inputs.https_hostnames:
        if not any(covers(name, host) for name in names):
            why = f"is not for {host}: it holds {', '.join(names) or 'no names'}"
            fix = "Use a certificate that holds the name, or correct https-hostname."
            yield _at(project.configuration, serving[0], why, fix)


def _at(configuration: Configuration, certificate: RoleCertificate, why: str, fix: str) -> Problem:
    """Return a problem at the line that names the certificate."""
    place = next(
        named
        for role in configuration.roles
        for named in role.certificates
        if (role.name, named.name) == (certificate.role, certificate.name)
    )
    message = f"{certificate.who} {why}"
    return Problem(message=message, fix=fix, file=configuration.file, line=place.line, column=place.column)


def serves(certificate: RoleCertificate, endpoints: set[str]) -> bool:
    """Return whether an https endpoint shows this certificate."""
    return f"{certificate.role}/{certificate.name}".lower() in endpoints


def https_certificates(project: Project, observed: Observed) -> set[str]:
    """Return role/certificate of each https endpoint: from the definition, else from the tag of an earlier run."""
    known = known_endpoints(project.definition, observed.service)
    return {f"{role}/{certificate}".lower() for _, role, certificate, _ in known}
