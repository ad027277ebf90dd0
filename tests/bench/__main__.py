"""``python -m tests.bench``: one table on the terminal, and the same in bench-output/bench.json."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.children import ROOT, ROUNDS
from tests.bench.configure import configure
from tests.bench.packages import measure as measure_packages
from tests.bench.rows import Row
from tests.bench.start import measure
from tests.bench.validate import validate
from tests.bench.whole import image, requests

OUTPUT = ROOT / "bench-output"


def main() -> None:
    """Measure, show, and write down."""
    OUTPUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        rows = [
            *measure(Path(one), OUTPUT),
            *measure_packages(Path(one)),
            *validate(Path(one)),
            *configure(Path(one)),
            requests(Path(other)),
            image(),
        ]
    Console(width=None if os.isatty(1) else 160).print(table(rows))
    (OUTPUT / "bench.json").write_text(json.dumps(report(rows), indent=1, ensure_ascii=False), encoding="utf-8")


def table(rows: list[Row]) -> Table:
    """Return the rows for a terminal."""
    made = Table(title=f"Medians of {ROUNDS} rounds in turns, CPU and memory of child processes")
    for heading in ("row", "what", "compared with", "ours / other", "measured", "hold", "aim", "verdict", "note"):
        made.add_column(heading)
    for row in rows:
        sides = str(row.sides) if row.sides else "—"
        texts = (row.what, row.compared_with, sides, row.figure, *row.bounds, row.verdict, row.note)
        made.add_row(str(row.number), *texts)
    return made


def report(rows: list[Row]) -> dict[str, object]:
    """Return the same for a program."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count()}
    return {"rounds": ROUNDS, **machine, "rows": [{**asdict(row), "verdict": row.verdict} for row in rows]}


if __name__ == "__main__":
    main()
