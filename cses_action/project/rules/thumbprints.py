"""CFG: the certificates of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.edits import Edit
from cses_action.project.rules.reading import doubles, is_token, missing, of_value, place
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Attribute, Document, Element
from cses_action.values import Thumbprint, replace

_KEEP = "Set thumbprint to the 40-digit SHA-1 thumbprint that the key vault shows for the certificate."
_SHA_256 = 64
_MEANT = 32
"""Hexadecimal digits of what was meant to be a thumbprint: fewer are a placeholder, such as 00DEADBEEF00."""

THUMBPRINT = Rule(
    "CFG042",
    "error",
    "A thumbprint has not 40 hexadecimal digits; a warning for a placeholder in a file that is not deployed yet",
    fix=_KEEP,
    source="schema-cscfg-role.md",
)
ALGORITHM = Rule(
    "CFG043",
    "error",
    "A thumbprintAlgorithm is not sha1",
    fix='Set thumbprintAlgorithm="sha1".',
    source="XSD of the SDK 2.7",
)
SPACES = Rule(
    "CFG044",
    "warning",
    "A thumbprint has spaces or invisible marks in it, as the Windows certificate dialog copies them",
    source="schema-cscfg-role.md",
)
LOWER_CASE = Rule("CFG045", "info", "A thumbprint is not in upper case", source="schema-cscfg-role.md")
PLACEHOLDER = Rule(
    "CFG046",
    "warning",
    "A thumbprint is one digit over and over",
    fix=_KEEP,
    source="what configurations in public repositories hold",
)
DOUBLE_CERTIFICATE = Rule(
    "CFG047", "error", "Two certificates of a role have the same name, or one has none", source="XSD of the SDK 2.7"
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the certificates of all roles."""
    for role in document.root.find("Role"):
        certificates = role.find("Certificates", "Certificate")
        yield from doubles(DOUBLE_CERTIFICATE, document, certificates, "certificate")
        for certificate in certificates:
            yield from missing(DOUBLE_CERTIFICATE, document, certificate, "name")
            yield from _algorithm(document, certificate)
            yield from _thumbprint(document, certificate)


def cleaned(document: Document) -> tuple[Edit, ...]:
    """Return the edits that take spaces and marks out of the thumbprints, whichever rules are looked for."""
    return tuple(edit for each in check(document) if each.rule is SPACES for edit in each.edits)


def _algorithm(document: Document, certificate: Element) -> Iterator[Finding]:
    written = certificate.value("thumbprintAlgorithm")
    if written == "sha1":
        return
    where = place(certificate, "thumbprintAlgorithm")
    message = f"Certificate {certificate.value('name')} has no thumbprintAlgorithm that Azure knows"
    found = of_value(ALGORITHM.at(document, where, message), written)
    meant = "".join(each for each in written.lower() if each.isalnum()) == "sha1"
    if isinstance(where, Attribute) and meant:
        found = replace(found, edits=(_edit(document, where, "sha1", "The algorithm is spelt sha1"),))
    yield found


def _thumbprint(document: Document, certificate: Element) -> Iterator[Finding]:
    name, written = certificate.value("name"), certificate.attributes.get("thumbprint")
    thumbprint = Thumbprint.parse(written.value) if written else None
    if written is None or thumbprint is None:
        yield _no_thumbprint(document, certificate)
    elif len(set(thumbprint.text)) == 1:
        message = f"The thumbprint of certificate {name} is one digit over and over: a placeholder"
        yield PLACEHOLDER.at(document, written, message)
    elif len(written.value) != len(thumbprint.text):
        message = f"The thumbprint of certificate {name} has spaces or invisible marks in it"
        fix = f'Set thumbprint="{thumbprint}".'
        edit = _edit(document, written, thumbprint.text, "A thumbprint has no spaces and no invisible marks")
        yield replace(SPACES.at(document, written, message, fix), edits=(edit,))
    elif written.value != thumbprint.text:
        message = f"The thumbprint of certificate {name} is not in upper case"
        edit = _edit(document, written, thumbprint.text, "Thumbprints are written in upper case")
        yield replace(LOWER_CASE.at(document, written, message, f'Set thumbprint="{thumbprint}".'), edits=(edit,))


def _no_thumbprint(document: Document, certificate: Element) -> Finding:
    written, where = certificate.value("thumbprint"), place(certificate, "thumbprint")
    if is_token(written):
        message = f"The thumbprint of certificate {certificate.value('name')} is a token that was not replaced"
        fix = "Let a step of the pipeline replace it before the file is deployed."
        return of_value(THUMBPRINT.at(document, where, message, fix), written)
    message = f"Certificate {certificate.value('name')} has no thumbprint of 40 hexadecimal digits"
    fix = f"{_KEEP} This one is a SHA-256." if len(written) == _SHA_256 else ""
    found = THUMBPRINT.at(document, where, message, fix)
    placeholder = isinstance(where, Attribute) and sum(each in "0123456789abcdefABCDEF" for each in written) < _MEANT
    return replace(found, checked_as="warning" if placeholder else None)


def _edit(document: Document, attribute: Attribute, text: str, reason: str) -> Edit:
    return Edit(document.file, attribute.value_start, attribute.value_end, text, reason)
