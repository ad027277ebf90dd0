"""X: whether a file is XML that the schemas know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document

NOT_XML = Rule("X001", "error", "The file is not well-formed XML", source="XML 1.0")
WRONG_ROOT = Rule("X002", "error", "The root element or its namespace is another one", source="schema-csdef-file.md")
DOCTYPE = Rule("X003", "error", "The file has a DOCTYPE", fix="Remove the DOCTYPE.", source="safety")
ENCODING = Rule("X004", "warning", "The declared encoding is not that of the bytes", source="XML 1.0")

_UTF_16 = re.compile(r"""<\?xml[^>]*?\sencoding\s*=\s*["'](?:utf|ucs|iso-10646-ucs)-?(?:16|2|32|4)""", re.IGNORECASE)


def check(document: Document) -> Iterator[Finding]:
    """Yield what the form of a file breaks; X001 to X003 are found where it is read."""
    declares_utf_16 = _UTF_16.match(document.text)
    if declares_utf_16 and not document.encoding.startswith("utf-16"):
        message = f"The XML declaration names another encoding than that of the file, which is {document.encoding}"
        yield ENCODING.at(document, document.root, message, 'Declare encoding="utf-8".')
