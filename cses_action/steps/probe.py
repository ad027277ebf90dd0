"""The proof: a TLS handshake whose leaf is the certificate that the configuration names."""

from __future__ import annotations

from functools import partial

from cses_action.errors import TimeRanOut
from cses_action.planning.model import HttpPorts, ProveHttps, Target
from cses_action.planning.together import side_by_side
from cses_action.ports import Network, NoConnection, NoTls
from cses_action.resources import Served, covers
from cses_action.steps.run import Run
from cses_action.steps.waiting import Pace
from cses_action.values import Thumbprint, Value

UNREACHABLE_AFTER = 60.0
"""Seconds without any connection after which ``https-probe: auto`` gives up with a warning: the machine that
runs us may be cut off from the service, and that is no fault of the service."""

_PACKAGE = "Check that the package was built from the definition with this https endpoint, certificate and binding"
_NOBODY = f"{_PACKAGE}, and that no firewall or network security group keeps this machine out; then run again."
_SILENT = (
    f"{_PACKAGE}, and that the key vault's certificate has its private key: without it a port closes every "
    "connection; then run again."
)
_OLD = (
    "The instances go on with what they had: check that all of them were updated and restarted, and that no start-up "
    "code binds a certificate by its thumbprint; then run again."
)
_OTHER = (
    f"{_PACKAGE}, that every instance was updated, that the address is that of this service, and that nothing in "
    "front of it ends TLS (gateway, proxy, content network); then run again."
)
_TRUST = (
    "That is fine for a test. For clients outside import a certificate of a public CA into the key vault, together "
    "with its intermediate certificates."
)


class _Sight(Value):
    """What one look at a target showed, and what to check if it stays so."""

    found: str
    fix: str
    heard: bool = True
    served: Served | None = None


def prove_https(network: Network, step: ProveHttps, run: Run) -> None:
    """Return when every target serves its certificate; TimeRanOut says what is served instead."""
    proven = run.record.proven
    for target in step.targets:
        served = _prove(network, target, step, run)
        if served is not None:
            proven.append((target, served))
            run.say(f"{target.endpoint}: {target.address} serves {served.thumbprint} ({served.protocol}).")
    if proven:
        run.publish(https_thumbprint=",".join(dict.fromkeys(str(each.thumbprint) for _, each in proven)))
        _warn_of_trust(run)
        _warn_of_names(step.names, run)
        if step.http:
            _look_without_tls(network, step.http, run)


def _prove(network: Network, target: Target, step: ProveHttps, run: Run) -> Served | None:
    pace = Pace(run)
    began = since = run.clock.monotonic()
    heard, last = False, ""
    while True:
        sight = _look(network, target, step)
        if sight.served is not None:
            return sight.served
        now = run.clock.monotonic()
        since, last = (since if sight.found == last else now), sight.found
        heard = heard or sight.heard
        found = f"{sight.found}{_seen_for(now - since)}"
        run.show_wait(f"HTTPS at {target.address}", sight.found)
        cut_off = pace.over() or now - began >= UNREACHABLE_AFTER
        if cut_off and not (heard or step.strict):
            run.record.unproven = True
            run.warn(
                f"HTTPS is not proven: at {target.address} {found}.",
                fix="If the service is not open to this machine, set https-probe: off, or give https-probe-address.",
            )
            return None
        if pace.over():
            message = f"HTTPS is not proven after {run.patience}: at {target.address} {found}"
            raise TimeRanOut(f"{message}; {target.endpoint} should serve {target.thumbprint}", fix=sight.fix)
        pace.wait()


def _look(network: Network, target: Target, step: ProveHttps) -> _Sight:
    try:
        served = network.handshake(target.host, target.port, target.server_name, target.thumbprint)
    except NoConnection as failure:
        return _Sight(f"there is no connection ({failure})", _NOBODY, heard=False)
    except NoTls as failure:
        return _Sight(f"a connection opens, but there is no TLS handshake ({failure})", _SILENT)
    if served.thumbprint == target.thumbprint:
        return _Sight("", "", served=served)
    if served.thumbprint in step.before:
        return _Sight(f"the old certificate of this service is still served: {_described(served)}", _OLD)
    return _Sight(f"another certificate is served: {_described(served)}", _OTHER)


def _described(served: Served) -> str:
    """Return the certificate with whatever is known of it."""
    known = [
        served.subject and f"subject {served.subject}",
        served.issuer and f"issuer {served.issuer}",
        f"valid from {served.not_before:%Y-%m-%d %H:%M}" if served.not_before else "",
        f"until {served.expires_on:%Y-%m-%d %H:%M} UTC" if served.expires_on else "",
    ]
    parts = ", ".join(each for each in known if each)
    return f"{served.thumbprint} ({parts})" if parts else str(served.thumbprint)


def _seen_for(seconds: float) -> str:
    if seconds < 1:
        return ""
    length = f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
    return f", seen by this run for {length}"


def _warn_of_trust(run: Run) -> None:
    endpoints: dict[tuple[Thumbprint, str], list[str]] = {}
    for target, served in run.record.proven:
        if served.distrust:
            endpoints.setdefault((served.thumbprint, served.distrust), []).append(target.endpoint)
    for (thumbprint, why), where in endpoints.items():
        what = f"Certificate {thumbprint} ({', '.join(where)})"
        run.warn(f"{what} is not trusted by clients that know the public roots alone: {why}.", fix=_TRUST)


def _warn_of_names(wanted: tuple[str, ...], run: Run) -> None:
    served = dict.fromkeys(name for _, each in run.record.proven for name in each.names)
    missing = [host for host in wanted if not any(covers(name, host) for name in served)]
    if missing:
        run.warn(
            f"No certificate that is served holds {', '.join(missing)}: clients that use such a name refuse it.",
            fix="Use a certificate with this name, or correct https-hostname.",
        )


def _look_without_tls(network: Network, http: HttpPorts, run: Run) -> None:
    """Tell whether the service still answers without TLS: a fact, never a failure."""
    looks = {str(port): partial(network.plain, http.host, port, http.server_name) for port in http.ports}
    for port, how in side_by_side(looks).items():
        fact = f"Port {port} does not answer without TLS."
        if how:
            fact = f"Port {port} still answers without TLS ({how}): http-endpoint: remove takes it away."
        run.record.http_ports.append(fact)
        run.say(fact)
