"""A person's terminal, or any log that is none of the CI hosts we know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, TextIO

from cses_action.hosts.files import summary_file
from cses_action.hosts.log import PlainLog, forgiving
from cses_action.hosts.secrets import Secrets
from cses_action.messages import Line, Message
from cses_action.report.plain import defuse, one_line
from cses_action.values import Secret


class View(Protocol):
    """Shows messages that hold no secrets any more."""

    def show(self, message: Message) -> None:
        """Show a message."""
        ...

    def group(self, title: str) -> AbstractContextManager[None]:
        """Put a title above what is shown within."""
        ...


class Terminal:
    """Colour, tables and moving bars where somebody looks on, plain lines everywhere else."""

    def __init__(self, env: Mapping[str, str], out: TextIO) -> None:
        self._env = env
        self._secrets = Secrets()
        self._outputs: dict[str, str] = {}
        self._view = _view(env, forgiving(out))
        self._summary = summary_file(env) if env.get("GITHUB_STEP_SUMMARY") else None

    def hide(self, secret: Secret) -> None:
        """Show ``***`` for the secret and each of its lines from now on."""
        self._secrets.add(secret)

    def show(self, message: Message) -> None:
        """Show a message."""
        self._view.show(self._secrets.redacted(message))

    def group(self, title: str) -> AbstractContextManager[None]:
        """Put a title above what is shown within."""
        return self._view.group(self._secrets.redact(title))

    def publish(self, outputs: Mapping[str, str]) -> None:
        """Keep the outputs until the end: there is no later step that waits for them."""
        self._outputs.update(outputs)

    def summarise(self, markdown: Callable[[], str]) -> None:
        """Show the outputs, and add to the summary if there is a file for it; its tables have been shown already."""
        for name, value in self._outputs.items():
            text = one_line(self._secrets.redact(value))
            shown = f"(JSON of {len(text)} characters)" if text.startswith("{") else text
            self.show(Line(f"output {name} = {shown}"))
        if self._summary:
            self._summary.append(defuse(self._secrets.redact(markdown())) + "\n", self.show)

    def move_to(self, out: TextIO) -> None:
        """Show everything on this stream from now on."""
        self._view = _view(self._env, forgiving(out))


def _view(env: Mapping[str, str], out: TextIO) -> View:
    if not out.isatty() or env.get("TERM") == "dumb":
        return PlainLog(out)
    from cses_action.hosts.screen import Screen  # noqa: PLC0415 (a log does not pay for loading rich)

    return Screen(env, out)
