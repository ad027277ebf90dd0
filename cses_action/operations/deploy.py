"""``operation: deploy``: from a build's output to HTTPS that is proven to work.

``operation: plan`` is the same path with the steps left out. The files have been read before (``files.py``): what is
wrong with them is told without loading any of what this imports.
"""

from __future__ import annotations

from collections.abc import Callable

from cses_action.inputs import Inputs
from cses_action.operations.show import show_certificates, show_end, show_observed, show_plan
from cses_action.planning.counts import with_live_counts
from cses_action.planning.observe import observe
from cses_action.planning.planner import make_plan
from cses_action.planning.resolver import resolve
from cses_action.ports import Clock, Cloud, Host
from cses_action.project import Project
from cses_action.steps.run import Run
from cses_action.steps.runner import run_plan

Connect = Callable[[Inputs, Host, Clock], Cloud]


def deploy(inputs: Inputs, project: Project, run: Run, connect: Connect) -> None:
    """Bring the cloud service to what the files say, and prove that HTTPS works."""
    with run.part("Look at Azure"):
        cloud = connect(inputs, run.host, run.clock)
        observed = observe(cloud, inputs, project, run.clock.now(), run.host.show)
        show_observed(observed, run)

    if inputs.keep_instance_counts:
        project = with_live_counts(project, observed.service)
    show_certificates(resolve(inputs, project, observed).statuses, run)
    plan = make_plan(inputs, project, observed)
    show_plan(plan, cloud, run)

    if inputs.operation == "deploy":
        # As far as the plan has them: upload the package; send the update, with a fresh SAS of the package, and
        # follow its operation; wait until every role instance has started; prove HTTPS by a TLS handshake.
        run_plan(plan, cloud, run)
    show_end(inputs.operation, plan, run)
