from __future__ import annotations

import pytest

from cses_action.errors import AzureError, TimeRanOut, Unanswered
from cses_action.messages import Waiting
from cses_action.resources import Operation, OperationState
from cses_action.steps.run import Run
from cses_action.steps.waiting import Pace, wait_for_final_state, wait_for_operation
from tests.fakes.cloud import FakeClock, FakeHost, FakeServices, service

URL = "https://management.azure.com/operation"


def make_run(minutes: int = 30) -> tuple[Run, FakeClock, FakeHost]:
    clock, host = FakeClock(), FakeHost()
    return Run(host, clock, minutes), clock, host


def test_questions_come_after_2_seconds_then_slower_up_to_5_and_15_after_ten_minutes() -> None:
    run, clock, _ = make_run()
    pace = Pace(run)
    while clock.passed < 700:
        pace.wait()
    assert clock.slept[:5] == [2.0, 3.0, 4.5, 5.0, 5.0]
    assert clock.slept[-1] == 15.0


def test_a_retry_after_of_azure_wins_over_our_own_pace() -> None:
    run, clock, _ = make_run()
    pace = Pace(run)
    pace.wait(11.0)
    assert clock.slept == [11.0]


def test_an_update_of_20_to_120_seconds_is_noticed_within_5_5_seconds_and_4_on_average() -> None:
    late = []
    for seconds in range(20, 121):
        run, clock, _ = make_run()
        pace = Pace(run)
        while clock.passed < seconds:
            pace.wait()
        late.append(clock.passed - seconds)
    assert max(late) <= 5.5
    assert sum(late) / len(late) <= 4.0


def test_an_operation_that_succeeds_ends_the_wait_and_the_progress() -> None:
    run, clock, host = make_run()
    services = FakeServices(service(""), polls=2)
    wait_for_operation(services, Operation(URL), run)
    assert services.asked == 3
    assert clock.slept == [2.0, 3.0, 4.5]
    last = host.messages[-1]
    assert last == Waiting("Azure applies the update", 9, 1800, "Succeeded", ended=True)


def test_a_failed_operation_raises_azures_code_and_text() -> None:
    run, _, _ = make_run()
    ended = OperationState("Failed", code="AllocationFailed", message="Allocation failed.", request_id="REQ-1")
    services = FakeServices(service(""), polls=0, ended=ended)
    with pytest.raises(AzureError, match="Allocation failed") as caught:
        wait_for_operation(services, Operation(URL), run)
    assert caught.value.problems[0].code == "AllocationFailed"
    assert caught.value.problems[0].request_id == "REQ-1"
    assert "no capacity" in caught.value.problems[0].fix


def test_a_canceled_operation_without_a_reason_still_says_what_to_do() -> None:
    run, _, _ = make_run()
    services = FakeServices(service(""), polls=0, ended=OperationState("Canceled"))
    with pytest.raises(AzureError, match="ended Canceled: Azure gives no reason") as caught:
        wait_for_operation(services, Operation(URL), run)
    assert "activity log" in caught.value.problems[0].fix


def test_an_operation_that_outlasts_the_bound_ends_with_time_ran_out() -> None:
    run, clock, _ = make_run(1)
    services = FakeServices(service(""), polls=1000)
    with pytest.raises(TimeRanOut, match=r"still running in Azure after 1 minute$"):
        wait_for_operation(services, Operation(URL), run)
    assert clock.passed == 60.0


def test_questions_without_an_answer_are_asked_again() -> None:
    run, _, _ = make_run()
    services = FakeServices(service(""), polls=0, failures=[Unanswered("gone")] * 19)
    wait_for_operation(services, Operation(URL), run)
    assert services.asked == 1


def test_twenty_questions_in_a_row_without_an_answer_end_the_run() -> None:
    run, _, _ = make_run()
    services = FakeServices(service(""), polls=0, failures=[Unanswered("gone")] * 20)
    with pytest.raises(Unanswered, match="gone"):
        wait_for_operation(services, Operation(URL), run)


def test_an_operation_without_an_address_is_followed_on_the_resource() -> None:
    run, _, _ = make_run()
    services = FakeServices(service(""), polls=1, url="")
    services.replace({"properties": {}})
    wait_for_operation(services, Operation(""), run)
    assert services.live["properties"]["provisioningState"] == "Succeeded"


def test_a_final_state_failed_is_an_error_although_the_operation_succeeded() -> None:
    run, _, host = make_run()
    services = FakeServices(service("", provisioningState="Failed"))
    with pytest.raises(AzureError, match="provisioning state is Failed"):
        wait_for_final_state(services, run)
    assert host.outputs == {"provisioning-state": "Failed"}


def test_the_final_state_is_waited_for() -> None:
    run, clock, _ = make_run()
    services = FakeServices(service("", provisioningState="Updating"), polls=2, url="")
    services.replaced.append({})
    assert wait_for_final_state(services, run) == "Succeeded"
    assert clock.slept == [2.0, 3.0]


def test_a_final_state_that_never_comes_ends_with_time_ran_out() -> None:
    run, _, _ = make_run(1)
    with pytest.raises(TimeRanOut, match=r"still Updating after 1 minute$"):
        wait_for_final_state(FakeServices(service("", provisioningState="Updating")), run)


def test_a_final_state_that_cannot_be_read_is_called_unknown() -> None:
    run, _, _ = make_run(1)
    run.start_deadline()
    run.clock.sleep(60)
    with pytest.raises(TimeRanOut, match="still unknown"):
        wait_for_final_state(FakeServices(service(""), failures=[Unanswered("gone")]), run)
