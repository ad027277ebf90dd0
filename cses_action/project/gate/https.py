"""What HTTPS needs must be in the package: endpoint, certificate and binding (the commonest way to fail at it)."""

from __future__ import annotations

from cses_action.project.gate.sides import Sides, Told
from cses_action.project.rules import gate
from cses_action.project.rules.reading import is_token, named, of_plugin, place
from cses_action.project.xml import Document, Element

_ENDPOINTS = ("Endpoints", "InputEndpoint")


def check_https(sides: Sides, told: Told) -> None:
    """Tell which https endpoints the package does not have, or cannot serve."""
    for key, role in sides.defined.items():
        for endpoint in _https(role) if key in sides.packed else ():
            if sides.definition and not _open(endpoint):
                _check_endpoint(sides, sides.definition, key, endpoint, told)
    for key, role in sides.packed.items():
        for endpoint in _https(role):
            name = endpoint.value("name")
            # What the definition has as well is compared above, or told by the rules of definitions.
            if not of_plugin(name) and not sides.says(key, *_ENDPOINTS, name=name):
                _check_packed(sides, key, endpoint, told)


def _https(role: Element) -> list[Element]:
    return [each for each in role.find(*_ENDPOINTS) if each.value("protocol") == "https"]


def _check_packed(sides: Sides, key: str, endpoint: Element, told: Told) -> None:
    """Tell what a packaged https endpoint lacks in the package itself."""
    contents, name, certificate = sides.contents[key], endpoint.value("name"), endpoint.value("certificate")
    if certificate.lower() not in named(sides.packed[key].find("Certificates", "Certificate")):
        what = f"the certificate {certificate}, which the package lacks" if certificate else "no certificate"
        message = f"The https endpoint {name} of role {contents.name} serves {what}"
        finding = sides.of_package(gate.NO_HTTPS_CERTIFICATE, message, "Add it to the definition, and rebuild.")
        told.add(finding, "certificate", key, certificate or name)
    if contents.defined.sites and name.lower() not in _bound(sides, key):
        message = f"No site of role {contents.name} has a binding to the https endpoint {name} in the package"
        told.add(sides.of_package(gate.UNBOUND, message), "binding", key, name)


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
    # Without its software nothing is known of a role's sites, and that has been told.
    if wanted and contents.software and _bound(sides, key).isdisjoint(each.lower() for each in names):
        message = f"No site of role {contents.name} has a binding to endpoint {names[0]} in the package"
        finding = gate.NO_HTTPS_BINDING.at(definition, place(wanted[0], "endpointName"), message)
        told.add(finding, "binding", key, names[0])


def _bound(sides: Sides, key: str) -> frozenset[str]:
    """Return the endpoints that the packaged sites of a role answer at, in lower case."""
    sites = sides.contents[key].defined.sites
    return frozenset(each.endpoint_name.lower() for site in sites for each in site.bindings)
