"""The CI hosts, each with what its machine reads: so that one test holds for both."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cses_action.hosts.azure_pipelines import AzurePipelines
from cses_action.hosts.github import GitHub
from cses_action.messages import Level, Message
from cses_action.ports import Host
from cses_action.values import Secret
from tests.fakes.agent import read_agent_log
from tests.fakes.runner import Command, Log, read_log, read_outputs, read_summary


class Machine(Protocol):
    """A machine that runs one step, in a folder of its own or without any."""

    levels: tuple[Level, ...]
    out: io.StringIO
    host: Host

    def log(self) -> Log:
        """What it keeps and shows of the step's output."""
        ...

    def outputs(self) -> dict[str, str]:
        """What later steps get."""
        ...

    def summary(self) -> str:
        """What is shown beside the run."""
        ...


@dataclass
class Runner:
    """GitHub's."""

    folder: Path | None = None
    levels: tuple[Level, ...] = ("error", "warning", "notice")
    out: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        names = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
        env = {variable: str(self.folder / name) for variable, name in names.items()} if self.folder else {}
        self.host: Host = GitHub(env, self.out)

    def log(self) -> Log:
        return read_log(self.out.getvalue())

    def outputs(self) -> dict[str, str]:
        assert self.folder is not None
        return read_outputs((self.folder / "output").read_bytes().decode())

    def summary(self) -> str:
        assert self.folder is not None
        return read_summary(self.folder / "summary")


@dataclass
class Agent:
    """Azure Pipelines'."""

    folder: Path | None = None
    levels: tuple[Level, ...] = ("error", "warning")
    out: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        env = {"AGENT_TEMPDIRECTORY": str(self.folder)} if self.folder else {}
        self.host: Host = AzurePipelines(env, self.out)

    def log(self) -> Log:
        return read_agent_log(self.out.getvalue())

    def outputs(self) -> dict[str, str]:
        return read_agent_log(self.out.getvalue()).variables

    def summary(self) -> str:
        return "".join(map(read_summary, set(read_agent_log(self.out.getvalue()).summaries)))


MACHINES: tuple[type[Runner | Agent], ...] = (Runner, Agent)


def after(machine: Machine, *messages: Message, hide: tuple[str, ...] = ()) -> Log:
    """What the machine keeps of these messages."""
    for secret in hide:
        machine.host.hide(Secret(secret))
    for message in messages:
        machine.host.show(message)
    return machine.log()


def unmarked(command: Command) -> Command:
    """The command without the marks that break markers."""
    properties = {name: value.replace("\u200b", "") for name, value in command.properties.items()}
    return Command(command.name, command.data.replace("\u200b", ""), properties)
