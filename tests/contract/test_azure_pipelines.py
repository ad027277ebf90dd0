"""The script that azure-pipelines-task/README.md shows is one that works, and that a cancelled job reaches."""

from __future__ import annotations

import re
import shlex

import yaml

from cses_action.arguments import SECRET_FILE
from cses_action.inputs.registry import INPUTS
from tests.contract.files import ROOT, read

SHOWN = re.findall(r"```yaml\n(.*?)```", read("azure-pipelines-task/README.md"), re.DOTALL)


def last_command() -> list[str]:
    (step,) = [step for step in yaml.safe_load(SHOWN[0])["steps"] if "script" in step]
    return shlex.split(step["script"].replace("\\\n", " ").strip().splitlines()[-1])


def test_the_program_takes_the_place_of_the_shell_which_is_signalled_alone() -> None:
    program, path = last_command()[0], last_command()[2]
    assert program == "exec"
    assert (ROOT / path.removeprefix("cses-action/")).is_file()


def test_its_options_are_inputs_and_none_is_a_secret() -> None:
    names = {each.removeprefix("--") for each in last_command() if each.startswith("--")}
    assert names - {SECRET_FILE} <= set(INPUTS)
    assert [name for name in names if name in INPUTS and INPUTS[name].secret] == []
