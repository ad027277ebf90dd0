from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cses_action.errors import Problem, TimeRanOut
from cses_action.messages import Waiting
from cses_action.planning.model import HttpPorts, ProveHttps, Target
from cses_action.ports import NoTls
from cses_action.resources import Served
from cses_action.steps.probe import prove_https
from cses_action.steps.run import Run
from cses_action.values import Thumbprint
from tests.fakes.cloud import OLD, WEB, FakeClock, FakeHost, FakeNetwork, refused


def target(thumbprint: Thumbprint = WEB, port: int = 443) -> Target:
    return Target(f"WebRole1/Certificate1:{port}", "203.0.113.7", port, "contosocs.example.net", thumbprint)


def prove(
    answers: list[Thumbprint | Served | Exception], *targets: Target, minutes: int = 30, **more: Any
) -> tuple[Run, FakeHost, FakeNetwork]:
    host, network = FakeHost(), FakeNetwork(answers=answers)
    run = Run(host, FakeClock(), minutes)
    step = ProveHttps(targets or (target(),), **{"strict": False, **more})
    prove_https(network, step, run)
    return run, host, network


def served(thumbprint: Thumbprint = WEB, **changes: Any) -> Served:
    return replace(FakeNetwork().served(thumbprint), **changes)


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
    ("answer", "says"), [(OLD, f"another certificate is served: {OLD}"), (NoTls("reset"), "no TLS handshake")]
)
def test_another_certificate_or_no_tls_until_the_end_is_time_ran_out(
    answer: Thumbprint | Served | Exception, says: str
) -> None:
    with pytest.raises(TimeRanOut, match=says) as caught:
        prove([answer], minutes=2)
    assert str(WEB) in str(caught.value)


def test_no_connection_is_a_warning_after_a_minute() -> None:
    run, host, _ = prove([refused()])
    assert "HTTPS is not proven: at 203.0.113.7:443 there is no connection" in run.record.warnings[0]
    assert host.outputs == {}
    assert run.record.unproven
    shown = [message for message in host.messages if isinstance(message, Waiting)]
    assert "Connection refused" in shown[0].detail
    assert 60 <= run.clock.monotonic() < 66


def test_no_connection_is_time_ran_out_when_the_proof_was_asked_for() -> None:
    with pytest.raises(TimeRanOut, match="there is no connection"):
        prove([refused()], strict=True, minutes=2)


def test_a_lost_connection_after_another_certificate_is_no_mere_warning() -> None:
    with pytest.raises(TimeRanOut):
        prove([OLD, refused()], minutes=2)


def expect_failure(answers: list[Thumbprint | Served | Exception], **more: Any) -> Problem:
    with pytest.raises(TimeRanOut) as caught:
        prove(answers, minutes=2, **more)
    return caught.value.problems[0]


def test_what_is_served_instead_is_told_with_its_dates_and_for_how_long_it_was_seen() -> None:
    problem = expect_failure([OLD])
    message = problem.message
    assert f"another certificate is served: {OLD} (subject CN=www.contoso.com, issuer CN=Contoso CA, valid" in message
    assert "valid from 2026-11-13 12:00, until 2027-02-21 12:00 UTC), seen by this run for 2 minutes" in message
    assert "nothing in front of it ends TLS" in problem.fix


def test_what_cannot_be_read_of_a_certificate_is_left_out() -> None:
    problem = expect_failure([Served(OLD, "TLSv1.2")])
    assert f"another certificate is served: {OLD}, seen by this run for 2 minutes; WebRole1" in problem.message


def test_the_old_certificate_of_the_service_is_told_as_such() -> None:
    problem = expect_failure([OLD], before=frozenset({OLD}))
    assert f"the old certificate of this service is still served: {OLD}" in problem.message
    assert "go on with what they had" in problem.fix


@pytest.mark.parametrize(("answer", "check"), [(refused(), "firewall"), (NoTls("reset"), "private key")])
def test_what_to_check_fits_what_was_seen(answer: Exception, check: str) -> None:
    assert check in expect_failure([answer], strict=True).fix


def test_the_log_tells_what_is_seen_when_it_changes_and_not_at_every_look() -> None:
    _, host, _ = prove([NoTls("reset"), OLD, OLD, OLD, WEB])
    shown = [(message.seconds, message.detail) for message in host.messages if isinstance(message, Waiting)]
    assert [seconds for seconds, _ in shown] == [0, 2, 5, 9]
    assert len({detail for _, detail in shown}) == 2


def test_an_address_with_colons_stands_in_brackets() -> None:
    where = replace(target(), host="2001:db8::7")
    _, host, _ = prove([WEB], where)
    assert "[2001:db8::7]:443 serves" in host.text()


def test_a_certificate_that_is_not_trusted_is_one_warning_for_all_its_endpoints() -> None:
    found = served(distrust="it is self-signed")
    run, _, _ = prove([found], target(), target(port=8443))
    assert len(run.record.warnings) == 1
    warning = run.record.warnings[0]
    assert f"Certificate {WEB} (WebRole1/Certificate1:443, WebRole1/Certificate1:8443) is not trusted" in warning
    assert "alone: it is self-signed." in warning
    assert not run.record.unproven


@pytest.mark.parametrize("trusted", ["", None])
def test_a_certificate_that_is_trusted_or_may_be_is_no_warning(trusted: str | None) -> None:
    run, _, _ = prove([served(distrust=trusted)], names=("www.contoso.com",))
    assert run.record.warnings == []


def test_names_that_no_certificate_holds_are_a_warning() -> None:
    answers: list[Thumbprint | Served | Exception] = [
        served(names=("*.contoso.com",)),
        served(names=("api.fabrikam.com",)),
    ]
    names = ("www.contoso.com", "api.fabrikam.com", "contoso.com", "www.fabrikam.com")
    run, _, _ = prove(answers, target(), target(port=8443), names=names)
    assert "holds contoso.com, www.fabrikam.com:" in run.record.warnings[0]


HTTP_PORTS = HttpPorts("203.0.113.7", "www.contoso.com", (80, 8080))


def test_ports_without_tls_are_looked_at_once_and_told_as_facts() -> None:
    host, network = FakeHost(), FakeNetwork(without_tls={80: "status 200"})
    run = Run(host, FakeClock())
    prove_https(network, ProveHttps((target(),), strict=False, http=HTTP_PORTS), run)
    assert sorted(network.looked) == [("203.0.113.7", port, "www.contoso.com") for port in (80, 8080)]
    assert run.record.http_ports == [
        "Port 80 still answers without TLS (status 200): http-endpoint: remove takes it away.",
        "Port 8080 does not answer without TLS.",
    ]
    assert run.record.http_ports[0] in host.text()
    assert run.record.warnings == []


def test_a_machine_that_is_cut_off_does_not_look_at_ports_without_tls() -> None:
    _, _, network = prove([refused()], http=HTTP_PORTS)
    assert network.looked == []
