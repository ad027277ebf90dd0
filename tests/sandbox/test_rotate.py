"""``rotate-certificate`` with the real Azure SDKs: the certificate that is served is the vault's newest."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Story


@pytest.fixture
def running(story: Story) -> Story:
    """A service that serves the last but one version of its certificate."""
    newest, older, _ = story.azure.certificates["contosocs-kv"]["contoso-web"]
    assert newest["thumbprint"] == story.thumbprint
    story.files("multirole-https", older["thumbprint"])
    assert story.run() == 0
    assert story.outputs["https-thumbprint"] == older["thumbprint"]
    for name in ("configuration", "definition", "package", "storage_account", "key_vault", "certificate_name"):
        story.give(**{name: ""})
    return story


def counted(story: Story) -> list[str]:
    """Return the requests to ARM and Key Vault, but for discovery."""
    return [
        f"{each['method']} {each['path']}"
        for each in story.made
        if each["service"] != "entra" and "/metadata/" not in str(each["path"]) and each["status"] != 401
    ]


def test_the_newest_version_is_deployed_and_served(running: Story) -> None:
    before = running.azure.service["properties"]
    assert running.run("rotate-certificate") == 0
    assert running.outputs["https-thumbprint"] == running.thumbprint
    after = running.azure.service["properties"]
    assert running.thumbprint in after["configuration"]
    assert {**after, "configuration": 0, "osProfile": 0} == {**before, "configuration": 0, "osProfile": 0}
    assert "packageUrl" not in running.azure.updates[-1]["properties"]


def test_a_scheduled_run_with_nothing_to_do_costs_a_handful_of_reads(running: Story) -> None:
    assert running.run("rotate-certificate") == 0
    assert running.run("rotate-certificate") == 0
    assert running.writes == []
    assert (running.outputs["changed"], running.outputs["has-changes"]) == ("false", "false")
    assert len(counted(running)) <= 2, "the service, and the versions of its one certificate"
    assert "a newer version must be in the vault by then" in running.text


def test_the_configuration_of_the_repository_is_kept_up(running: Story) -> None:
    path = running.folder / "ServiceConfiguration.Cloud.cscfg"
    before = path.read_bytes()
    older = running.azure.certificates["contosocs-kv"]["contoso-web"][1]["thumbprint"]
    running.give(configuration=str(path))
    assert running.run("rotate-certificate") == 0
    assert path.read_bytes() == before.replace(older.encode(), running.thumbprint.encode())


def test_by_name_and_vault(running: Story) -> None:
    running.give(certificate_name="contoso-web", key_vault="contosocs-kv")
    assert running.run("rotate-certificate") == 0
    assert running.outputs["https-thumbprint"] == running.thumbprint


def test_reading_is_enough_as_long_as_nothing_has_to_be_renewed(running: Story) -> None:
    assert running.run("rotate-certificate") == 0
    running.azure.set(roles=["Reader", "Key Vault Certificate User"])
    assert running.run("rotate-certificate") == 0
