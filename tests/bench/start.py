"""Rows 1 to 4: how much it costs to be told of a mistake, and to come as far as the first request to Azure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.children import PYTHON, ROOT, Command, Cost, FirstRequest, Listener, in_turns
from tests.bench.project import Project
from tests.bench.rows import Row, Sides

AZ_VERSION = "2.91.0"
AZ_ROUNDS = 5
MEGABYTE = 1_000_000
GUID = "11111111-2222-3333-4444-555555555555"


def measure(folder: Path, cache: Path) -> list[Row]:
    """Return rows 1 to 4."""
    listener, project = Listener(folder), Project(folder)
    program = (sys.executable, "entrypoint.py", "deploy", *project.options)
    right = environment(listener)
    first = FirstRequest(program, right, listener)
    unfit = (sys.executable, "entrypoint.py", "deploy", *project.unfit_options)
    broken = (sys.executable, "entrypoint.py", "deploy", *project.broken_options)
    costs = in_turns(
        {
            "pass": Command((*PYTHON, "pass"), bare()),
            "lxml": Command((*PYTHON, "import lxml.etree"), bare()),
            "wrong inputs": Command(program, {**right, "INPUT_TENANT_ID": "contoso"}, code=2),
            "broken configuration": Command(broken, right, code=3),
            "package that does not fit": Command(unfit, right, code=3),
            "first request": first,
        }
    )
    return [*_mistakes(costs), *_first(costs), _az(first, cache)]


def bare() -> dict[str, str]:
    """Return the little of this process's environment that a child gets."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LANG": "C.UTF-8"}


def environment(listener: Listener) -> dict[str, str]:
    """Return inputs that lead to the listener."""
    inputs = {
        "TENANT_ID": GUID,
        "CLIENT_ID": GUID,
        "CLIENT_SECRET": "a-secret",
        "SUBSCRIPTION_ID": GUID,
        "ENVIRONMENT": "custom",
        "RESOURCE_MANAGER_URL": listener.url,
        "RESOURCE_GROUP": "contoso-rg",
        "CLOUD_SERVICE": "contosocs",
        "STORAGE_ACCOUNT": "contososa",
        "KEY_VAULT": "contoso-kv",
    }
    named = {f"INPUT_{name}": value for name, value in inputs.items()}
    return {**bare(), **named, "REQUESTS_CA_BUNDLE": str(listener.authority)}


def _mistakes(costs: dict[str, Cost]) -> list[Row]:
    lxml = costs["lxml"]
    return [
        Row(
            1,
            f"CPU of a run that stops at: {name}",
            "import lxml.etree",
            "x",
            2,
            1.5,
            ours.cpu / lxml.cpu,
            _cpu(ours, lxml),
        )
        for name in ("wrong inputs", "broken configuration", "package that does not fit")
        for ours in (costs[name],)
    ]


def _first(costs: dict[str, Cost]) -> list[Row]:
    first, other = costs["first request"], costs["pass"]
    what = "CPU up to the first Azure request"
    memory = first.memory / MEGABYTE
    return [
        Row(2, what, "python -c pass", "x", 40, 26, first.cpu / other.cpu, _cpu(first, other)),
        Row(3, "memory at the first Azure request", "", "MB", 70, 55, memory, Sides(memory, None, "MB")),
    ]


def _cpu(ours: Cost, other: Cost) -> Sides:
    return Sides(ours.cpu * 1000, other.cpu * 1000, "ms CPU")


def _az(first: Callable[[], Cost], cache: Path) -> Row:
    what, other = "wall time up to the first Azure request", f"az vmss --help, azure-cli {AZ_VERSION}"
    az, note = installed_az(cache)
    if az is None:
        return Row(4, what, other, "x slower", 1.3, 3, None, note=note, more_is_better=True)
    quiet = {**bare(), "AZURE_CORE_COLLECT_TELEMETRY": "no", "AZURE_CONFIG_DIR": str(cache / "azure")}
    costs = in_turns({"ours": first, "az": Command((str(az), "vmss", "--help"), quiet)}, AZ_ROUNDS)
    sides = Sides(costs["ours"].wall, costs["az"].wall, "s")
    return Row(4, what, other, "x slower", 1.3, 3, costs["az"].wall / sides.ours, sides, more_is_better=True)


def installed_az(cache: Path) -> tuple[Path | None, str]:
    """Return azure-cli's program in an environment of its own, made on first use; or why there is none."""
    home = cache / f"azure-cli-{AZ_VERSION}"
    az = home / "bin" / "az"
    if az.exists():
        return az, ""
    print(f"Installing azure-cli {AZ_VERSION} into {home.relative_to(ROOT)} (several minutes, once) …", flush=True)
    pip = (str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    for command in ((sys.executable, "-m", "venv", "--clear", str(home)), (*pip, f"azure-cli=={AZ_VERSION}")):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return (
                None,
                f"azure-cli cannot be installed: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}",
            )
    return az, ""
