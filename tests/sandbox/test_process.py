"""The program as a process: nothing secret in any stream, file or argument, and an end at once when cancelled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest

from cses_action.sandbox import Sandbox
from tests.sandbox.conftest import Story

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "entrypoint.py"]


def environment(story: Story) -> dict[str, str]:
    return {**story.env, "PATH": os.environ["PATH"], "TMPDIR": str(story.folder / "tmp")}


@pytest.mark.parametrize("roles", [["Contributor", "Storage Blob Data Contributor"], ["Owner"]])
@pytest.mark.parametrize("good", [True, False], ids=["deploys", "fails"])
def test_no_secret_is_in_any_stream_file_or_argument(story: Story, roles: list[str], *, good: bool) -> None:
    (story.folder / "tmp").mkdir()
    story.azure.set(roles=[*roles, "Key Vault Certificate User"])
    if not good:
        story.azure.set(operation_error={"code": "AllocationFailed", "message": "No room."})
    with subprocess.Popen(
        COMMAND, cwd=ROOT, env=environment(story), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
        out, err = process.communicate(timeout=60)
    assert process.returncode == (0 if good else 4)
    assert err == ""
    lines = out.splitlines()
    masks = [unquote(line.removeprefix("::add-mask::")) for line in lines if line.startswith("::add-mask::")]
    secrets = story.azure.secrets
    assert len(secrets) >= 5, "the client secret, the account key and three tokens"
    assert masks[0] == secrets[0]
    assert lines[0].startswith("::add-mask::")
    rest = "\n".join(line for line in lines if not line.startswith("::add-mask::"))
    ours = {path for path in story.folder.rglob("*") if path.is_file() and path.name != "inputs.env"}
    kept = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in ours)
    for secret in {*secrets, *masks}:
        assert secret not in rest
        assert secret not in kept
        assert secret not in arguments
    assert "sig=" not in rest + kept


def hold(**order: object) -> Callable[[Sandbox], None]:
    return lambda azure: azure.order(delay=20, **order)  # type: ignore[arg-type]


@contextmanager
def started(story: Story, reached: Callable[[], bool], *command: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program, and yield it once it has come so far."""
    with subprocess.Popen(
        command or COMMAND,
        cwd=ROOT,
        env=environment(story),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for _ in range(300):
                if reached():
                    break
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


@contextmanager
def held(story: Story, *command: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program, and yield it once the sandbox makes one of its requests wait."""
    with started(story, lambda: story.azure.orders_left == 0, *command) as process:
        yield process


def assert_no_secret_is_told(story: Story, out: str) -> None:
    told = "\n".join(line for line in out.splitlines() if not line.startswith("::add-mask::"))
    files = [path.read_text(encoding="utf-8") for path in (story.outputs_file, story.summary_file)]
    assert [secret for secret in story.azure.secrets for text in (told, *files) if secret in text] == []
    assert "sig=" not in told + "".join(files)


PHASES = {
    "sign-in": (hold(service="entra", method="POST"), "Nothing was changed"),
    "looking": (hold(method="GET", path="contosocs$"), "Nothing was changed"),
    "upload": (hold(service="blob", method="PUT", path="cspkg"), "The package may be"),
    "update": (hold(method="PUT", path="contosocs$"), "may have been sent"),
    "operation": (hold(path="CsOperations"), "goes on with it"),
    "instances": (hold(path="roleInstances"), "The update is done"),
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", PHASES)
def test_a_signal_ends_it_at_once_in_every_phase(story: Story, phase: str, number: signal.Signals) -> None:
    order, says = PHASES[phase]
    order(story.azure)
    with held(story) as process:
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        took = time.monotonic() - began
    assert process.returncode == 128 + number
    assert took < 2
    assert err == ""
    assert "Cancelled." in out
    assert says in out
    assert ("no longer Updating" in out) == (phase in {"update", "operation", "instances"})
    assert says in story.summary_file.read_text(encoding="utf-8")
    assert_no_secret_is_told(story, out)


SILENT_RESOLVER = """
import ctypes, pathlib, socket, sys, time, entrypoint

ask, library = socket.getaddrinfo, ctypes.CDLL(None)


def silent(host, *rest, **more):
    if host != {host!r}:
        return ask(host, *rest, **more)
    # As glibc's own, it waits in C, and goes on waiting after a signal.
    mutex, until = ctypes.create_string_buffer(64), (ctypes.c_long * 2)(int(time.time()) + 8, 0)
    library.pthread_mutex_lock(mutex)
    pathlib.Path({note!r}).touch()
    library.pthread_mutex_timedlock(mutex, until)
    raise socket.gaierror("nobody answers")


socket.getaddrinfo = silent
sys.exit(entrypoint.main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("host", "says"), [("127.0.0.1", "Nothing was changed"), ("silent.example", "The update is done")]
)
def test_a_signal_ends_it_at_once_while_no_name_is_found(
    story: Story, host: str, says: str, number: signal.Signals
) -> None:
    note = story.folder / "note"
    story.give(https_probe_address="silent.example:443")
    program = SILENT_RESOLVER.format(host=host, note=str(note))
    with started(story, note.exists, sys.executable, "-c", program) as process:
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        took = time.monotonic() - began
    assert process.returncode == 128 + number
    assert took < 2
    assert err == ""
    assert out.count("::error::Cancelled.") == 1
    assert says in out
    assert_no_secret_is_told(story, out)


TALKING = """
import sys, threading, time, entrypoint


def talk():
    while True:
        sys.stdout.write("Upload: 10 %\\n")
        sys.stdout.flush()
        time.sleep(0.0002)


threading.Thread(target=talk, daemon=True).start()
sys.exit(entrypoint.main())
"""


def test_another_thread_does_not_break_into_what_a_cancelled_run_says(story: Story) -> None:
    hold(service="entra", method="POST")(story.azure)
    with held(story, sys.executable, "-c", TALKING) as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (143, "")
    said = out[out.index("::group::Cancelled") :]
    assert "::error::Cancelled." in said
    assert "Upload" not in said


@pytest.mark.parametrize("apart", [0.0, 0.001, 0.002, 0.005])
def test_a_second_signal_does_not_break_into_the_first(story: Story, apart: float) -> None:
    hold(service="entra", method="POST")(story.azure)
    with held(story) as process:
        process.send_signal(signal.SIGINT)
        time.sleep(apart)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert process.returncode in {130, 143}
    assert err == ""
    assert out.count("::error") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_program_still_loads_ends_it_too(number: signal.Signals) -> None:
    program = (
        "import os, signal, entrypoint, builtins\n"
        "load = builtins.__import__\n"
        f"def late(name, *rest):\n    if name == 'cses_action.app': os.kill(os.getpid(), {int(number)})\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = late\n"
        "entrypoint.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, check=False
    )
    assert done.returncode == 128 + number
    assert b"Nothing was changed in Azure" in done.stdout
    assert done.stderr == b""


def test_a_signal_waits_for_files_that_belong_together() -> None:
    program = (
        "import os, signal, time, entrypoint\n"
        "busy = [True]\n"
        "cancel = entrypoint._Cancel(lambda number, out: print('cancelled', file=out), lambda: busy[0])\n"
        "cancel.catch_up()\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "time.sleep(0.05)\n"
        "print('both files are written', flush=True)\n"
        "busy[0] = False\n"
        "cancel.catch_up()\n"
        "print('never', flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n") == ["both files are written", "cancelled", ""]
    assert done.returncode == 143


def test_what_takes_too_long_is_ended_all_the_same() -> None:
    program = (
        "import os, signal, time, entrypoint\n"
        "entrypoint._Cancel(lambda number, out: print('cancelled', file=out), lambda: True)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(30)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("cancelled\n", 130)
