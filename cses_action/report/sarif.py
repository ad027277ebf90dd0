"""The findings as SARIF 2.1.0, which code scanning and editors read (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cses_action import __version__
from cses_action.project.positions import Lines
from cses_action.project.rules import RULES, Finding, Rule, Severity

if TYPE_CHECKING:
    from cses_action.errors import Problem
    from cses_action.project import Examined
    from cses_action.project.edits import Edit
    from cses_action.project.xml import Document

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ABOUT = "https://learn.microsoft.com/azure/cloud-services-extended-support/"
"""The platform's documentation: the program itself has no address yet."""
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note", "off": "note"}

_VALUE = re.compile(r"""\bvalue\s*=\s*(?:"[^"]*"?|'[^']*'?)""", re.IGNORECASE)

Json = dict[str, Any]


def sarif(examined: Examined, root: PurePath) -> Iterator[str]:
    """Yield the parts of a SARIF log; paths below ``root`` are written relative to it."""
    run: Json = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [_invocation(examined.unreadable, root)],
    }
    # The results are written one by one: as one value they would need several times the memory of the findings.
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{json.dumps(run)[:-1]}, "results": ['
    results = _Results(examined, root)
    for number, finding in enumerate(examined.findings):
        yield (",\n" if number else "\n") + json.dumps(results.result(finding))
    yield "\n]}]}\n"


def _driver() -> Json:
    return {
        "name": "cses-action",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": ABOUT,
        "rules": [_rule(each) for each in RULES.values()],
    }


def _rule(rule: Rule) -> Json:
    title = f"{rule.title}."
    help_text = " ".join(part for part in (title, rule.fix, f"Source: {rule.source}.") if part)
    return {
        "id": rule.id,
        "name": _name(rule.title),
        "shortDescription": {"text": _escaped(title)},
        "fullDescription": {"text": _escaped(" ".join(part for part in (title, rule.fix) if part))},
        "help": {"text": _escaped(help_text)},
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.severity != "off"},
    }


def _name(title: str) -> str:
    """Return a title as one word, in the form that SARIF wants names of rules in."""
    words = re.findall("[a-z0-9]+", title.lower())
    return "".join(each.capitalize() for each in words if each not in {"a", "an", "the"})


def _invocation(unreadable: Sequence[Problem], root: PurePath) -> Json:
    """Return how the run went: a file that cannot be read is a matter of the run, not of a rule."""
    notifications = [
        {
            "level": "error",
            "message": _message(each.message, each.fix),
            "locations": [_location(each.file, root, {"startLine": each.line} if each.line else None)],
        }
        for each in unreadable
    ]
    return {"executionSuccessful": not unreadable, "toolExecutionNotifications": notifications}


class _Results:
    """Makes results; knows the texts that they are about, and which fingerprints there have been."""

    def __init__(self, examined: Examined, root: PurePath) -> None:
        self._root = root
        self._texts = {each.file: _Text(each) for each in examined.documents}
        self._numbers = {name: number for number, name in enumerate(RULES)}
        self._seen: Counter[tuple[str, str]] = Counter()

    def result(self, finding: Finding) -> Json:
        """Return one finding as a result."""
        text = self._texts.get(finding.file)
        # What is about a package as a whole has no line.
        region = {"startLine": finding.line, "startColumn": finding.column} if finding.line else None
        if text and finding.end:
            region = text.region(finding.start, finding.end)
        result = {
            "ruleId": finding.rule.id,
            "ruleIndex": self._numbers[finding.rule.id],
            "level": LEVELS[finding.severity],
            "message": _message(finding.message, finding.fix),
            "locations": [_location(finding.file, self._root, region)],
            "partialFingerprints": {"primaryLocationLineHash": self._fingerprint(finding, text)},
        }
        return {**result, "fixes": [self._fix(finding.edits)]} if finding.edits else result

    def _fingerprint(self, finding: Finding, text: _Text | None) -> str:
        """Return what stays the same when lines are added above: the rule and what it points at, values left out."""
        marked = text.document.text[finding.start : finding.end] if text else ""
        about = f"{finding.rule.id} {' '.join(_VALUE.sub('value', marked).split())}"
        digest = hashlib.sha256(about.encode()).hexdigest()[:32]
        self._seen[finding.file, digest] += 1
        return f"{digest}:{self._seen[finding.file, digest]}"

    def _fix(self, edits: Sequence[Edit]) -> Json:
        changes = [
            {
                "artifactLocation": {"uri": _uri(file, self._root)},
                "replacements": [
                    {
                        "deletedRegion": self._texts[file].region(each.start, each.end),
                        "insertedContent": {"text": each.text},
                    }
                    for each in edits
                    if each.file == file
                ],
            }
            for file in dict.fromkeys(each.file for each in edits)
        ]
        reasons = ". ".join(dict.fromkeys(each.reason for each in edits))
        return {"description": _message(reasons, ""), "artifactChanges": changes}


class _Text:
    """A document with its lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lines = Lines(document.text)

    def region(self, start: int, end: int) -> Json:
        """Return the place of some characters."""
        (line, column), (last, behind) = self._lines.place(start), self._lines.place(end)
        return {
            "startLine": line,
            "startColumn": column,
            "endLine": last,
            "endColumn": behind,
            "charOffset": start,
            "charLength": end - start,
        }


def _location(file: str, root: PurePath, region: Json | None) -> Json:
    physical: Json = {"artifactLocation": {"uri": _uri(file, root)}}
    return {"physicalLocation": {**physical, "region": region} if region else physical}


def _uri(file: str, root: PurePath) -> str:
    path = os.path.normpath(root / file)
    if not PurePath(path).is_relative_to(root):
        return f"file://{quote(os.fsencode(path))}"
    return quote(os.fsencode(os.path.relpath(path, root)))


def _message(text: str, fix: str) -> Json:
    sentences = [each if each.endswith((".", "…")) else f"{each}." for each in (text, fix) if each]
    return {"text": _escaped(" ".join(sentences))}


def _escaped(text: str) -> str:
    """Return the text without placeholders and links of SARIF (3.11.5 and 3.11.6)."""
    text = text.replace("{", "{{").replace("}", "}}")
    return re.sub(r"[\\\[\]]", r"\\\g<0>", text)
