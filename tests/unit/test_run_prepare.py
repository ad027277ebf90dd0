"""Whole runs of ``configure`` that put a certificate into the key vault first, with Azure in memory."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from cses_action.errors import AzureError, Unanswered
from tests.data.pfx import PASSWORD, Made, ec_key
from tests.fakes.cloud import VAULT
from tests.fakes.runner import parse_commands
from tests.unit.preparing import MADE, PFX, Story
from tests.unit.test_run_configure import CLOUD, DEFINITION
from tests.unit.world import HTTPS


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_one_run_brings_a_pfx_into_the_vault_and_its_thumbprint_into_the_files(story: Story) -> None:
    assert story.run_pfx(https_hostname="www.contoso.com") == 0
    assert [str(each.thumbprint) for each in story.held] == [MADE.thumbprint]
    assert story.named == [MADE.thumbprint]
    assert story.read(DEFINITION) == (HTTPS / DEFINITION).read_text(encoding="utf-8-sig")
    assert story.outputs == {
        "has-changes": "true",
        "certificate-thumbprints": MADE.thumbprint,
        "certificate-expires-on": "2027-09-19T12:00:00Z",
    }
    assert "with its private key and 1 certificates of its chain" in story.text
    assert f"Certificate web in key vault contoso-kv: {MADE.thumbprint}, imported as a new version." in story.text
    summary = story.read("summary")
    assert "✅ Done · configure" in summary
    assert f"| contoso-kv | web | {MADE.thumbprint} |" in summary
    assert "no errors, warnings or notes in 2 files." in story.text


def test_the_same_pfx_again_imports_and_changes_nothing(story: Story) -> None:
    story.run_pfx()
    before = story.held, story.read(CLOUD)
    assert story.run_pfx() == 0
    assert (story.held, story.read(CLOUD)) == before
    assert len(story.store.imported) == 1
    assert story.outputs["has-changes"] == "false"
    assert "there already, so nothing was imported" in story.text
    assert "✅ Nothing to do" in story.read("summary")


def test_a_renewed_pfx_becomes_a_new_version_and_the_old_one_stays(story: Story) -> None:
    story.run_pfx()
    renewed = Made(days=301)
    story.path.write_bytes(renewed.pfx())
    assert story.run_pfx() == 0
    assert [str(each.thumbprint) for each in story.held] == [renewed.thumbprint, MADE.thumbprint]
    assert story.named == [renewed.thumbprint]


def test_a_pfx_older_than_what_the_vault_has_is_used_with_a_warning(story: Story) -> None:
    story.run_pfx()
    story.path.write_bytes(Made(days=301).pfx())
    story.run_pfx()
    story.path.write_bytes(PFX)
    assert story.run_pfx() == 0
    assert story.named == [MADE.thumbprint]
    assert "The key vault has a newer version of certificate web than that of the PFX." in story.warnings


def test_a_certificate_that_somebody_disabled_is_neither_used_nor_imported_again(story: Story) -> None:
    story.run_pfx()
    story.cloud.vaults.held["web"] = tuple(replace(each, enabled=False) for each in story.held)
    story.files_as_they_were()
    assert story.run_pfx() == 4
    assert "as a version of web that is disabled" in story.errors[0]
    assert f"--version {story.held[0].version} --enabled true" in story.errors[0]
    assert len(story.held) == 1


def test_a_vault_that_gives_deployments_nothing_is_a_warning(story: Story) -> None:
    story.cloud.vaults.vault = replace(VAULT, enabled_for_deployment=False)
    assert story.run_pfx() == 0
    assert "az keyvault update --name contoso-kv --enabled-for-deployment true" in story.warnings


def test_a_run_that_is_killed_between_vault_and_files_ends_the_same_when_it_is_started_again(story: Story) -> None:
    story.run_pfx()
    story.files_as_they_were()
    assert story.run_pfx() == 0
    assert len(story.store.imported) == 1
    assert story.named == [MADE.thumbprint]
    story.run_self_signed(certificate_name="test")
    story.files_as_they_were()
    assert story.run_self_signed(certificate_name="test") == 0
    assert len(story.store.begun) == 1


def test_a_lost_answer_leaves_one_version(story: Story) -> None:
    story.store.failures, story.store.lost = [Unanswered("broke off")], True
    assert story.run_pfx() == 0
    assert len(story.held) == 1
    assert story.named == [MADE.thumbprint]


def test_a_refused_import_leaves_the_files_alone_and_says_that_nothing_was_changed(story: Story) -> None:
    story.store.failures = [AzureError("Import certificate web", fix="Grant import.", code="Forbidden")]
    assert story.run_pfx() == 4
    assert "Grant import." in story.errors[0]
    assert "Nothing was changed in Azure." in story.read("summary")
    story.store.failures = []
    story.expect_untouched()


def test_a_file_that_cannot_be_written_is_told_before_the_vault_is_asked(story: Story) -> None:
    (story.folder / CLOUD).chmod(0o444)
    assert story.run_pfx() == 3
    assert "read-only" in story.errors[0]
    assert story.connected == 0
    story.expect_untouched()


def test_errors_of_the_files_are_told_before_the_vault_is_asked_with_their_lines(story: Story) -> None:
    path = story.folder / CLOUD
    wrong = path.read_bytes().replace(b'osFamily="6"', b'osFamily="4"')
    path.write_bytes(wrong)
    assert story.run_self_signed() == 3
    (error,) = (each for each in parse_commands(story.text) if each.name == "error")
    line = wrong[: wrong.index(b"osFamily")].count(b"\n") + 1
    assert error.properties["line"] == str(line)
    assert story.connected == 0
    assert story.held == ()
    assert path.read_bytes() == wrong


def test_what_is_wrong_with_pfx_and_project_is_told_together(story: Story) -> None:
    (story.folder / CLOUD).write_text("<x")
    story.path.write_bytes(Made(days=-1, since=-90).pfx())
    assert story.run_pfx() == 3
    assert len(story.errors) == 2
    assert "The PFX expired on 2026-11-22" in story.errors[0]
    assert story.connected == 0


def test_a_wrong_pfx_of_a_right_project_stops_the_run(story: Story) -> None:
    assert story.run_pfx(certificate_pfx_password="wrong-one") == 3
    assert "is not opened by certificate-pfx-password" in story.errors[0]
    story.expect_untouched()


def test_a_wrong_pfx_in_base64_is_a_mistake_of_the_inputs_and_goes_before_the_files(story: Story) -> None:
    (story.folder / CLOUD).write_text("<x")
    text = base64.b64encode(MADE.pfx(key=False)).decode()
    assert story.run(certificate_pfx=text, certificate_pfx_password=PASSWORD) == 2
    assert [each.partition("\n")[0] for each in story.errors] == ["certificate-pfx has no private key"]


def test_what_the_platform_may_refuse_is_a_warning(story: Story) -> None:
    story.path.write_bytes(Made(key=ec_key(), days=20, common="a", self_signed=True).pfx(aes=True))
    assert story.run_pfx() == 0
    for each in ("EC key of 256 bits", "encrypted with AES", "expires in 20 days", "self-signed, for test use alone"):
        assert each in story.warnings


def test_one_run_lets_the_vault_make_a_certificate_for_tests(story: Story) -> None:
    story.store.polls = 2
    assert story.run_self_signed() == 0
    assert story.store.begun == [("www.contoso.com", "contoso.com")]
    assert story.named == [str(story.held[0].thumbprint)]
    assert "self-signed, for test use alone" in story.warnings
    assert "made as a new version" in story.text
    assert "The key vault makes the certificate" in story.text


def test_a_good_self_signed_certificate_is_used_again(story: Story) -> None:
    story.run_self_signed()
    story.files_as_they_were()
    assert story.run_self_signed(https_hostname="WWW.contoso.com") == 0
    assert len(story.held) == 1
    assert "there already, so none was made" in story.text


def test_an_expiry_that_the_vault_does_not_tell_is_no_output(story: Story) -> None:
    story.run_self_signed()
    story.cloud.vaults.held["web"] = tuple(replace(each, expires_on=None) for each in story.held)
    assert story.run_self_signed() == 0
    assert "certificate-expires-on" not in story.outputs
    assert "not known" in story.read("summary")


@pytest.mark.parametrize(
    "inputs",
    [{"https_hostname": "www.contoso.com,shop.contoso.com"}, {"minimum_days_left": "366"}],
)
def test_a_self_signed_certificate_that_does_not_serve_gets_a_new_version(
    story: Story, inputs: dict[str, str]
) -> None:
    story.run_self_signed()
    before = story.held
    assert story.run_self_signed(**inputs) == 0
    assert story.held[1:] == before
    assert story.named == [str(story.held[0].thumbprint)]


def test_a_self_signed_certificate_does_not_take_the_place_of_an_issued_one(story: Story) -> None:
    story.run_pfx()
    before = story.held
    assert story.run_self_signed() == 4
    assert story.errors[0].startswith("Certificate web was issued by CN=Contoso CA: a self-signed version would take")
    assert story.held == before


def test_the_preparation_of_the_document_in_a_row(story: Story) -> None:
    """Self-signed in the vault, thumbprint and endpoint in the files, and the files are right."""
    assert story.run_self_signed() == 0
    assert story.run("validate") == 0
    assert "no errors, warnings or notes in 2 files." in story.text


def test_inputs_are_all_checked_together_before_anything_is_read(story: Story) -> None:
    inputs = {"certificate_pfx": "nowhere.pfx", "self_signed": "true", "certificate_thumbprint": "AB" * 20}
    assert story.run(key_vault="contoso-kv,other-kv", certificate_name="my web", **inputs) == 2
    said = "\n".join(story.errors)
    assert "certificate-pfx is neither a file that exists nor a PFX in base64" in said
    assert "certificate-pfx and certificate-thumbprint and self-signed exclude each other" in said
    assert "https-hostname is required with self-signed" in said
    assert "key-vault names several key vaults" in said
    assert "certificate-name breaks Azure's naming rules" in said
    assert "nowhere.pfx" not in said
    assert story.connected == 0
