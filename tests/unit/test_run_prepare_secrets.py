"""Nothing of a certificate's private key is shown or written, however a run ends, outside commands that mask."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from cses_action.errors import AzureError
from cses_action.resources import Certificate, Pfx, Vault
from tests.data.pfx import PASSWORD
from tests.fakes.runner import read_log
from tests.fakes.store import FakeCertificateStore
from tests.unit.preparing import MADE, Story


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


class Breaking(FakeCertificateStore):
    """A store that breaks in the middle of an import, by a fault of ours."""

    def import_pfx(self, vault: Vault, name: str, pfx: Pfx) -> Certificate:
        raise KeyError(repr(pfx), str(pfx.content), repr(pfx.password), vault.id.name, name)


@pytest.mark.parametrize("host", ["github", "azure-pipelines", "terminal"])
@pytest.mark.parametrize("how", ["file", "base64", "lines"])
@pytest.mark.parametrize("end", ["good", "wrong-password", "refused", "fault", "names"])
def test_no_key_no_pfx_and_no_password_is_shown_or_written(story: Story, host: str, how: str, end: str) -> None:
    content = MADE.pfx()
    story.path.write_bytes(content)
    text = base64.b64encode(content).decode()
    given = {"file": str(story.path), "base64": text, "lines": base64.encodebytes(content).decode()}[how]
    if host != "github":
        story.env.pop("GITHUB_ACTIONS")
    if host == "azure-pipelines":
        story.env |= {"TF_BUILD": "True", "AGENT_TEMPDIRECTORY": str(story.folder)}
    inputs = {"certificate_pfx": given, "certificate_pfx_password": PASSWORD}
    if end == "wrong-password":
        inputs["certificate_pfx_password"] = f"{PASSWORD}-wrong"
    elif end == "refused":
        story.store.failures = [AzureError("Import: refused", code="Forbidden")]
    elif end == "fault":
        story.cloud.store = Breaking(story.cloud.vaults)
    elif end == "names":
        inputs["https_hostname"] = "other.contoso.com"
    code = story.run(**inputs)
    assert code == {"good": 0, "refused": 4, "fault": 1}.get(end, 3 if how == "file" else 2)
    shown = [line for line in story.text.splitlines() if not re.match("::add-mask::|##vso.task.setsecret", line)]
    said = "\n".join([*shown, *(each.read_text() for each in story.folder.iterdir() if each != story.path)])
    for secret in (*MADE.secrets, PASSWORD, text[:60], text[-60:], content[40:60].hex(), repr(content[40:60])[2:-1]):
        assert secret not in said
    if host == "github":
        masks = read_log(story.text).masks
        assert inputs["certificate_pfx_password"] in masks
        assert (text in masks) == (how != "file"), "a path is no secret, and what it leads to is never shown"
        assert str(story.path) not in masks
