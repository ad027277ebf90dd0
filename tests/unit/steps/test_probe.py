from __future__ import annotations

import pytest

from cses_action.errors import TimeRanOut
from cses_action.messages import Progress
from cses_action.planning.model import ProveHttps, Target
from cses_action.ports import NoTls
from cses_action.steps.probe import prove_https
from cses_action.steps.run import Run
from cses_action.values import Thumbprint
from tests.fakes.cloud import OLD, WEB, FakeClock, FakeHost, FakeNetwork, refused


def target(thumbprint: Thumbprint = WEB, port: int = 443) -> Target:
    return Target(f"WebRole1/Certificate1:{port}", "203.0.113.7", port, "contosocs.example.net", thumbprint)


def prove(
    answers: list[Thumbprint | Exception], *targets: Target, strict: bool = False, minutes: int = 30
) -> tuple[Run, FakeHost, FakeNetwork]:
    host, network = FakeHost(), FakeNetwork(answers=answers)
    run = Run(host, FakeClock(), minutes)
    prove_https(network, ProveHttps(targets or (target(),), strict), run)
    return run, host, network


def test_the_wanted_certificate_is_the_proof() -> None:
    _, host, network = prove([WEB])
    assert host.outputs == {"https-thumbprint": str(WEB)}
    assert network.asked == [("203.0.113.7", 443, "contosocs.example.net")]
    assert f"serves {WEB} (TLSv1.3)" in host.text()


def test_every_endpoint_is_proven_and_the_thumbprints_are_listed_once() -> None:
    run, host, _ = prove([WEB, OLD, WEB], target(), target(OLD, 8443), target(port=9443))
    assert len(run.record.proven) == 3
    assert host.outputs == {"https-thumbprint": f"{WEB},{OLD}"}


def test_another_certificate_is_waited_out() -> None:
    run, _, network = prove([OLD, refused(), NoTls("reset"), WEB])
    assert len(network.asked) == 4
    assert run.record.warnings == []


@pytest.mark.parametrize(
    ("answer", "says"), [(OLD, f"another certificate is served: {OLD}"), (NoTls("reset"), "no TLS is spoken")]
)
def test_another_certificate_or_no_tls_until_the_end_is_time_ran_out(
    answer: Thumbprint | Exception, says: str
) -> None:
    with pytest.raises(TimeRanOut, match=says) as caught:
        prove([answer], minutes=2)
    assert str(WEB) in str(caught.value)


def test_no_connection_is_a_warning_after_a_minute() -> None:
    run, host, _ = prove([refused()])
    assert "HTTPS is not proven: at 203.0.113.7:443 there is no connection" in run.record.warnings[0]
    assert host.outputs == {}
    assert run.record.unproven
    shown = [message for message in host.messages if isinstance(message, Progress)]
    assert "Connection refused" in shown[0].detail
    assert 60 <= run.clock.monotonic() < 66


def test_no_connection_is_time_ran_out_when_the_proof_was_asked_for() -> None:
    with pytest.raises(TimeRanOut, match="there is no connection"):
        prove([refused()], strict=True, minutes=2)


def test_a_lost_connection_after_another_certificate_is_no_mere_warning() -> None:
    with pytest.raises(TimeRanOut):
        prove([OLD, refused()], minutes=2)
