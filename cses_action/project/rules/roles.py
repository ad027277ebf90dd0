"""CSD: the definition as a whole, and its roles."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.allowed import in_range, one_of, shown
from cses_action.project.rules.reading import doubles, is_token, missing, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

ROLE_LIMIT = 25
UPDATE_DOMAINS = range(1, 21)
DISCOVERIES = ("UpgradeDomainWalk", "Blast")
NEWEST = "2015-04.2.6"
OLDER = ("2014-06.2.4", "2014-01.2.3", "2013-10.2.2", "2013-03.2.0", "2012-10.1.8", "2012-05.1.7")
"""Values of schemaVersion, one for each release of the SDK."""

NO_NAME = Rule("CSD001", "error", "The definition has no name", source="schema-csdef-file.md")
NO_ROLE = Rule("CSD002", "error", "The definition has no role", source="schema-csdef-file.md")
TOO_MANY_ROLES = Rule(
    "CSD003", "error", f"The definition has more than {ROLE_LIMIT} roles", source="schema-csdef-file.md"
)
DOUBLE_ROLE = Rule("CSD004", "error", "Two roles have the same name", source="New-AzCloudService")
ROLE_WITHOUT_NAME = Rule("CSD005", "error", "A role has no name", source="schema-csdef-webrole.md")
OLD_SCHEMA = Rule("CSD006", "info", "The schemaVersion is that of an older SDK", source="XSD of the SDK 2.7")
UNKNOWN_SCHEMA = Rule("CSD007", "warning", "The schemaVersion is that of no SDK", source="XSD of the SDK 2.7")
DOMAINS = Rule(
    "CSD008",
    "error",
    f"The upgradeDomainCount is no number from 1 to {UPDATE_DOMAINS.stop - 1}",
    source="schema-csdef-file.md",
)
DISCOVERY = Rule(
    "CSD009", "error", "The topologyChangeDiscovery is none that Azure knows", source="schema-csdef-file.md"
)
ORDER = Rule(
    "CSD010",
    "warning",
    "LoadBalancerProbes stand after a role, or NetworkTrafficRules before one",
    source="schema-csdef-file.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the definition as a whole."""
    root = document.root
    roles = role_elements(root)
    yield from missing(NO_NAME, document, root, "name")
    yield from in_range(DOMAINS, document, root, "upgradeDomainCount", UPDATE_DOMAINS)
    yield from one_of(DISCOVERY, document, root, "topologyChangeDiscovery", DISCOVERIES)
    yield from _schema_version(document)
    if not roles:
        yield NO_ROLE.at(document, root, "The definition has no role", "Add a <WebRole> or <WorkerRole>.")
    if len(roles) > ROLE_LIMIT:
        message = f"The definition has {len(roles)} roles; Azure takes {ROLE_LIMIT}"
        yield TOO_MANY_ROLES.at(document, roles[ROLE_LIMIT], message, "Remove roles.")
    yield from doubles(DOUBLE_ROLE, document, roles, "role")
    for role in roles:
        yield from missing(ROLE_WITHOUT_NAME, document, role, "name")
    yield from _order(document)


def _schema_version(document: Document) -> Iterator[Finding]:
    attribute = document.root.attributes.get("schemaVersion")
    if attribute is None or attribute.value in (NEWEST, "unspecified") or is_token(attribute.value):
        return
    fix = f'Set schemaVersion="{NEWEST}".'
    if attribute.value in OLDER:
        message = f"The schemaVersion {shown(attribute)} is older than {NEWEST}"
        yield OLD_SCHEMA.at(document, attribute, message, fix)
    else:
        message = f"The schemaVersion {shown(attribute)} is that of no SDK"
        yield UNKNOWN_SCHEMA.at(document, attribute, message, fix)


def _order(document: Document) -> Iterator[Finding]:
    root = document.root
    roles = role_elements(root)
    for probes in root.find("LoadBalancerProbes"):
        if roles and roles[0].start < probes.start:
            message = "<LoadBalancerProbes> stands after a role"
            yield ORDER.at(document, probes, message, "Move <LoadBalancerProbes> before the first role.")
    for rules in root.find("NetworkTrafficRules"):
        if roles and rules.start < roles[-1].start:
            message = "<NetworkTrafficRules> stands before a role"
            yield ORDER.at(document, rules, message, "Move <NetworkTrafficRules> after the last role.")
