"""A project with http alone, an empty key vault, and runs of ``configure`` that put a certificate into it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from cses_action.app import App
from cses_action.ports import Cloud
from cses_action.project.configuration import parse_configuration
from cses_action.resources import Certificate
from tests.data.pfx import PASSWORD, Made
from tests.fakes.cloud import FakeClock, FakeCloud, FakeServices, service
from tests.fakes.runner import parse_commands, read_outputs
from tests.fakes.store import FakeCertificateStore
from tests.unit.test_run_configure import CLOUD, DEFINITION, PRINCIPAL
from tests.unit.world import HTTP

MADE = Made(days=300)
PFX = MADE.pfx(chain=True)


class Story:
    """A project with http alone, an empty key vault, and runs of ``configure``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files_as_they_were()
        self.cloud = FakeCloud(FakeServices(service("")))
        self.cloud.vaults.held = {}
        self.store = self.cloud.store = FakeCertificateStore(self.cloud.vaults)
        self.path = folder / "web.pfx"
        self.path.write_bytes(PFX)
        self.env = {
            **PRINCIPAL,
            "INPUT_CERTIFICATE-NAME": "web",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "INPUT_DEFINITION": str(folder / DEFINITION),
            "INPUT_CONFIGURATION": str(folder / CLOUD),
        }
        self.connected = 0
        self.text = ""

    def files_as_they_were(self) -> None:
        for name in (DEFINITION, CLOUD):
            shutil.copyfile(HTTP / name, self.folder / name)

    def connect(self, *_: object) -> Cloud:
        self.connected += 1
        return self.cloud.cloud

    def run(self, operation: str = "configure", **inputs: str) -> int:
        given = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()}
        for name in ("outputs", "summary"):
            (self.folder / name).unlink(missing_ok=True)
        out = io.StringIO()
        code = App({**self.env, **given}, out, self.connect, FakeClock()).main([operation])
        self.text = out.getvalue()
        return code

    def run_pfx(self, **inputs: str) -> int:
        return self.run(**{"certificate_pfx": str(self.path), "certificate_pfx_password": PASSWORD, **inputs})

    def run_self_signed(self, **inputs: str) -> int:
        return self.run(self_signed="true", **{"https_hostname": "www.contoso.com,contoso.com", **inputs})

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8-sig")

    @property
    def outputs(self) -> dict[str, str]:
        return dict(read_outputs(self.read("outputs")))

    @property
    def errors(self) -> list[str]:
        return [each.data for each in parse_commands(self.text) if each.name == "error"]

    @property
    def warnings(self) -> str:
        return "\n".join(each.data for each in parse_commands(self.text) if each.name == "warning")

    @property
    def held(self) -> tuple[Certificate, ...]:
        return self.cloud.vaults.held.get("web", ())

    @property
    def named(self) -> list[str]:
        """The thumbprints that the configuration names."""
        return [str(each.thumbprint) for each in parse_configuration(self.read(CLOUD)).roles[0].certificates]

    def expect_untouched(self) -> None:
        assert self.held == ()
        assert self.store.imported == []
        assert self.store.begun == []
        for name in (DEFINITION, CLOUD):
            assert (self.folder / name).read_bytes() == (HTTP / name).read_bytes()
