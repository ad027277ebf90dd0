"""The whole program, from the environment to the exit code, and the one place where errors are caught.

::

    environment ──► inputs ──► project files ──► observe Azure ──► plan ──► steps ──► report
                   (typed,     (csdef, cscfg,    (reads only)      (pure    (the only  (outputs, annotations,
                    all         cspkg; no                           data)    writes)    summary; exit code)
                    mistakes    network)
                    at once)

    app.py            this file
    operations/       files.py reads what the user wrote; then one file an operation, each the story of its run
    hosts/            GitHub, Azure Pipelines, terminal       cloud/   Azure behind the ports
    report/           text by pure functions: summary, findings, SARIF, timeline, outputs, retirement notice
    steps/            runner, waiting, readiness, probe, storing; run.py holds what a run has done so far
    planning/         observe, search, held (reads); planner (pure), resolver, rotation, checks, proof, body, secrets,
                      tags, difference, model
    arguments.py      options and variables -> what was given
    project/          csdef, cscfg, cspkg; rules and edits    inputs/  registry, readers of values, one Inputs
    ports.py          what we need from outside               remedies.py  what to do about Azure's codes
    messages.py       what a run shows                        resources.py  what Azure holds
    errors.py         everything that can stop a run          values.py  Value, Secret, Thumbprint
    sandbox/          a small Azure on loopback; imported by nothing, and not in the image

Imports run upwards in this list only; ``make lint`` checks it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from cses_action import __version__
from cses_action.arguments import collect, resolve_credentials, usage
from cses_action.cloud import connect as connect_to_azure
from cses_action.errors import ActionError, Problem
from cses_action.hosts import detect, moved
from cses_action.inputs import Given, parse_inputs
from cses_action.inputs.checks import without_effect
from cses_action.inputs.registry import INPUTS
from cses_action.messages import Annotation, Level, Line
from cses_action.report.retirement import retirement_notice
from cses_action.steps.run import MAYBE_SENT, Run
from cses_action.values import Secret

if TYPE_CHECKING:
    from cses_action.inputs import Inputs
    from cses_action.ports import Clock, Cloud, Host

REPORT = (
    "This is a fault of the action. Please report it with the traceback in the log, without names you want to keep."
)
SHORTEST_MASKED = 8
"""Characters; hosts replace a masked text wherever it stands, and a short one stands everywhere."""

WITHOUT_UPDATE = {"validate", "configure", "inspect"}
"""Operations that have nothing to do with the service."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class App:
    """One run of the program; a signal may end it at any moment."""

    def __init__(
        self,
        env: Mapping[str, str],
        out: TextIO,
        connect: Callable[[Inputs, Host, Clock], Cloud] = connect_to_azure,
        clock: Clock | None = None,
    ) -> None:
        self.env = env
        self.out = out
        self.connect = connect
        self.clock = clock or SystemClock()
        self.run = Run(detect(env, out), self.clock)
        self._given = Given({})
        self._notice = False

    def main(self, argv: Sequence[str]) -> int:
        """Run, and return the exit code."""
        if {"-h", "--help"} & set(argv):
            self.out.write(f"{usage(__version__)}\n")
            return 0
        if "--version" in argv:
            self.out.write(f"cses-action {__version__}\n")
            return 0
        guard = _Guard(self.run)
        with guard:
            self._work(argv)
        # A fault in the report makes no failure of a deployment that went well.
        with _Guard(self.run, "warning"):
            self._report(self.run, guard.exit_code, guard.problems)
        return guard.exit_code

    def cancelled(self, number: int, out: TextIO) -> int:
        """Say on a fresh stream in which state Azure is left, and return the exit code of a signal."""
        # It goes on hiding and counting where the run was; an upload's threads keep the old one.
        host = moved(self.run.host, out)
        run = Run(host, self.clock)
        run.record = self.run.record
        left = f"Cancelled. {run.record.left}"
        again = "A new run can start at once."
        if run.record.changed or run.record.left == MAYBE_SENT:
            again = "A new run can start once the provisioning state is no longer Updating."
        # The line under way, and the group around it, end here.
        out.write("\n")
        for secret in self._given.secrets:
            host.hide(secret)
        with host.group("Cancelled"):
            host.show(Line(left))
        host.show(Annotation("error", Problem(message=left, fix=again)))
        # The signal may have come after an output was noted and before the host had it.
        host.publish(run.record.outputs)
        self._report(run, 128 + number, (Problem(message=left, fix=again),))
        return 128 + number

    def _work(self, argv: Sequence[str]) -> None:
        self._given = resolve_credentials(collect(argv, self.env))
        for secret in self._given.secrets:
            self.run.host.hide(secret)
        for warning in self._given.warnings:
            self.run.warn(warning)
        inputs = parse_inputs(self._given)
        for warning in without_effect(self._given, inputs.operation):
            self.run.warn(warning)
        self._notice = inputs.retirement_notice
        self.run.wait_minutes = inputs.wait_minutes
        for _name, value in inputs.settings:
            if len(value) >= SHORTEST_MASKED:
                self.run.host.hide(Secret(value))
        service = "" if inputs.operation in WITHOUT_UPDATE else inputs.cloud_service
        where = f" {service} in {inputs.resource_group}" if service else ""
        self.run.say(f"cses-action {__version__}: {inputs.operation}{where}")
        self._operate(inputs)

    def _operate(self, inputs: Inputs) -> None:
        """Run one operation; each part is imported once nothing before it was wrong, so a mistake is told at once."""
        if inputs.operation == "validate":
            from cses_action.operations.validate import validate  # noqa: PLC0415

            validate(inputs, self.run)
            return
        if inputs.operation == "configure":
            from cses_action.operations.configure import configure  # noqa: PLC0415

            configure(inputs, self.run, self.connect)
            return
        if inputs.operation == "inspect":
            from cses_action.operations.inspect import inspect  # noqa: PLC0415

            inspect(inputs, self.run)
            return
        if inputs.operation == "rotate-certificate":
            from cses_action.operations.rotate import rotate  # noqa: PLC0415

            rotate(inputs, self.run, self.connect)
            return
        from cses_action.operations.files import read_files  # noqa: PLC0415

        project = read_files(inputs, self.run)
        from cses_action.operations.deploy import deploy  # noqa: PLC0415

        deploy(inputs, project, self.run, self.connect)

    def _report(self, run: Run, exit_code: int, problems: tuple[Problem, ...]) -> None:
        now = self.clock.now()
        notice = retirement_notice(now) if self._notice else ""
        if notice:
            run.host.show(Annotation("notice", Problem(message=notice)))
        given = self._given.values
        operation = given.get("operation") or INPUTS["operation"].default
        # Where nobody knows whether Azure took the update, silence is better than a wrong word.
        unknown = run.record.left == MAYBE_SENT or operation.lower() in WITHOUT_UPDATE
        if "changed" not in run.record.outputs and not unknown:
            run.publish(changed=str(run.record.changed).lower())

        def markdown() -> str:
            from cses_action.report.markdown import Outcome, summary  # noqa: PLC0415 - a terminal shows no summary

            outcome = Outcome(
                operation=operation,
                service=given.get("cloud-service", ""),
                exit_code=exit_code,
                problems=problems,
                now=now,
                notice=notice,
            )
            return summary(run.record, outcome)

        run.host.summarise(markdown)


class _Guard:
    """Turns whatever ends a run into annotations and an exit code."""

    def __init__(self, run: Run, level: Level = "error") -> None:
        self._run = run
        self._level = level
        self.exit_code = 0
        self.problems: tuple[Problem, ...] = ()

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, ActionError):
            self.exit_code, self.problems = error.exit_code, error.problems
        elif isinstance(error, Exception):
            self.exit_code = 1
            self.problems = (Problem(message=f"{type(error).__name__}: {error}", fix=REPORT),)
            self._show_traceback(error)
        else:
            return False
        for problem in self.problems:
            if problem not in self._run.told:
                self._run.tell(self._level, problem)
        return True

    def _show_traceback(self, error: Exception) -> None:
        import platform  # noqa: PLC0415 - only a fault of ours pays for these two
        import traceback  # noqa: PLC0415

        host = self._run.host
        with host.group("Traceback, for the report"):
            host.show(Line(f"cses-action {__version__}, Python {platform.python_version()}, {platform.platform()}"))
            for line in "".join(traceback.format_exception(error)).splitlines():
                host.show(Line(line))
