"""What HTTPS needs must be in the package: endpoint, certificate and binding (the commonest way to fail at it)."""

from __future__ import annotations

from cses_action.project.gate.sides import Sides, Told
from cses_action.project.rules import gate
from cses_action.project.rules.reading import is_token, named, place
from cses_action.project.xml import Document, Element


def check_https(sides: Sides, told: Told) -> None:
    """Tell which https endpoints the package does not have, or cannot serve."""
    if sides.definition is None:
        return
    for key, role in sides.defined.items():
        if key in sides.packed:
            for endpoint in role.find("Endpoints", "InputEndpoint"):
                if endpoint.value("protocol") == "https" and not _open(endpoint):
                    _check_endpoint(sides, sides.definition, key, endpoint, told)


def _open(endpoint: Element) -> bool:
    """Return whether a later step still says something of it; then there is nothing to compare."""
    return any(is_token(endpoint.value(each)) for each in ("name", "port", "certificate"))


def _check_endpoint(sides: Sides, definition: Document, key: str, endpoint: Element, told: Told) -> None:
    role, name, port = sides.defined[key].value("name"), endpoint.value("name"), endpoint.value("port").strip()
    certificate = endpoint.value("certificate")
    packed = sides.packed[key].find("Endpoints", "InputEndpoint")
    same = [each for each in packed if _serves(each, port)]
    if not same:
        other = named(packed).get(name.lower())
        there = f"; there it is {_told(other)}" if other else ""
        message = f"The package has no https endpoint {name} on port {port} for role {role}{there}"
        told.add(gate.NO_HTTPS_ENDPOINT.at(definition, place(endpoint, "name"), message), "endpoint", key, name)
    elif certificate.lower() not in (each.value("certificate").lower() for each in same):
        message = f"Endpoint {name} of role {role} serves {certificate} here, and {_served(same[0])} in the package"
        where = place(endpoint, "certificate")
        told.add(gate.NO_HTTPS_ENDPOINT.at(definition, where, message), "endpoint", key, name)
    if certificate and certificate.lower() not in named(sides.packed[key].find("Certificates", "Certificate")):
        message = f"The package has no certificate {certificate} in role {role}, which endpoint {name} serves"
        declared = named(sides.defined[key].find("Certificates", "Certificate")).get(certificate.lower(), endpoint)
        finding = gate.NO_HTTPS_CERTIFICATE.at(definition, place(declared, "name"), message)
        told.add(finding, "certificate", key, certificate)
    _check_binding(sides, definition, key, (name, *(each.value("name") for each in same)), told)


def _serves(endpoint: Element, port: str) -> bool:
    return endpoint.value("protocol") == "https" and endpoint.value("port").strip() == port


def _served(endpoint: Element) -> str:
    return endpoint.value("certificate") or "no certificate"


def _told(endpoint: Element) -> str:
    return f"{endpoint.value('protocol')} on port {endpoint.value('port')}"


def _check_binding(sides: Sides, definition: Document, key: str, names: tuple[str, ...], told: Told) -> None:
    """Tell that no packaged site is bound to an endpoint; ``names`` are its names, the loose definition's first."""
    contents = sides.contents[key]
    wanted = [
        each
        for each in sides.defined[key].find("Sites", "Site", "Bindings", "Binding")
        if each.value("endpointName").lower() == names[0].lower()
    ]
    bound = {each.endpoint_name.lower() for site in contents.defined.sites for each in site.bindings}
    # Without its software nothing is known of a role's sites, and that has been told.
    if wanted and contents.software and bound.isdisjoint(each.lower() for each in names):
        message = f"No site of role {contents.name} has a binding to endpoint {names[0]} in the package"
        finding = gate.NO_HTTPS_BINDING.at(definition, place(wanted[0], "endpointName"), message)
        told.add(finding, "binding", key, names[0])
