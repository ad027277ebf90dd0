"""The base image: the real one where Docker Hub can be reached, else a stand-in of the same name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.image.engine import Engine, Unfit, need

ROOT = Path(__file__).parents[2]
REGISTRY = "docker.io/library/"
STAND_IN = "cses-action.stand-in"
"""The label of an image that only stands in for the real one."""

SUITE = "bookworm"
LIBRARIES = (
    "ca-certificates,netbase,tzdata,libssl3,libffi8,libsqlite3-0,libbz2-1.0,liblzma5,libreadline8,zlib1g,"
    "libncursesw6,libuuid1"
)
LEFT_OUT = ("test", "idlelib", "tkinter", "site-packages/*")


def base_name() -> str:
    """Return the image that the Dockerfile starts from."""
    (name,) = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    return str(name)


def provide_base(engine: Engine) -> str:
    """Make sure that the base image is there, and say what it is."""
    name = f"{REGISTRY}{base_name()}"
    if not engine.has(name):
        engine.podman("pull", "--quiet", name, fails=True)
    if not engine.has(name):
        _make(engine, name)
    label = engine.podman("image", "inspect", "--format", f'{{{{index .Labels "{STAND_IN}"}}}}', name)
    python = engine.podman("run", "--rm", "--network=none", name, "python", "-VV")
    return f"{name} ({'a stand-in' if label == 'true' else 'the real one'}): {python}"


def _make(engine: Engine, name: str) -> None:
    """Put a Debian of packages and a CPython of this machine together, as the real image is made."""
    need("debootstrap")
    python = _python(name)
    root = engine.folder / "base"
    _remove(root)
    _run("debootstrap", "--variant=minbase", f"--include={LIBRARIES}", SUITE, str(root), _mirror())
    _copy(python, root / "usr" / "local")
    _run("chroot", str(root), "ldconfig")
    _run("chroot", str(root), "/usr/local/bin/python3", "-m", "ensurepip")
    (root / "usr/local/bin/pip").symlink_to("pip3")
    # A registry may be signed by an authority of this machine: the image trusts whom the machine trusts.
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs/ca-certificates.crt")
    (root / "etc/pip.conf").write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n")
    _import(engine, root, name)
    _remove(root)


def _remove(root: Path) -> None:
    # debootstrap mounts /proc and /sys in there, and leaves them if it is interrupted.
    _run("rm", "--recursive", "--force", "--one-file-system", str(root))


def _python(name: str) -> Path:
    (version,) = re.findall(r"python:(\d+\.\d+)", name)
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(versions.glob(f"{version}.*"))
    if not found:
        raise Unfit(f"{name} cannot be pulled, and a stand-in needs CPython {version}: pyenv install {version}")
    return found[-1]


def _mirror() -> str:
    """Return the package mirror that this machine's apt is set up with."""
    sites = _run("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {SUITE}")
    return sites.partition("\n")[0] or "http://deb.debian.org/debian"


def _copy(python: Path, target: Path) -> None:
    library = f"lib/python{python.name.rpartition('.')[0]}"
    excluded = [f"--exclude={library}/{each}" for each in LEFT_OUT]
    parts = ("bin/python3", "bin/python", f"bin/{Path(library).name}", "include", "lib")
    archive = target / "python.tar"
    _run("tar", "-C", str(python), *excluded, "--exclude=__pycache__", "--exclude=*.a", "-cf", str(archive), *parts)
    _run("tar", "-C", str(target), "-xf", str(archive))
    archive.unlink()


def _import(engine: Engine, root: Path, name: str) -> None:
    left_out = ("./proc/*", "./sys/*", "./dev/*", "./var/cache/apt/*.bin", "./var/cache/apt/archives/*.deb")
    useless = ("./var/lib/apt/lists/*", "./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*")
    excluded = [f"--exclude={each}" for each in (*left_out, *useless, "__pycache__")]
    path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    changes = (f"ENV PATH={path}", "ENV LANG=C.UTF-8", 'CMD ["python3"]', f"LABEL {STAND_IN}=true")
    given = [part for change in changes for part in ("--change", change)]
    with subprocess.Popen(["tar", "-C", str(root), *excluded, "-c", "."], stdout=subprocess.PIPE) as archive:
        assert archive.stdout
        engine.podman("import", "--quiet", *given, "-", name, stdin=archive.stdout.fileno())


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise Unfit(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
