"""What a runner, or somebody who runs the image himself, may leave out or forbid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.__main__ import told
from tests.image.base import ROOT
from tests.image.engine import Unfit, need_engine
from tests.image.job import HARDENED, Ended, Job

ENTRY = ("/usr/local/bin/python", "-IBu", "/app/entrypoint.py")


def test_a_machine_without_podman_is_told_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.image"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends podman" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def nobody() -> Iterator[None]:
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("nobody")
def test_who_is_not_root_on_a_machine_without_podman_is_told_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/no/such/folder")
    with pytest.raises(Unfit) as unfit:
        need_engine()
    assert str(unfit.value).startswith("It needs root: sudo make image. Missing: podman, ")
    assert "apt-get install --no-install-recommends podman" in str(unfit.value)


def test_a_program_that_hangs_is_named_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sleep", "60"]

    def hang() -> None:
        subprocess.run(command, check=True, timeout=0.1)

    assert told(hang) == 1
    assert "'sleep 60' did not end within 0 s, and was ended." in capsys.readouterr().err


def test_a_workspace_of_another_user_is_read(job: Job) -> None:
    job.give_to(1001, "workspace")
    assert job.step().exit_code == 0


def test_a_workspace_that_may_not_be_read_is_a_mistake_and_no_crash(job: Job) -> None:
    job.let_anyone_write()
    job.give_to(1001, "workspace")
    step = job.step("--user", "12345:12345")
    assert step.exit_code in {2, 3}
    assert step.messages("error")
    assert "Traceback" not in step.text


def test_variables_that_every_machine_has_may_be_unset(job: Job) -> None:
    unset = [part for name in ("HOME", "LANG", "TZ", "PATH") for part in ("-u", name)]
    step = job.step(*HARDENED, "--entrypoint", "/usr/bin/env", command=(*unset, *ENTRY))
    assert step.exit_code == 0, step.text
    assert step.outputs["https-thumbprint"] == job.thumbprint


def test_variables_of_the_job_that_are_meant_for_another_python_change_nothing(job: Job) -> None:
    (job.workspace / "src").mkdir()
    for name in ("json", "azure", "lxml"):
        (job.workspace / "src" / f"{name}.py").write_text("raise SystemExit('not this one')\n")
    job.env |= {"PYTHONPATH": "/github/workspace/src", "PYTHONSAFEPATH": "1", "PYTHONHOME": "/nowhere"}
    job.env |= {"PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONPLATLIBDIR": "lib64"}
    step = job.step(*HARDENED)
    assert step.exit_code == 0, step.text
    assert step.outputs["https-thumbprint"] == job.thumbprint


def test_a_password_for_every_host_takes_the_place_of_no_token(job: Job) -> None:
    (job.folder / "home" / ".netrc").write_text("default login anonymous password not-a-token\n")
    assert job.step(*HARDENED).exit_code == 0


def warnings(step: Ended) -> list[str]:
    """Return the warnings, but for the one that the sandbox's certificate is trusted by nobody."""
    return [each for each in step.messages("warning") if "the public roots alone" not in each]


def test_no_folder_for_the_outputs_is_a_warning_after_a_deployment(job: Job) -> None:
    del job.mounted["file_commands"]
    step = job.step(*HARDENED)
    assert step.exit_code == 0, step.text
    assert len(warnings(step)) == 2
    assert len(job.azure.updates) == 1


def test_a_folder_that_is_read_only_is_a_warning_after_a_deployment(job: Job) -> None:
    job.mounted["file_commands"] += ":ro"
    step = job.step()
    assert step.exit_code == 0, step.text
    assert ["GITHUB_OUTPUT" in warnings(step)[0], len(warnings(step))] == [True, 2]


def test_files_of_another_user_are_a_warning_where_root_has_no_rights(job: Job) -> None:
    job.give_to(1001, "file_commands")
    step = job.step(*HARDENED)
    assert step.exit_code == 0, step.text
    assert len(warnings(step)) == 2


def test_a_full_disk_is_a_warning_after_a_deployment(job: Job) -> None:
    job.env |= {"GITHUB_OUTPUT": "/dev/full", "GITHUB_STEP_SUMMARY": "/dev/full"}
    step = job.step()
    assert step.exit_code == 0, step.text
    assert "No space left on device" in step.messages("warning")[0]
