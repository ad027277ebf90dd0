"""The reader itself: it must obey what a real agent obeys, or the other tests prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.agent import environment_of, parse_agent_commands, read_agent_log
from tests.fakes.runner import Command


def test_a_command_is_obeyed_anywhere_in_the_line() -> None:
    text = "x ##vso[task.setvariable variable=a%3Bb;isoutput=true]50%AZP25\n##vso[nothing]x ##vso["
    properties = {"variable": "a;b", "isoutput": "true"}
    assert parse_agent_commands(text) == [Command("task.setvariable", "50%", properties)]


@pytest.mark.parametrize("line", ["##vso[task]x", "##vso[a.b]x", "##vso[task.a.b]x", "## vso[task.debug]x"])
def test_what_is_no_command_is_not_obeyed(line: str) -> None:
    assert parse_agent_commands(line) == []


def test_weightless_characters_hide_a_marker_from_nobody_but_shift_the_name() -> None:
    assert parse_agent_commands("##\u200bvso[task.debug]x") == []


def test_escapes_are_taken_off_in_the_agents_order() -> None:
    log = read_agent_log("##vso[task.setvariable variable=a;isoutput=true]%3B%5D%0D%0A%AZP250A%25\n")
    assert log.variables == {"a": ";]\r\n%0A%25"}


def test_masks_act_on_the_lines_that_follow() -> None:
    log = read_agent_log("secret1\n##vso[task.setsecret]secret1\nsecret1\n")
    assert log.lines == ["secret1", "***"]


def test_ten_issues_of_a_type_are_kept() -> None:
    log = read_agent_log("##[group]g\n" + "##vso[task.logissue type=error;linenumber=7]x\n" * 12 + "##[endgroup]\n")
    assert log.annotations == [Command("error", "x", {"linenumber": "7"})] * 10
    assert (log.groups, log.open_groups) == (["g"], 0)


@pytest.mark.parametrize(
    "line",
    [
        "##vso[task.setsecret] ",
        "##vso[task.logissue type=notice]x",
        "##vso[task.logissue type=error]" + "x" * 4097,
        "##vso[task.setvariable variable=secretly;isoutput=true]x",
        "##vso[task.setvariable variable=a;isoutput=true;issecret=true]x%0Ay",
        "##vso[task.setprogress value=101]x",
        "##vso[task.uploadsummary]/no/such/file",
        "##vso[task.complete result=Succeeded]x",
        "a ##[error]b",
    ],
)
def test_what_fails_the_step_or_nobody_should_send_is_refused(line: str) -> None:
    with pytest.raises(AssertionError):
        read_agent_log(f"{line}\n")


def test_a_summary_is_taken_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("x", encoding="utf-8")
    assert read_agent_log(f"##vso[task.uploadsummary]{path}\n").summaries == [path]


def test_later_steps_find_variables_in_their_environment_but_no_secrets() -> None:
    text = "##vso[task.setvariable variable=a-b;isoutput=true]x\n"
    secret = "##vso[task.setvariable variable=c;isoutput=true;issecret=true]y\n"
    log = read_agent_log(text + secret)
    assert environment_of(log, "deploy") == {"DEPLOY_A-B": "x"}
    assert log.masks == ["y"]


def test_no_later_step_starts_with_a_variable_that_is_too_long() -> None:
    line = "##vso[task.setvariable variable=a;isoutput=true]"
    assert environment_of(read_agent_log(line + "x" * (128 * 1024 - 10)), "step")
    with pytest.raises(OSError, match="too long"):
        environment_of(read_agent_log(line + "x" * (128 * 1024)), "step")
