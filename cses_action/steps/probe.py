"""The proof: a TLS handshake whose leaf is the certificate that the configuration names."""

from __future__ import annotations

from cses_action.errors import TimeRanOut
from cses_action.messages import Progress
from cses_action.planning.model import ProveHttps, Target
from cses_action.ports import Network, NoConnection, NoTls
from cses_action.resources import Served
from cses_action.steps.run import Run
from cses_action.steps.waiting import Pace

UNREACHABLE_AFTER = 60.0
"""Seconds without any connection after which ``https-probe: auto`` gives up with a warning: the machine that
runs us may be cut off from the service, and that is no fault of the service."""


def prove_https(network: Network, step: ProveHttps, run: Run) -> None:
    """Return when every target serves its certificate; TimeRanOut says what is served instead."""
    for target in step.targets:
        served = _prove(network, target, run, strict=step.strict)
        if served is not None:
            run.record.proven.append((target, served))
            run.say(f"{target.endpoint}: {target.host}:{target.port} serves {served.thumbprint} ({served.protocol}).")
    if run.record.proven:
        run.publish(https_thumbprint=",".join(dict.fromkeys(str(each.thumbprint) for _, each in run.record.proven)))


def _prove(network: Network, target: Target, run: Run, *, strict: bool) -> Served | None:
    pace = Pace(run)
    began = run.clock.monotonic()
    heard = False
    while True:
        try:
            served = network.handshake(target.host, target.port, target.server_name, target.thumbprint)
        except NoConnection as failure:
            found = f"there is no connection ({failure})"
        except NoTls as failure:
            heard, found = True, f"a connection opens, but no TLS is spoken there ({failure})"
        else:
            if served.thumbprint == target.thumbprint:
                return served
            heard, found = True, f"another certificate is served: {served.thumbprint}"
        _show(run, target, found)
        cut_off = pace.over() or run.clock.monotonic() - began >= UNREACHABLE_AFTER
        if cut_off and not (heard or strict):
            run.record.unproven = True
            run.warn(
                f"HTTPS is not proven: at {target.host}:{target.port} {found}.",
                fix="If the service is not open to this machine, set https-probe: off, or give https-probe-address.",
            )
            return None
        if pace.over():
            raise _not_proven(target, found, run.patience)
        pace.wait()


def _show(run: Run, target: Target, found: str) -> None:
    deadline = run.start_deadline()
    label = f"HTTPS at {target.host}:{target.port}"
    # The end of the time is no success: the bar never fills.
    run.host.show(
        Progress(label, min(int(deadline.elapsed()), int(deadline.seconds) - 1), int(deadline.seconds), found)
    )


def _not_proven(target: Target, found: str, patience: str) -> TimeRanOut:
    return TimeRanOut(
        f"HTTPS is not proven after {patience}: at {target.host}:{target.port} {found}; "
        f"{target.endpoint} should serve {target.thumbprint}",
        fix="Check that the package was built from the definition with this https endpoint, certificate and binding, "
        "that nothing in front of the service ends TLS, and run again.",
    )
