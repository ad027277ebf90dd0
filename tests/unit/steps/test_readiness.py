from __future__ import annotations

import json

import pytest

from cses_action.errors import TimeRanOut, Unanswered
from cses_action.resources import RoleInstance
from cses_action.steps.readiness import wait_for_instances, waiting_for
from cses_action.steps.run import Run
from tests.fakes.cloud import FakeClock, FakeHost, FakeServices, service


def make_run(minutes: int = 30) -> tuple[Run, FakeHost]:
    host = FakeHost()
    return Run(host, FakeClock(), minutes), host


def test_instances_that_start_late_are_waited_for_and_published() -> None:
    run, host = make_run()
    wait_for_instances(FakeServices(service(""), starts=3), 2, run)
    assert [each.state for each in run.record.instances] == ["RoleStateStarted", "RoleStateStarted"]
    published = json.loads(host.outputs["instances"])
    assert published["version"] == 1
    assert published["instances"][0]["name"] == "WebRole1_IN_0"
    assert len(host.published) == 2, "an output is published when it changes, not with every question"


def test_an_instance_that_never_starts_is_named_with_its_own_words() -> None:
    run, _ = make_run(1)
    states = {"WorkerRole1_IN_0": ("RoleStateBusy", "startup task 3 hangs")}
    services = FakeServices(service(""), starts=0, states=states)
    with pytest.raises(TimeRanOut, match=r"WorkerRole1_IN_0 is RoleStateBusy \(startup task 3 hangs\)") as caught:
        wait_for_instances(services, 2, run)
    assert "WebRole1_IN_0" not in str(caught.value)
    assert caught.value.exit_code == 5


def test_an_instance_that_is_not_there_yet_is_counted() -> None:
    run, _ = make_run(1)
    with pytest.raises(TimeRanOut, match="1 of 3 not there yet"):
        wait_for_instances(FakeServices(service(""), starts=0), 3, run)


def test_a_question_without_an_answer_is_asked_again() -> None:
    run, _ = make_run()
    wait_for_instances(FakeServices(service(""), starts=0, failures=[Unanswered("gone")]), 2, run)
    assert len(run.record.instances) == 2


def test_nothing_is_said_of_instances_that_have_started() -> None:
    assert waiting_for((RoleInstance("a", "A", "RoleStateStarted"),), 1) == ""
