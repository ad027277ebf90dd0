from __future__ import annotations

import io
import subprocess
import sys

import pytest

from cses_action.hosts import detect
from cses_action.hosts.azure_pipelines import AzurePipelines
from cses_action.hosts.github import GitHub
from cses_action.hosts.terminal import Terminal
from cses_action.ports import Host


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"GITHUB_ACTIONS": "true"}, GitHub),
        ({"GITHUB_ACTIONS": "true", "TF_BUILD": "True"}, GitHub),
        ({"TF_BUILD": "True"}, AzurePipelines),
        ({"GITHUB_ACTIONS": "", "TF_BUILD": ""}, Terminal),
        ({}, Terminal),
    ],
)
def test_the_environment_tells_the_host(env: dict[str, str], kind: type[Host]) -> None:
    assert isinstance(detect(env, io.StringIO()), kind)


def test_hosts_load_no_part_of_the_toolkit_that_reads_the_environment() -> None:
    code = "import sys, cses_action.hosts; print({'requests', 'github', 'actions_toolkit.core'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
