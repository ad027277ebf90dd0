"""The image as ``make image`` built it, and a job to run it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cses_action.sandbox import Sandbox
from tests.image.engine import IMAGE, Engine, cache_folder, prepare
from tests.image.job import Job


@pytest.fixture(scope="session")
def engine() -> Engine:
    engine = prepare(cache_folder())
    assert engine.has(IMAGE), "make image builds it first"
    return engine


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with Sandbox(folder, operation_seconds=0.1, start_seconds=0.05) as running:
        yield running


@pytest.fixture
def job(engine: Engine, azure: Sandbox, tmp_path: Path) -> Job:
    folder = tmp_path / "job"
    folder.mkdir()
    return Job(engine, azure, folder)
