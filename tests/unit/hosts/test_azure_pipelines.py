"""What only Azure Pipelines has; what holds for every CI host is in test_both_hosts.py."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cses_action.errors import Problem
from cses_action.hosts.azure_pipelines import AzurePipelines
from cses_action.hosts.limits import LONGEST_VALUE
from cses_action.messages import Annotation, Line, Progress, Waiting
from cses_action.report.outputs import OUTPUTS
from cses_action.values import Secret
from tests.fakes.agent import RESERVED, AgentLog, environment_of, read_agent_log
from tests.unit.hosts.machines import Agent, after


def published(folder: Path, outputs: dict[str, str], *hide: str) -> AgentLog:
    agent = Agent(folder)
    for secret in hide:
        agent.host.hide(Secret(secret))
    agent.host.publish(outputs)
    agent.host.summarise(str)
    return read_agent_log(agent.out.getvalue())


def test_an_annotation_names_its_place_as_the_agent_wants_it() -> None:
    agent = Agent()
    problem = Problem(message="50% of it;", fix="Do it.", file="a;b]%.cscfg", line=7, column=3)
    agent.host.show(Annotation("warning", problem, "Title"))
    assert agent.out.getvalue() == (
        "##vso[task.logissue type=warning;sourcepath=a%3Bb%5D%AZP25.cscfg;linenumber=7;columnnumber=3]"
        "Title: 50%AZP25 of it;%0ADo it.\n"
    )


def test_what_is_not_given_is_no_property() -> None:
    agent = Agent()
    agent.host.show(Annotation("error", Problem(message="m")))
    assert agent.out.getvalue() == "##vso[task.logissue type=error]m\n"


def test_a_notice_is_a_line_for_the_agent_has_none() -> None:
    log = after(Agent(), Annotation("notice", Problem(message="m", fix="f")))
    assert (log.annotations, log.lines) == ([], ["notice: m", "  f"])


def test_an_output_is_a_variable_of_the_step(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    agent.host.publish({"has-changes": "true"})
    agent.host.summarise(str)
    first, _ = agent.out.getvalue().splitlines()
    assert first == "##vso[task.setvariable variable=has-changes;isoutput=true]true"


def test_an_output_that_changes_is_set_once_with_its_last_value(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    agent.host.publish({"provisioning-state": "Updating", "fqdn": "a"})
    agent.host.publish({"provisioning-state": "Succeeded", "fqdn": ""})
    assert agent.outputs() == {}
    for _ in range(2):  # a signal may end the run while the outputs are set
        agent.host.summarise(str)
    assert agent.outputs() == {"provisioning-state": "Succeeded", "fqdn": ""}


def test_no_output_has_a_name_that_azure_pipelines_keeps_to_itself() -> None:
    assert not any(name.startswith(RESERVED) for name in OUTPUTS)


def test_an_output_that_holds_a_secret_is_a_secret_and_so_in_no_environment(tmp_path: Path) -> None:
    log = published(tmp_path, {"a": "x hunter22", "b": "y"}, "hunter22")
    assert log.variables == {"a": "x hunter22", "b": "y"}
    assert environment_of(log, "deploy") == {"DEPLOY_B": "y"}


def test_an_output_that_holds_a_secret_and_several_lines_would_fail_the_step_and_is_left_out(
    tmp_path: Path,
) -> None:
    log = published(tmp_path, {"a": "x\nhunter22", "b": "y"}, "hunter22")
    assert log.variables == {"b": "y"}
    (warning,) = log.annotations
    assert "The output a is left out: it holds a secret" in warning.data


def test_an_output_that_would_keep_later_steps_from_starting_is_left_out(tmp_path: Path) -> None:
    log = published(tmp_path, {"plan": "é" * (LONGEST_VALUE // 2 + 1), "fqdn": "x" * LONGEST_VALUE})
    assert list(environment_of(log, "a_name_of_a_step")) == ["A_NAME_OF_A_STEP_FQDN"]
    (warning,) = log.annotations
    assert warning.name == "warning"
    assert "The output plan is left out: it has 127 KiB" in warning.data


def test_progress_is_a_line_and_the_steps_percentage_for_each_tenth() -> None:
    log = after(Agent(), *(Progress("Upload %", done, 1000) for done in (0, 50, 99, 100, 1000)))
    assert isinstance(log, type(read_agent_log("")))
    assert [(each.properties["value"], each.data) for each in log.progress] == [
        ("0", "Upload %"),
        ("10", "Upload %"),
        ("100", "Upload %"),
    ]
    assert log.lines == ["Upload %: 0 %", "Upload %: 10 %", "Upload %: 100 %"]


def test_waiting_is_a_line_and_a_percentage_of_the_time_for_each_minute() -> None:
    log = after(Agent(), *(Waiting("wait", seconds, 600, ended=seconds == 180) for seconds in (0, 59, 60, 180)))
    assert isinstance(log, type(read_agent_log("")))
    assert [each.properties["value"] for each in log.progress] == ["0", "10", "100"]
    assert log.lines == ["wait: 0 s of at most 10 min", "wait: 1 min of at most 10 min", "wait: 3 min"]


def test_a_secret_of_several_lines_is_masked_line_by_line() -> None:
    assert after(Agent(), hide=("line1\r\nline2\n{",)).masks == ["line1", "line2"]


def test_a_summary_is_a_file_of_its_own_in_the_agents_folder(tmp_path: Path) -> None:
    first, second = Agent(tmp_path), Agent(tmp_path)
    for agent in (first, second):
        agent.host.hide(Secret("hunter22"))
        agent.host.summarise(lambda: "# hunter22\n\n##vso[task.debug]x")
    assert first.summary() == second.summary() == "# ***\n\n#\u200b#vso[task.debug]x\n"
    assert len(list(tmp_path.glob("cses-action-*.md"))) == 2


@pytest.mark.parametrize("env", [{}, {"AGENT_TEMPDIRECTORY": ""}, {"AGENT_TEMPDIRECTORY": "/no/such/folder"}])
def test_a_summary_that_cannot_be_written_is_one_warning_and_no_command(env: dict[str, str]) -> None:
    out = io.StringIO()
    host = AzurePipelines(env, out)
    host.summarise(lambda: "# Done")
    host.summarise(lambda: "# Done")
    log = read_agent_log(out.getvalue())
    (warning,) = log.annotations
    assert "AGENT_TEMPDIRECTORY leads to no file that can be written" in warning.data
    assert log.summaries == []


def test_everything_is_written_as_utf_8_whatever_the_locale() -> None:
    raw = io.BytesIO()
    host = AzurePipelines({}, io.TextIOWrapper(raw, encoding="ascii"))
    host.show(Line("é\udce9"))
    assert raw.getvalue() == "é\\udce9\n".encode()
