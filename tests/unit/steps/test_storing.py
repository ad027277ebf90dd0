"""Writing into a key vault: lost answers, waiting, and what a run says that ends in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cses_action.errors import AzureError, TimeRanOut, Unanswered
from cses_action.messages import Waiting
from cses_action.resources import Certificate, Pfx
from cses_action.steps.run import UNTOUCHED, Run
from cses_action.steps.storing import Shelf
from cses_action.values import Secret, Thumbprint
from tests.fakes.cloud import DETAILS, NOW, VAULT, FakeClock, FakeCloud, FakeHost, FakeServices, service
from tests.fakes.store import FakeCertificateStore

NEW = Thumbprint("C3" * 20)
PFX = Pfx(Secret("TUlJ"), Secret("pw"), NEW, DETAILS, NOW, NOW + timedelta(days=90), chain=0, encrypted_by_aes=False)
MAYBE = "Certificate web in key vault contoso-kv may have got a new version; nothing else was changed in Azure."
HOSTS = ("www.contoso.com",)


class Place:
    """A shelf in a key vault, and the run that writes there."""

    def __init__(self) -> None:
        self.cloud = FakeCloud(FakeServices(service("")))
        self.store = FakeCertificateStore(self.cloud.vaults)
        self.cloud.store = self.store
        self.host, self.clock = FakeHost(), FakeClock()
        self.run = Run(self.host, self.clock, wait_minutes=1)
        self.shelf = Shelf(self.cloud.cloud, VAULT, "web", self.run)

    @property
    def held(self) -> tuple[Certificate, ...]:
        return self.cloud.vaults.held["web"]

    @property
    def waiting(self) -> list[tuple[int, bool]]:
        return [(each.seconds, each.ended) for each in self.host.messages if isinstance(each, Waiting)]


@pytest.fixture
def place() -> Place:
    return Place()


def lost(seconds: float = 0.0) -> Unanswered:
    failure = Unanswered("Import: the connection broke off")
    failure.retry_after = seconds
    return failure


def test_an_import_is_a_new_version_on_top_of_the_others(place: Place) -> None:
    before = place.held
    assert place.shelf.import_pfx(PFX).thumbprint == NEW
    assert place.held[1:] == before
    assert place.run.record.stored
    assert place.run.record.left == (
        f"Certificate web in key vault contoso-kv has a new version, {NEW}; nothing else was changed in Azure."
    )
    assert place.clock.slept == []


def test_a_refused_import_leaves_everything_as_it_was(place: Place) -> None:
    place.store.failures = [AzureError("Forbidden")]
    with pytest.raises(AzureError, match="Forbidden"):
        place.shelf.import_pfx(PFX)
    assert place.run.record.left == UNTOUCHED
    assert not place.run.record.stored


def test_an_import_whose_answer_was_lost_is_found_and_not_sent_again(place: Place) -> None:
    place.store.failures, place.store.lost = [lost()], True
    assert place.shelf.import_pfx(PFX).thumbprint == NEW
    assert len(place.store.imported) == 1
    assert place.run.record.stored


def test_an_import_that_did_not_come_is_sent_again_after_the_time_that_azure_asks_for(place: Place) -> None:
    place.store.failures = [lost(17), lost()]
    place.shelf.import_pfx(PFX)
    assert place.clock.slept == [17, 2]
    assert len(place.store.imported) == 1


def test_after_three_lost_answers_nobody_knows(place: Place) -> None:
    place.store.failures = [lost(), lost(), lost()]
    with pytest.raises(Unanswered):
        place.shelf.import_pfx(PFX)
    assert place.run.record.left == MAYBE


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_changed(place: Place) -> None:
    place.store.failures = [lost(), AzureError("Forbidden")]
    with pytest.raises(AzureError, match="Forbidden"):
        place.shelf.import_pfx(PFX)
    assert place.run.record.left == MAYBE


def test_a_certificate_that_is_made_at_once_shows_no_wait(place: Place) -> None:
    made = place.shelf.make_self_signed(HOSTS, lambda: None)
    assert place.held[0] == made
    assert place.waiting == []
    assert place.clock.slept == []


def test_it_is_shown_how_long_the_vault_takes(place: Place) -> None:
    place.store.polls = 3
    place.shelf.make_self_signed(HOSTS, lambda: None)
    assert place.waiting == [(0, False), (2, False), (5, False), (9, True)]


def test_a_making_that_takes_too_long_runs_out_of_time_and_says_how_to_go_on(place: Place) -> None:
    place.store.polls = 100
    with pytest.raises(TimeRanOut, match="is still being made after 1 minute") as caught:
        place.shelf.make_self_signed(HOSTS, lambda: None)
    assert "the run then takes the one that is being made" in caught.value.problems[0].fix
    assert place.clock.passed == 60
    assert place.run.record.left == MAYBE


def test_what_an_earlier_run_began_is_waited_for_and_taken(place: Place) -> None:
    place.store.pending = HOSTS
    made = place.shelf.make_self_signed(HOSTS, lambda: place.held[0])
    assert place.held[0] == made
    assert place.store.begun == []


def test_what_an_earlier_run_began_for_other_names_is_waited_for_and_not_taken(place: Place) -> None:
    place.store.pending = ("old.contoso.com",)
    made = place.shelf.make_self_signed(HOSTS, lambda: None)
    assert place.store.begun == [HOSTS]
    assert [each.thumbprint for each in place.held[:2]] == [made.thumbprint, Thumbprint("C2" * 20)]


def test_a_making_whose_answer_was_lost_is_found_under_way(place: Place) -> None:
    place.store.failures, place.store.lost = [lost()], True
    made = place.shelf.make_self_signed(HOSTS, lambda: place.held[0] if len(place.held) > 2 else None)
    assert place.store.begun == [HOSTS]
    assert place.held[0] == made


def test_a_making_whose_answer_was_lost_is_found_at_its_end(place: Place) -> None:
    place.store.failures = [lost()]
    found = place.held[0]
    assert place.shelf.make_self_signed(HOSTS, lambda: found) == found
    assert place.store.begun == []
