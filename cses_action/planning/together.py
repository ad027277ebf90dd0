"""Reads that do not depend on each other, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cses_action.errors import AzureError, Problem

Key = TypeVar("Key")


def side_by_side(jobs: Mapping[Key, Callable[[], Any]]) -> dict[Key, Any]:
    """Return the results of jobs that do not depend on each other; one AzureError carries all their problems."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - needed only once Azure is asked

    if not jobs:
        return {}
    with ThreadPoolExecutor(max_workers=8) as pool:
        futures = {name: pool.submit(job) for name, job in jobs.items()}
    results: dict[Key, Any] = {}
    problems: list[Problem] = []
    for name, future in futures.items():
        try:
            results[name] = future.result()
        except AzureError as failure:
            problems += failure.problems
    if problems:
        # One wrong name shows in several reads: the same code with the same remedy is told once.
        told = {(problem.code, problem.fix) if problem.code else problem: problem for problem in reversed(problems)}
        raise AzureError.of(tuple(reversed(told.values())))
    return results
