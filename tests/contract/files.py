"""The repository's files, as contracts look at them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def read(path: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def section(title: str, text: str) -> str:
    """Return what stands in a Markdown document under a heading of the second level."""
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the cells of a document's first Markdown table, without its heading and without backquotes of names."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line.strip("|")) for line in lines[2:]]
    return [tuple(cell.strip() for cell in row) for row in cells]
