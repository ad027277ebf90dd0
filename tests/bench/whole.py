"""Rows 13 and 14: the requests of a whole update, and the size of the image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from cses_action.sandbox import Sandbox
from tests.bench.children import ROOT
from tests.bench.project import Project
from tests.bench.rows import Row, Sides
from tests.bench.start import MEGABYTE, bare
from tests.image.engine import IMAGE, cache_folder, prepare
from tests.image.layers import compressed_base
from tests.image.layers import measure as measure_layers


def requests(folder: Path) -> Row:
    """Return row 13: an update with one certificate whose name is known, in a custom cloud."""
    with Sandbox(folder, operation_seconds=0.1, start_seconds=0.1) as azure:
        project = Project(folder, azure.certificates["contosocs-kv"]["contoso-web"][0]["thumbprint"])
        command = (sys.executable, "entrypoint.py", "deploy", *project.options)
        env = {**bare(), **azure.inputs}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The update ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        made = counted(azure.requests)
    note = ", ".join(f"{service} {sum(each == service for each in made)}" for service in dict.fromkeys(made))
    sides = Sides(len(made), None, "requests")
    return Row(13, "Entra, ARM and Key Vault in a whole update", "", "requests", 16, 12, len(made), sides, note)


def counted(asked: list[dict[str, Any]]) -> list[str]:
    """Return the services of the requests that count: no blobs, no polls, no reads of the service after its PUT."""
    put = next(number for number, each in enumerate(asked) if (each["service"], each["method"]) == ("arm", "PUT"))
    following = re.compile("/cloudServices/|/operations/", re.IGNORECASE)
    return [
        each["service"]
        for number, each in enumerate(asked)
        if each["service"] != "blob"
        and not (number > put and each["method"] == "GET" and following.search(each["path"]))
    ]


def image() -> Row:
    """Return row 14, if ``make image`` has built the image."""
    what, other = "the image's own layers, compressed", "the base image"
    if os.geteuid():
        return Row(14, what, other, "MB more", 35, 20, None, note="needs root, as `make image` does")
    engine = prepare(cache_folder()) if shutil.which("podman") else None
    if engine is None or not engine.has(IMAGE):
        return Row(14, what, other, "MB more", 35, 20, None, note="run `make image` first")
    own, base = measure_layers(engine, IMAGE).compressed / MEGABYTE, compressed_base(engine) / MEGABYTE
    return Row(14, what, other, "MB more", 35, 20, own, Sides(base + own, base, "MB"))
