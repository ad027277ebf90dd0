"""A run under way: what it has done so far, and where it tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from cses_action.errors import Problem
from cses_action.messages import Annotation, Level, Line, Table, Waiting
from cses_action.values import Value

if TYPE_CHECKING:
    from datetime import datetime

    from cses_action.planning.model import CertificateStatus, Plan, RoleCertificate, Target
    from cses_action.ports import Clock, Host
    from cses_action.project import Examined
    from cses_action.resources import RoleInstance, Served

UNTOUCHED = "Nothing was changed in Azure."
MAYBE_SENT = "The update may have been sent: look at the provisioning state of the cloud service."
Stage = Literal["look", "change", "wait", "prove"]
"""What a part of the run is for."""


class Timing(Value):
    """When a part of the run began, and how long it took (seconds)."""

    title: str
    began: datetime
    seconds: float
    stage: Stage = "look"


class Record:
    """What has happened so far."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.certificates: tuple[CertificateStatus | RoleCertificate, ...] = ()
        """Those that the configuration names, found or not."""
        self.changed = False
        self.written: tuple[str, ...] = ()
        """Project files that were changed."""
        self.stored = False
        """Whether a key vault got a new version of a certificate."""
        self.provisioning_state = ""
        self.instances: tuple[RoleInstance, ...] = ()
        self.proven: list[tuple[Target, Served]] = []
        self.http_ports: list[str] = []
        """What answers without TLS, a sentence for each port."""
        self.examined: Examined | None = None
        """What the rules found in the project files."""
        self.tables: tuple[tuple[str, Table], ...] = ()
        """What else is shown, each table under its title."""
        self.warnings: list[str] = []
        self.timings: list[Timing] = []
        self.outputs: dict[str, str] = {}
        self.unproven = False
        """Whether HTTPS should have been proven and was not."""
        self.left = UNTOUCHED
        """In which state Azure is if the run ends here."""


class Deadline:
    """The moment by which waiting must end."""

    def __init__(self, clock: Clock, minutes: float) -> None:
        self._clock = clock
        self.began = clock.monotonic()
        self.seconds = minutes * 60

    def elapsed(self) -> float:
        """Return seconds since the beginning."""
        return self._clock.monotonic() - self.began

    def remaining(self) -> float:
        """Return seconds left; 0 when the time is over."""
        return max(0.0, self.seconds - self.elapsed())


class Run:
    """What every step is given: host, clock, bound, and the record that it adds to."""

    def __init__(self, host: Host, clock: Clock, wait_minutes: int = 30) -> None:
        self.host = host
        self.clock = clock
        self.wait_minutes = wait_minutes
        self.record = Record()
        self.deadline: Deadline | None = None
        self._waits: dict[str, float] = {}
        """When each wait began, in seconds of the deadline."""
        self.busy = False
        """Whether a signal has to wait."""
        self.told: set[Problem] = set()
        """Problems that have been shown already, and may still end the run."""

    @property
    def patience(self) -> str:
        """How long a run waits, in words."""
        return "1 minute" if self.wait_minutes == 1 else f"{self.wait_minutes} minutes"

    def say(self, text: str) -> None:
        """Show one line."""
        self.host.show(Line(text))

    def warn(self, text: str, *, fix: str = "") -> None:
        """Show a warning, and keep it for the summary."""
        self.record.warnings.append(f"{text} {fix}".strip())
        self.host.show(Annotation("warning", Problem(message=text, fix=fix)))

    def show_wait(self, label: str, detail: str = "", *, ended: bool = False) -> None:
        """Show what is waited for, how long it has been, and how long it may be from then on."""
        deadline = self.start_deadline()
        elapsed = deadline.elapsed()
        began = self._waits.setdefault(label, elapsed)
        self.host.show(Waiting(label, int(elapsed - began), round(deadline.seconds - began), detail, ended))

    def tell(self, level: Level, problem: Problem) -> None:
        """Show a problem of the project files."""
        self.told.add(problem)
        self.host.show(Annotation(level, problem, problem.rule))

    def publish(self, **outputs: str) -> None:
        """Hand outputs to the host once they are known or have changed; names with hyphens are written with _."""
        named = {name.replace("_", "-"): value for name, value in outputs.items()}
        new = {name: value for name, value in named.items() if self.record.outputs.get(name) != value}
        if new:
            self.record.outputs.update(new)
            self.host.publish(new)

    @contextmanager
    def undivided(self) -> Iterator[None]:
        """Let a signal wait for the end of what is done within: files that belong together are being replaced."""
        self.busy = True
        try:
            yield
        finally:
            self.busy = False

    def start_deadline(self) -> Deadline:
        """Return the bound of all waiting; it begins with the first call."""
        if self.deadline is None:
            self.deadline = Deadline(self.clock, self.wait_minutes)
        return self.deadline

    @contextmanager
    def part(self, title: str, stage: Stage = "look") -> Iterator[None]:
        """Fold what is shown within, and keep the time it takes."""
        began, start = self.clock.now(), self.clock.monotonic()
        try:
            with self.host.group(title):
                yield
        finally:
            self.record.timings.append(Timing(title, began, self.clock.monotonic() - start, stage))


def instances_json(instances: tuple[RoleInstance, ...]) -> str:
    """Return the output ``instances``."""
    import json  # noqa: PLC0415 - a run that stops before has none

    rows = [
        {"name": each.name, "role": each.role, "state": each.state, "message": each.message} for each in instances
    ]
    return json.dumps({"version": 1, "instances": rows}, separators=(",", ":"))
