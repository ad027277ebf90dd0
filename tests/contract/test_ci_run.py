"""What `.ci/run` does on other machines: each program that it calls only notes here how it was called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = ["make node", "make lint", "make test", "make demo", "make peers", "make image"]


class Machine:
    """A PATH whose programs are a line of shell each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.notes = folder / "notes"
        self.notes.touch()
        for name in ("bash", "dirname", "env", "mkdir", "sed", "true", "uname"):
            found = next(path for path in (Path("/usr/bin", name), Path("/bin", name)) if path.exists())
            (self.bin / name).symlink_to(found)
        self.has("id", "echo 0")
        self.has("make", "echo GNU Make")
        self.has("timeout", 'shift 2; echo "$@" >> "$NOTES"')

    def has(self, name: str, does: str) -> None:
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.bin / name).chmod(0o755)

    def run(self, **env: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": str(self.bin), "HOME": str(self.folder), "NOTES": str(self.notes), "PYTHON": sys.executable}
        return subprocess.run(
            ["/bin/bash", str(ROOT / ".ci" / "run")],
            env={**given, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def made(self) -> list[str]:
        lines = self.notes.read_text().splitlines()
        return [line for line in lines if line.startswith("make ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_root_runs_every_step_in_turn(machine: Machine) -> None:
    done = machine.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.made == STEPS
    assert done.stdout.endswith("All passed.\n")


def test_without_root_and_sudo_it_says_so_before_anything_else(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    done = machine.run()
    assert done.returncode == 1
    assert "a sudo that asks for no password" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert machine.made == []


def test_what_needs_root_goes_through_sudo_with_what_it_needs_of_ours(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("sudo", 'echo "sudo $@" >> "$NOTES"; shift; exec "$@"')
    done = machine.run(SSL_CERT_FILE="/a place/ca.pem", REQUESTS_CA_BUNDLE="/ca.pem", AZURE_CLIENT_SECRET="kept-back")
    assert done.returncode == 0, done.stderr
    assert machine.made == STEPS
    _, called = (line for line in machine.notes.read_text().splitlines() if line.startswith("sudo "))
    assert called.startswith("sudo --non-interactive env ")
    assert called.endswith(" make image")
    for given in (f"PATH={machine.bin}", f"PYTHON={sys.executable}", "SSL_CERT_FILE=/a place/ca.pem", "CI=true"):
        assert given in called
    assert "kept-back" not in called


@pytest.mark.parametrize("code", [124, 137])
def test_a_step_that_hangs_is_ended_and_named(machine: Machine, code: int) -> None:
    machine.has("timeout", f'[ "$*" = "${{*%peers}}" ] || exit {code}')
    done = machine.run()
    assert done.returncode == 1
    assert "'make peers' was ended: it had not come to its end after 480 s." in done.stderr
    assert "make image" not in done.stdout


def test_a_step_that_fails_is_named_and_the_last(machine: Machine) -> None:
    machine.has("timeout", '[ "$*" = "${*%lint}" ] || exit 2')
    done = machine.run()
    assert done.returncode == 1
    assert "'make lint' failed (2)." in done.stderr
    assert "make test" not in done.stdout


def test_what_is_missing_is_installed_or_named(machine: Machine) -> None:
    (machine.bin / "make").unlink()
    assert "Missing: make." in machine.run().stderr
    machine.has("apt-get", 'echo "apt-get $@" >> "$NOTES"')
    machine.run()
    assert "install --quiet --yes --no-install-recommends make" in machine.notes.read_text()


def test_all_steps_together_end_before_ci_ends_the_job(machine: Machine) -> None:
    machine.has("timeout", 'echo "$2" >> "$NOTES"')
    machine.run()
    (limit,) = (
        int(line.split()[1])
        for line in (ROOT / ".github" / "workflows" / "ci.yml").read_text().splitlines()
        if line.strip().startswith("timeout-minutes:")
    )
    bounds = [int(line) for line in machine.notes.read_text().splitlines()]
    assert len(bounds) == len(STEPS) + 1
    assert all(seconds < (limit - 2) * 60 for seconds in bounds)
