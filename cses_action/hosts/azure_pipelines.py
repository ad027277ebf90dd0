"""Azure Pipelines: the agent reads our standard output for logging commands, anywhere in a line.

What it obeys and how it takes off the escapes stands in its Command, CommandStringConvertor and
TaskCommandExtension (microsoft/azure-pipelines-agent). A command that it cannot carry out fails the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TextIO

from cses_action.errors import Problem
from cses_action.hosts.files import SUMMARY_LIMIT, StepFile
from cses_action.hosts.limits import LONGEST_VALUE, Kept, annotation_text, size
from cses_action.hosts.log import PlainLog, forgiving, percent
from cses_action.hosts.secrets import Secrets
from cses_action.messages import Annotation, Message, Progress, Waiting
from cses_action.report.plain import defuse, one_line
from cses_action.values import Secret


class AzurePipelines:
    """The agent takes annotations, masks, variables and progress from the log, and the summary from a file."""

    def __init__(self, env: Mapping[str, str], out: TextIO) -> None:
        self._log = _log(out)
        self._secrets = Secrets()
        self._kept = Kept()
        self._outputs: dict[str, str] = {}
        self._set: set[str] = set()
        folder = env.get("AGENT_TEMPDIRECTORY", "")
        # A name of its own: two steps of a job may share the folder.
        self._path = str(Path(folder, f"cses-action-{token_hex(8)}.md")) if folder else ""
        self._summary = StepFile("AGENT_TEMPDIRECTORY", self._path, limit=SUMMARY_LIMIT)

    def hide(self, secret: Secret) -> None:
        """Mask each line of the secret in everything that the agent shows from now on."""
        for text in self._secrets.add(secret):
            if not {"\r", "\n"} & set(text):  # the agent masks line by line
                self._command("task.setsecret", {}, text)

    def show(self, message: Message) -> None:
        """Show a message: errors and warnings as the agent keeps them, everything else and the eleventh as lines."""
        message = self._secrets.redacted(message)
        match message:
            case Annotation(level="error" | "warning" as level) if self._kept.takes(level):
                self._annotate(message)
            case Progress() | Waiting():
                if self._log.progress(message):
                    self._command("task.setprogress", {"value": str(percent(message))}, one_line(message.label))
            case _:
                self._log.show(message)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is shown within, under a title."""
        self._log.command(f"##[group]{defuse(one_line(self._secrets.redact(title)))}")
        try:
            yield
        finally:
            self._log.command("##[endgroup]")

    def publish(self, outputs: Mapping[str, str]) -> None:
        """Keep the outputs until the end: a variable of a step is read-only, and is set once."""
        self._outputs.update(outputs)

    def summarise(self, markdown: Callable[[], str]) -> None:
        """Set the outputs, and add to the summary of the run."""
        self._set_outputs()
        if self._summary.append(defuse(self._secrets.redact(markdown())) + "\n", self.show):
            self._command("task.uploadsummary", {}, self._path)

    def move_to(self, out: TextIO) -> None:
        """Show everything on this stream from now on."""
        self._log = _log(out)

    def _set_outputs(self) -> None:
        """Hand outputs to later steps as ``$(step.name)``, and to later jobs; one that holds a secret as a secret."""
        for name, value in self._outputs.items():
            if name in self._set:
                continue
            secret = size(value) <= LONGEST_VALUE and self._secrets.redact(value) != value
            if reason := _refusal(value, secret=secret):
                fix = "The other outputs are set, and the run goes on."
                self.show(
                    Annotation("warning", Problem(message=f"The output {name} is left out: {reason}.", fix=fix))
                )
            else:
                flags = {"isoutput": "true", "issecret": "true" if secret else ""}
                self._command("task.setvariable", {"variable": name, **flags}, value)
            self._set.add(name)  # not before: a signal that comes between may set it twice, and never not at all

    def _annotate(self, annotation: Annotation) -> None:
        problem = annotation.problem
        properties = {
            "type": annotation.level,
            "sourcepath": defuse(one_line(problem.file)),
            "linenumber": str(problem.line or ""),
            "columnnumber": str(problem.column or ""),
        }
        title = defuse(one_line(annotation.title)).strip()  # the agent has no other place for it
        self._command("task.logissue", properties, annotation_text(problem, title))

    def _command(self, name: str, properties: Mapping[str, str], data: str) -> None:
        given = ";".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
        self._log.command(f"##vso[{f'{name} {given}' if given else name}]{_data(data)}")


def _log(out: TextIO) -> PlainLog:
    return PlainLog(forgiving(out, "utf-8"))  # the agent reads UTF-8, whatever the machine's locale


def _refusal(value: str, *, secret: bool) -> str:
    # Outputs are in the environment of every later step of the job.
    if size(value) > LONGEST_VALUE:
        return (
            f"it has {size(value) // 1024} KiB, and no later step of the job would start with a variable of that size"
        )
    if secret and {"\r", "\n"} & set(value):
        return "it holds a secret, and Azure Pipelines takes no secret of several lines"
    return ""


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
