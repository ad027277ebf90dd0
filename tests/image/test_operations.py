"""Every operation in the container, read-only and without rights: with what pruning left of the packages."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from tests.data.packages import legacy_package
from tests.data.pfx import PASSWORD, Made
from tests.image.job import HARDENED, SAMPLES, Ended, Job, write_project

ANYONE = (*HARDENED, "--user", "12345:12345")
NAME, VAULT = "shop", "contosocs-kv"
CSCFG = "ServiceConfiguration.Cloud.cscfg"


def run(job: Job, operation: str, *options: str, **inputs: str) -> Ended:
    """Run an operation with these inputs besides; it succeeds."""
    job.let_anyone_write()
    job.inputs["operation"] = operation
    job.inputs |= {name.replace("_", "-"): value for name, value in inputs.items()}
    for file in (job.folder / "file_commands").iterdir():
        file.write_bytes(b"")
    step = job.step(*(options or HARDENED))
    assert step.exit_code == 0, step.text
    return step


@pytest.fixture
def http(job: Job) -> Job:
    """A project with http alone, and a principal who may put certificates into the vault."""
    drop = job.workspace / "drop"
    for path in drop.iterdir():
        path.unlink()
    for name in ("ServiceDefinition.csdef", CSCFG):
        (drop / name).write_bytes((SAMPLES / "multirole-rdp" / name).read_bytes())
    roles = ["Contributor", "Storage Blob Data Contributor", "Key Vault Certificate User"]
    job.azure.set(roles=[*roles, "Key Vault Certificates Officer"])
    job.inputs |= {"package": "", "certificate-name": NAME, "key-vault": VAULT}
    return job


def deploy(job: Job) -> Ended:
    """Build the package, as Visual Studio would, and deploy it."""
    drop = job.workspace / "drop"
    legacy_package(drop / "ServiceDefinition.csdef", drop / "ContosoCS.cspkg", content=b"build 2")
    return run(job, "deploy", package="drop/*.cspkg")


@pytest.mark.parametrize("given", ["a path", "base64"])
def test_a_pfx_is_imported_named_and_served(http: Job, given: str) -> None:
    made = Made(now=datetime.now(UTC).replace(microsecond=0))
    pfx = made.pfx(aes=True, chain=True)
    (http.workspace / "web.pfx").write_bytes(pfx)
    content = "web.pfx" if given == "a path" else base64.b64encode(pfx).decode()
    step = run(http, "configure", certificate_pfx=content, certificate_pfx_password=PASSWORD)
    assert step.outputs["certificate-thumbprints"] == made.thumbprint
    assert PASSWORD not in step.told
    assert deploy(http).outputs["https-thumbprint"] == made.thumbprint


def test_a_self_signed_certificate_is_made_named_and_served(http: Job) -> None:
    step = run(http, "configure", self_signed="true", https_hostname="www.contoso.com")
    thumbprint = step.outputs["certificate-thumbprints"]
    assert [each["thumbprint"] for each in http.azure.certificates[VAULT][NAME]] == [thumbprint]
    assert deploy(http).outputs["https-thumbprint"] == thumbprint


def test_a_certificate_is_renewed_without_package_and_files(job: Job) -> None:
    newest, older, _ = job.azure.certificates[VAULT]["contoso-web"]
    write_project(job.workspace / "drop", older["thumbprint"])
    assert run(job, "deploy").outputs["https-thumbprint"] == older["thumbprint"]
    nothing = dict.fromkeys(("configuration", "definition", "package", "key_vault", "certificate_name"), "")
    step = run(job, "rotate-certificate", *ANYONE, **nothing)
    assert step.outputs["https-thumbprint"] == newest["thumbprint"]
    assert run(job, "rotate-certificate").outputs["has-changes"] == "false"


def test_files_are_checked_and_mended_with_a_report_for_code_scanning(job: Job) -> None:
    path = job.workspace / "drop" / CSCFG
    path.write_bytes(path.read_bytes().replace(job.thumbprint.encode(), job.thumbprint.lower().encode()))
    run(job, "validate", fix="true", sarif_file="found.sarif")
    assert job.thumbprint.encode() in path.read_bytes()
    assert json.loads((job.workspace / "found.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_package_is_shown_and_compared(job: Job) -> None:
    (job.workspace / "old").mkdir()
    write_project(job.workspace / "old", job.thumbprint, content=b"build 0")
    reports = {"inspect_file": "package.json", "sarif_file": "found.sarif"}
    step = run(job, "inspect", package_previous="old/*.cspkg", **reports)
    assert "WebRole1" in step.text
    assert json.loads((job.workspace / "package.json").read_text(encoding="utf-8"))["format"] == "legacy"


def test_credentials_and_settings_may_be_yaml(http: Job) -> None:
    names = {"tenant-id": "tenant", "client-id": "appId", "client-secret": "password"}
    creds = "\n".join(f"{key}: {http.inputs[name]}" for name, key in names.items())
    http.inputs |= dict.fromkeys(names, "")
    path, count = http.workspace / "drop" / CSCFG, '<Instances count="1" />'
    setting = '<ConfigurationSettings><Setting name="Mode" value="plain" /></ConfigurationSettings>'
    path.write_text(path.read_text("utf-8-sig").replace(count, f"{count}{setting}", 1), encoding="utf-8")
    step = run(http, "plan", *ANYONE, definition="", creds=creds, settings="Mode: not-to-be-shown")
    assert step.outputs["has-changes"] == "true"
    assert "not-to-be-shown" not in step.told
