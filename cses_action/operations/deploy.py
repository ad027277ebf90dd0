"""``operation: deploy``: from a build's output to HTTPS that is proven to work.

``operation: plan`` is the same path with the steps left out.
"""

from __future__ import annotations

from collections.abc import Callable

from cses_action.inputs import Inputs
from cses_action.operations.show import show_end, show_observed, show_plan, show_project
from cses_action.planning.checks import check_together
from cses_action.planning.observe import observe
from cses_action.planning.planner import make_plan
from cses_action.ports import Clock, Cloud, Host
from cses_action.project import read_project
from cses_action.steps.run import Run
from cses_action.steps.runner import run_plan

Connect = Callable[[Inputs, Host, Clock], Cloud]


def deploy(inputs: Inputs, run: Run, connect: Connect) -> None:
    """Bring the cloud service to what the files say, and prove that HTTPS works."""
    with run.part("Read the project files"):
        project = read_project(inputs.configuration, inputs.definition or None, inputs.package or None)
        check_together(inputs, project)
        show_project(project, run)

    with run.part("Look at Azure"):
        cloud = connect(inputs, run.host, run.clock)
        observed = observe(cloud, inputs, project, run.clock.now())
        show_observed(observed, run)

    plan = make_plan(inputs, project, observed)
    show_plan(plan, cloud, run)

    if inputs.operation == "deploy":
        # As far as the plan has them: upload the package; send the update, with a fresh SAS of the package, and
        # follow its operation; wait until every role instance has started; prove HTTPS by a TLS handshake.
        run_plan(plan, cloud, run)
    show_end(inputs.operation, plan, run)
