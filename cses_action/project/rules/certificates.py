"""CSD: the certificates that a role declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cses_action.project.rules.allowed import one_of
from cses_action.project.rules.endpoints import endpoints_of
from cses_action.project.rules.reading import doubles, is_token, missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element

LOCATIONS = ("CurrentUser", "LocalMachine")
LEVELS = ("limitedOrElevated", "elevated")
STORES = ("My", "Root", "CA", "Trust", "Disallowed", "TrustedPeople", "TrustedPublisher", "AuthRoot", "AddressBook")

INCOMPLETE = Rule(
    "CSD050", "error", "A certificate has no name, storeLocation or storeName", source="schema-csdef-webrole.md"
)
DOUBLE = Rule("CSD051", "error", "Two certificates of a role have the same name", source="schema-csdef-webrole.md")
LOCATION = Rule("CSD052", "error", "A storeLocation is none that Azure knows", source="XSD of the SDK 2.7")
STORE = Rule("CSD053", "info", "A storeName is none of Windows' own", source="schema-csdef-webrole.md")
LEVEL = Rule("CSD054", "error", "A permissionLevel is none that Azure knows", source="XSD of the SDK 2.7")
NOT_SERVED = Rule(
    "CSD055",
    "warning",
    "The certificate of an https endpoint is not in LocalMachine, My",
    source="enable-https.md",
)
UNUSED = Rule(
    "CSD056",
    "off",
    "No endpoint uses a certificate",
    fix="Remove it, unless the role's own code or a chain of certificates needs it.",
    source="schema-csdef-webrole.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with declared certificates."""
    for role in role_elements(document.root):
        certificates = role.find("Certificates", "Certificate")
        used = [each for each in endpoints_of(role) if each.value("certificate").strip()]
        served = {_key(each, "certificate") for each in used if _key(each, "protocol") == "https"}
        names = {_key(each, "certificate") for each in used}
        unsure = any(map(is_token, names))
        yield from doubles(DOUBLE, document, certificates, "certificate")
        for certificate in certificates:
            yield from missing(INCOMPLETE, document, certificate, "name", "storeLocation", "storeName")
            yield from one_of(LEVEL, document, certificate, "permissionLevel", LEVELS)
            yield from _place(document, certificate, served)
            name = certificate.value("name").strip()
            if name and name.lower() not in names and not unsure:
                yield UNUSED.at(document, certificate, f"No endpoint uses certificate {name}")


def _key(element: Element, name: str) -> str:
    return element.value(name).strip().lower()


def _place(document: Document, certificate: Element, served: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with the store; what IIS does not find there counts for more than an unusual name."""
    location, store, name = (certificate.value(each).strip() for each in ("storeLocation", "storeName", "name"))
    if location:
        yield from one_of(LOCATION, document, certificate, "storeLocation", LOCATIONS)
    elsewhere = [
        *(["storeLocation"] if location == "CurrentUser" else []),
        *(["storeName"] if store and store.lower() != "my" and not is_token(store) else []),
    ]
    if elsewhere and name.lower() in served:
        message = f"Certificate {name} of an https endpoint is in {location or 'no location'}, {store or 'no store'}"
        fix = 'Set storeLocation="LocalMachine" and storeName="My".'
        yield NOT_SERVED.at(document, certificate.attributes[elsewhere[0]], message, fix)
    elif store and store not in STORES and not is_token(store):
        known = next((each for each in STORES if each.lower() == store.lower()), "")
        message = f"Certificate {name} is in the store {store}"
        message += f", which is written {known}" if known else ", which is none of Windows' own and will be made"
        fix = (
            f'Set storeName="{known}".' if known else f"Leave it if that is meant, or set one of {', '.join(STORES)}."
        )
        yield STORE.at(document, certificate.attributes["storeName"], message, fix)
