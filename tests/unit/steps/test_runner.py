from __future__ import annotations

from typing import Any

import pytest

from cses_action.errors import AzureError, Throttled, Unanswered
from cses_action.planning.model import Plan, ProveHttps, Step, Target, UpdateService, UploadPackage, WaitForInstances
from cses_action.resources import Blob, OperationState, PublicAddress
from cses_action.steps.run import MAYBE_SENT, UNTOUCHED, Run
from cses_action.steps.runner import run_plan, title
from tests.fakes.cloud import SAS, WEB, FakeClock, FakeCloud, FakeHost, FakeServices, service

BLOB = Blob("contoso", "cses-packages", "contosocs/0123-a.cspkg")
UPLOAD = UploadPackage("a.cspkg", BLOB, 7, b"md5")


def plan(*steps: Step) -> Plan:
    return Plan(
        steps=steps,
        changes=(),
        warnings=(),
        roles=(),
        certificates=(),
        service_id="/x",
        provisioning_state="Succeeded",
        address=PublicAddress(),
        stopped=False,
        deployed=None,
    )


def update(blob: Blob | None = None, run_id: str = "run-1") -> UpdateService:
    body = service("<new/>")
    return UpdateService({"tags": {"cses-action-run": run_id}, "properties": body["properties"]}, blob, run_id)


def make(services: FakeServices) -> tuple[FakeCloud, Run, FakeHost]:
    host = FakeHost()
    return FakeCloud(services), Run(host, FakeClock()), host


def test_a_whole_plan_uploads_updates_waits_and_proves() -> None:
    cloud, run, host = make(FakeServices(service("<old/>")))
    target = Target("WebRole1/Certificate1:443", "203.0.113.7", 443, "", WEB)
    run_plan(plan(UPLOAD, update(BLOB), WaitForInstances(2), ProveHttps((target,), strict=True)), cloud.cloud, run)
    assert cloud.packages.blobs == {BLOB: b"md5"}
    assert cloud.services.replaced[0]["properties"]["packageUrl"] == SAS
    assert host.outputs["changed"] == "true"
    assert host.outputs["package-blob-url"].endswith("/contosocs/0123-a.cspkg")
    assert host.outputs["https-thumbprint"] == str(WEB)
    assert [each.title for each in run.record.timings] == host.groups
    assert run.record.left == "The update is done."


def test_changed_is_told_as_soon_as_azure_accepted_the_update() -> None:
    cloud, run, host = make(FakeServices(service("<old/>"), final_state="Failed"))
    with pytest.raises(AzureError, match="Failed"):
        run_plan(plan(update()), cloud.cloud, run)
    assert host.outputs["changed"] == "true"
    assert "packageUrl" not in cloud.services.replaced[0]["properties"]


def test_the_state_that_a_failed_operation_leaves_is_published() -> None:
    cloud, run, host = make(FakeServices(service("<old/>"), ended=OperationState("Failed"), final_state="Failed"))
    with pytest.raises(AzureError, match="ended Failed"):
        run_plan(plan(update()), cloud.cloud, run)
    assert [each.get("provisioning-state") for each in host.published] == ["Updating", "Failed"]


def test_the_url_of_the_package_stays_out_of_the_plan() -> None:
    cloud, run, _ = make(FakeServices(service("<old/>")))
    step = update(BLOB)
    run_plan(plan(UPLOAD, step), cloud.cloud, run)
    assert "packageUrl" not in step.body["properties"]


class LosesAnswers(FakeServices):
    """Azure whose answers to updates are lost ``lost`` times; ``takes`` says whether the update arrived."""

    lost = 1
    takes = False
    state_after = ""
    then: AzureError | None = None
    """What comes after the lost answers."""

    def replace(self, body: Any) -> Any:
        if self.lost == 0:
            if self.then:
                raise self.then
            return super().replace(body)
        self.lost -= 1
        if self.takes:
            super().replace(body)
        if self.state_after:
            self.live["properties"]["provisioningState"] = self.state_after
        raise Unanswered("the answer was lost")


