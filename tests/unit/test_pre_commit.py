"""The hook of .pre-commit-hooks.yaml, as pre-commit runs it, and the problem matcher over what it prints."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tests.unit.operations.test_validate import NO_CERTIFICATE, worker
from tests.unit.project.rules.kit import configuration, definition, role

ROOT = Path(__file__).parents[2]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
MATCHER = ROOT / ".github" / "cses-action-matcher.json"
HEAVY = {"azure", "msal", "requests", "rich", "yaml", "dataclasses", "zipfile", "difflib", "hashlib"}


def console_script() -> str:
    """Return the program that pip writes for the console script that the hook starts; tests/lint tries the wheel."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    name = shlex.split(HOOK["entry"])[0]
    module, function = scripts[name].split(":")
    return f"import sys; from {module} import {function}; sys.argv[0] = {name!r}; code = {function}()"


def hook(folder: Path, *args: str, after: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the hook in a repository with no variable set but PATH, as a person's machine may have it."""
    program = f"{console_script()}; {after}; sys.exit(code)"
    command = [sys.executable, "-c", program, *shlex.split(HOOK["entry"])[1:], *args]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)


def files(folder: Path, csdef: str) -> tuple[str, ...]:
    (folder / "a.csdef").write_text(csdef, encoding="utf-8")
    (folder / "a.cscfg").write_text(configuration(role()), encoding="utf-8")
    return "--definition", "a.csdef", "--configuration", "*.cscfg"


def test_the_hook_names_its_files_itself_and_runs_when_one_of_them_changes() -> None:
    assert HOOK["id"] == "cses-action-validate"
    assert HOOK["language"] == "python"
    assert HOOK["pass_filenames"] is False
    changed = ["app/Service.csdef", "app/Service.Cloud.cscfg", "app/Service.cspkg", "csdef"]
    assert [name for name in changed if re.search(HOOK["files"], name)] == changed[:2]
    assert set(HOOK) == {"id", "name", "description", "entry", "language", "files", "pass_filenames"}


def test_the_hook_passes_files_without_errors_and_stops_others(tmp_path: Path) -> None:
    good = hook(tmp_path, *files(tmp_path, definition(worker())))
    assert (good.returncode, good.stderr) == (0, "")
    bad = hook(tmp_path, *files(tmp_path, definition(worker(NO_CERTIFICATE))))
    assert (bad.returncode, bad.stderr) == (3, "")
    assert "a.csdef:4:3: error CSD036: Endpoint In is https and has no certificate\n" in bad.stdout


def test_the_hook_imports_no_azure_package_and_opens_no_connection(tmp_path: Path) -> None:
    refuse = f"print('heavy', sorted({{each.split('.')[0] for each in sys.modules}} & {HEAVY | {'socket', 'ssl'}}))"
    done = hook(tmp_path, *files(tmp_path, definition(worker(NO_CERTIFICATE))), after=refuse)
    assert done.returncode == 3
    assert "\nheavy []\n" in done.stdout


def test_the_matcher_reads_findings_and_nothing_else(tmp_path: Path) -> None:
    (matcher,) = json.loads(MATCHER.read_text(encoding="utf-8"))["problemMatcher"]
    (pattern,) = matcher["pattern"]
    (tmp_path / "folder.cscfg").mkdir()
    (tmp_path / "wrong.cscfg").write_bytes(b"<a>\n\xff")
    options = (*files(tmp_path, definition(worker(NO_CERTIFICATE), 'name="Other"')), "--configuration", "wrong.cscfg")
    out = hook(tmp_path, *options, "--configuration", "folder.cscfg").stdout
    found = [match for line in out.splitlines() if (match := re.search(pattern["regexp"], line))]
    names = ("file", "line", "column", "severity", "code")
    assert [tuple(match[pattern[name]] for name in names) for match in found] == [
        ("wrong.cscfg", "2", None, "error", None),
        ("a.csdef", "4", "3", "error", "CSD036"),
        ("a.cscfg", "1", "104", "warning", "CFG002"),
    ]
    assert found[1][pattern["message"]] == "Endpoint In is https and has no certificate"
