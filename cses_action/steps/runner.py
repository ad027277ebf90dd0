"""Carries out a plan: one match over the steps, and nothing else writes to Azure."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from contextlib import suppress

from cses_action.errors import AzureError, Throttled, Unanswered
from cses_action.messages import Progress
from cses_action.planning import live, tags
from cses_action.planning.model import Plan, ProveHttps, Step, UpdateService, UploadPackage, WaitForInstances
from cses_action.ports import Cloud, Json
from cses_action.resources import Operation
from cses_action.steps.probe import prove_https
from cses_action.steps.readiness import wait_for_instances
from cses_action.steps.run import MAYBE_SENT, Run, Stage
from cses_action.steps.waiting import wait_for_final_state, wait_for_operation

ATTEMPTS = 3
"""So often an update is sent when Azure does not decide on it."""
REFUSED = "Azure refused the update; the cloud service is unchanged."


def run_plan(plan: Plan, cloud: Cloud, run: Run) -> None:
    """Carry out every step in order; what was done stands in the run's record."""
    run_steps(plan.steps, cloud, run)


def run_steps(steps: Iterable[Step], cloud: Cloud, run: Run) -> None:
    """Carry out these steps in order."""
    for step in steps:
        with run.part(title(step), _stage(step)):
            _carry_out(step, cloud, run)


def title(step: Step) -> str:
    """Return what a step is called in the log and in the summary."""
    match step:
        case UploadPackage():
            return "Upload the package"
        case UpdateService():
            return "Update the cloud service"
        case WaitForInstances():
            return "Wait for the role instances"
        case ProveHttps():
            return "Prove HTTPS"


def _stage(step: Step) -> Stage:
    match step:
        case UploadPackage() | UpdateService():
            return "change"
        case WaitForInstances():
            return "wait"
        case ProveHttps():
            return "prove"


def _carry_out(step: Step, cloud: Cloud, run: Run) -> None:
    match step:
        case UploadPackage():
            _upload(step, cloud, run)
        case UpdateService():
            _update(step, cloud, run)
        case WaitForInstances(expected):
            wait_for_instances(cloud.services, expected, run)
        case ProveHttps():
            prove_https(cloud.network, step, run)


def _upload(step: UploadPackage, cloud: Cloud, run: Run) -> None:
    run.record.left = "The package may be in the storage account; the cloud service is unchanged."

    def advance(done: int, total: int) -> None:
        run.host.show(Progress("Upload", done, total))

    how = cloud.packages.upload(step.file, step.blob, step.md5, advance)
    run.say(f"{step.blob}: {how}.")
    run.publish(package_blob_url=cloud.packages.url(step.blob))


def _update(step: UpdateService, cloud: Cloud, run: Run) -> None:
    body = copy.deepcopy(step.body)
    if step.blob is not None:
        body["properties"]["packageUrl"] = cloud.packages.read_url(step.blob).reveal()
    operation = _send(body, step, cloud, run)
    run.record.changed = True
    run.record.left = "Azure has accepted the update and goes on with it."
    run.publish(changed="true", provisioning_state="Updating")
    run.start_deadline()
    try:
        wait_for_operation(cloud.services, operation, run)
        state = wait_for_final_state(cloud.services, run)
    except Unanswered:
        raise
    except AzureError:
        _note_state(cloud, run)
        raise
    run.record.left = "The update is done."
    run.say(f"The cloud service is updated; provisioning state {state}.")


def _note_state(cloud: Cloud, run: Run) -> None:
    """Publish in which state a failed operation left the service, if Azure still answers."""
    run.record.left = "Azure accepted the update, and it failed."
    with suppress(AzureError):
        run.publish(provisioning_state=live.provisioning_state(cloud.services.read()))


def _send(body: Json, step: UpdateService, cloud: Cloud, run: Run) -> Operation:
    """Send the update, at most three times; after a lost answer only once it is clear that Azure did not take it."""
    attempts, lost = 0, False
    while True:
        run.record.left = MAYBE_SENT
        try:
            return cloud.services.replace(body)
        except AzureError as failure:
            # Once an answer was lost, a refusal may be one of the update that was sent before.
            lost = lost or not _refused(failure)
            if not lost:
                run.record.left = REFUSED
            if not isinstance(failure, Unanswered):
                raise
            attempts += 1
            if failure.retry_after:
                run.say(
                    f"Azure asks to wait {failure.retry_after:.0f} s before the update is looked for, or sent again."
                )
            run.clock.sleep(failure.retry_after)
            service = cloud.services.read()
            if step.run_id and live.tag(service, tags.RUN) == step.run_id:
                return Operation(url="")
            if attempts == ATTEMPTS or live.provisioning_state(service).lower() in live.BUSY:
                raise


def _refused(failure: AzureError) -> bool:
    """Return whether Azure has decided against the request."""
    return isinstance(failure, Throttled) or not isinstance(failure, Unanswered)
