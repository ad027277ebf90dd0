"""Decide: whether a certificate that was found serves its purpose: its key, its names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cses_action.errors import Problem
from cses_action.inputs import Inputs
from cses_action.planning import live, tags
from cses_action.planning.model import RoleCertificate
from cses_action.planning.observe import Observed
from cses_action.project import Project
from cses_action.project.configuration import ConfiguredCertificate
from cses_action.resources import Certificate, CertificateDetails, SecretUrl

CONTENT_TYPES = ("application/x-pkcs12", "application/x-pem-file")
SMALLEST_RSA = 2048

Details = Mapping[SecretUrl, CertificateDetails]


def detail_problems(
    file: str, role: str, named: ConfiguredCertificate, certificate: Certificate, details: Details
) -> Iterator[Problem]:
    """Return what keeps the service from using the private key."""
    found = details[certificate.secret_url]
    where = f"key vault {certificate.vault.id.name}, certificate {certificate.name}"
    who = f"{role}'s certificate {named.name}, thumbprint {named.thumbprint},"
    why = fix = ""
    if not found.exportable:
        why = f"has a private key that cannot be exported ({where}): the cloud service would get none"
        fix = "Make or import it again with a policy whose key is exportable, then change the thumbprint."
    elif found.content_type and found.content_type.lower() not in CONTENT_TYPES:
        why = f"is stored as {found.content_type} ({where}): the cloud service reads PKCS#12 or PEM"
        fix = f"Import it again with the content type {CONTENT_TYPES[0]}, then change the thumbprint."
    if why:
        yield Problem(message=f"{who} {why}", fix=fix, file=file, line=named.line, column=named.column)


def detail_warnings(certificates: Sequence[RoleCertificate], details: Details) -> Iterator[str]:
    """Return warnings about keys that may not be taken."""
    for each in certificates:
        found = details[each.certificate.secret_url]
        who = f"{each.role}'s certificate {each.name} ({each.certificate.thumbprint})"
        if found.key_type != "RSA":
            yield (
                f"{who} has a key of type {found.key_type}: it is not known whether the cloud service takes it. "
                "RSA of 2048 bits is what its documents use."
            )
        elif found.key_size < SMALLEST_RSA:
            yield f"{who} has an RSA key of {found.key_size} bits: clients refuse keys below {SMALLEST_RSA}."


def host_problems(
    inputs: Inputs, project: Project, observed: Observed, found: Sequence[RoleCertificate]
) -> Iterator[Problem]:
    """Return the names of https-hostname that no certificate of an https endpoint holds."""
    endpoints = _endpoints(project, observed)
    serving = [each for each in found if not endpoints or f"{each.role}/{each.name}".lower() in endpoints]
    if not serving:
        return
    names = {
        name: None for each in serving for name in observed.certificates.details[each.certificate.secret_url].names
    }
    first = f"{serving[0].role}/{serving[0].name}".lower()
    place = next(
        named
        for role in project.configuration.roles
        for named in role.certificates
        if f"{role.name}/{named.name}".lower() == first
    )
    for host in inputs.https_hostnames:
        if not any(covers(name, host) for name in names):
            who = (
                f"{serving[0].role}'s certificate {serving[0].name}, thumbprint {serving[0].certificate.thumbprint},"
            )
            yield Problem(
                message=f"{who} is not for {host}: it holds {', '.join(names) or 'no names'}",
                fix="Use a certificate that holds the name, or correct https-hostname.",
                file=project.configuration.file,
                line=place.line,
                column=place.column,
            )


def covers(name: str, host: str) -> bool:
    """Return whether a name of a certificate holds for a host: a wildcard stands for one label (RFC 6125)."""
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    first, _, rest = name.partition(".")
    return name == host or (first == "*" and bool(rest) and host.partition(".")[2] == rest)


def _endpoints(project: Project, observed: Observed) -> set[str]:
    """Return role/certificate of each https endpoint: from the definition, else from the tag of an earlier run."""
    if project.definition:
        return {f"{each.role}/{each.certificate}".lower() for each in project.definition.https_endpoints()}
    tag = live.tag(observed.service, tags.HTTPS)
    return {each.rpartition(":")[0].lower() for each in tag.split(" ") if each}
