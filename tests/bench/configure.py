"""What the edits of configure cost beside parsing the definition, and how that grows with the roles."""

from __future__ import annotations

from pathlib import Path

from tests.bench.children import ROOT, Command, in_turns
from tests.bench.repeated import ROLES, growth, once_and_more, one
from tests.bench.rows import Row, Sides
from tests.unit.project.rules.kit import definition

EDIT = (
    "import sys; sys.path.insert(0, {root!r})\n"
    "from cses_action.project.changes import unified_diff\n"
    "from cses_action.project.edits import edited\n"
    "from cses_action.project.https import Wanted, https_edits\n"
    "from cses_action.project.xml import read_xml\n"
    "for _ in range({times}):\n"
    "    document = read_xml({definition!r})\n"
    "    edits = https_edits(document, (), Wanted(roles=('Role0',)))\n"
    "    assert len(edits) == 3\n"
    "    edited(document.text, edits), unified_diff(document.text, edits)\n"
)
PARSE = "import lxml.etree as etree\nfor _ in range({times}): etree.parse({definition!r})\n"
SETTINGS = 25_000
"""Makes a definition of one megabyte."""


def configure(folder: Path) -> list[Row]:
    """Return the rows of configure."""
    big = _definition(folder / "big.csdef", 10, SETTINGS)
    sides = {**_sides("edit", EDIT, big, 2), **_sides("parse", PARSE, big, 50)}
    for roles in ROLES:
        sides |= _sides(f"{roles} roles", EDIT, _definition(folder / f"{roles}-web.csdef", roles, roles), 20)
    costs = in_turns(sides)
    ours, other = one(costs, "edit", 2), one(costs, "parse", 50)
    return [
        Row(
            number=11,
            what=f"CPU of reading, editing and comparing a definition of {big.stat().st_size / 1e6:.1f} MB",
            compared_with="lxml.etree.parse of it",
            unit="x",
            hold=60,
            aim=30,
            measured=ours / other,
            sides=Sides(ours * 1000, other * 1000, "ms"),
        ),
        growth("of that", [one(costs, f"{roles} roles", 20) for roles in ROLES]),
    ]


def _sides(name: str, program: str, csdef: Path, times: int) -> dict[str, Command]:
    return once_and_more(
        name, lambda number: program.format(root=str(ROOT), times=number, definition=str(csdef)), times
    )


def _definition(path: Path, roles: int, settings: int) -> Path:
    """Write a definition with so many web roles, and so many settings in all."""
    rows = "".join(f'<Setting name="Setting.Number.{number:06}" />\n' for number in range(settings // roles))
    texts = [
        f'<WebRole name="Role{each}" vmsize="Standard_D1_v2">\n<Sites><Site name="Web"><Bindings>'
        f'<Binding name="Http" endpointName="Http" /></Bindings></Site></Sites>\n<Endpoints>\n'
        f'<InputEndpoint name="Http" protocol="http" port="{each + 1000}" />\n</Endpoints>\n'
        f"<ConfigurationSettings>\n{rows}</ConfigurationSettings>\n</WebRole>\n"
        for each in range(roles)
    ]
    path.write_text(definition("".join(texts)), encoding="utf-8")
    return path
