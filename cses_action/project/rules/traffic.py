"""CSD: load balancer probes, and rules of the traffic between roles."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.allowed import ENDLESS, in_range, one_of
from cses_action.project.rules.endpoint_ports import PORT, PORTS
from cses_action.project.rules.endpoints import PROTOCOL, endpoints_of
from cses_action.project.rules.reading import Names, is_token, missing, named, of_plugin, place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import replace

PROTOCOLS = ("http", "tcp")
INTERVAL_SECONDS = range(5, ENDLESS)
TIMEOUT_SECONDS = range(11, ENDLESS)

NO_PATH = Rule("CSD120", "error", "An http probe has no path", source="schema-csdef-loadbalancerprobe.md")
PATH = Rule("CSD121", "error", "A tcp probe has a path", source="schema-csdef-loadbalancerprobe.md")
TOO_SHORT = Rule(
    "CSD122",
    "error",
    "A probe's interval is below 5 seconds, or its timeout below 11",
    source="schema-csdef-loadbalancerprobe.md",
)
UNUSED_PROBE = Rule("CSD124", "info", "No endpoint uses a probe", source="schema-csdef-loadbalancerprobe.md")
UNKNOWN_TARGET = Rule(
    "CSD130",
    "error",
    "A traffic rule names a role or endpoint that is not there",
    source="schema-csdef-networktrafficrules.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with probes and traffic rules."""
    endpoints = [each for role in role_elements(document.root) for each in endpoints_of(role)]
    used = {each.value("loadBalancerProbe").strip().lower() for each in endpoints}
    unsure = any(map(is_token, used))
    for probe in document.root.find("LoadBalancerProbes", "LoadBalancerProbe"):
        yield from _probe(document, probe)
        name = probe.value("name").strip()
        if name and name.lower() not in used and not unsure:
            fix = f'Set loadBalancerProbe="{name}" on an <InputEndpoint>, or remove the probe.'
            yield UNUSED_PROBE.at(document, place(probe, "name"), f"No endpoint uses probe {name}", fix)
    rules = document.root.find("NetworkTrafficRules", "OnlyAllowTrafficTo")
    if not rules:
        return
    roles = named(role_elements(document.root))
    owned = {key: named(endpoints_of(role)) for key, role in roles.items()}
    for rule in rules:
        for target in (*rule.find("Destinations", "RoleEndpoint"), *rule.find("WhenSource", "FromRole")):
            yield from _target(document, target, roles, owned)


def _probe(document: Document, probe: Element) -> Iterator[Finding]:
    name, path = probe.value("name"), probe.value("path").strip()
    protocol = probe.value("protocol").strip().lower()
    if protocol:
        yield from one_of(PROTOCOL, document, probe, "protocol", PROTOCOLS)
    else:
        yield from missing(PROTOCOL, document, probe, "protocol")
    yield from in_range(PORT, document, probe, "port", PORTS)
    if protocol == "http" and not path:
        fix = 'Add path="/…" with a page that answers 200.'
        yield NO_PATH.at(document, place(probe, "path"), f"Probe {name} is http and has no path", fix)
    if protocol == "tcp" and "path" in probe.attributes:
        message = f"Probe {name} is tcp and has a path"
        yield PATH.at(document, probe.attributes["path"], message, 'Remove path, or set protocol="http".')
    yield from in_range(TOO_SHORT, document, probe, "intervalInSeconds", INTERVAL_SECONDS)
    yield from in_range(TOO_SHORT, document, probe, "timeoutInSeconds", TIMEOUT_SECONDS)


def _target(document: Document, target: Element, roles: Names, owned: dict[str, Names]) -> Iterator[Finding]:
    """Yield what a traffic rule names and nobody has; the endpoint only where the role is known."""
    names = ("roleName", "endpointName") if target.name == "RoleEndpoint" else ("roleName",)
    yield from missing(UNKNOWN_TARGET, document, target, *names)
    role, endpoint = (target.value(each).strip() for each in ("roleName", "endpointName"))
    if not role or is_token(role):
        return
    if role.lower() not in roles:
        message = f"<{target.name}> names role {role}, which is not there"
        fix = "Set roleName to the name of a role of this definition."
        found = UNKNOWN_TARGET.at(document, target.attributes["roleName"], message, fix)
        yield replace(found, deployed_only=roles.unsure)
        return
    name, endpoints = roles[role.lower()].value("name"), owned[role.lower()]
    if endpoint and not (endpoint.lower() in endpoints or is_token(endpoint) or of_plugin(endpoint)):
        message = f"<{target.name}> names endpoint {endpoint}, which role {name} does not have"
        fix = f"Set endpointName to the name of an endpoint of role {name}."
        found = UNKNOWN_TARGET.at(document, target.attributes["endpointName"], message, fix)
        yield replace(found, deployed_only=endpoints.unsure)
