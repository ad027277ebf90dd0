"""Waiting until every role instance runs the role's code."""

from __future__ import annotations

from cses_action.errors import TimeRanOut, Unanswered
from cses_action.ports import CloudServices
from cses_action.resources import RoleInstance
from cses_action.steps.run import Run, instances_json
from cses_action.steps.waiting import Pace, patiently


def wait_for_instances(services: CloudServices, expected: int, run: Run) -> None:
    """Return when all instances have started; TimeRanOut names those that have not, with their own words."""
    pace = Pace(run)
    attempts: list[Unanswered] = []
    while True:
        seen = patiently(services.instances, attempts)
        if seen is not None:
            _note(run, seen, expected)
            if len(seen) >= expected and all(each.started for each in seen):
                return
        if pace.over():
            raise TimeRanOut(
                f"Not every role instance has started after {run.patience}: "
                f"{waiting_for(run.record.instances, expected)}",
                fix="Look at the role's startup tasks and logs (WaHostBootstrapper.log), "
                "or deploy the previous package; if the roles are only slow, raise wait-minutes and run again.",
            )
        pace.wait()


def _note(run: Run, seen: tuple[RoleInstance, ...], expected: int) -> None:
    run.record.instances = seen
    run.publish(instances=instances_json(seen))
    started = sum(each.started for each in seen)
    total = max(expected, len(seen))
    late = waiting_for(seen, expected)
    run.show_wait("Role instances", f"{started} of {total} started{': ' if late else ''}{late}", ended=not late)


def waiting_for(seen: tuple[RoleInstance, ...], expected: int) -> str:
    """Return the instances that have not started, in words; empty if all have."""
    late = [f"{each.name} is {each.state}" + (f" ({each.message})" if each.message else "") for each in seen]
    late = [text for text, each in zip(late, seen, strict=True) if not each.started]
    if len(seen) < expected:
        late.append(f"{expected - len(seen)} of {expected} not there yet")
    return ", ".join(late)
