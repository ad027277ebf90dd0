"""The wheel that pre-commit and pip make of this repository: what it holds, and that its command works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "entrypoint.py", "requirements.in", "cses_action")
SAMPLE = ROOT / "tests" / "data" / "samples" / "multirole-https" / "ServiceDefinition.csdef"
COMMAND = "cses-action = entrypoint:main"
RUN = "import sys; from entrypoint import main; import cses_action; print(cses_action.__file__); sys.exit(main())"


def check_wheel(folder: Path) -> None:
    """Build the wheel from a copy, and run it without the repository in sight."""
    source, installed = folder / "source", folder / "installed"
    source.mkdir()
    for name in SOURCES:
        place = ROOT / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, source / name)
    uv = Path(sys.executable).with_name("uv")
    ours = ("--python", sys.executable, "--no-build-isolation")  # with the locked setuptools, and no network
    build = (str(uv), "build", "--wheel", *ours, "--quiet", "--out-dir", str(folder))
    subprocess.run(build, cwd=source, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(installed)
    unwanted = [name for name in names if "sandbox" in name or name.startswith("tests")]
    (points,) = installed.glob("*.dist-info/entry_points.txt")
    if unwanted or COMMAND not in points.read_text(encoding="utf-8") or "cses_action/py.typed" not in names:
        sys.exit(f"The wheel holds too much or too little: {unwanted or names}")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)}
    words = (sys.executable, "-P", "-c", RUN, "validate", "--definition", str(SAMPLE))
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode or not done.stdout.startswith(str(installed)):
        sys.exit(f"The installed command ended with {done.returncode}:\n{done.stdout}{done.stderr}")
