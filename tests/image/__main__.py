"""``python -m tests.image``: builds the image with the unmodified Dockerfile, and runs its tests.

What is made (base image, layers) stays in a cache folder, so that the next run is quick.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.image.base import ROOT, provide_base
from tests.image.engine import FOLDER, IMAGE, Engine, Unfit, cache_folder, need_engine, prepare


def main() -> int:
    """Prepare, build and test; the exit code is that of the tests, or 1 if the machine is unfit."""
    return told(_made) or _tested()


def told(work: Callable[[], None]) -> int:
    """Do the work, and return 0; or say in a sentence why this machine cannot, and return 1."""
    try:
        work()
    except Unfit as why:
        print(f"make image cannot run here. {why}", file=sys.stderr)
        return 1
    except subprocess.TimeoutExpired as late:
        command = late.cmd if isinstance(late.cmd, str) else " ".join(map(str, late.cmd))
        what = f"'{command}' did not end within {late.timeout:.0f} s, and was ended."
        print(f"make image cannot go on. {what} Is the network slow, or the machine? Try once more.", file=sys.stderr)
        return 1
    return 0


def _made() -> None:
    _build(_prepared())


def _prepared() -> Engine:
    folder = cache_folder()
    need_engine()
    engine = prepare(folder)
    print(f"{engine.podman('--version')}, {_version('act')}; cache: {folder} ({FOLDER} names another)", flush=True)
    began = time.monotonic()
    print(f"Base: {provide_base(engine)}, {time.monotonic() - began:.0f} s", flush=True)
    return engine


def _build(engine: Engine) -> None:
    began = time.monotonic()
    # Docker's format is what act builds in: it then finds these layers. The first stage has a name too, and all
    # that has none goes.
    for options in (("--target=build", f"--tag={IMAGE}-build"), (f"--tag={IMAGE}",)):
        engine.podman("build", "--pull=never", "--format=docker", *options, str(ROOT))
    engine.podman("image", "prune", "--force")
    print(f"Image: {IMAGE}, {time.monotonic() - began:.0f} s", flush=True)


def _tested() -> int:
    # Nothing of root's is left in the clone.
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "--verbose", "--durations=5"]
    command.append(str(Path(__file__).parent))
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _version(program: str) -> str:
    command = [str(Path(sys.executable).parent / program), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
