"""``configure`` with the real Azure SDKs: the thumbprint comes from the vault, and what it writes can be deployed."""

from __future__ import annotations

from cses_action.project.configuration import parse_configuration
from tests.data.packages import legacy_package
from tests.sandbox.conftest import Story


def test_a_project_is_configured_from_the_vault_rebuilt_and_deployed(story: Story) -> None:
    story.files("multirole-rdp")
    story.give(**{"certificate-name": "contoso-web"})
    assert story.run("configure") == 0
    assert story.writes == []
    assert {each["service"] for each in story.made} <= {"entra", "arm", "vault"}
    configuration, definition = (
        story.folder / "ServiceConfiguration.Cloud.cscfg",
        story.folder / "ServiceDefinition.csdef",
    )
    text = configuration.read_text(encoding="utf-8-sig")
    assert [str(each.thumbprint) for each in parse_configuration(text).roles[0].certificates] == [story.thumbprint]

    legacy_package(definition, story.folder / "app.cspkg", content=b"build 2")
    assert story.run() == 0
    assert story.outputs["https-thumbprint"] == story.thumbprint


def test_a_certificate_that_the_vault_does_not_have_leaves_the_files_as_they_are(story: Story) -> None:
    story.files("multirole-rdp")
    before = (story.folder / "ServiceDefinition.csdef").read_bytes()
    story.give(**{"certificate-name": "nobody"})
    assert story.run("configure") == 4
    assert "No good version of certificate nobody is in the key vaults" in story.text
    assert (story.folder / "ServiceDefinition.csdef").read_bytes() == before
