"""A machine whose clock is ten minutes off: the real process in the container, with libfaketime before its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cses_action.report.retirement import RETIREMENT
from tests.fakes.agent import read_agent_log
from tests.fakes.runner import read_summary
from tests.image.engine import IMAGE, Engine
from tests.image.job import Ended, Job

RECIPE = f"""FROM {IMAGE}
RUN apt-get update -qq && apt-get install -qq --no-install-recommends libfaketime
RUN ln -s /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime.so
RUN echo 'import select, time; time.sleep = lambda seconds: select.select((), (), (), seconds)' \\
    > /usr/local/lib/python3.12/site-packages/sitecustomize.py
"""
"""In an image made from ours, so that the library fits its C library.

How long something takes does not depend on the time of day, so only that is wrong; but of libfaketime 0.9.10 Python's
way to sleep then gets an error (clock_nanosleep until a moment of the clock that is right), hence another way.
"""

CLOSE = timedelta(minutes=2)


@pytest.fixture(scope="module")
def image_with_wrong_clock(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder, name = tmp_path_factory.mktemp("clock"), f"{IMAGE}-clock"
    (folder / "Dockerfile").write_text(RECIPE)
    # Docker's format, as ours has; the package's index is the network's.
    engine.podman("build", "--pull=never", "--format=docker", "--network=host", f"--tag={name}", str(folder))
    return name


Told = tuple[dict[str, str], str, list[str]]
"""Outputs, summary, and what was said of the platform's end."""


@pytest.fixture
def wrong_clock(job: Job, image_with_wrong_clock: str) -> None:
    job.image = image_with_wrong_clock


def on_github(_job: Job, _folder: Path) -> Callable[[Ended], Told]:
    """Leave the job GitHub's, and return how its runner reads a step."""
    return lambda step: (step.outputs, step.summary, step.messages("notice"))


def on_azure_pipelines(job: Job, folder: Path) -> Callable[[Ended], Told]:
    """Make the job one of Azure Pipelines, and return how its agent reads a step: the summary by the same path."""
    job.env = {"TF_BUILD": "True", "AGENT_TEMPDIRECTORY": str(folder), "BUILD_BUILDID": "8", "HOME": "/github/home"}
    job.env["REQUESTS_CA_BUNDLE"] = "/github/workspace/ca.pem"
    job.mounted["agent"] = f"{folder}:{folder}"

    def read(step: Ended) -> Told:
        log = read_agent_log(step.text)
        (summary,) = log.summaries
        return log.variables, read_summary(summary), [line for line in log.lines if line.startswith("notice: ")]

    return read


@pytest.fixture(params=[10, -10], ids=["ahead", "behind"])
def minutes(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize("roles", [["Storage Blob Data Contributor"], []], ids=["own role", "account key"])
@pytest.mark.parametrize("host", [on_github, on_azure_pipelines])
@pytest.mark.usefixtures("wrong_clock")
def test_a_clock_ten_minutes_off_changes_no_deployment(
    job: Job, tmp_path: Path, host: Callable[[Job, Path], Callable[[Ended], Told]], minutes: int, roles: list[str]
) -> None:
    job.azure.set(roles=["Contributor", "Key Vault Certificate User", *roles])
    read = host(job, tmp_path)
    clock = ("LD_PRELOAD=/usr/lib/faketime.so", f"FAKETIME={minutes:+}m", "FAKETIME_DONT_FAKE_MONOTONIC=1")
    step = job.step(*(part for each in clock for part in ("--env", each)))
    assert step.exit_code == 0, step.text
    outputs, summary, notices = read(step)
    theirs = datetime.now(UTC) + timedelta(minutes=minutes)
    assert outputs["changed"] == "true"
    assert outputs["https-thumbprint"] == job.thumbprint
    assert f"signed by the {'principal' if roles else 'account'}" in step.text
    check_signed(job, theirs)
    assert [f"in {(RETIREMENT - theirs.date()).days} days" in each for each in notices] == [True]
    assert summary.startswith("## ✅ Done · deploy · contosocs\n")
    assert " h " not in summary.partition("| part | took |")[2].partition("\n\n")[0]


def check_signed(job: Job, theirs: datetime) -> None:
    """Hold that the URL for Azure is valid by Azure's clock, and as long as the program's clock says."""
    (body,) = job.azure.updates
    signed = parse_qs(urlsplit(str(body["properties"]["packageUrl"])).query)
    start, expiry = (datetime.fromisoformat(signed[name][0]) for name in ("st", "se"))
    assert start < datetime.now(UTC) < expiry
    assert abs(start - (theirs - timedelta(minutes=15))) < CLOSE, "so the process did see another time"
    assert abs(expiry - (theirs + timedelta(hours=4))) < CLOSE
