"""GitHub Actions, and act, which reads the same commands.

Escaping and delimiters are those of GitHub's toolkit, from the parts of ``actions_toolkit`` that only make
text: its ``core`` reads the environment itself and prints an output that it cannot write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from actions_toolkit.command import Command
from actions_toolkit.file_command import prepare_key_value_message

from cses_action.errors import Problem
from cses_action.hosts.files import StepFile, summary_file
from cses_action.hosts.limits import LONGEST_VALUE, Kept, annotation_text, size, utf_16
from cses_action.hosts.log import PlainLog, forgiving
from cses_action.hosts.secrets import Secrets
from cses_action.messages import Annotation, Message
from cses_action.report.plain import defuse, one_line
from cses_action.values import Secret

OUTPUTS_LIMIT = 1024 * 1024
"""All outputs of a job have at most so many bytes of UTF-16 (docs.github.com, "Passing information between jobs")."""


class GitHub:
    """The runner reads our standard output for commands, and two files for outputs and summary."""

    def __init__(self, env: Mapping[str, str], out: TextIO) -> None:
        self._log = _log(out)
        self._secrets = Secrets()
        self._kept = Kept()
        self._sizes: dict[str, int] = {}
        self._outputs = StepFile("GITHUB_OUTPUT", env.get("GITHUB_OUTPUT", ""))
        self._summary = summary_file(env)

    def hide(self, secret: Secret) -> None:
        """Mask the secret and each of its lines in everything that the runner shows from now on."""
        for text in self._secrets.add(secret):
            self._command("add-mask", {}, text)

    def show(self, message: Message) -> None:
        """Show a message: annotations as GitHub keeps them, everything else and the eleventh as lines."""
        message = self._secrets.redacted(message)
        if isinstance(message, Annotation) and self._kept.takes(message.level):
            self._annotate(message)
        else:
            self._log.show(message)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is shown within, under a title."""
        self._command("group", {}, defuse(one_line(self._secrets.redact(title))))
        try:
            yield
        finally:
            self._command("endgroup", {}, "")

    def publish(self, outputs: Mapping[str, str]) -> None:
        """Hand outputs to later steps, but for one that GitHub would not carry; none is ever printed instead."""
        kept = {name: value for name, value in outputs.items() if self._carries(name, value)}
        self._outputs.append("".join(_entry(name, value) for name, value in kept.items()), self.show)

    def summarise(self, markdown: Callable[[], str]) -> None:
        """Add to the summary of the job."""
        self._summary.append(defuse(self._secrets.redact(markdown())) + "\n", self.show)

    def move_to(self, out: TextIO) -> None:
        """Show everything on this stream from now on."""
        self._log = _log(out)

    def _carries(self, name: str, value: str) -> bool:
        sizes = {**self._sizes, name: len(utf_16(value))}
        if sum(sizes.values()) > OUTPUTS_LIMIT:
            message = (
                f"The output {name} is left out: with it the outputs would have {sum(sizes.values()) // 1024} KiB "
                f"in UTF-16, and GitHub takes {OUTPUTS_LIMIT // 1024} KiB of a job."
            )
            self._warn(message, "The other outputs are set, and the run goes on.")
            return False
        self._sizes = sizes
        if size(value) > LONGEST_VALUE:
            message = f"The output {name} has {size(value) // 1024} KiB: no step starts with that in its environment."
            self._warn(message, "Read it in an expression, for example by fromJSON, and not by env.")
        return True

    def _warn(self, message: str, fix: str) -> None:
        self.show(Annotation("warning", Problem(message=message, fix=fix)))

    def _annotate(self, annotation: Annotation) -> None:
        problem = annotation.problem
        properties = {
            "file": problem.file,
            "line": str(problem.line or ""),
            "col": str(problem.column or ""),
            "title": annotation.title.strip(),
        }
        given = {name: defuse(one_line(value)) for name, value in properties.items() if value}
        self._command(annotation.level, given, annotation_text(problem))

    def _command(self, name: str, properties: dict[str, str], data: str) -> None:
        self._log.command(str(Command(name, properties, data)))


def _log(out: TextIO) -> PlainLog:
    return PlainLog(forgiving(out, "utf-8"))  # the runner reads UTF-8, whatever the container's locale


def _entry(name: str, value: str) -> str:
    # The library refuses a value that holds its random delimiter, by a bare Exception: then another delimiter.
    with suppress(Exception):
        return f"{prepare_key_value_message(name, value)}\n"
    return f"{prepare_key_value_message(name, value)}\n"