def test_an_update_whose_answer_was_lost_is_followed_if_it_carries_our_tag() -> None:
    services = LosesAnswers(service("<old/>"), url="")
    services.takes = True
    cloud, run, host = make(services)
    run_plan(plan(update()), cloud.cloud, run)
    assert len(services.replaced) == 1
    assert host.outputs["changed"] == "true"


def test_an_update_that_never_arrived_is_sent_once_more() -> None:
    services = LosesAnswers(service("<old/>"))
    cloud, run, _ = make(services)
    run_plan(plan(update()), cloud.cloud, run)
    assert len(services.replaced) == 1


def test_an_update_that_azure_never_decides_on_is_sent_three_times() -> None:
    services = LosesAnswers(service("<old/>"))
    services.lost = 9
    cloud, run, host = make(services)
    with pytest.raises(Unanswered, match="lost"):
        run_plan(plan(update()), cloud.cloud, run)
    assert services.lost == 6
    assert "changed" not in host.outputs


def test_an_update_that_azure_throttles_three_times_has_changed_nothing() -> None:
    services = LosesAnswers(service("<old/>"))
    services.lost, services.then = 0, Throttled("429")
    cloud, run, _ = make(services)
    with pytest.raises(Throttled, match="429"):
        run_plan(plan(update()), cloud.cloud, run)
    assert run.record.left == "Azure refused the update; the cloud service is unchanged."


@pytest.mark.parametrize("refusal", [Throttled("429"), AzureError("409 Conflict")])
def test_after_a_lost_answer_a_refusal_of_the_next_one_decides_nothing(refusal: AzureError) -> None:
    services = LosesAnswers(service("<old/>"))
    services.then = refusal
    cloud, run, _ = make(services)
    with pytest.raises(AzureError, match=str(refusal)):
        run_plan(plan(update()), cloud.cloud, run)
    assert run.record.left == MAYBE_SENT


def test_a_read_that_is_refused_after_a_lost_answer_decides_nothing() -> None:
    services = LosesAnswers(service("<old/>"), failures=[AzureError("403")])
    cloud, run, _ = make(services)
    with pytest.raises(AzureError, match="403"):
        run_plan(plan(update()), cloud.cloud, run)
    assert run.record.left == MAYBE_SENT


def test_an_accepted_update_that_cannot_be_followed_is_not_called_failed() -> None:
    services = FakeServices(service("<old/>"), failures=[Unanswered("gone")] * 99)
    cloud, run, host = make(services)
    with pytest.raises(Unanswered, match="gone"):
        run_plan(plan(update()), cloud.cloud, run)
    assert host.outputs["changed"] == "true"
    assert "goes on with it" in run.record.left


def test_an_update_is_not_repeated_while_another_one_is_at_work() -> None:
    services = LosesAnswers(service("<old/>"))
    services.state_after = "Updating"
    cloud, run, host = make(services)
    with pytest.raises(Unanswered, match="lost"):
        run_plan(plan(update()), cloud.cloud, run)
    assert services.replaced == []
    assert "changed" not in host.outputs
    assert "may have been sent" in run.record.left


def test_an_update_without_an_id_of_the_run_is_not_taken_for_ours() -> None:
    services = LosesAnswers(service("<old/>"))
    cloud, run, _ = make(services)
    run_plan(plan(update(run_id="")), cloud.cloud, run)
    assert len(services.replaced) == 1


def test_every_step_has_a_title() -> None:
    steps: tuple[Step, ...] = (UPLOAD, update(), WaitForInstances(1), ProveHttps((), strict=False))
    assert len({title(step) for step in steps}) == 4


def test_a_part_that_fails_keeps_its_time() -> None:
    run = Run(FakeHost(), FakeClock())

    def look() -> None:
        with run.part("Look"):
            run.clock.sleep(3)
            raise AzureError("no")

    with pytest.raises(AzureError):
        look()
    assert [(each.title, each.seconds) for each in run.record.timings] == [("Look", 3.0)]
    assert run.record.left == UNTOUCHED
