"""Facts that stand in several files of the project at once."""

from __future__ import annotations

import importlib
import json
import re
import tomllib

import pytest
import yaml

import cses_action
from tests.contract.files import ROOT, read

DOCKERFILE = read("Dockerfile")
LOCKS = ("requirements.lock", "requirements-dev.lock")
PEERS = ("tests/peers/requirements.in", "tests/peers/requirements.lock")


def pins(path: str) -> dict[str, str]:
    """Return the pinned versions of a requirements file, by normalised name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", read(path), re.MULTILINE)
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_entry_point_of_the_image_is_a_file_that_it_holds() -> None:
    (command,) = re.findall(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)
    python, options, script = json.loads(command)
    assert (python, options) == ("/usr/local/bin/python", "-IBu")
    assert re.search(r"^COPY entrypoint\.py /app/$", DOCKERFILE, re.MULTILINE)
    assert script == "/app/entrypoint.py"
    assert (ROOT / "entrypoint.py").is_file()


def test_the_image_installs_wheels_by_their_hashes_from_the_lock() -> None:
    (install,) = re.findall(r"^RUN (pip install (?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert {"--require-hashes", "--only-binary=:all:", "--requirement=/requirements.lock"} <= set(install.split())


def test_the_image_leaves_the_sandbox_out_and_takes_only_what_is_named() -> None:
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    assert "cses_action/sandbox" in lines[lines.index("!cses_action") :]
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert sorted(f"!{each}" for each in copied) == sorted(line for line in lines if line.startswith("!"))


def test_the_image_can_be_built_with_a_stand_in_and_runs_as_github_wants() -> None:
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert bases == {"python:3.12-slim-bookworm"}
    assert not re.search(r"^(USER|WORKDIR)|<<|^# *syntax", DOCKERFILE, re.MULTILINE)


def test_the_packages_go_where_the_python_of_the_image_looks() -> None:
    (version,) = set(re.findall(r"^FROM python:(\d\.\d+)", DOCKERFILE, re.MULTILINE))
    assert f"/usr/local/lib/python{version}/site-packages\n" in DOCKERFILE


def test_the_version_is_the_same_in_package_changelog_and_image() -> None:
    (label,) = re.findall(r'image\.version="([^"]+)"', DOCKERFILE)
    newest = re.findall(r"^## \[([^\]]+)\]", read("CHANGELOG.md"), re.MULTILINE)[0]
    assert label == cses_action.__version__
    assert newest in {"Unreleased", cses_action.__version__}


def test_the_changelog_tells_of_each_change_in_a_sentence() -> None:
    entries = re.findall(r"^- (.+(?:\n  .+)*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert entries
    assert [entry for entry in entries if not entry.endswith(".")] == []


def test_the_console_script_is_there() -> None:
    scripts = tomllib.loads(read("pyproject.toml"))["project"]["scripts"]
    assert scripts == {"cses-action": "entrypoint:main"}
    assert callable(importlib.import_module("entrypoint").main)


@pytest.mark.parametrize(
    ("source", "lock"),
    [("requirements.in", LOCKS[0]), ("requirements.in", LOCKS[1]), ("requirements-dev.in", LOCKS[1]), PEERS],
)
def test_what_is_asked_for_is_what_is_locked(source: str, lock: str) -> None:
    asked = pins(source)
    assert asked
    assert {name: pins(lock).get(name) for name in asked} == asked


def test_both_locks_agree() -> None:
    runs = pins(LOCKS[0])
    assert {name: pins(LOCKS[1]).get(name) for name in runs} == runs


@pytest.mark.parametrize("lock", [*LOCKS, PEERS[1]])
def test_every_locked_package_has_a_hash_and_no_index_is_named(lock: str) -> None:
    text = read(lock)
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(pins(lock)) > 0
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in", PEERS[0]])
def test_every_dependency_is_pinned_and_says_what_it_is_for(source: str) -> None:
    lines = [line for line in read(source).splitlines() if line and not line.startswith(("#", "-r"))]
    assert [line for line in lines if not re.fullmatch(r"\S+==\S+ +# .+", line)] == []


def test_the_licence_is_mit_of_the_contributors() -> None:
    text = read("LICENSE")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 the cses-action contributors\n\nPermission is hereby")
    assert 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND' in text
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "MIT"


def test_every_target_of_make_has_its_line_of_help() -> None:
    text = read("Makefile")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    described = re.findall(r"^([a-z]+):.*?  ## \S.+$", text, re.MULTILINE)
    assert described == phony.split()
    assert {"help", "demo", "test", "lint", "image"} <= set(described)


def test_ci_runs_what_people_run() -> None:
    script = read(".ci/run")
    assert re.findall(r"^within \d+ (?:as_root )?make (\w+)(?: #.*)?$", script, re.MULTILINE) == [
        "node",
        "lint",
        "test",
        "demo",
        "peers",
        "image",
    ]
    assert ".venv/bin/python tests/judge_demo.py demo-output" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_workflows_give_no_rights_at_the_top_and_pin_every_action() -> None:
    workflow = yaml.safe_load(read(".github/workflows/ci.yml"))
    assert workflow["permissions"] == {}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}|\./", each)] == []
    assert "bash .ci/run" in [step.get("run") for step in steps]
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
