"""The action in a workflow, `uses: ./`, run by act: image built, inputs given, outputs read by the next step."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from cses_action.sandbox import Sandbox
from tests.image.base import ROOT, base_name
from tests.image.engine import Engine
from tests.image.job import sandbox_inputs, write_project

ACT = str(Path(sys.executable).parent / "act")
WORKFLOW = ROOT / "tests" / "image" / "workflows" / "deploy.yml"
ACTION = ("action.yml", "Dockerfile", ".dockerignore", "requirements.lock", "entrypoint.py", "cses_action")


@dataclass(frozen=True)
class Ran:
    """What act printed of a workflow, standard output and error as one; it shows commands as it found them."""

    exit_code: int
    log: str

    @property
    def summary(self) -> str:
        """The summary that act read from the file it gave the action."""
        (text,) = re.findall(r"Summary - (.*?)^\[deploy/job\]", self.log, re.DOTALL | re.MULTILINE)
        return str(text)

    @property
    def masks(self) -> int:
        """How many commands to mask it obeyed; what they mask it does not show."""
        return len(re.findall(r"^\[deploy/job\]   ⚙  \*\*\*$", self.log, re.MULTILINE))

    def annotations(self, level: str) -> list[str]:
        """Return the annotations of a level."""
        return [
            found.strip() for found in re.findall(rf"^\[deploy/job\]   \S+  (::{level}.*)$", self.log, re.MULTILINE)
        ]


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

    def run(self, **more: str) -> Ran:
        """Run the workflow, and return what came of it."""
        variables = {
            "RESOURCE_MANAGER_URL": self.inputs["resource-manager-url"],
            "STORAGE_ACCOUNT": self.inputs["storage-account"],
            "HTTPS_PROBE_ADDRESS": self.inputs["https-probe-address"],
            "THUMBPRINT": self.thumbprint,
            # Variables, which act does not mask of itself: a step prints them after the deployment.
            "CLIENT_SECRET": self.inputs["client-secret"],
            **more,
        }
        command = [ACT, "workflow_dispatch", "--workflows", f".github/{WORKFLOW.name}", "--rm"]
        command += ["--platform", f"ubuntu-latest={base_name()}", "--pull=false", "--no-cache-server"]
        command += [part for name, value in variables.items() for part in ("--var", f"{name}={value}")]
        command += ["--secret", "AZURE_CREDENTIALS"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.env, "AZURE_CREDENTIALS": self.credentials()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        return Ran(done.returncode, done.stdout)

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
    ran = act.run()
    check_deployed(ran, act)
    assert "signed by the principal's own role" in ran.log
    check_secrets(ran, act)
    assert ran.masks == 3, "the client secret, and the signature of the URL as it is and as a URL writes it"


def test_a_principal_without_a_data_role_deploys_by_the_account_key_and_no_log_holds_it(act: Act) -> None:
    act.azure.set(roles=["Contributor", "Key Vault Certificate User"])
    client_secret, account_key, *_ = act.azure.secrets
    assert client_secret == act.inputs["client-secret"]
    ran = act.run(ACCOUNT_KEY=account_key)
    check_deployed(ran, act)
    assert "signed by the account key" in ran.log
    check_secrets(ran, act)
    assert ran.masks == 4, "the account key besides"
    assert "The account key is known as ***.\n" in ran.log


def test_a_workflow_whose_deployment_fails_is_red_and_tells_why(act: Act) -> None:
    act.azure.set(
        operation_error={"code": "AllocationFailed", "message": "No room.\n::set-output name=changed::never"}
    )
    ran = act.run()
    assert ran.exit_code == 1, ran.log
    (error,) = ran.annotations("error")
    assert error.startswith("::error::The update ended Failed: No room. ")
    assert "%0Acode AllocationFailed, request id " in error
    assert "❌ Azure · deploy · contosocs" in ran.summary
    assert "No room." in ran.summary
    assert "Azure accepted the update, and it failed." in ran.summary
    assert "The outputs are those of a deployment that failed.\n" in ran.log
    assert "Job failed" in ran.log
    check_secrets(ran, act)


def check_deployed(ran: Ran, act: Act) -> None:
    """Hold a deployment against everything that act shows of it, and against Azure."""
    assert ran.exit_code == 0, ran.log
    assert "The outputs are those of a deployment.\n" in ran.log
    assert "Job succeeded" in ran.log
    assert ran.summary.startswith("## ✅ Done · deploy · contosocs\n")
    assert f"| WebRole1 | Certificate1 | {act.thumbprint} | Found, self-signed | contosocs-kv |" in ran.summary
    assert "```mermaid\ngantt\n" in ran.summary
    assert ran.annotations("error") == []
    (warning,) = ran.annotations("warning")
    assert "is not trusted by clients that know the public roots alone: it is self-signed" in warning
    (notice,) = ran.annotations("notice")
    assert "31 March 2027" in notice
    assert len(act.azure.updates) == 1


def check_secrets(ran: Ran, act: Act) -> None:
    """Hold that act printed no secret: neither those it knows nor those that the action got or made."""
    secrets = act.azure.secrets
    assert len(secrets) >= 5, "the client secret, the account key and three tokens"
    (url,) = (str(body["properties"]["packageUrl"]) for body in act.azure.updates)
    (signature,) = parse_qs(urlsplit(url).query)["sig"]
    for secret in (*secrets, act.credentials(), signature, quote(signature, safe=""), "sig="):
        assert secret not in ran.log
    # What the action masked stays masked for whoever prints it later.
    assert "The client secret is known as ***.\n" in ran.log
