"""Values that must be one of a few, or a number within bounds; those that a later step replaces are not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cses_action.project.edits import Edit
from cses_action.project.rules.reading import is_token, missing
from cses_action.project.rules.registry import Finding, Rule, brief
from cses_action.project.xml import Attribute, Document, Element, whole_number
from cses_action.values import replace

ENDLESS: Final = 10**9
"""The end of a range that has none."""

_WORDS: Final = {
    "WebRole": "Role",
    "WorkerRole": "Role",
    "InputEndpoint": "Endpoint",
    "InternalEndpoint": "Endpoint",
    "InstanceInputEndpoint": "Endpoint",
    "Certificate": "Certificate",
    "LocalStorage": "Local storage",
    "LoadBalancerProbe": "Probe",
    "ServiceDefinition": "The definition",
}


def called(element: Element) -> str:
    """Return how a message calls an element."""
    return f"{_WORDS.get(element.name, f'<{element.name}>')} {element.value('name')}".strip()


def one_of(rule: Rule, document: Document, element: Element, name: str, allowed: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding if the attribute is there with another value; an edit if only case or white space differ."""
    attribute = element.attributes.get(name)
    if attribute is None or attribute.value in allowed or is_token(attribute.value):
        return
    message = f"{called(element)} has the {name} {shown(attribute)}, which is none of {', '.join(allowed)}"
    meant = meant_by(attribute, allowed)
    if not meant:
        fix = f"Set {name} to {', '.join(allowed[:-1])} or {allowed[-1]}."
        yield rule.at(document, attribute, message, fix)
        return
    if attribute.value.strip() == meant:
        message = f"{called(element)} has white space around the {name} {meant}"
    yield spelt(rule.at(document, attribute, message), attribute, name, meant)


def meant_by(attribute: Attribute, allowed: Sequence[str]) -> str:
    """Return the value that differs from this one only in case or white space, or nothing."""
    return next((each for each in allowed if each.lower() == attribute.value.strip().lower()), "")


def spelt(finding: Finding, attribute: Attribute, name: str, meant: str) -> Finding:
    """Return a finding that says how a value is written, with the edit."""
    edit = Edit(finding.file, attribute.value_start, attribute.value_end, meant, f"{name} is written {meant}")
    message = brief(f"{finding.message}; it is written {meant}")
    return replace(finding, message=message, fix=f'Set {name}="{meant}".', edits=(edit,))


def in_range(rule: Rule, document: Document, element: Element, name: str, numbers: range) -> Iterator[Finding]:
    """Yield a finding if the attribute is there and is none of these numbers."""
    attribute = element.attributes.get(name)
    if attribute is None or is_token(attribute.value) or number_in(attribute.value, numbers) is not None:
        return
    bounds = f"from {numbers.start}" + (f" to {numbers.stop - 1}" if numbers.stop < ENDLESS else "")
    message = f"{called(element)} has the {name} {shown(attribute)}, which is no number {bounds}"
    yield rule.at(document, attribute, message, f"Set {name} to a number {bounds}.")


def needed_in_range(rule: Rule, document: Document, element: Element, name: str, numbers: range) -> Iterator[Finding]:
    """Yield a finding if the attribute is not there, or is none of these numbers."""
    look = in_range(rule, document, element, name, numbers)
    return look if element.value(name).strip() else missing(rule, document, element, name)


def number_in(text: str, numbers: range) -> int | None:
    """Return the number that a text is, if it is one of these."""
    number = whole_number(text)
    return number if number is not None and number in numbers else None


def shown(attribute: Attribute) -> str:
    """Return how a message writes a value, which may be long or empty."""
    value = attribute.value.strip()
    return f"{value[:80]}…" if len(value) > 80 else value or '""'
