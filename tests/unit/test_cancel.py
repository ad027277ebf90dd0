"""What a run says that is cancelled: it goes on where it was, on another stream."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import entrypoint
from cses_action.app import App
from cses_action.errors import Problem
from cses_action.inputs import Given
from cses_action.messages import Annotation
from cses_action.steps.run import MAYBE_SENT
from cses_action.values import Secret
from tests.fakes.agent import read_agent_log
from tests.fakes.runner import KEPT_ANNOTATIONS, Log, read_log
from tests.unit.test_run import ROOT, Session
from tests.unit.test_run_azure_pipelines import AgentSession

SECRETS = ("very-secret", "sas-signature")


class TerminalSession(Session):
    """One run in a shell; outputs are lines of the log."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        del self.env["GITHUB_ACTIONS"]

    @property
    def outputs(self) -> dict[str, str]:
        lines = [line for line in self.out.getvalue().splitlines() if line.startswith("output ")]
        return dict(line.removeprefix("output ").split(" = ") for line in lines)


@pytest.fixture(params=[Session, AgentSession, TerminalSession])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    kind: type[Session] = request.param
    return kind(tmp_path)


def begun(session: Session, *argv: str) -> App:
    session.start(*argv)
    assert session.app is not None
    return session.app


def cancel(session: Session, app: App, number: int = signal.SIGTERM) -> str:
    """Return what is said; the host reads it after all that was said before."""
    out = io.StringIO()
    assert app.cancelled(number, out) == 128 + number
    session.out.write(out.getvalue())
    return out.getvalue()


def log_of(session: Session) -> Log:
    text = session.out.getvalue()
    return read_agent_log(text) if isinstance(session, AgentSession) else read_log(text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_how_azure_is_left(session: Session, number: signal.Signals) -> None:
    said = cancel(session, begun(session), number)
    assert "Cancelled. The update is done." in said
    assert "no longer Updating" in said
    assert "🛑 Cancelled" in session.summary


def test_where_nothing_was_done_changed_is_false(session: Session) -> None:
    said = cancel(session, App(session.env, session.out, session.connect, session.clock))
    assert session.outputs == {"changed": "false"}
    assert "Nothing was changed in Azure" in said
    assert "A new run can start at once." in said


def test_where_azure_has_just_accepted_the_update_changed_is_true(session: Session) -> None:
    app = App(session.env, session.out, session.connect, session.clock)
    app.run.record.changed = True
    app.run.record.left = "Azure has accepted the update and goes on with it."
    cancel(session, app)
    assert session.outputs == {"changed": "true"}


def test_where_nobody_knows_whether_azure_took_the_update_changed_is_not_set(session: Session) -> None:
    app = App(session.env, session.out, session.connect, session.clock)
    app.run.record.left = MAYBE_SENT
    cancel(session, app)
    assert session.outputs == {}


def test_an_output_that_was_noted_and_not_yet_handed_over_is_set(session: Session) -> None:
    app = App(session.env, session.out, session.connect, session.clock)
    app.run.publish(changed="true", fqdn="before")
    app.run.record.outputs["fqdn"] = "noted.example"
    cancel(session, app)
    assert session.outputs["fqdn"] == "noted.example"
    assert session.outputs["changed"] == "true"


def test_what_the_run_has_learned_to_hide_stays_hidden(session: Session) -> None:
    app = begun(session)
    app.run.record.warnings.extend(SECRETS)
    app.run.record.left = "Azure said very-secret and sas-signature."
    said = cancel(session, app)
    assert "Azure said *** and ***." in said
    assert [secret for secret in SECRETS for text in (said, session.summary) if secret in text] == []


def test_a_secret_that_was_given_and_not_yet_hidden_is_hidden_first(session: Session) -> None:
    app = begun(session)
    app._given = Given({}, secrets=(Secret("just-read"),))
    app.run.record.left = "Azure said just-read."
    said = cancel(session, app)
    masks = [line for line in said.splitlines() if "just-read" in line]
    expected = {AgentSession: ["##vso[task.setsecret]just-read"], Session: ["::add-mask::just-read"]}
    assert masks == expected.get(type(session), [])
    assert "just-read" not in session.summary


@pytest.mark.parametrize("kind", [Session, AgentSession])
def test_annotations_are_counted_on(tmp_path: Path, kind: type[Session]) -> None:
    session = kind(tmp_path)
    app = App(session.env, session.out, session.connect, session.clock)
    for number in range(KEPT_ANNOTATIONS):
        app.run.host.show(Annotation("error", Problem(message=f"mistake {number}")))
    said = cancel(session, app)
    assert len([each for each in log_of(session).annotations if each.name == "error"]) == KEPT_ANNOTATIONS
    assert "error: Cancelled. Nothing was changed in Azure." in said


@pytest.mark.parametrize("kind", [Session, AgentSession])
def test_a_file_that_cannot_be_written_is_not_said_once_more(tmp_path: Path, kind: type[Session]) -> None:
    session = kind(tmp_path)
    session.env |= {"GITHUB_STEP_SUMMARY": "/dev/full", "AGENT_TEMPDIRECTORY": "/sys"}
    cancel(session, begun(session))
    warnings = [each for each in log_of(session).annotations if each.name == "warning"]
    assert ["leads to no file" in each.data for each in warnings] == [True]


@pytest.mark.parametrize("kind", [Session, AgentSession])
def test_what_is_still_said_by_the_run_does_not_reach_the_fresh_stream(tmp_path: Path, kind: type[Session]) -> None:
    session = kind(tmp_path)
    app = begun(session)
    out = io.StringIO()
    app.cancelled(signal.SIGINT, out)
    app.run.say("a thread goes on")
    assert "a thread goes on" not in out.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("blocked", [False, True], ids=["while it starts", "while it tells"])
def test_a_log_that_nobody_reads_does_not_hold_the_end(tmp_path: Path, number: int, *, blocked: bool) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write, b"x" * 4096)
    os.set_blocking(write, True)
    env = {**Session(tmp_path).env, "INPUT_FORCE": "neither"}
    with subprocess.Popen([sys.executable, "entrypoint.py"], cwd=ROOT, env=env, stdout=write) as process:
        os.close(write)
        _until(lambda: _sleeps(process.pid) if blocked else _handles(process.pid, number))
        process.send_signal(number)
        try:
            assert process.wait(timeout=20) == 128 + number
            assert entrypoint.PATIENCE < 2, "a loaded machine may start late, and the promise is two seconds"
        finally:
            process.kill()
            os.close(read)


def _until(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.002)


def _sleeps(process: int) -> bool:
    """Whether its main thread waits, as the full pipe makes it, once it has begun to run."""
    status = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    threads = len(list(Path(f"/proc/{process}/task").iterdir()))
    return status[0] == "S" and threads == 2  # the other one waits for signals


def _handles(process: int, number: int) -> bool:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    caught = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
    # Python catches SIGINT by itself at first.
    return bool(caught >> (signal.SIGTERM - 1) & 1) and bool(caught >> (number - 1) & 1)
