"""The action in a workflow, `uses: ./`, run by act: image built, inputs given, outputs read by the next step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cses_action.sandbox import Sandbox
from tests.image.base import ROOT, base_name
from tests.image.engine import Engine
from tests.image.job import sandbox_inputs, write_project

ACT = str(Path(sys.executable).parent / "act")
WORKFLOW = ROOT / "tests" / "image" / "workflows" / "deploy.yml"
ACTION = ("action.yml", "Dockerfile", ".dockerignore", "requirements.lock", "entrypoint.py", "cses_action")


class Act:
    """A repository with the action and a project in it, and act to run its workflow."""

    def __init__(self, engine: Engine, azure: Sandbox, folder: Path, docker_host: str) -> None:
        self.azure = azure
        self.folder = folder
        self.env = {**engine.env, "DOCKER_HOST": docker_host, "HOME": str(folder.parent)}
        self.thumbprint = str(azure.certificates["contosocs-kv"]["contoso-web"][0]["thumbprint"])
        self.inputs = sandbox_inputs(azure)
        for name in ACTION:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, folder / name)
        (folder / ".github").mkdir()
        shutil.copy(WORKFLOW, folder / ".github")
        shutil.copy(azure.inputs["REQUESTS_CA_BUNDLE"], folder / "ca.pem")
        write_project(folder / "drop", self.thumbprint)
        self._git("init", "--quiet")
        self._git("add", "--all")
        self._git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message=test")

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run the workflow, and return what act printed on standard output and error."""
        variables = {
            "RESOURCE_MANAGER_URL": self.inputs["resource-manager-url"],
            "STORAGE_ACCOUNT": self.inputs["storage-account"],
            "HTTPS_PROBE_ADDRESS": self.inputs["https-probe-address"],
            "THUMBPRINT": self.thumbprint,
        }
        command = [ACT, "workflow_dispatch", "--workflows", f".github/{WORKFLOW.name}", "--rm"]
        command += ["--platform", f"ubuntu-latest={base_name()}", "--pull=false", "--no-cache-server"]
        command += [part for name, value in variables.items() for part in ("--var", f"{name}={value}")]
        command += ["--secret", "AZURE_CREDENTIALS"]
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.env, "AZURE_CREDENTIALS": self.credentials()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )

    def credentials(self) -> str:
        """Return what `az ad sp create-for-rbac` prints."""
        names = {"clientId": "client-id", "clientSecret": "client-secret"}
        names |= {"subscriptionId": "subscription-id", "tenantId": "tenant-id"}
        return json.dumps({name: self.inputs[own] for name, own in names.items()})

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, env=self.env, check=True)


@pytest.fixture
def act(engine: Engine, azure: Sandbox, tmp_path: Path) -> Iterator[Act]:
    folder = tmp_path / "repository"
    folder.mkdir()
    with engine.service() as docker_host:
        yield Act(engine, azure, folder, docker_host)


def test_a_workflow_deploys_and_its_next_step_reads_the_outputs(act: Act) -> None:
    done = act.run()
    assert done.returncode == 0, done.stdout
    assert "The outputs are those of a deployment.\n" in done.stdout
    assert "Job succeeded" in done.stdout
    assert len(act.azure.updates) == 1
    check_secrets(done.stdout, act)


def test_a_workflow_whose_deployment_fails_is_red_and_tells_why(act: Act) -> None:
    act.azure.set(operation_error={"code": "AllocationFailed", "message": "There is no room."})
    done = act.run()
    assert done.returncode == 1, done.stdout
    assert "There is no room." in done.stdout
    assert "The outputs are those of a deployment that failed.\n" in done.stdout
    assert "Job failed" in done.stdout
    check_secrets(done.stdout, act)


def check_secrets(log: str, act: Act) -> None:
    """Hold that act printed no secret: neither those it knows nor those that the action makes."""
    assert act.inputs["client-secret"] not in log
    assert act.credentials() not in log
    assert "sig=" not in log
