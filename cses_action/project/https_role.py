"""The changes of one role in the definition: its certificate, its https endpoint and the binding of its site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cses_action.errors import InputError, Problem, ProjectError
from cses_action.project.definition import find_named, role_elements
from cses_action.project.edits import Edit
from cses_action.project.splicing import New, added_after, appended, changed, removed
from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import Thumbprint, Value

_TCP = ("http", "https", "tcp")
"""Protocols that share the ports of TCP."""
_HOSTED_WEB_CORE = (
    "it has no Sites, so it runs in Hosted Web Core and has no bindings; adding Sites would change how it is hosted"
)


class Wanted(Value):
    """What HTTPS is to look like."""

    roles: tuple[str, ...]
    reference: str = "Certificate1"
    """Name of a new certificate inside the files."""
    port: int = 443
    endpoint: str = "HttpsIn"
    site: str = ""
    """Needed where a role has several sites."""
    remove_http: bool = False
    thumbprint: Thumbprint | None = None
    """None: the definition alone is edited."""


class Findings:
    """Edits on their way, and what stands against them."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.refused: list[Problem] = []
        self.asked: list[Problem] = []

    def refuse(self, document: Document, place: Element, message: str, fix: str) -> None:
        """Keep what the files stand in the way with."""
        self.refused.append(_problem(document, place, message, fix))

    def ask(self, document: Document, place: Element, message: str, fix: str) -> None:
        """Keep what an input has to say."""
        self.asked.append(_problem(document, place, message, fix))

    def stop_if_refused(self) -> None:
        """Raise everything at once; a wrong file counts for more than a wrong input."""
        if self.refused:
            raise ProjectError.of((*self.refused, *self.asked))
        if self.asked:
            raise InputError.of(tuple(self.asked))


