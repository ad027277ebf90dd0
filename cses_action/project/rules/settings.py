"""CFG: the settings of a configuration. Their values can be secrets: no message shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cses_action.project.rules.reading import PLUGINS, doubles, is_local, is_token, missing
from cses_action.project.rules.registry import Finding, Rule, Severity
from cses_action.project.xml import Document, Element
from cses_action.values import replace

DOUBLE_SETTING = Rule("CFG032", "error", "Two settings of a role have the same name", source="XSD of the SDK 2.7")
NO_VALUE = Rule("CFG033", "error", "A setting has no name or no value", source="XSD of the SDK 2.7")
EMULATOR = Rule(
    "CFG080",
    "warning",
    "A setting uses the storage emulator, which Azure does not have; info for the diagnostics plugin",
    fix="Set the connection string of a storage account.",
    source="deploy-prerequisite.md",
)
KEY = Rule(
    "CFG090",
    "info",
    "A setting holds a storage key or a shared access signature",
    fix="Keep it in a key vault or as a secret of the pipeline, and renew it if the file was ever shared.",
    source="what configurations in public repositories hold",
)
_DIAGNOSTICS = f"{PLUGINS}diagnostics.connectionstring"
_KEYS = ("accountkey", "sharedaccesskey", "sharedaccesssignature")
_KEY_IN_IT = rf"(?:{'|'.join(_KEYS)})\s*=\s*([^;]*)"
_SHORTEST = 20
_KEY_LENGTH = 88
"""A key of a storage account: 64 bytes in base64."""


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the settings of all roles."""
    for role in document.root.find("Role"):
        settings = role.find("ConfigurationSettings", "Setting")
        yield from doubles(DOUBLE_SETTING, document, settings, "setting", str)
        for setting in settings:
            yield from missing(NO_VALUE, document, setting, "name")
            yield from _value(document, role, setting)


def _value(document: Document, role: Element, setting: Element) -> Iterator[Finding]:
    name, value = setting.value("name"), setting.attributes.get("value")
    if value is None:
        message = f"Setting {name} has no value"
        yield NO_VALUE.at(document, setting, message, 'Add value="…"; it may be empty.')
        return
    of_role = f"Setting {name} of role {role.value('name')}"
    if _is_emulator(value.value):
        found = EMULATOR.at(document, value, f"{of_role} uses the storage emulator, which Azure does not have")
        weight: Severity = "info" if name.lower() == _DIAGNOSTICS else "warning"
        yield replace(found, severity=weight, deployed_only=is_local(document))
    elif _holds_key(value.value):
        yield KEY.at(document, value, f"{of_role} holds a storage key or a shared access signature")


def _is_emulator(value: str) -> bool:
    parts = value.lower().replace(" ", "").split(";")
    return any("usedevelopmentstorage=true" in each or each == "accountname=devstoreaccount1" for each in parts)


def _holds_key(value: str) -> bool:
    lower = value.lower()
    parts: list[str] = []
    if any(key in lower for key in _KEYS):  # compiled on first use: most files have none
        parts = [each.strip() for each in re.findall(_KEY_IN_IT, value, re.IGNORECASE)]
    if "sig=" in lower and ("sv=" in lower or "se=" in lower):
        parts.append(value[lower.index("sig=") + len("sig=") :].partition("&")[0])
    if len(value) == _KEY_LENGTH and value.endswith("==") and value[:-2].replace("+", "").replace("/", "").isalnum():
        return True
    return any(len(part) >= _SHORTEST and not (is_token(part) or _in_brackets(part)) for part in parts)


def _in_brackets(text: str) -> bool:
    """Return whether a text is what people write where a value is to come, such as [key] or {key}."""
    return (text[:1], text[-1:]) in (("[", "]"), ("{", "}"))
