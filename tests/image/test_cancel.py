"""A job is cancelled: the runner sends SIGINT, 7.5 seconds later SIGTERM, to PID 1 of the container."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from cses_action.sandbox import Sandbox
from tests.image.job import HARDENED, Job, write_project

HELD = 120.0
UNTOUCHED = "Nothing was changed in Azure."
UPLOADING = "The package may be in the storage account; the cloud service is unchanged."
ACCEPTED = "Azure has accepted the update and goes on with it."
DONE = "The update is done."


@dataclass(frozen=True)
class Phase:
    """A part of the run in which it can be held, how to see that it is there, and what it leaves."""

    hold: Callable[[Job, socket.socket], None]
    reached: Callable[[Sandbox, socket.socket], bool]
    left: str


def hold_sign_in(job: Job, _site: socket.socket) -> None:
    job.azure.order(service="entra", method="POST", path="token$", delay=HELD)


def hold_upload(job: Job, _site: socket.socket) -> None:
    # Larger than one block, so that it goes up by several threads.
    write_project(job.workspace / "drop", job.thumbprint, content=os.urandom(10_000_000))
    job.azure.order(service="blob", method="PUT", path="cspkg$", delay=HELD, times=2)


def hold_operation(job: Job, _site: socket.socket) -> None:
    job.azure.set(operation_seconds=HELD)


def hold_instances(job: Job, _site: socket.socket) -> None:
    job.azure.set(stuck={"WebRole1_IN_0": {"state": "StartingRole", "message": "held"}})


def hold_probe(job: Job, site: socket.socket) -> None:
    # It listens and says nothing: the handshake hangs.
    job.inputs["https-probe-address"] = f"127.0.0.1:{site.getsockname()[1]}"


def all_orders_met(azure: Sandbox, _site: socket.socket) -> bool:
    return azure.orders_left == 0


def asked(path: str) -> Callable[[Sandbox, socket.socket], bool]:
    def reached(azure: Sandbox, _site: socket.socket) -> bool:
        return bool(azure.updates) and any(path in str(each["path"]) for each in azure.requests)

    return reached


def connected(_azure: Sandbox, site: socket.socket) -> bool:
    return bool(select.select([site], [], [], 0)[0])


PHASES = {
    "sign-in": Phase(hold_sign_in, all_orders_met, UNTOUCHED),
    "upload": Phase(hold_upload, all_orders_met, UPLOADING),
    "operation": Phase(hold_operation, asked("/CsOperations/"), ACCEPTED),
    "instances": Phase(hold_instances, asked("/roleInstances"), DONE),
    "probe": Phase(hold_probe, connected, DONE),
}


@pytest.fixture
def site() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("name", PHASES)
def test_a_cancelled_run_ends_at_once_and_says_what_it_leaves(
    job: Job, site: socket.socket, name: str, number: signal.Signals
) -> None:
    phase = PHASES[name]
    phase.hold(job, site)
    with job.started(*HARDENED) as process:
        wait_until(lambda: phase.reached(job.azure, site), process)
        pid = int(job.engine.podman("inspect", "--format", "{{.State.Pid}}", job.name))
        began = time.monotonic()
        job.engine.podman("kill", f"--signal={number.name}", job.name)
        wait_until(lambda: not running(pid), process)
        seconds = time.monotonic() - began
        text, _ = process.communicate(timeout=60)
    step = job.ended(process.returncode, text)
    assert step.exit_code == 128 + number
    assert seconds < 2
    (error,) = step.messages("error")
    assert phase.left in error
    assert "A new run can start" in error
    assert phase.left in step.summary
    assert "Traceback" not in step.text


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        assert process.poll() is None or holds(), process.communicate()[0]
        time.sleep(0.02)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
