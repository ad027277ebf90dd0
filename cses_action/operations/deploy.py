"""``operation: deploy``: from a build's output to HTTPS that is proven to work."""

from __future__ import annotations

from collections.abc import Callable

from cses_action.inputs import Inputs
from cses_action.operations.show import show_plan, show_project
from cses_action.planning.checks import check_vaults
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
        check_vaults(inputs, project)
        show_project(project, run)

    with run.part("Look at Azure"):
        cloud = connect(inputs, run.host, run.clock)
        observed = observe(cloud, inputs, project, run.clock.now())

    with run.part("Decide what has to change"):
        plan = make_plan(inputs, project, observed)
        show_plan(plan, cloud, run)

    if inputs.operation == "plan":
        run.say("This was a plan: nothing was changed.")
        return

    run_plan(plan, cloud, run)
    nothing = "nothing to do" if plan.stopped else "nothing to do; what runs was checked once more"
    run.say("Done." if plan.has_changes else f"There was {nothing}.")
