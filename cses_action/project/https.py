"""The code changes of "Enable HTTPS communication": certificate, https endpoint and binding, as edits.

What is there already is used, whatever it is called: a second run changes nothing. Names count without case, as Azure
compares them.
"""

from __future__ import annotations

from collections.abc import Sequence

from cses_action.project.definition import find_named, role_elements
from cses_action.project.edits import Edit
from cses_action.project.https_role import Findings, RoleChange, Wanted
from cses_action.project.splicing import New, appended, changed
from cses_action.project.xml import Document
from cses_action.values import Thumbprint

__all__ = ["Wanted", "https_edits"]


def https_edits(definition: Document, configurations: Sequence[Document], wanted: Wanted) -> tuple[Edit, ...]:
    """Return the changes to all files, or raise everything that stands against them."""
    findings = Findings()
    claimed: list[str] = []
    for name in wanted.roles:
        role = find_named(role_elements(definition.root), name)
        if role is None:
            known = ", ".join(each.value("name") for each in role_elements(definition.root))
            fix = f"Correct certificate-role: the definition has {known or 'no roles'}."
            findings.ask(definition, definition.root, f"There is no role {name}", fix)
            continue
        change = RoleChange(definition, role, wanted, findings, claimed)
        reference = change.reference(configurations)
        change.certificate(reference)
        change.endpoint(reference)
        change.finish()
        if wanted.thumbprint:
            for document in configurations:
                _configure(document, role.value("name"), reference, wanted.thumbprint, findings)
    findings.stop_if_refused()
    return tuple(findings.edits)


def _configure(document: Document, name: str, reference: str, thumbprint: Thumbprint, findings: Findings) -> None:
    """Say in a configuration which certificate stands behind the name."""
    role = find_named(document.root.find("Role"), name)
    if role is None:
        fix = f'Add <Role name="{name}"> with its <Instances>, as the definition has it.'
        findings.refuse(document, document.root, f"The configuration has no role {name}", fix)
        return
    parents = role.find("Certificates")
    known = find_named(role.find("Certificates", "Certificate"), reference)
    why = f"Certificate {reference} of role {name} is {thumbprint}"
    if known:
        pairs = (("thumbprint", str(thumbprint)), ("thumbprintAlgorithm", "sha1"))
        findings.edits += [edit for pair in pairs if (edit := changed(document, known, *pair, why))]
        return
    new = New("Certificate", (("name", reference), ("thumbprint", str(thumbprint)), ("thumbprintAlgorithm", "sha1")))
    wrapped = new if parents else New("Certificates", (), (new,))
    findings.edits.append(appended(document, parents[0] if parents else role, [wrapped], why))
