"""A small world for unit tests: project files on disk, inputs, and Azure in memory."""

from __future__ import annotations

from pathlib import Path

from cses_action.inputs import Inputs
from cses_action.planning.observe import Observed, observe
from cses_action.project import Project
from cses_action.values import Secret, replace
from tests.fakes.cloud import NOW, WEB, FakeCloud, FakeServices, service
from tests.unit.reading import read_project

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"
HTTP = SAMPLES / "multirole-rdp"
HTTPS = SAMPLES / "multirole-https"

INPUTS = Inputs(
    operation="deploy",
    tenant_id="00000000-0000-0000-0000-000000000001",
    client_id="00000000-0000-0000-0000-000000000002",
    client_secret=Secret("very-secret"),
    subscription_id="11111111-1111-1111-1111-111111111111",
    environment="azurecloud",
    resource_manager_url="",
    resource_group="contoso-rg",
    cloud_service="contosocs",
    configurations=("x.cscfg",),
    package="",
    definition="",
    storage_account="contoso",
    storage_account_resource_group="contoso-rg",
    container="cses-packages",
    key_vaults=("contoso-kv",),
    key_vault_resource_group="contoso-rg",
    certificate_names=("web",),
    upgrade_mode="",
    wait_minutes=30,
    https_probe="auto",
    https_probe_address=None,
    label="",
    force=False,
    retirement_notice=True,
    run_id="run-1",
)


def live_http() -> str:
    return (HTTP / "ServiceConfiguration.Cloud.cscfg").read_text(encoding="utf-8-sig")


def https_text(thumbprint: str = str(WEB)) -> str:
    text = (HTTPS / "ServiceConfiguration.Cloud.cscfg").read_text(encoding="utf-8-sig")
    return text.replace(PLACEHOLDER, thumbprint)


class World:
    """One run's files, inputs and Azure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud = FakeCloud(FakeServices(service(live_http())))
        self.inputs = replace(INPUTS, configurations=(self.write("cloud.cscfg", https_text()),))

    def write(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def give(self, **changes: object) -> None:
        if "configuration" in changes:
            changes["configurations"] = (changes.pop("configuration"),)
        self.inputs = replace(self.inputs, **changes)  # type: ignore[arg-type]

    def give_package(self, content: bytes = b"PACKAGE") -> None:
        """A package and its definition, with HTTPS."""
        from tests.data.packages import legacy_package  # noqa: PLC0415 - only some tests need one

        definition = HTTPS / "ServiceDefinition.csdef"
        package = legacy_package(definition, self.folder / "app.cspkg", content=content)
        self.give(package=str(package), definition=str(definition))

    @property
    def project(self) -> Project:
        return read_project(self.inputs.configuration, self.inputs.definition, self.inputs.package)

    def look(self) -> Observed:
        return observe(self.cloud.cloud, self.inputs, self.project, NOW)
