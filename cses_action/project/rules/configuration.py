"""CFG: the configuration alone: its root, its roles and their instances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cses_action.project.rules.reading import doubles, is_sure_token, is_token, missing, of_value, place
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element, whole_number
from cses_action.values import replace

FAMILIES = range(1, 8)
NAME_LIMIT = 10

NO_SERVICE_NAME = Rule("CFG001", "error", "The configuration has no serviceName", source="schema-cscfg-file.md")
FAMILY = Rule("CFG010", "error", "The osFamily is none of 1 to 7", source="schema-cscfg-file.md")
VERSION = Rule(
    "CFG011",
    "warning",
    "The osVersion is pinned; an error where it is no version, or one of another family",
    fix='Set osVersion="*", so that Azure keeps the guest OS up to date.',
    source="schema-cscfg-file.md",
)
DOUBLE_ROLE = Rule("CFG020", "error", "A role is there twice, or has no name", source="schema-cscfg-role.md")
NO_INSTANCES = Rule("CFG023", "error", "A role has no Instances", source="schema-cscfg-role.md")
COUNT = Rule("CFG024", "error", "An instance count is no whole number", source="schema-cscfg-role.md")
SINGLE = Rule(
    "CFG025",
    "off",
    "A role has one instance",
    fix='Set count="2" or more: Azure promises availability only for two and more instances.',
    source="schema-cscfg-role.md",
)
NONE = Rule(
    "CFG026",
    "warning",
    "A role has no instance",
    fix='Set count="1" or more, or remove the role from both files.',
    source="schema-cscfg-role.md",
)
TOKEN = Rule(
    "CFG048",
    "info",
    "A value is a token: rules about values do not look at it; a warning where it would surely be deployed",
    fix="Let a step of the pipeline replace it before the file is deployed.",
    source="what configurations in public repositories hold",
)
LONG_NAME = Rule("CFG060", "error", f"A vmName is longer than {NAME_LIMIT}", source="schema-cscfg-role.md")


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with a configuration, whatever the definition says."""
    root = document.root
    roles = root.find("Role")
    yield from missing(NO_SERVICE_NAME, document, root, "serviceName")
    yield from _system(document)
    if not roles:
        fix = "Add a <Role> for every role of the definition."
        yield NO_INSTANCES.at(document, root, "The configuration has no role", fix)
    yield from doubles(DOUBLE_ROLE, document, roles, "role")
    for role in roles:
        yield from missing(DOUBLE_ROLE, document, role, "name")
        yield from _instances(document, role)
        yield from _machine(document, role)
    yield from _tokens(document)


def _system(document: Document) -> Iterator[Finding]:
    root = document.root
    family, version = root.attributes.get("osFamily"), root.attributes.get("osVersion")
    if family and whole_number(family.value) not in FAMILIES:
        fix = 'Set osFamily="7" (Windows Server 2022) or "6" (Windows Server 2019).'
        message = f'The osFamily is "{family.value}", which is none of 1 to {FAMILIES[-1]}'
        yield of_value(FAMILY.at(document, family, message, fix), family.value)
    if version is None or version.value.strip() == "*":
        return
    written = version.value.strip()
    form = re.fullmatch(r"WA-GUEST-OS-(\d{1,2})\.\d{1,4}_\d{6}-\d{2}", written, re.IGNORECASE)
    if form is None:
        message = f'The osVersion is "{written}", which is neither * nor like WA-GUEST-OS-7.32_202310-01'
        found = replace(VERSION.at(document, version, message), severity="error")
        yield of_value(found, version.value)
    elif family and whole_number(family.value) in FAMILIES and int(form[1]) != whole_number(family.value):
        message = f"The osVersion {written} is not one of osFamily {family.value.strip()}"
        fix = f'Set osVersion="*", or osFamily="{form[1]}".'
        yield replace(VERSION.at(document, version, message, fix), severity="error")
    else:
        yield VERSION.at(document, version, f"The osVersion is pinned to {written}: Azure will not update it")


def _instances(document: Document, role: Element) -> Iterator[Finding]:
    name, elements = role.value("name"), role.find("Instances")
    if not elements:
        fix = f'Add <Instances count="2" /> to role {name}.'
        yield NO_INSTANCES.at(document, role, f"Role {name} has no <Instances>", fix)
        return
    written, where = elements[0].value("count"), place(elements[0], "count")
    count = whole_number(written)
    if count is None:
        message = f'Role {name} has the instance count "{written}", which is no whole number'
        fix = 'Set count="2", or another whole number from 0.'
        yield of_value(COUNT.at(document, where, message, fix), written)
    elif count == 0:
        yield NONE.at(document, where, f"Role {name} has the instance count 0: it will not run")
    elif count == 1:
        yield SINGLE.at(document, where, f"Role {name} has one instance")


def _machine(document: Document, role: Element) -> Iterator[Finding]:
    name = role.value("vmName")
    if len(name) > NAME_LIMIT:
        message = f"Role {role.value('name')} has the vmName {name} with {len(name)} characters"
        fix = f"Shorten vmName to {NAME_LIMIT} characters at most."
        yield of_value(LONG_NAME.at(document, role.attributes["vmName"], message, fix), name)


def _tokens(document: Document) -> Iterator[Finding]:
    """Yield every attribute that holds a token; what it says is not shown, a setting can hold a secret beside it."""
    left = [document.root]
    while left:
        element = left.pop()
        left += element.children
        for name, attribute in element.attributes.items():
            if is_token(attribute.value):
                called = element.value("name") if name != "name" else ""
                what = f"<{element.name}> {called}".strip()
                found = TOKEN.at(document, attribute, f"The {name} of {what} holds a token that is not replaced yet")
                # The service would read the token itself.
                sure = is_sure_token(attribute.value)
                yield replace(found, severity="warning", checked_as="info") if sure else found
