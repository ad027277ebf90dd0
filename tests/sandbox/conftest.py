"""Runs of the whole program with the real Azure SDKs against the sandbox."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cses_action.app import App
from cses_action.ports import Clock
from cses_action.sandbox import Sandbox
from tests.data.packages import legacy_package
from tests.fakes.runner import read_outputs

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"
SPEED = 40


class QuickClock(Clock):
    """The real time of day; waiting passes forty times as fast."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)


class Story:
    """A sandbox, project files for it, and runs of the program."""

    def __init__(self, azure: Sandbox, folder: Path) -> None:
        self.azure = azure
        self.folder = folder
        self.changes: dict[str, str] = {}
        self.text = ""
        self.outputs_file, self.summary_file = folder / "outputs", folder / "summary.md"
        self.thumbprint = azure.certificates["contosocs-kv"]["contoso-web"][0]["thumbprint"]
        self.files("multirole-https", self.thumbprint)

    def files(self, sample: str, thumbprint: str = PLACEHOLDER, content: bytes = b"build 1") -> None:
        for name in ("ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg"):
            text = (SAMPLES / sample / name).read_bytes().replace(PLACEHOLDER.encode(), thumbprint.encode())
            (self.folder / name).write_bytes(text)
        definition = self.folder / "ServiceDefinition.csdef"
        legacy_package(definition, self.folder / "app.cspkg", content=content)
        self.give(
            configuration=str(self.folder / "ServiceConfiguration.Cloud.cscfg"),
            definition=str(definition),
            package=str(self.folder / "app.cspkg"),
        )

    def give(self, **inputs: str) -> None:
        self.changes.update({f"INPUT_{name.upper()}": value for name, value in inputs.items()})

    @property
    def env(self) -> dict[str, str]:
        return {
            **self.azure.inputs,
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.outputs_file),
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            **self.changes,
        }

    def run(self, *argv: str) -> int:
        out = io.StringIO()
        self.before = len(self.azure.requests)
        self.outputs_file.unlink(missing_ok=True)
        code = App(self.env, out, clock=QuickClock()).main(argv)
        self.text = out.getvalue()
        return code

    @property
    def outputs(self) -> dict[str, str]:
        return dict(read_outputs(self.outputs_file.read_text(encoding="utf-8")))

    @property
    def made(self) -> list[dict[str, object]]:
        return self.azure.requests[self.before :]

    @property
    def writes(self) -> list[dict[str, object]]:
        return [request for request in self.made if request["write"]]


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with Sandbox(folder, operation_seconds=0.05, start_seconds=0.02) as running:
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, running.inputs[name])
        yield running


@pytest.fixture
def story(azure: Sandbox, tmp_path: Path) -> Story:
    return Story(azure, tmp_path)
