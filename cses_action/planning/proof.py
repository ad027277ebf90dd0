"""Which https endpoints can be proven, where, and with which certificate."""

from __future__ import annotations

import re
from typing import NamedTuple

from cses_action.errors import AzureError, InputError, ProjectError
from cses_action.inputs import Inputs
from cses_action.planning import live, tags
from cses_action.planning.model import HttpPorts, ProveHttps, Target
from cses_action.planning.observe import Observed
from cses_action.ports import Json
from cses_action.project import Project
from cses_action.project.configuration import Configuration, parse_configuration
from cses_action.project.definition import Definition
from cses_action.values import Thumbprint

HTTP = 80
MOST_PORTS = 8
_ENDPOINT = re.compile(r"([^/]+)/(.+):([0-9]{1,5})")


def https_endpoints(definition: Definition) -> list[str]:
    """Return the https endpoints as ``role/certificate:port``."""
    return [f"{each.role}/{each.certificate}:{each.port}" for each in definition.https_endpoints()]


def known_endpoints(definition: Definition | None, service: Json) -> list[tuple[str, str, str, int]]:
    """Return each https endpoint with its role, certificate and port: from the definition, else a tag."""
    known = https_endpoints(definition) if definition else live.tag(service, tags.HTTPS).split(" ")
    found = [(each, _ENDPOINT.fullmatch(each)) for each in known]
    return [(each, match[1], match[2], int(match[3])) for each, match in found if match]


class Proof(NamedTuple):
    """What will be proven, and what will not."""

    step: ProveHttps | None = None
    warnings: tuple[str, ...] = ()
    unproven: bool = False
    """Whether an https endpoint is known that stays without a proof, although one was not switched off."""


def plan_proof(inputs: Inputs, project: Project, observed: Observed) -> Proof:
    """Return the proof, or why there is none; with ``https-probe: on`` that is an error before any write."""
    if inputs.https_probe == "off":
        return Proof()
    endpoints = _endpoints(project, observed)
    strict = inputs.https_probe == "on"
    if not endpoints:
        if strict:
            raise InputError(
                "https-probe is on, but no https endpoint is known",
                fix="Give `definition` with an https InputEndpoint, or set https-probe: auto.",
            )
        return Proof(warnings=_nothing_to_prove(project))
    if inputs.https_probe_address is None and not observed.address.ip:
        why = f"The public address is not known ({observed.address_problem}), so HTTPS is not proven."
        fix = "Give https-probe-address as host:port."
        if strict:
            raise AzureError(why, fix=fix)
        return Proof(warnings=(f"{why} {fix}",), unproven=True)
    targets = _targets(inputs, observed, endpoints)
    proven = {target.endpoint for target in targets}
    rest = [name for name, _, _ in endpoints if name not in proven]
    if rest and strict:
        raise InputError(
            f"https-probe is on, and https-probe-address shows one of {len(endpoints)} https endpoints alone",
            fix="Leave https-probe-address out, or set https-probe to auto.",
        )
    warning = f"{', '.join(rest)} is not proven: https-probe-address shows one endpoint alone."
    step = ProveHttps(
        tuple(targets),
        strict,
        names=inputs.https_hostnames,
        before=_before(observed) - set(_thumbprints(project.configuration).values()),
        http=_http_ports(inputs, project.definition, observed),
    )
    return Proof(step, (warning,) if rest else (), unproven=bool(rest))


def _nothing_to_prove(project: Project) -> tuple[str, ...]:
    """Return a warning where certificates are named, but nothing is known to serve them."""
    if not any(role.certificates for role in project.configuration.roles):
        return ()
    where = project.definition.file if project.definition else "the tags of the service (give `definition`)"
    what = f"No https endpoint is known from {where}, so HTTPS is not proven."
    fix = 'The definition needs an InputEndpoint with protocol="https" and the certificate, and a Binding to it.'
    return (f"{what} {fix}",)


def _endpoints(project: Project, observed: Observed) -> list[tuple[str, int, Thumbprint]]:
    """Return endpoint, port and wanted thumbprint: from the definition, else from the tag of an earlier run."""
    thumbprints = _thumbprints(project.configuration)
    found = []
    for endpoint, role, certificate, port in known_endpoints(project.definition, observed.service):
        if thumbprint := thumbprints.get((role.lower(), certificate.lower())):
            found.append((endpoint, port, thumbprint))
    return found


def _thumbprints(configuration: Configuration) -> dict[tuple[str, str], Thumbprint]:
    """Return the thumbprints of a configuration by role and certificate, in lower case."""
    return {
        (role.name.lower(), certificate.name.lower()): certificate.thumbprint
        for role in configuration.roles
        for certificate in role.certificates
    }


def _before(observed: Observed) -> frozenset[Thumbprint]:
    """Return what the live configuration names."""
    text = live.text(observed.service, "properties", "configuration")
    try:
        return frozenset(_thumbprints(parse_configuration(text, file="live configuration")).values())
    except ProjectError:
        return frozenset()


def _http_ports(inputs: Inputs, definition: Definition | None, observed: Observed) -> HttpPorts | None:
    """Return where the service may still answer without TLS: the definition's http endpoints, else port 80."""
    host = observed.address.ip
    if not host:
        return None
    endpoints = [each for role in definition.roles for each in role.endpoints] if definition else []
    ports = dict.fromkeys(each.port for each in endpoints if each.protocol == "http")
    return HttpPorts(host, _server_name(inputs, observed, host), tuple(ports)[:MOST_PORTS] or (HTTP,))


def _server_name(inputs: Inputs, observed: Observed, host: str) -> str:
    """Return the name to ask for: that of the clients, else the one by which the host is known."""
    asked = next((each for each in inputs.https_hostnames if not each.startswith("*")), "")
    in_digits = re.fullmatch(r"[0-9.]+|.*:.*", host)
    return asked or (observed.address.fqdn if in_digits else "") or host


def _targets(inputs: Inputs, observed: Observed, endpoints: list[tuple[str, int, Thumbprint]]) -> list[Target]:
    if inputs.https_probe_address is None:
        ip = observed.address.ip
        asked = _server_name(inputs, observed, ip)
        return [Target(name, ip, port, asked, wanted) for name, port, wanted in endpoints]
    host, port = inputs.https_probe_address
    # One address can show one endpoint: the one on that port, else the first.
    name, _, wanted = next((each for each in endpoints if each[1] == port), endpoints[0])
    return [Target(name, host, port, _server_name(inputs, observed, host), wanted)]
