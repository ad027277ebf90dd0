"""Waiting for Azure: how often to ask, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cses_action.errors import AzureError, TimeRanOut, Unanswered
from cses_action.planning import live
from cses_action.ports import CloudServices
from cses_action.remedies import remedy
from cses_action.resources import Operation, OperationState
from cses_action.steps.run import Run

T = TypeVar("T")
FIRST, FACTOR, FAST, SLOW, FAST_FOR = 2.0, 1.5, 5.0, 15.0, 600.0
"""Seconds: an update takes about a minute, so the SDK's 30 would notice its end 15 s late on average."""
PATIENCE = 20
"""So many questions in a row may stay unanswered before the run gives up."""

LABEL = "Azure applies the update"


class Pace:
    """Waits between questions: 2 s, then half as much again, up to 5 s, after ten minutes up to 15 s."""

    def __init__(self, run: Run) -> None:
        self._clock = run.clock
        self.deadline = run.start_deadline()
        self._pause = FIRST

    def wait(self, asked: float | None = None) -> None:
        """Wait until the next question; ``asked`` is Azure's own Retry-After (seconds), which wins."""
        self._clock.sleep(min(asked or self._pause, self.deadline.remaining()))
        most = FAST if self.deadline.elapsed() < FAST_FOR else SLOW
        self._pause = min(self._pause * FACTOR, most)

    def over(self) -> bool:
        """Return whether the time has run out."""
        return not self.deadline.remaining()


def patiently(ask: Callable[[], T], attempts: list[Unanswered]) -> T | None:
    """Return the answer, or None while Azure does not answer; after twenty failures in a row the last is raised."""
    try:
        answer = ask()
    except Unanswered as failure:
        attempts.append(failure)
        if len(attempts) >= PATIENCE:
            raise
        return None
    attempts.clear()
    return answer


def wait_for_operation(services: CloudServices, operation: Operation, run: Run) -> None:
    """Return when the operation has succeeded; raise AzureError if it failed, TimeRanOut if it takes too long."""
    pace = Pace(run)
    attempts: list[Unanswered] = []
    retry_after = operation.retry_after
    while True:
        run.show_wait(LABEL, "InProgress")
        pace.wait(retry_after)
        state = patiently(lambda: _state(services, operation), attempts)
        retry_after = state.retry_after if state else None
        if state and state.ended:
            run.show_wait(LABEL, state.status, ended=True)
            _refuse_failure(state)
            return
        if pace.over():
            raise TimeRanOut(
                f"The update is still running in Azure after {run.patience}",
                fix="Azure goes on with it. Run again once the provisioning state is no longer Updating, "
                "or raise wait-minutes.",
            )


def _state(services: CloudServices, operation: Operation) -> OperationState:
    """Return the operation's state; without an address of its own it is read off the resource."""
    if operation.url:
        return services.poll(operation)
    state = live.provisioning_state(services.read())
    return OperationState("InProgress" if state.lower() in live.BUSY else "Succeeded")


def _refuse_failure(state: OperationState) -> None:
    if state.status.lower() == "succeeded":
        return
    raise AzureError(
        f"The update ended {state.status}: {state.message or 'Azure gives no reason'}",
        fix=remedy(state.code, state.message)
        or "Look at the activity log of the cloud service, mend it, and run again.",
        code=state.code,
    ).at(request_id=state.request_id)


def wait_for_final_state(services: CloudServices, run: Run) -> str:
    """Return the provisioning state that the service ends in; Failed is an AzureError even without an exception."""
    pace = Pace(run)
    attempts: list[Unanswered] = []
    while True:
        service = patiently(services.read, attempts)
        state = live.provisioning_state(service) if service else ""
        if state and state.lower() not in live.BUSY:
            break
        if pace.over():
            raise TimeRanOut(
                f"The provisioning state is still {state or 'unknown'} after {run.patience}",
                fix="Run again once it is no longer Updating, or raise wait-minutes.",
            )
        pace.wait()
    run.record.provisioning_state = state
    run.publish(provisioning_state=state)
    if state.lower() != "succeeded":
        raise AzureError(
            f"The operation ended, but the service's provisioning state is {state}",
            fix="Look at the activity log of the cloud service. The same run again sends the update again.",
        )
    return state
