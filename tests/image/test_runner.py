"""Whole deployments in the container, under the conditions of GitHub's runner and harder ones."""

from __future__ import annotations

import pytest

from tests.image.job import HARDENED, Ended, Job, instances, write_project

ANYONE = ("--user", "12345:12345")


def check_success(step: Ended, job: Job) -> None:
    """Hold a deployment against everything that the workflow and its reader get of it."""
    assert step.exit_code == 0, step.text
    assert step.outputs["changed"] == "true"
    assert step.outputs["https-thumbprint"] == job.thumbprint
    assert step.outputs["provisioning-state"] == "Succeeded"
    assert set(instances(step)) == {"RoleStateStarted"}
    assert "What changes" in step.summary
    assert job.thumbprint in step.summary
    assert step.messages("error") == []
    assert step.log.open_groups == 0
    check_secrets(step, job)


def check_secrets(step: Ended, job: Job) -> None:
    """Hold that every secret is masked, and is nowhere but in the commands that mask it."""
    secret = job.inputs["client-secret"]
    assert secret in step.log.masks
    assert [mask for mask in step.log.masks if mask in step.told] == []
    assert "sig=" not in step.told
    assert step.text.index(secret) == step.text.index(f"::add-mask::{secret}") + len("::add-mask::")


CONDITIONS = {
    "as GitHub's runner": (),
    "read-only and without rights": HARDENED,
    "any user": ANYONE,
    "any user, read-only and without rights": (*HARDENED, *ANYONE),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_deployment_succeeds(job: Job, condition: str) -> None:
    job.let_anyone_write()
    check_success(job.step(*CONDITIONS[condition]), job)


def test_a_deployment_with_the_account_key_runs_with_what_pruning_left(job: Job) -> None:
    job.azure.set(roles=["Owner", "Key Vault Certificate User"])
    write_project(job.workspace / "drop", job.thumbprint, content=bytes(range(256)) * 40_000)
    step = job.step(*HARDENED)
    check_success(step, job)
    paths = [str(each["path"]).partition("?")[0] for each in job.azure.requests]
    assert any(path.endswith("listKeys") for path in paths)
    assert "account key" in step.told


def test_all_that_azure_may_answer_is_understood_with_what_pruning_left(job: Job) -> None:
    service = "cloudServices/contosocs$"
    job.azure.order(method="PUT", path=service, status=429, headers={"Retry-After": "1"})
    job.azure.order(method="GET", path=service, drop="before")
    job.inputs["certificate-name"] = ""
    job.azure.set(page_size=1)
    check_success(job.step(*HARDENED), job)


def test_the_same_once_more_changes_nothing_and_a_plan_neither(job: Job) -> None:
    assert job.step().exit_code == 0
    job.inputs["operation"] = "plan"
    plan = job.step()
    job.inputs["operation"] = "deploy"
    again = job.step()
    assert (plan.exit_code, plan.outputs["has-changes"]) == (0, "false")
    assert (again.exit_code, again.outputs["changed"], again.outputs["https-thumbprint"]) == (
        0,
        "false",
        job.thumbprint,
    )
    assert len(job.azure.updates) == 1


def test_an_update_that_azure_fails_is_an_error_with_azures_words(job: Job) -> None:
    job.azure.set(operation_error={"code": "AllocationFailed", "message": "no room\n::set-output name=changed::no"})
    step = job.step()
    assert step.exit_code == 4
    assert step.outputs["changed"] == "true"
    assert "AllocationFailed" in "".join(step.messages("error"))
    assert "no room" in step.summary
    check_secrets(step, job)


def test_a_wrong_secret_is_refused_with_what_to_do(job: Job) -> None:
    job.inputs["client-secret"] = "not~the.secret-of-this-principal"
    step = job.step()
    assert step.exit_code == 4
    assert "AADSTS7000215" in "".join(step.messages("error"))
    check_secrets(step, job)


def test_every_mistake_of_the_inputs_is_an_annotation(job: Job) -> None:
    job.inputs |= {"tenant-id": "contoso", "package": "drop/*.nothing", "force": "yes"}
    step = job.step()
    assert step.exit_code == 2
    assert len(step.messages("error")) == 3
    assert job.azure.requests == []


def test_a_wrong_thumbprint_is_an_annotation_on_its_line(job: Job) -> None:
    write_project(job.workspace / "drop", "DEADBEEF" * 5)
    step = job.step()
    (error,) = [each for each in step.log.annotations if each.name == "error"]
    assert step.exit_code == 3
    assert error.properties["file"] == "drop/ServiceConfiguration.Cloud.cscfg"
    assert int(error.properties["line"]) > 0


def test_a_person_at_a_terminal_sees_tables_and_progress(job: Job) -> None:
    job.env = {"HOME": "/github/home", "TERM": "xterm-256color", "REQUESTS_CA_BUNDLE": "/github/workspace/ca.pem"}
    step = job.step("--tty", *HARDENED)
    assert step.exit_code == 0, step.text
    assert "\x1b[" in step.text
    assert job.thumbprint in step.text
    assert job.inputs["client-secret"] not in step.text
