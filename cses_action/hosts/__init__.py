"""Where the program runs and who reads it: hosts escape and write, and decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from cses_action.ports import Host


def detect(env: Mapping[str, str], out: TextIO) -> Host:
    """Return the host that this environment belongs to; only its own module is imported."""
    if env.get("GITHUB_ACTIONS") == "true":
        from cses_action.hosts.github import GitHub  # noqa: PLC0415

        return GitHub(env, out)
    if env.get("TF_BUILD", "").lower() == "true":
        from cses_action.hosts.azure_pipelines import AzurePipelines  # noqa: PLC0415

        return AzurePipelines(env, out)
    from cses_action.hosts.terminal import Terminal  # noqa: PLC0415

    return Terminal(env, out)


def moved(host: Host, out: TextIO) -> Host:
    """Return the host on another stream, with what it hides and has counted; the old one stays where it is."""
    # copy.copy, whose module would cost every start two milliseconds.
    fresh = object.__new__(type(host))
    vars(fresh).update(vars(host))
    fresh.move_to(out)
    return fresh
