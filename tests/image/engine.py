"""podman, set up for these tests alone: nothing outside the cache folder is changed.

It is podman of root: runc cannot join another container's network for an ordinary user, which is how act runs an
action. The settings are what a machine without systemd and with few rights needs; elsewhere they do no harm.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

IMAGE = "localhost/cses-action:test"
FOLDER = "CSES_ACTION_IMAGE_CACHE"
"""The variable that names another cache folder."""

PACKAGES = {
    "podman": ("podman", "golang-github-containers-common"),
    "runc": ("runc",),
    "netavark": ("netavark", "aardvark-dns"),
    "iptables": ("iptables",),
    "debootstrap": ("debootstrap",),
    "git": ("git",),
    "update-ca-certificates": ("ca-certificates",),
}
"""Debian's packages for the programs that may be missing."""

BOOT = Path("/proc/sys/kernel/random/boot_id")


class Unfit(Exception):
    """This machine lacks something; the message says what to install."""


@dataclass(frozen=True)
class Engine:
    """podman with its images, containers and settings in one folder."""

    folder: Path
    env: Mapping[str, str]

    def podman(self, *arguments: str, fails: bool = False, stdin: int | None = None) -> str:
        """Run podman, and return what it printed; ``fails`` says that a failure is no error."""
        done = subprocess.run(
            ["podman", *arguments],
            env=self.env,
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        if done.returncode and not fails:
            raise Unfit(f"podman {' '.join(arguments)} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        """Return whether the image is there."""
        command = ["podman", "image", "exists", image]
        return subprocess.run(command, env=self.env, check=False, timeout=60).returncode == 0

    @contextlib.contextmanager
    def service(self) -> Iterator[str]:
        """Serve Docker's API, and yield its address for DOCKER_HOST."""
        socket = self.folder / "podman.sock"
        socket.unlink(missing_ok=True)
        command = ["podman", "system", "service", "--time=0", f"unix://{socket}"]
        log = self.folder / "service.log"
        with log.open("w") as out, subprocess.Popen(command, env=self.env, stdout=out, stderr=out) as process:
            try:
                until = time.monotonic() + 20
                while not socket.exists():
                    if process.poll() is not None or time.monotonic() > until:
                        raise Unfit(f"podman's API did not start:\n{log.read_text()}")
                    time.sleep(0.05)
                yield f"unix://{socket}"
            finally:
                process.terminate()


def cache_folder() -> Path:
    """Return where image layers and settings stay between two runs."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(FOLDER) or Path(caches) / "cses-action-image").absolute()


def need(*programs: str) -> None:
    """Install what is missing of these programs, where that can be done; else raise Unfit."""
    lacking = missing(*programs)
    if not lacking:
        return
    if not shutil.which("apt-get"):
        raise Unfit(lacking)
    packages = [package for program in programs if not _found(program) for package in PACKAGES[program]]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "--no-upgrade", *packages]):
        done = subprocess.run(
            ["apt-get", *arguments], env=env, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode:
            raise Unfit(f"{lacking} It failed:\n{done.stdout}{done.stderr}")


def missing(*programs: str) -> str:
    """Say which of these programs are missing, and how to get them; empty if they are all there."""
    names = [program for program in programs if not _found(program)]
    packages = [package for name in names for package in PACKAGES[name]]
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    return f"Missing: {', '.join(names)}. On Debian and Ubuntu: {command}." if names else ""


def need_engine() -> None:
    """Make sure of root, of podman, and of what podman needs."""
    programs = ("podman", "runc", "netavark", "iptables", "git", "update-ca-certificates")
    if os.geteuid():
        raise Unfit(f"It needs root: sudo make image. {missing(*programs)}".strip())
    need(*programs)


def prepare(folder: Path) -> Engine:
    """Return the engine whose images, containers and settings are in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    run = folder / "run"
    _forget_before_boot(run)
    storage, containers = folder / "storage.conf", folder / "containers.conf"
    storage.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{run}/storage"\n')
    containers.write_text(_settings(run))
    settings = {"CONTAINERS_STORAGE_CONF": str(storage), "CONTAINERS_CONF": str(containers)}
    return Engine(folder, {**os.environ, **settings})


def _found(program: str) -> bool:
    # Debian keeps the network's program out of PATH.
    return bool(shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/podman"))


def _settings(run: Path) -> str:
    # Above its own hard limit nobody may set one without CAP_SYS_RESOURCE; and podman lowers its own number of
    # processes to 32768 before it starts a container.
    files = _most(resource.RLIMIT_NOFILE, 1048576)
    processes = _most(resource.RLIMIT_NPROC, 32768)
    return f"""[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
apparmor_profile = "unconfined"  # some of Ubuntu's profiles keep signals from containers
[network]
network_backend = "netavark"
[engine]
runtime = "runc"  # crun refuses machines with both versions of cgroups
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{run}/libpod"
"""


def _most(limit: int, wanted: int) -> int:
    hard = resource.getrlimit(limit)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)


def _forget_before_boot(run: Path) -> None:
    """Drop what podman noted about running containers and mounts before the machine was started anew."""
    note, boot = run / "boot", BOOT.read_text() if BOOT.exists() else ""
    if not note.exists() or note.read_text() != boot:
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        note.write_text(boot)
