"""How rules are tested: what a text must make them find, and what must leave them silent."""

from __future__ import annotations

from typing import NamedTuple

from cses_action.errors import ProjectError
from cses_action.project.rules import Finding, Options, arranged, findings_of, lint
from cses_action.project.xml import NAMESPACES, Document, Root, expect_root, parse_xml

THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
NETWORK = (
    '<NetworkConfiguration><VirtualNetworkSite name="net"/><AddressAssignments><InstanceAddress roleName="Web">'
    '<Subnets><Subnet name="s"/></Subnets></InstanceAddress></AddressAssignments></NetworkConfiguration>'
)


def definition(roles: str, attributes: str = 'name="Svc"') -> str:
    """Return a definition; the roles begin in line 2."""
    return (
        f'<ServiceDefinition xmlns="{NAMESPACES["ServiceDefinition"]}" {attributes}>\n{roles}\n</ServiceDefinition>'
    )


def web(children: str = "", attributes: str = 'name="Web" vmsize="Standard_D1_v2"') -> str:
    """Return a web role; its children begin in the second line of it."""
    return f"<WebRole {attributes}>\n{children}\n</WebRole>"


def configuration(roles: str, *, rest: str = NETWORK, attributes: str = 'serviceName="Svc" osFamily="6"') -> str:
    """Return a configuration; the roles begin in line 2."""
    namespace = NAMESPACES["ServiceConfiguration"]
    return f'<ServiceConfiguration xmlns="{namespace}" {attributes}>\n{roles}\n{rest}</ServiceConfiguration>'


def role(children: str = "", name: str = "Web") -> str:
    """Return a role; its other children begin in the third line of it."""
    return f'<Role name="{name}">\n<Instances count="2"/>\n{children}\n</Role>'


class Case(NamedTuple):
    """Texts, and what one rule must say of them: ``file:line:column severity: message``, or nothing."""

    rule: str
    expected: tuple[str, ...]
    definition: str = ""
    configuration: str = ""
    options: Options = Options()
    why: str = ""

    def __str__(self) -> str:
        return f"{self.rule}-{self.why or ('fires' if self.expected else 'silent')}"


def found(case: Case) -> list[Finding]:
    """Return what all rules find in the texts of a case."""
    refused: list[Finding] = []
    parsed: list[Document | None] = []
    given: tuple[tuple[str, str, Root], ...] = (
        (case.definition, "a.csdef", "ServiceDefinition"),
        (case.configuration, "a.cscfg", "ServiceConfiguration"),
    )
    for text, file, root in given:
        parsed.append(None)
        if text:
            try:
                document = parse_xml(text, file=file)
                expect_root(document, root)
                parsed[-1] = document
            except ProjectError as failure:
                refused += findings_of(failure.problems)
    configurations = [parsed[1]] if parsed[1] else []
    return list(arranged([*refused, *lint(parsed[0], configurations)], case.options))


def said(findings: list[Finding], rule: str) -> list[str]:
    """Return what one rule found, as the cases write it."""
    return [
        f"{each.file}:{each.line}:{each.column} {each.severity}: {each.message}"
        for each in findings
        if each.rule.id == rule
    ]