class RoleChange:
    """The changes of one role in the definition."""

    def __init__(
        self, document: Document, role: Element, wanted: Wanted, findings: Findings, claimed: list[str]
    ) -> None:
        self.document = document
        self.role = role
        self.wanted = wanted
        self.findings = findings
        self.claimed = claimed
        """Roles that get a new endpoint in this run."""
        self.name = role.value("name")
        self.answers = wanted.endpoint
        """Name of the https endpoint."""
        self.new: list[New] = []
        """What is added to the role itself."""
        self.http = [
            each
            for each in role.find("Endpoints", "InputEndpoint")
            if wanted.remove_http and each.value("protocol") == "http"
        ]
        self.https = next((each for each in self._endpoints() if _port(each) == wanted.port), None)

    def _endpoints(self) -> list[Element]:
        return [each for each in self.role.find("Endpoints", "InputEndpoint") if each.value("protocol") == "https"]

    def reference(self, configurations: Sequence[Document]) -> str:
        """Return what the certificate is called inside the files: as it is already, or as the input says."""
        if self.https and self.https.value("certificate"):
            return self.https.value("certificate")
        declared = self.role.find("Certificates", "Certificate")
        for configured in _configured(configurations, self.name):
            usable = find_named(declared, configured.value("name"))
            fits = Thumbprint.parse(configured.value("thumbprint")) == self.wanted.thumbprint
            if self.wanted.thumbprint and fits and usable and _in_store_of_machine(usable):
                return usable.value("name")
        return self.wanted.reference

    def certificate(self, reference: str) -> None:
        """Declare the certificate."""
        if known := find_named(self.role.find("Certificates", "Certificate"), reference):
            self._refuse_another_purpose(known)
            return
        places = (("storeLocation", "LocalMachine"), ("storeName", "My"), ("permissionLevel", "limitedOrElevated"))
        new = New("Certificate", (("name", reference), *places))
        why = f"Role {self.name} finds certificate {reference} in the machine's store"
        parents = self.role.find("Certificates")
        endpoints = self.role.find("Endpoints")
        if parents:
            self.findings.edits.append(appended(self.document, parents[0], [new], why))
        elif endpoints:
            added = added_after(self.document, self.role, endpoints[-1], New("Certificates", (), (new,)), why)
            self.findings.edits.append(added)
        else:
            self.new.append(New("Certificates", (), (new,)))

    def _refuse_another_purpose(self, known: Element) -> None:
        """Refuse a certificate that only happens to have the name, and that Windows would not find for https."""
        if self.https is None and not _in_store_of_machine(known):
            where = f"{known.value('storeLocation')}/{known.value('storeName')}"
            message = (
                f"Certificate {known.value('name')} of role {self.name} lies in {where}, where https does not look"
            )
            fix = "Set certificate-reference to another name."
            self.findings.refuse(self.document, known, message, fix)

    def endpoint(self, reference: str) -> None:
        """Open the port, and bind a site to it."""
        if self.https:
            self.answers = self.https.value("name")
            if not self.https.value("certificate"):
                why = f"Endpoint {self.https.value('name')} serves certificate {reference}"
                edit = changed(self.document, self.https, "certificate", reference, why)
                self.findings.edits += [edit] if edit else []
            self._bind(self.answers)
            return
        if self._stands_in_the_way():
            return
        self.claimed.append(self.name)
        name, port = self.wanted.endpoint, str(self.wanted.port)
        new = New(
            "InputEndpoint", (("name", name), ("protocol", "https"), ("port", port), ("certificate", reference))
        )
        why = f"Role {self.name} answers https on port {port}"
        if parents := self.role.find("Endpoints"):
            self.findings.edits.append(appended(self.document, parents[0], [new], why))
        else:
            self.new.insert(0, New("Endpoints", (), (new,)))
        self._bind(name)

    def _stands_in_the_way(self) -> bool:
        """Say what holds the name or the port of the new endpoint."""
        name, port = self.wanted.endpoint, self.wanted.port
        found = False
        all_here = [each for parent in self.role.find("Endpoints") for each in parent.children]
        if (known := find_named(all_here, name)) and known not in self.http:
            what = f"{known.value('protocol')} on port {known.value('port')}"
            fix = "Set https-port to its port, or endpoint-name to another name."
            self.findings.refuse(
                self.document, known, f"Role {self.name} has an endpoint {name} already: {what}", fix
            )
            found = True
        fix = "Set https-port to another port, or change that endpoint."
        for role, endpoint in self._holders():
            who = f"{role}'s endpoint {endpoint.value('name')} ({endpoint.value('protocol')})"
            self.findings.refuse(self.document, endpoint, f"Port {port} is held by {who}", fix)
            found = True
        if self.claimed:
            message = f"Port {port} cannot be opened by {self.claimed[0]} and by {self.name}"
            fix = "Run once a role, each with its own certificate-role and https-port."
            self.findings.ask(self.document, self.role, message, fix)
        return found

    def _holders(self) -> Iterator[tuple[str, Element]]:
        for role in role_elements(self.document.root):
            for endpoint in role.find("Endpoints", "InputEndpoint"):
                shares = endpoint.value("protocol").lower() in _TCP and _port(endpoint) == self.wanted.port
                if shares and endpoint not in self.http:
                    yield role.value("name"), endpoint

    def _bind(self, endpoint: str) -> None:
        if self.role.name != "WebRole":
            return
        sites = self.role.find("Sites", "Site")
        if not sites:
            fix = "Move the role to full IIS: give it Sites with a Site and its Bindings, and try that first."
            message = f"Web role {self.name} cannot get an https binding: {_HOSTED_WEB_CORE}"
            self.findings.refuse(self.document, self.role, message, fix)
            return
        site = self._site(sites, endpoint)
        if site is None or _bound(site, endpoint):
            return
        why = f"Site {site.value('name')} answers at {endpoint}"
        new = New("Binding", (("name", endpoint), ("endpointName", endpoint)))
        parents = site.find("Bindings")
        wrapped = new if parents else New("Bindings", (), (new,))
        # Bindings come last in a Site: the schema wants applications and directories before them.
        self.findings.edits.append(appended(self.document, parents[0] if parents else site, [wrapped], why))

    def _site(self, sites: Sequence[Element], endpoint: str) -> Element | None:
        names = ", ".join(each.value("name") for each in sites)
        if self.wanted.site:
            site = find_named(sites, self.wanted.site)
            if site is None:
                message = f"Role {self.name} has no site {self.wanted.site}"
                self.findings.ask(self.document, self.role, message, f"Set site to one of: {names}.")
            return site
        bound = [each for each in sites if _bound(each, endpoint)]
        if bound or len(sites) == 1:
            return (bound or sites)[0]
        message = f"Role {self.name} has {len(sites)} sites: {names}"
        self.findings.ask(self.document, self.role, message, "Set site to the one that is to answer https.")
        return None

    def finish(self) -> None:
        """Take http away if that is wanted, and add what the role itself gets."""
        names = {each.value("name").lower() for each in self.http} - {self.answers.lower()}
        for endpoint in self.http:
            self._remove(endpoint, f"Role {self.name} answers no more http at {endpoint.value('name')}")
        for site in self.role.find("Sites", "Site") if names else ():
            bindings = site.find("Bindings", "Binding")
            going = [each for each in bindings if each.value("endpointName").lower() in names]
            for binding in going:
                self._remove(binding, f"Site {site.value('name')} answers no more http")
            if going and len(going) == len(bindings) and not self._gets_https(site):
                message = f"Site {site.value('name')} would have no binding left without http"
                self.findings.refuse(self.document, site, message, "Bind the site to https first, or keep http.")
        if self.new:
            why = f"Role {self.name} gets its first {' and '.join(each.name for each in self.new)}"
            self.findings.edits.append(appended(self.document, self.role, self.new, why))

    def _remove(self, element: Element, why: str) -> None:
        self.findings.edits.append(removed(self.document, element, why))

    def _gets_https(self, site: Element) -> bool:
        sites = self.role.find("Sites", "Site")
        return len(sites) == 1 or _same(site.value("name"), self.wanted.site)


def _configured(configurations: Sequence[Document], role: str) -> Iterator[Element]:
    for document in configurations:
        if found := find_named(document.root.find("Role"), role):
            yield from found.find("Certificates", "Certificate")


def _bound(site: Element, endpoint: str) -> bool:
    return any(_same(each.value("endpointName"), endpoint) for each in site.find("Bindings", "Binding"))


def _in_store_of_machine(certificate: Element) -> bool:
    return certificate.value("storeLocation") == "LocalMachine" and _same(certificate.value("storeName"), "My")


def _port(endpoint: Element) -> int | None:
    return whole_number(endpoint.value("port"))


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _problem(document: Document, place: Element, message: str, fix: str) -> Problem:
    return Problem(message=message, fix=fix, file=document.file, line=place.line, column=place.column)
