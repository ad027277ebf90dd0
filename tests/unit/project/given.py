"""Texts of service files, and what reading them says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cses_action.errors import Problem, ProjectError

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
DEFINITION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
CONFIGURATION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
NETWORK = '<NetworkConfiguration><VirtualNetworkSite name="net"/></NetworkConfiguration>'


def definition(roles: str, attributes: str = 'name="Svc"') -> str:
    return f'<ServiceDefinition xmlns="{DEFINITION}" {attributes}>\n{roles}\n</ServiceDefinition>'


def configuration(roles: str, *, rest: str = NETWORK, attributes: str = 'serviceName="Svc"') -> str:
    return f'<ServiceConfiguration xmlns="{CONFIGURATION}" {attributes}>\n{roles}\n{rest}</ServiceConfiguration>'


def role(children: str = "", name: str = "Web") -> str:
    return f'<Role name="{name}">\n<Instances count="1"/>\n{children}\n</Role>'


def problems(act: Callable[[], object]) -> tuple[Problem, ...]:
    """Return the problems that stop this, each with a file and something to do."""
    with pytest.raises(ProjectError) as caught:
        act()
    assert all(problem.fix and problem.file for problem in caught.value.problems)
    return caught.value.problems


def brief(act: Callable[[], object]) -> list[tuple[int, str]]:
    """Return the lines and messages of the problems that stop this."""
    return [(problem.line, problem.message) for problem in problems(act)]
