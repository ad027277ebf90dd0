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
from tests.image.job import HARDENED, Ended, Job, write_project

HELD = 120.0
RESOLVER = "127.0.0.77"
BETWEEN_SIGNALS = 7.5
"""Seconds that the runner gives a step after SIGINT, before it sends SIGTERM."""
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


def connected(_azure: Sandbox, listening: socket.socket) -> bool:
    return bool(select.select([listening], [], [], 0)[0])


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


@pytest.fixture
def resolver() -> Iterator[socket.socket]:
    """A name server that takes questions and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((RESOLVER, 53))
        yield listening


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("name", PHASES)
def test_a_cancelled_run_ends_at_once_and_says_what_it_leaves(
    job: Job, site: socket.socket, name: str, number: signal.Signals
) -> None:
    phase = PHASES[name]
    phase.hold(job, site)
    check_cancelled(job, lambda: phase.reached(job.azure, site), number, phase.left)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_name_that_is_being_looked_up_holds_no_cancelled_run(
    job: Job, resolver: socket.socket, number: signal.Signals
) -> None:
    settings = job.folder / "resolv.conf"
    settings.write_text(f"nameserver {RESOLVER}\noptions timeout:10 attempts:2\n")
    job.mounted["resolver"] = f"{settings}:/etc/resolv.conf:ro"
    # The sandbox is found by its address.
    job.inputs["https-probe-address"] = "contosocs.example:443"
    check_cancelled(job, lambda: connected(job.azure, resolver), number, DONE)


def test_signals_as_the_runner_sends_them_end_it_at_the_first(job: Job, site: socket.socket) -> None:
    hold_operation(job, site)
    with job.started(*HARDENED) as process:
        wait_until(lambda: asked("/CsOperations/")(job.azure, site), process)
        pid = pid_of(job)
        began = time.monotonic()
        # To the client of the container, which hands it on.
        process.send_signal(signal.SIGINT)
        wait_until(lambda: not running(pid), process)
        assert time.monotonic() - began < 2
        time.sleep(BETWEEN_SIGNALS)
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate(timeout=60)
    assert_said(job, job.ended(process.returncode, text), ACCEPTED)
    assert process.returncode == 130


def check_cancelled(job: Job, reached: Callable[[], bool], number: signal.Signals, left: str) -> None:
    with job.started(*HARDENED) as process:
        wait_until(reached, process)
        pid = pid_of(job)
        began = time.monotonic()
        job.engine.podman("kill", f"--signal={number.name}", job.name)
        wait_until(lambda: not running(pid), process)
        seconds = time.monotonic() - began
        text, _ = process.communicate(timeout=60)
    step = job.ended(process.returncode, text)
    assert step.exit_code == 128 + number
    assert seconds < 2
    assert_said(job, step, left)


def assert_said(job: Job, step: Ended, left: str) -> None:
    (error,) = step.messages("error")
    assert left in error
    assert "A new run can start" in error
    assert left in step.summary
    assert step.outputs["changed"] == str(left in {ACCEPTED, DONE}).lower()
    assert "Traceback" not in step.text
    assert [secret for secret in job.azure.secrets if secret in step.told] == []
    assert "sig=" not in step.told


def pid_of(job: Job) -> int:
    return int(job.engine.podman("inspect", "--format", "{{.State.Pid}}", job.name))


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
