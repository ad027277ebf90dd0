"""The reading half of Azure Pipelines: what the agent makes of what we write.

Written from the sources of microsoft/azure-pipelines-agent (Command, CommandStringConvertor, WorkerCommandManager,
TaskCommandExtension, ExecutionContext), not from our writer; ci-hosts.md §5 has the rules in short. Where the agent
fails the step, this raises an AssertionError.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.runner import KEPT_ANNOTATIONS, LONGEST_MESSAGE, Command, Log, bracketed, lines_of, masked

AREAS = {"task", "artifact", "build", "release", "telemetry", "results", "codecoverage", "plugininternal"}
RESERVED = ("endpoint", "input", "secret", "path", "securefile")
"""No script sees a variable whose name begins so."""

LONGEST_STRING = 128 * 1024
"""MAX_ARG_STRLEN: with a longer string in its environment no process starts on Linux."""

_ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


@dataclass
class AgentLog(Log):
    """What the agent keeps and shows of a step's output."""

    variables: dict[str, str] = field(default_factory=dict)
    secret_variables: set[str] = field(default_factory=set)
    progress: list[Command] = field(default_factory=list)
    summaries: list[Path] = field(default_factory=list)


def parse_agent_commands(text: str) -> list[Command]:
    """Every command that an Azure Pipelines agent would obey; its name is ``area.event``."""
    return [command for line in lines_of(text) if (command := parse_agent_command(line))]


def parse_agent_command(line: str) -> Command | None:
    """The command in this line, wherever it begins."""
    command = bracketed(line, "##vso[", _ESCAPES)
    parts = [part for part in command.name.lower().split(".") if part] if command else []
    # Of an area that it does not know, the agent warns, and does nothing.
    return command if len(parts) == 2 and parts[0] in AREAS else None


def read_agent_log(text: str) -> AgentLog:
    """What Azure Pipelines keeps and shows of this output."""
    log = AgentLog()
    kept: Counter[str] = Counter()
    for line in lines_of(text):
        if command := parse_agent_command(line):
            _obey(log, command, kept)
        elif line.startswith("##[group]"):
            log.groups.append(line.removeprefix("##[group]"))
            log.open_groups += 1
        elif line == "##[endgroup]":
            log.open_groups -= 1
        else:
            log.lines.append(masked(line, log.masks))
    shown = (*log.lines, *log.groups, *(annotation.data for annotation in log.annotations))
    assert not any("##[" in each for each in shown), "nobody meant to format a line"
    return log


def environment_of(log: AgentLog, step: str) -> dict[str, str]:
    """What a later step of the job finds in its environment; an OSError where it does not start."""
    names = {f"{step}.{name}".replace(".", "_").replace(" ", "_").upper(): name for name in log.variables}
    found = {key: log.variables[name] for key, name in names.items() if name not in log.secret_variables}
    if any(len(f"{key}={value}".encode()) >= LONGEST_STRING for key, value in found.items()):
        raise OSError("Argument list too long")
    return found


def _obey(log: AgentLog, command: Command, kept: Counter[str]) -> None:
    data, given = command.data, {name.lower(): value for name, value in command.properties.items()}
    match command.name.lower():
        case "task.logissue":
            assert given["type"] in {"error", "warning"}, "issue type is not an expected issue type"
            # It has no limit to a message (ExecutionContext counts issues only); 4096 characters are our own promise.
            assert len(data.encode("utf-16-le", "surrogatepass")) <= 2 * LONGEST_MESSAGE, "nobody would read that"
            kept[given["type"]] += 1
            if kept[given["type"]] <= KEPT_ANNOTATIONS:
                log.annotations.append(Command(given.pop("type"), data, given))
        case "task.setsecret":
            assert data.strip(), "a secret without text masks nothing, or everything"
            assert not {"\r", "\n"} & set(data), "it masks line by line, and would never find this one"
            log.masks.append(data)
        case "task.setvariable":
            _set_variable(log, data, given)
        case "task.setprogress":
            assert 0 <= int(given["value"]) <= 100
            log.progress.append(command)
        case "task.uploadsummary":
            assert Path(data).is_file(), "Cannot upload summary file, summary file location is not specified"
            log.summaries.append(Path(data))
        case _:
            raise AssertionError(f"nobody meant to send {command}")


def _set_variable(log: AgentLog, data: str, given: dict[str, str]) -> None:
    name = given["variable"]
    assert given["isoutput"] == "true", "later steps and jobs could not tell whose it is"
    assert not name.startswith(RESERVED)
    # An output is read-only (ExecutionContext.SetVariable); pull request 5665 would fail the step that sets it again.
    assert name not in log.variables, "an agent may keep the first value, and fail the step"
    if given.get("issecret") == "true":
        assert not {"\r", "\n"} & set(data), "Secrets cannot contain multiple lines"
        log.secret_variables.add(name)
        log.masks += [data] if data else []
    log.variables[name] = data
