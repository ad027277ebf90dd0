"""The workflow of GitHub and the template of Azure Pipelines build a package in the same way."""

from __future__ import annotations

import re
from typing import Any

import yaml

from cses_action.inputs.registry import INPUTS
from tests.contract.files import read

WORKFLOW, TEMPLATE = ".github/workflows/package.yml", "azure-pipelines-task/templates/package.yml"


def plain(script: str) -> str:
    """Return a script without the host's way to write an error."""
    return re.sub(r"::error::|##vso\[task\.logissue type=error\]", "", script)


def steps() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    workflow, template = yaml.safe_load(read(WORKFLOW)), yaml.safe_load(read(TEMPLATE))
    return workflow["jobs"]["build"]["steps"], template["jobs"][0]["steps"]


def test_both_run_the_same_script_on_the_same_image() -> None:
    ours, theirs = ([each for each in some if "run" in each or "pwsh" in each] for some in steps())
    assert plain(ours[0]["run"]) == plain(theirs[0]["pwsh"])
    assert set(ours[0]["env"]) == set(theirs[0]["env"])
    workflow, template = yaml.safe_load(read(WORKFLOW)), yaml.safe_load(read(TEMPLATE))
    assert workflow["jobs"]["build"]["runs-on"] == template["jobs"][0]["pool"]["vmImage"] == "windows-2022"


def test_visual_studio_2026_is_refused_with_the_reason() -> None:
    assert all("Visual Studio 2026 has no" in read(each) for each in (WORKFLOW, TEMPLATE))


def test_the_package_is_looked_into_by_inputs_that_exist() -> None:
    jobs = yaml.safe_load(read(WORKFLOW))["jobs"]
    given = jobs["inspect"]["steps"][-1]["with"]
    assert given["operation"] == "inspect"
    assert set(given) <= set(INPUTS)
    assert jobs["inspect"]["needs"] == "build"


def test_nothing_from_outside_stands_in_the_script() -> None:
    for some in steps():
        for each in some:
            assert "${{" not in each.get("run", "") + each.get("pwsh", "")
