"""Text as a hostile outside would send it, and what a reader should see of it."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import settings
from hypothesis import strategies as st

PIECES = (
    *("::", ":", ":::", "##[", "##vso[", "##VSO[", "#", "[", "]", " ", "\n", "\r\n", "\r", "\t", "%", "%0A", "%25"),
    *("::error::x", "::add-mask::x", "::error file=a,line=1::x", "##[error]x", "##vso[task.setvariable variable=a]x"),
    *("::stop-commands::x", ":\u200b:error::x", "\u200b::error::x", "\u00ad::error::x", ":\x00:error::x", "\x1b[2J"),
    *(
        "\x9b31m",
        "\u2028",
        "\x85",
        "ghadelimiter_",
        "EOF",
        "=",
        "<<",
        "|",
        "`",
        "<b>",
        "\\",
        "*",
        "_",
        "[x](y)",
        "&lt;",
    ),
)

hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=8).map("".join)
"""Any text, and much of what hosts, terminals and Markdown give a meaning to."""

brief = settings(max_examples=50)
"""For what rests on a function that is tested thoroughly itself; all else has the number of tests/conftest.py."""


def seen(text: str) -> str:
    """The text as it should arrive, but for the marks: control characters are spaces, line ends are LF."""
    text = re.sub("\r\n?", "\n", text)
    return "".join(" " if _controls(letter) else letter for letter in text).replace("\u200b", "")


def one(text: str) -> str:
    """The text as it should arrive where there is but one line."""
    return re.sub("[\t\n]", " ", seen(text))


def marks(text: str) -> int:
    """How many markers a host would look for in this text."""
    return len(re.findall(r":(?=:)|##(?=\[)|##(?=vso\[)", text, re.IGNORECASE))


def _controls(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Zl", "Zp"}
