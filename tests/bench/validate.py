"""Row 11: what it costs to examine a definition and a configuration, and how that grows with the roles."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.children import PYTHON, ROOT, Command, in_turns
from tests.bench.project import CONFIGURATION, DEFINITION, SAMPLES
from tests.bench.repeated import ROLES, growth, once_and_more, one
from tests.bench.rows import Row, Sides
from tests.bench.start import bare
from tests.unit.project.rules.kit import THUMBPRINT, configuration, definition

EXAMINE = (
    "import sys; sys.path.insert(0, {root!r})\n"
    "from cses_action.project import examine\n"
    "for _ in range({times}): examine({definition!r}, [{configuration!r}])\n"
)
PARSE = (
    "import lxml.etree as etree\n"
    "for _ in range({times}): etree.parse({definition!r}), etree.parse({configuration!r})\n"
)
TIMES, TIMES_PARSED = 100, 5000


def validate(folder: Path) -> list[Row]:
    """Return the rows of validate."""
    sample = SAMPLES / "multirole-https"
    sides = {
        **_sides("examine", EXAMINE, sample / DEFINITION, sample / CONFIGURATION, TIMES),
        **_sides("parse", PARSE, sample / DEFINITION, sample / CONFIGURATION, TIMES_PARSED),
        "lxml": Command((*PYTHON, "import lxml.etree"), bare()),
        "wrong pair": Command((sys.executable, "entrypoint.py", "validate", *_wrong(folder, sample)), bare(), code=3),
    }
    for roles in ROLES:
        times = max(TIMES // roles, 5)
        sides |= _sides(f"{roles} roles", EXAMINE, *_project(folder, roles), times)
    costs = in_turns(sides)
    examined, parsed = one(costs, "examine", TIMES), one(costs, "parse", TIMES_PARSED)
    wrong, other = costs["wrong pair"].cpu - examined, costs["lxml"].cpu
    return [
        Row(
            number=11,
            what="CPU of examining a definition and a configuration",
            compared_with="lxml.etree.parse of both",
            unit="x",
            hold=30,
            aim=10,
            measured=examined / parsed,
            sides=Sides(examined * 1000, parsed * 1000, "ms"),
        ),
        Row(
            number=11,
            what="CPU of validate on a wrong pair, but for the rules' own time",
            compared_with="import lxml.etree",
            unit="x",
            hold=2,
            aim=1.5,
            measured=wrong / other,
            sides=Sides(wrong * 1000, other * 1000, "ms"),
        ),
        growth("of that", [one(costs, f"{roles} roles", max(TIMES // roles, 5)) for roles in ROLES]),
    ]


def _sides(name: str, program: str, csdef: Path, cscfg: Path, times: int) -> dict[str, Command]:
    files = {"definition": str(csdef), "configuration": str(cscfg)}
    return once_and_more(name, lambda number: program.format(root=str(ROOT), times=number, **files), times)


def _wrong(folder: Path, sample: Path) -> tuple[str, ...]:
    """Return the options for a configuration of other roles than the definition has."""
    text = (sample / CONFIGURATION).read_text(encoding="utf-8-sig").replace('"WebRole1"', '"WebRole2"')
    (folder / "wrong.cscfg").write_text(text, encoding="utf-8")
    return "--definition", str(sample / DEFINITION), "--configuration", str(folder / "wrong.cscfg")


def _project(folder: Path, count: int) -> tuple[Path, Path]:
    """Return a definition and a configuration with so many roles."""
    csdef, cscfg = folder / f"{count}.csdef", folder / f"{count}.cscfg"
    names = [f"Role{each}" for each in range(count)]
    declared = '<Certificates><Certificate name="C" storeLocation="LocalMachine" storeName="My" /></Certificates>'
    roles = "".join(
        f'<WorkerRole name="{name}" vmsize="Standard_D1_v2">\n<Endpoints>\n'
        f'<InputEndpoint name="Https" protocol="https" port="{number + 443}" certificate="C" />\n</Endpoints>\n'
        f'{declared}\n<ConfigurationSettings><Setting name="S" /></ConfigurationSettings>\n</WorkerRole>\n'
        for number, name in enumerate(names)
    )
    certificates = f'<Certificate name="C" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1" />'
    configured = "".join(
        f'<Role name="{name}">\n<Instances count="2" />\n<ConfigurationSettings><Setting name="S" value="1" />'
        f"</ConfigurationSettings>\n<Certificates>{certificates}</Certificates>\n</Role>\n"
        for name in names
    )
    csdef.write_text(definition(roles), encoding="utf-8")
    cscfg.write_text(configuration(configured), encoding="utf-8")
    return csdef, cscfg
