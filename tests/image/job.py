"""A job on GitHub's runner: its folders, its environment, and steps that run the image in them.

As the runner does it (actions/runner, ContainerActionHandler and DockerCommandManager): every input is a variable
with its hyphens, values are not on the command line, and standard output and error are read as one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from cses_action.sandbox import Sandbox
from tests.data.packages import legacy_package
from tests.fakes.runner import Log, lines_of, parse_command, read_log, read_outputs, read_summary
from tests.image.base import ROOT
from tests.image.engine import IMAGE, Engine

SAMPLES = ROOT / "tests" / "data" / "samples"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"
MOUNTED = ("workspace", "home", "workflow", "file_commands", "runner_temp")
OUTPUT, SUMMARY = "set_output_5f1a", "step_summary_5f1a"
HARDENED = (
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL"),
    *("--security-opt", "no-new-privileges"),
)


@dataclass(frozen=True)
class Ended:
    """What a step left: its exit code, what it printed, and its files."""

    exit_code: int
    text: str
    outputs: dict[str, str]
    summary: str

    @property
    def log(self) -> Log:
        """What GitHub keeps and shows of it."""
        return read_log(self.text)

    @property
    def told(self) -> str:
        """Everything but the commands that mask: no secret may be in here."""
        commands = ((line, parse_command(line)) for line in lines_of(self.text))
        printed = [line for line, command in commands if command is None or command.name != "add-mask"]
        return "\n".join([*printed, self.summary, *self.outputs.values()])

    def messages(self, level: str) -> list[str]:
        """Return the texts of the annotations of this level."""
        return [each.data for each in self.log.annotations if each.name == level]


class Job:
    """The folders that the runner mounts, with a project in the workspace."""

    def __init__(self, engine: Engine, azure: Sandbox, folder: Path) -> None:
        self.engine = engine
        self.azure = azure
        self.folder = folder
        self.image = IMAGE
        self.name = f"cses-action-{uuid.uuid4().hex[:12]}"
        for name in MOUNTED:
            (folder / name).mkdir()
        for name in (OUTPUT, SUMMARY):
            (folder / "file_commands" / name).touch()
        self.workspace = folder / "workspace"
        self.thumbprint = str(azure.certificates["contosocs-kv"]["contoso-web"][0]["thumbprint"])
        shutil.copy(azure.inputs["REQUESTS_CA_BUNDLE"], self.workspace / "ca.pem")
        write_project(self.workspace / "drop", self.thumbprint)
        self.inputs = {**declared_inputs(), **sandbox_inputs(azure)}
        self.inputs |= {"configuration": "drop/*.cscfg", "definition": "drop/*.csdef", "package": "drop/*.cspkg"}
        self.env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_OUTPUT": f"/github/file_commands/{OUTPUT}",
            "GITHUB_RUN_ID": "4711",
            "GITHUB_STEP_SUMMARY": f"/github/file_commands/{SUMMARY}",
            "GITHUB_WORKSPACE": "/github/workspace",
            "HOME": "/github/home",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": "/github/runner_temp",
            "REQUESTS_CA_BUNDLE": "/github/workspace/ca.pem",
        }
        self.mounted = {name: f"{folder / name}:/github/{name}" for name in MOUNTED}

    def step(self, *options: str, command: tuple[str, ...] = ()) -> Ended:
        """Run the image to its end."""
        with self.started(*options, command=command) as process:
            text, _ = process.communicate(timeout=120)
        return self.ended(process.returncode, text)

    @contextmanager
    def started(self, *options: str, command: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
        """Start the image, and end it with the block."""
        variables = {**self.env, **{f"INPUT_{name.upper()}": value for name, value in self.inputs.items()}}
        arguments = ["podman", "run", "--rm", f"--name={self.name}", "--network=host", "--workdir=/github/workspace"]
        arguments += [part for name in variables for part in ("--env", name)]
        arguments += [part for mount in self.mounted.values() for part in ("--volume", mount)]
        # HOME would lead podman itself astray.
        given = {name: value for name, value in variables.items() if name != "HOME"}
        arguments[arguments.index("HOME")] = f"HOME={variables['HOME']}"
        with subprocess.Popen(
            [*arguments, *options, self.image, *command],
            env={**self.engine.env, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    self.engine.podman("rm", "--force", self.name, fails=True)

    def ended(self, exit_code: int, text: str) -> Ended:
        """Return what is there after a step."""
        files = self.folder / "file_commands"
        outputs = read_outputs((files / OUTPUT).read_text(encoding="utf-8"))
        return Ended(exit_code, text, outputs, read_summary(files / SUMMARY))

    def give_to(self, user: int, folder: str) -> None:
        """Let one of the folders, and all in it, belong to this user alone."""
        for path in (self.folder / folder, *(self.folder / folder).rglob("*")):
            os.chown(path, user, user)
            path.chmod(0o700 if path.is_dir() else 0o600)

    def let_anyone_write(self) -> None:
        """Open the files of the step to whatever user the container runs as."""
        for path in (self.folder / "file_commands").iterdir():
            path.chmod(0o666)


def write_project(folder: Path, thumbprint: str, content: bytes = b"build 1") -> None:
    """Write what a build would leave: definition, configuration and package."""
    folder.mkdir(exist_ok=True)
    for name in ("ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg"):
        text = (SAMPLES / "multirole-https" / name).read_bytes().replace(PLACEHOLDER.encode(), thumbprint.encode())
        (folder / name).write_bytes(text)
    legacy_package(folder / "ServiceDefinition.csdef", folder / "ContosoCS.cspkg", content=content)


def declared_inputs() -> dict[str, str]:
    """Return what the runner sets for inputs that the workflow leaves out."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    return {name: str(each.get("default", "")) for name, each in declared.items()}


def sandbox_inputs(azure: Sandbox) -> dict[str, str]:
    """Return the inputs that lead to the sandbox, by their names in action.yml."""
    given = {name: value for name, value in azure.inputs.items() if name.startswith("INPUT_")}
    return {name.removeprefix("INPUT_").lower().replace("_", "-"): value for name, value in given.items()}


def instances(step: Ended) -> list[str]:
    """Return the states in the output ``instances``."""
    return [each["state"] for each in json.loads(step.outputs["instances"])["instances"]]
