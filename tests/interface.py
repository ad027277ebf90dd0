"""Writes the inputs and outputs into action.yml and README.md, as the registries have them: ``make interface``."""

from __future__ import annotations

import re
from pathlib import Path

from cses_action.inputs.registry import INPUTS
from cses_action.report.outputs import OUTPUTS

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write both files."""
    action, readme = ROOT / "action.yml", ROOT / "README.md"
    action.write_text(action_yml(action.read_text(encoding="utf-8")), encoding="utf-8")
    readme.write_text(tables(readme.read_text(encoding="utf-8")), encoding="utf-8")


def action_yml(text: str) -> str:
    """Return the text of action.yml with the inputs and outputs of the registries."""
    given = "".join(
        f"  {each.name}:\n    description: {_quoted(each.description)}\n"
        + (f"    default: {_quoted(each.default)}\n" if each.default else "")
        for each in INPUTS.values()
    )
    handed = "".join(f"  {name}:\n    description: {_quoted(what)}\n" for name, what in OUTPUTS.items())
    for section, entries in (("inputs", given), ("outputs", handed)):
        text = re.sub(rf"(?m)^({section}:\n)(?:  .*\n)+", lambda match, new=entries: match[1] + new, text)  # type: ignore[misc]
    return text


def tables(text: str) -> str:
    """Return the text of the README with the tables of the registries."""
    given = [
        f"| `{each.name}` | {each.kind} |{_cell(each.default)}|{f' {each.required} ' if each.required else ' '}"
        f"| {each.description} |\n"
        for each in INPUTS.values()
    ]
    handed = [f"| `{name}` | {what} |\n" for name, what in OUTPUTS.items()]
    for section, lines in (("Inputs", given), ("Outputs", handed)):
        start = text.index("|\n", text.index("|-", text.index(f"\n## {section}\n"))) + 2
        end = re.compile(r"^(?!\|)", re.MULTILINE).search(text, start)
        text = text[:start] + "".join(lines) + text[end.start() if end else len(text) :]
    return text


def _cell(default: str) -> str:
    return f" `{default}` " if default else " "


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


if __name__ == "__main__":
    main()
