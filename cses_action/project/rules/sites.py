"""CSD: the sites of a web role and their bindings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cses_action.project.edits import Edit
from cses_action.project.rules.endpoints import endpoints_of
from cses_action.project.rules.reading import (
    Names,
    doubles,
    is_token,
    missing,
    named,
    of_plugin,
    of_value,
    place,
    role_elements,
)
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element
from cses_action.values import replace

UNBOUND = Rule("CSD039", "warning", "No site is bound to an http or https endpoint", source="schema-csdef-webrole.md")
NO_BINDINGS = Rule("CSD061", "error", "A site has no bindings", source="schema-csdef-webrole.md")
NO_SITES = Rule(
    "CSD062",
    "warning",
    "A web role has no sites: it runs as Hosted Web Core, without IIS",
    source="schema-csdef-webrole.md",
)
INCOMPLETE_BINDING = Rule(
    "CSD063", "error", "A binding has no name or endpointName", source="schema-csdef-webrole.md"
)
UNKNOWN_ENDPOINT = Rule(
    "CSD064", "error", "A binding names an endpoint that its role does not have", source="schema-csdef-webrole.md"
)
DOUBLE_BINDING = Rule("CSD065", "info", "Two bindings of a site have the same name", source="schema-csdef-webrole.md")
SHARED = Rule(
    "CSD066", "warning", "Two sites are bound to the same endpoint and hostHeader", source="schema-csdef-webrole.md"
)
BINDINGS_LAST = Rule("CSD067", "error", "The bindings of a site do not stand last", source="XSD of the SDK 2.7")


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with sites."""
    for role in role_elements(document.root):
        sites = role.find("Sites", "Site")
        if role.name == "WebRole" and not sites:
            message = f"Web role {role.value('name')} has no site: it runs as Hosted Web Core, without IIS bindings"
            fix = (
                "Add <Sites> with a <Site> and its <Bindings>; that changes how the role is hosted, so test it first."
            )
            yield NO_SITES.at(document, (*role.find("Sites"), role)[0], message, fix)
        endpoints = named(endpoints_of(role))
        for site in sites:
            yield from _order(document, site)
            yield from _bindings(document, role, site, endpoints)
        yield from _shared(document, sites)
        yield from _unbound(document, role, sites)


def _bindings(document: Document, role: Element, site: Element, endpoints: Names) -> Iterator[Finding]:
    bindings = site.find("Bindings", "Binding")
    if not bindings:
        message = f"Site {site.value('name')} has no bindings"
        fix = 'Add <Binding name="…" endpointName="…" /> to its <Bindings>, which stand last in <Site>.'
        yield NO_BINDINGS.at(document, (*site.find("Bindings"), site)[0], message, fix)
    yield from doubles(DOUBLE_BINDING, document, bindings, "binding", str)
    for binding in bindings:
        yield from missing(INCOMPLETE_BINDING, document, binding, "name", "endpointName")
        name = binding.value("endpointName").strip()
        if name and not (name.lower() in endpoints or is_token(name) or of_plugin(name)):
            called = role.value("name")
            message = f"Binding {binding.value('name')} names endpoint {name}, which role {called} does not have"
            fix = f"Name an endpoint of role {called}, or add this one to its <Endpoints>."
            found = UNKNOWN_ENDPOINT.at(document, binding.attributes["endpointName"], message, fix)
            yield replace(found, deployed_only=endpoints.unsure)


def _shared(document: Document, sites: Sequence[Element]) -> Iterator[Finding]:
    """Yield the bindings that another site has taken: only one of the two would answer."""
    taken: dict[tuple[str, str], Element] = {}
    for site in sites:
        for binding in site.find("Bindings", "Binding"):
            endpoint, host = (binding.value(each).strip().lower() for each in ("endpointName", "hostHeader"))
            if not endpoint or is_token(endpoint) or is_token(host):
                continue
            other = taken.setdefault((endpoint, host), site)
            if other is not site:
                with_host = f"with hostHeader {host}" if host else "without hostHeader"
                message = (
                    f"Sites {other.value('name')} and {site.value('name')} are both bound to endpoint "
                    f"{binding.value('endpointName')} {with_host}"
                )
                spot = place(binding, "hostHeader", "endpointName")
                yield SHARED.at(document, spot, message, 'Give each of the two its own hostHeader="…".')


def _unbound(document: Document, role: Element, sites: Sequence[Element]) -> Iterator[Finding]:
    """Yield the endpoints at which nothing answers, unless a site has no bindings: that says it already."""
    bindings = [site.find("Bindings", "Binding") for site in sites]
    bound = {each.value("endpointName").strip().lower() for found in bindings for each in found}
    if role.name != "WebRole" or not sites or not all(bindings) or any(map(is_token, bound)):
        return
    for endpoint in endpoints_of(role):
        name, protocol = endpoint.value("name").strip(), endpoint.value("protocol").strip().lower()
        web = endpoint.name == "InputEndpoint" and protocol in ("http", "https")
        if web and name and name.lower() not in bound:
            message = f"No site of role {role.value('name')} is bound to endpoint {name}"
            fix = f'Add <Binding name="{name}" endpointName="{name}" /> to the <Bindings> of a site.'
            yield of_value(UNBOUND.at(document, place(endpoint, "name"), message, fix), name)


def _order(document: Document, site: Element) -> Iterator[Finding]:
    bindings = site.find("Bindings")
    after = [
        each
        for each in (*site.find("VirtualApplication"), *site.find("VirtualDirectory"))
        if len(bindings) == 1 and bindings[0].start < each.start
    ]
    if after:
        first = min(after, key=lambda each: each.start)
        message = f"<Bindings> of site {site.value('name')} stands before <{first.name}> {first.value('name')}"
        finding = BINDINGS_LAST.at(document, bindings[0], message, "Move <Bindings> to the end of <Site>.")
        yield replace(finding, edits=_moved(document, bindings[0], site.children[-1]))


def _moved(document: Document, element: Element, last: Element) -> tuple[Edit, Edit]:
    """Return the edits that move an element, with the white space before it, behind its last sibling."""
    start = element.start
    while document.text[start - 1] in " \t\r\n":
        start -= 1
    moved, reason = document.text[start : element.end], f"<{element.name}> stands last"
    return (
        Edit(document.file, start, element.end, "", reason),
        Edit(document.file, last.end, last.end, moved, reason),
    )
