"""What make does with the environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_environment_behind_a_symbolic_link_is_refused_and_not_emptied(tmp_path: Path) -> None:
    clone, other = tmp_path / "clone", tmp_path / "other"
    clone.mkdir()
    other.mkdir()
    kept = other / "kept"
    kept.touch()
    for name in ("Makefile", "requirements-dev.lock"):
        shutil.copy(ROOT / name, clone)
    (clone / ".venv").symlink_to(other)
    done = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "rules"],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert f".venv is a symbolic link to {other}" in done.stderr
    assert kept.exists()
