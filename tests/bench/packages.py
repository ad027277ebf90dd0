"""Rows 9 and 10: what it costs to read a package and to verify everything in it.

The packages are made here, and what is in them is said in each row: most are repetitive (one mebibyte of text again
and again, stored), one is of random bytes and one of text, both deflated twice, as a package in a package is.
"""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tests.bench.children import PYTHON, ROOT, Command, Cost, in_turns
from tests.bench.project import CONFIGURATION, DEFINITION, SAMPLES
from tests.bench.repeated import once_and_more, one
from tests.bench.rows import Row, Sides
from tests.bench.start import MEGABYTE, bare
from tests.data.package_parts import plainly
from tests.data.package_switches import Files
from tests.data.packages import legacy_package
from tests.data.zips import STORED, entries, written

ROUNDS = 5
READ = (
    "import sys; from cses_action.project.package import examine_package; "
    "assert not examine_package(sys.argv[1]).defects"
)
PEAK = "; print(next(each.split()[1] for each in open('/proc/self/status') if each.startswith('VmHWM')))"
START = "import cses_action.project.package"
PEER = 'set -e; sha256sum "$@"; md5sum "$@"; for each in "$@"; do unzip -tqq "$each"; done'
WORKER = (
    b'<ServiceDefinition xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition" name="Bench">'
    b'<WorkerRole name="Worker" vmsize="Standard_D1_v2"/></ServiceDefinition>'
)
FILES = {"definition": str(SAMPLES / "multirole-https" / DEFINITION)}
FILES |= {"configuration": str(SAMPLES / "multirole-https" / CONFIGURATION), "root": str(ROOT)}
EXAMINE = (
    "import sys; sys.path.insert(0, {root!r})\n"
    "from cses_action.project import examine\n"
    "for _ in range({times}): found = examine({definition!r}, [{configuration!r}])\n"
)
GATE = (
    "import sys; sys.path.insert(0, {root!r})\n"
    "from cses_action.project import examine\n"
    "from cses_action.project.gate import check_together\n"
    "from cses_action.project.package import examine_package\n"
    "found, package = examine({definition!r}, [{configuration!r}]), examine_package({package!r})\n"
    "for _ in range({times}): check_together(package, found.definition, found.configurations)\n"
)
TIMES = 300


class Kind(NamedTuple):
    """A package to make: megabytes of its content, and what they are."""

    name: str
    megabytes: int
    what: str


KINDS = (
    Kind("1", 1, "repetitive, stored"),
    Kind("100", 100, "repetitive, stored"),
    Kind("800", 800, "repetitive, stored"),
    Kind("random", 100, "random bytes, deflated twice"),
    Kind("text", 100, "text, deflated twice"),
)


def measure(folder: Path) -> list[Row]:
    """Return rows 9 and 10; the packages are gone afterwards, one after the other."""
    rows, costs, peaks = [], {}, {}
    for kind in KINDS:
        # In a process of its own: what makes a large package is large itself.
        package = folder / f"{kind.name}.cspkg"
        subprocess.run([sys.executable, "-m", __name__, str(package), kind.name], cwd=ROOT, check=True)
        files = [package, *unpacked(package, folder / kind.name)]
        costs[kind.name] = found = in_turns(
            {
                "start": Command((*PYTHON, START), bare()),
                "ours": Command((*PYTHON, READ, str(package)), bare()),
                "peer": Command(("sh", "-c", PEER, "sh", *map(str, files)), bare()),
            },
            ROUNDS,
        )
        peaks[kind.name] = peak(package)
        rows.append(_row(kind, found))
        for file in files:
            file.unlink()
    return [*rows, _linear(costs), _memory(peaks), _gate(folder)]


def make(package: Path, name: str) -> None:
    """Write the package of this kind."""
    (kind,) = (each for each in KINDS if each.name == name)
    source = random.Random(name)
    if kind.what.startswith("random"):
        content = source.randbytes(kind.megabytes * MEGABYTE)
    else:
        line = "{:08x} is a line of a file that was made for this\n"
        block = "".join(line.format(source.getrandbits(32)) for _ in range(20_000)).encode()
        content = (block * (kind.megabytes * MEGABYTE // len(block) + 1))[: kind.megabytes * MEGABYTE]
    # As much as extended support takes, and not a byte more.
    content = content[: 799 * 1024 * 1024]
    legacy_package(WORKER, package, content=content, pack=stored if "stored" in kind.what else plainly)


def stored(_place: str, files: Files) -> bytes:
    """Return an archive without compression."""
    return written([replace(each, method=STORED) for each in entries(files, method=STORED)])


def unpacked(package: Path, folder: Path) -> list[Path]:
    """Return the nested archives, as files; to get them out costs the other side nothing."""
    with zipfile.ZipFile(package) as archive:
        names = [each for each in archive.namelist() if each.endswith((".cssx", ".csdx", ".csmx", ".csnsx"))]
        return [Path(archive.extract(each, folder)) for each in names]


def peak(package: Path) -> int:
    """Return the bytes of memory that reading takes at most."""
    command = [*PYTHON, READ + PEAK, str(package)]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout) * 1024


def _beyond(costs: dict[str, Cost]) -> float:
    return max(costs["ours"].cpu - costs["start"].cpu, 0.0)


def _row(kind: Kind, costs: dict[str, Cost]) -> Row:
    ours, peer = _beyond(costs), costs["peer"].cpu
    what = f"CPU of verifying a package, beyond start-up: {kind.megabytes} MB, {kind.what}"
    sides = Sides(ours * 1000, peer * 1000, "ms CPU")
    return Row(9, what, "sha256sum + md5sum + unzip -t", "x", 1.5, 1.1, ours / peer, sides)


def _linear(costs: dict[str, dict[str, Cost]]) -> Row:
    large, small = _beyond(costs["800"]) / 8, _beyond(costs["100"])
    sides = Sides(large * 1000, small * 1000, "ms CPU")
    return Row(9, "CPU of 100 MB out of 800 MB", "of 100 MB", "x", 1.5, 1.1, large / small, sides)


def _memory(peaks: dict[str, int]) -> Row:
    large, small = (peaks[name] / MEGABYTE for name in ("800", "1"))
    what = "memory of verifying a package of 800 MB"
    return Row(10, what, "of 1 MB", "MB more", 20, 5, large - small, Sides(large, small, "MB"))


def _gate(folder: Path) -> Row:
    package = legacy_package(Path(FILES["definition"]), folder / "gate.cspkg")
    given = {**FILES, "package": str(package)}
    costs = in_turns(
        {
            **once_and_more("gate", lambda times: GATE.format(times=times, **given), TIMES),
            **once_and_more("files", lambda times: EXAMINE.format(times=times, **given), TIMES),
        }
    )
    gate, files = one(costs, "gate", TIMES), one(costs, "files", TIMES)
    what = "CPU of comparing a package with definition and configuration"
    sides = Sides(gate * 1000, files * 1000, "ms CPU")
    return Row(9, what, "examining the two files", "x", 1, 0.5, gate / files, sides)


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
