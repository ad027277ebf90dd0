"""Whole runs on Azure Pipelines with Azure in memory, as the agent reads them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cses_action.app import App
from cses_action.errors import AzureError, ProjectError
from cses_action.ports import Cloud
from cses_action.report.outputs import OUTPUTS
from tests.fakes.agent import AgentLog, environment_of, read_agent_log
from tests.fakes.cloud import WEB
from tests.fakes.runner import read_summary
from tests.unit.test_run import ROOT, Session


class AgentSession(Session):
    """One run as the agent starts it; inputs have no hyphen in their variables."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.temporary = folder / "_temp"
        self.temporary.mkdir()
        inputs = {name.replace("-", ""): value for name, value in self.env.items() if name.startswith("INPUT_")}
        self.env = {
            "TF_BUILD": "True",
            "BUILD_BUILDID": "8",
            "SYSTEM_JOBATTEMPT": "1",
            "AGENT_TEMPDIRECTORY": str(self.temporary),
            **inputs,
        }

    @property
    def log(self) -> AgentLog:
        return read_agent_log(self.out.getvalue())

    @property
    def outputs(self) -> dict[str, str]:
        return self.log.variables

    @property
    def summary(self) -> str:
        return "".join(map(read_summary, self.log.summaries))


@pytest.fixture
def session(tmp_path: Path) -> AgentSession:
    return AgentSession(tmp_path)


def test_a_deployment_sets_every_output_as_a_variable_of_the_step(session: AgentSession) -> None:
    assert session.start() == 0
    assert set(session.outputs) == set(OUTPUTS)
    assert session.outputs["changed"] == "true"
    assert session.outputs["https-thumbprint"] == str(WEB)
    assert json.loads(session.outputs["plan"])["hasChanges"] is True
    assert environment_of(session.log, "deploy")["DEPLOY_PROVISIONING-STATE"] == "Succeeded"


def test_the_log_is_folded_and_its_progress_goes_to_the_end(session: AgentSession) -> None:
    session.start()
    log = session.log
    assert log.open_groups == 0
    assert len(log.groups) > 2
    assert log.progress[-1].properties["value"] == "100"
    assert any(line.startswith("notice: The platform retires") or "31 March 2027" in line for line in log.lines)


def test_the_summary_is_uploaded_once(session: AgentSession) -> None:
    session.start()
    assert len(session.log.summaries) == 1
    assert "certificate" in session.summary


def test_the_run_leaves_its_id_on_the_service(session: AgentSession) -> None:
    session.start()
    assert session.cloud.services.live["tags"]["cses-action-run"].startswith("azure-pipelines-8-1-")


def test_a_secret_is_masked_before_anything_is_shown(session: AgentSession) -> None:
    session.start()
    lines = session.out.getvalue().splitlines()
    assert lines[0] == "##vso[task.setsecret]very-secret"
    assert sum("very-secret" in line for line in lines) == 1
    assert sum("sas-signature" in line for line in lines) == 1


def test_a_mistake_in_a_file_has_its_place(session: AgentSession) -> None:
    path = session.world.write("broken.cscfg", "<ServiceConfiguration\n<")
    session.env["INPUT_CONFIGURATION"] = path
    assert session.start() == 3
    (error,) = session.log.annotations
    assert error.name == "error"
    assert error.properties["sourcepath"] == path
    assert int(error.properties["linenumber"]) >= 1


def test_ten_findings_are_annotations_and_all_others_lines(session: AgentSession) -> None:
    def connect(*_: object) -> Cloud:
        raise ProjectError.of(tuple(ProjectError(f"finding {each}").problems[0] for each in range(12)))

    assert App(session.env, session.out, connect, session.clock).main([]) == 3
    assert [each.data for each in session.log.annotations] == [f"finding {each}" for each in range(10)]
    assert [line for line in session.log.lines if line.startswith("error: ")] == [
        "error: finding 10",
        "error: finding 11",
    ]


def test_a_fault_of_ours_is_folded_and_holds_no_secret(session: AgentSession) -> None:
    def connect(*_: object) -> Cloud:
        raise KeyError("surprise very-secret ##vso[task.complete result=Succeeded]")

    assert App(session.env, session.out, connect, session.clock).main([]) == 1
    log = session.log
    assert "Traceback, for the report" in log.groups
    assert "very-secret" not in "".join(log.lines)


def test_a_failed_update_is_an_error_and_leaves_changed_true(session: AgentSession) -> None:
    session.cloud.services.final_state = "Failed"
    assert session.start() == 4
    assert session.outputs["changed"] == "true"
    assert session.log.annotations[-1].name == "error"


def test_azures_refusal_is_an_error_with_what_to_do(session: AgentSession) -> None:
    def connect(*_: object) -> Cloud:
        raise AzureError("Refused.", fix="Grant it.", code="AuthorizationFailed")

    assert App(session.env, session.out, connect, session.clock).main([]) == 4
    assert session.log.annotations[0].data == "Refused.\ncode AuthorizationFailed\nGrant it."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_says_how_azure_is_left_and_uploads_its_summary(
    session: AgentSession, number: signal.Signals
) -> None:
    program = (
        "import sys, time, entrypoint, cses_action.operations.deploy as story\n"
        "def wait(*_): print('waiting', flush=True); time.sleep(60)\n"
        "story.deploy = wait\n"
        "sys.exit(entrypoint.main())\n"
    )
    env = {**session.env, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "waiting" not in process.stdout.readline():
            pass
        process.send_signal(number)
        rest, _ = process.communicate(timeout=10)
    assert process.returncode == 128 + number
    session.out.write(rest)
    assert session.log.annotations[0].data.startswith("Cancelled. Nothing was changed in Azure.")
    assert session.outputs == {"changed": "false"}
    assert "🛑 Cancelled" in session.summary
