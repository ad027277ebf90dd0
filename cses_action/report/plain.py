"""Text from outside, made safe for whoever reads it next: a CI host, a terminal, a Markdown table."""

from __future__ import annotations

import re

MARK = "\u200b"
"""The zero-width space that breaks a command marker; taking it out gives the text back."""

_NEWLINE = re.compile(r"\r\n|\r")
# C0 and C1 (a terminal's escape sequences begin in them), DEL, and Unicode's own line ends.
_CONTROL = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029} - {0x09, 0x0A}, " ")
# "::" of GitHub, "##[" of GitHub's old form and of Azure Pipelines' log formats, "##vso[" of Azure Pipelines.
# The mark goes inside, never before: the runner compares by culture and looks through a zero-width character,
# but then counts it, and what it takes for the command's name begins with the marker's last character.
_MARKER = re.compile(r":(?=:)|#(?=#(?:vso)?\[)", re.IGNORECASE)
_MARKDOWN = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")  # no emphasis begins inside a_name


def one_line(text: str) -> str:
    """Return the text with a space for every line end and every other control character."""
    return re.sub("[\t\n]", " ", _plain(text))


def defuse(text: str) -> str:
    """Return the text so that no line of it is a command to a host and no part of it moves a terminal."""
    return _MARKER.sub(rf"\g<0>{MARK}", _plain(text))


def cell(text: str) -> str:
    """Return the text as it reads inside one cell of a Markdown table, without meaning of its own."""
    line = defuse(one_line(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\g<0>", line)


def _plain(text: str) -> str:
    return _NEWLINE.sub("\n", text).translate(_CONTROL)
