"""Whole runs on days when something around the program is wrong; on every CI host, the run itself goes on."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cses_action.app import SystemClock
from cses_action.errors import AzureError, Problem, ProjectError
from cses_action.ports import Cloud
from tests.fakes.agent import environment_of, read_agent_log
from tests.fakes.runner import LONGEST_MESSAGE, LONGEST_SUMMARY, Command, Log, read_log
from tests.unit.test_run import ROOT, Session
from tests.unit.test_run_azure_pipelines import AgentSession
from tests.unit.world import https_text

FULL, FORBIDDEN = "/dev/full", "/sys/file"
"""Where no write gets through; where nobody makes a file, root included."""


@pytest.fixture(params=[Session, AgentSession])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    kind: type[Session] = request.param
    return kind(tmp_path)


def log_of(session: Session) -> Log:
    text = session.out.getvalue()
    return read_agent_log(text) if isinstance(session, AgentSession) else read_log(text)


def warnings(session: Session) -> list[Command]:
    return [each for each in log_of(session).annotations if each.name == "warning"]


def refuse(session: Session, error: Exception) -> None:
    def connect(*_: object) -> Cloud:
        raise error

    session.connect = connect  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize(
    ("variable", "path", "reason"),
    [
        ("GITHUB_OUTPUT", "", "it is not set"),
        ("GITHUB_OUTPUT", "/no/such/folder/output", "No such file or directory"),
        ("GITHUB_OUTPUT", FULL, "No space left on device"),
        ("GITHUB_OUTPUT", FORBIDDEN, ""),
        ("GITHUB_STEP_SUMMARY", "", "it is not set"),
        ("GITHUB_STEP_SUMMARY", "/no/such/folder/summary", "No such file or directory"),
        ("GITHUB_STEP_SUMMARY", FULL, "No space left on device"),
        ("GITHUB_STEP_SUMMARY", FORBIDDEN, ""),
    ],
)
def test_a_file_that_github_does_not_hold_ready_is_one_warning_and_the_deployment_stands(
    tmp_path: Path, variable: str, path: str, reason: str
) -> None:
    session = Session(tmp_path)
    session.env[variable] = path
    assert session.start() == 0
    assert len(session.cloud.services.replaced) == 1
    (warning,) = warnings(session)
    assert warning.data.startswith(f"{variable} leads to no file that can be written")
    assert reason in warning.data
    other = session.summary_file if variable == "GITHUB_OUTPUT" else session.outputs_file
    assert "contosocs" in other.read_text(encoding="utf-8")
    assert '"version":1' not in session.out.getvalue()  # no output is printed instead


@pytest.mark.parametrize("folder", ["", "/no/such/folder", "/sys"])
def test_a_folder_that_the_agent_does_not_hold_ready_is_one_warning_and_the_deployment_stands(
    tmp_path: Path, folder: str
) -> None:
    session = AgentSession(tmp_path)
    session.env["AGENT_TEMPDIRECTORY"] = folder
    assert session.start() == 0
    (warning,) = warnings(session)
    assert warning.data.startswith("AGENT_TEMPDIRECTORY leads to no file that can be written")
    assert session.log.summaries == []
    assert session.outputs["changed"] == "true"


@pytest.mark.parametrize("host", ["github", "agent"])
def test_a_disk_that_fills_up_fails_no_step(tmp_path: Path, host: str) -> None:
    session = Session(tmp_path) if host == "github" else AgentSession(tmp_path)
    session.env["INPUT_RESOURCE-GROUP"] = session.env["INPUT_RESOURCEGROUP"] = (
        "x" * 5000
    )  # refused: no Azure is needed
    program = (
        "import resource, sys, entrypoint\n"
        "before = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))\n"
        "code = entrypoint.main()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, before)\n"  # whoever measures us writes a file at the end
        "sys.exit(code)\n"
    )
    done = start(session.env, "-c", program)
    session.out.write(done.stdout.decode())
    assert done.returncode == 2
    assert "File too large" in warnings(session)[0].data
    left = [*tmp_path.glob("outputs"), *tmp_path.glob("summary"), *tmp_path.glob("_temp/*")]
    assert [path.read_bytes() for path in left] == [b""] * len(left)


def start(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, check=False, timeout=60)


def test_without_lang_and_tz_everything_is_utf_8_and_the_same_time(session: Session) -> None:
    session.env["INPUT_CONFIGURATION"] = "Dienst-Übersicht 🗂.cscfg"
    env = {**session.env, "PATH": os.environ["PATH"]}
    assert not {"LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME"} & set(env)
    done = start(env, "entrypoint.py")
    session.out.write(done.stdout.decode("utf-8"))
    assert (done.returncode, done.stderr) == (2, b"")
    assert "Dienst-Übersicht 🗂.cscfg" in log_of(session).annotations[0].data
    before = session.summary
    assert "Dienst-Übersicht 🗂.cscfg" in before
    session.summary_file.unlink(missing_ok=True)
    elsewhere = start({**env, "TZ": "Pacific/Kiritimati", "LANG": "C.UTF-8"}, "entrypoint.py")
    session.out = io.StringIO(elsewhere.stdout.decode("utf-8"))
    assert session.summary == before


@pytest.mark.parametrize("closed", [">&-", ">/dev/full", ">&- 2>&- <&-"])
def test_a_log_that_nobody_takes_changes_neither_the_files_nor_the_exit_code(session: Session, closed: str) -> None:
    del session.env["INPUT_CONFIGURATION"]
    shell = f'"{sys.executable}" entrypoint.py {closed}'
    done = subprocess.run(
        ["sh", "-c", shell], cwd=ROOT, env=session.env, capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")
    summaries = [*session.summary_file.parent.glob("_temp/*.md"), session.summary_file]
    assert "configuration is required" in next(path for path in summaries if path.exists()).read_text()


def test_the_time_is_the_same_in_every_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    now = SystemClock().now()
    monkeypatch.undo()
    time.tzset()
    assert (now.utcoffset(), abs(now.timestamp() - time.time()) < 60) == (timedelta(0), True)


def test_a_long_line_from_azure_with_commands_in_it_is_one_annotation(session: Session) -> None:
    command = "%0A::set-output name=changed::false\n::add-mask::true\n##vso[task.setvariable variable=changed]false\n"
    text = command * 50
    assert len(text) > 4096
    refuse(session, AzureError(text[:4096], fix="Try again.", code="BadRequest"))
    assert session.start() == 4
    (error,) = (each for each in log_of(session).annotations if each.name == "error")
    assert error.data.replace("\u200b", "").startswith(text[:3500])
    assert error.data.endswith("…\ncode BadRequest\nTry again.")
    assert len(error.data) <= LONGEST_MESSAGE
    assert set(log_of(session).masks) == {"very-secret"}
    assert session.outputs == {"changed": "false"}
    assert "::set-output" not in session.summary


HOSTILE = (
    "ghadelimiter_0\nEOF\nchanged=never\n##vso[task.setvariable variable=changed]never%0A::set-output name=a::b;]%3B"
)


def test_a_value_with_a_delimiter_and_commands_in_it_arrives_unchanged(session: Session) -> None:
    network = session.cloud.network
    network.address = replace(network.address, fqdn=HOSTILE)
    session.env["INPUT_HTTPS-PROBE"] = session.env["INPUT_HTTPSPROBE"] = "off"
    assert session.start() == 0
    assert session.outputs["fqdn"] == HOSTILE
    assert session.outputs["changed"] == "true"
    assert "a" not in session.outputs


def test_three_hundred_findings_are_ten_annotations_and_all_others_lines(session: Session) -> None:
    findings = tuple(
        Problem(message=f"finding {each}", fix="Mend it.", file="cloud.cscfg", line=each + 1) for each in range(300)
    )
    refuse(session, ProjectError.of(findings))
    assert session.start() == 3
    log = log_of(session)
    assert [each.data for each in log.annotations if each.name == "error"] == [
        f"finding {each}\nMend it." for each in range(10)
    ]
    assert [line for line in log.lines if ": error: " in line] == [
        f"cloud.cscfg:{each + 1}: error: finding {each}" for each in range(10, 300)
    ]
    assert "finding 299" in session.summary


def test_a_plan_of_three_megabytes_is_left_out_and_all_else_stands(session: Session) -> None:
    settings = "".join(f'<Setting name="{"x" * 1000}{each}" value="1"/>' for each in range(3200))
    mark = "<Certificates>"
    text = https_text().replace(mark, f"<ConfigurationSettings>{settings}</ConfigurationSettings>{mark}", 1)
    session.env["INPUT_CONFIGURATION"] = session.world.write("cloud.cscfg", text)
    for name in list(session.env):
        if name.removeprefix("INPUT_").replace("-", "") in {"PACKAGE", "DEFINITION", "STORAGEACCOUNT"}:
            del session.env[name]
    assert session.start("plan") == 0
    assert LONGEST_SUMMARY - 5000 < len(session.summary.encode()) <= LONGEST_SUMMARY
    assert "The rest is left out" in session.summary
    assert session.outputs["has-changes"] == "true"
    assert "plan" not in session.outputs
    why = "it has 3" if isinstance(session, AgentSession) else "with it the outputs would have 6"
    assert any(f"The output plan is left out: {why}" in each.data for each in warnings(session))
    if isinstance(session, AgentSession):
        # No later step would start with it in its environment.
        assert environment_of(session.log, "deploy")["DEPLOY_HAS-CHANGES"] == "true"
