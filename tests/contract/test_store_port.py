"""The promises of the port that puts certificates into a key vault: on the fakes, and on the real SDK."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cses_action.project.pfx import read_pfx
from cses_action.resources import Certificate, Vault
from cses_action.sandbox import Sandbox
from cses_action.values import Secret
from tests.contract.test_ports import Place, on_fakes, on_sandbox
from tests.data.pfx import PASSWORD, Made
from tests.sandbox.conftest import QuickClock

ROLES = ["Contributor", "Storage Blob Data Contributor", "Key Vault Certificates Officer"]


@pytest.fixture(params=["fakes", "sandbox"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if request.param == "fakes":
        yield on_fakes()
        return
    (tmp_path / "app.cspkg").write_bytes(b"package")
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with Sandbox(folder, operation_seconds=0.05, start_seconds=0.02) as azure:
        azure.set(roles=ROLES)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.inputs["REQUESTS_CA_BUNDLE"])
        yield on_sandbox(azure, tmp_path / "app.cspkg")


def made(place: Place, vault: Vault) -> Certificate:
    """Return what the vault makes, once it is made."""
    clock = QuickClock()
    for _ in range(100):
        if found := place.cloud.store.made(vault, "shop"):
            return found
        clock.sleep(2)
    pytest.fail("The vault does not come to an end.")


def test_what_is_put_into_a_vault_is_its_newest_version_and_the_others_stay(place: Place) -> None:
    vaults, store = place.cloud.vaults, place.cloud.store
    vault = vaults.locate(place.vault)
    content = Made(now=datetime.now(UTC).replace(microsecond=0)).pfx(chain=True)
    pfx = read_pfx(Secret(base64.b64encode(content).decode()), Secret(PASSWORD))
    imported = store.import_pfx(vault, "shop", pfx)
    assert vaults.versions(vault, "shop") == (imported,)
    assert imported.thumbprint == pfx.thumbprint
    assert imported.expires_on == pfx.expires_on
    assert vaults.details(imported) == pfx.details

    assert store.make_self_signed(vault, "shop", ("www.contoso.com", "*.contoso.com"))
    own = made(place, vault)
    assert vaults.versions(vault, "shop") == (own, imported)
    details = vaults.details(own)
    assert details.self_signed
    assert details.exportable
    assert details.names == ("www.contoso.com", "*.contoso.com")
    assert (details.key_type, details.key_size) == ("RSA", 2048)


def test_a_certificate_that_is_being_made_is_not_made_twice(place: Place) -> None:
    vault = place.cloud.vaults.locate(place.vault)
    assert place.cloud.store.make_self_signed(vault, "shop", ("www.contoso.com",))
    assert not place.cloud.store.make_self_signed(vault, "shop", ("www.contoso.com",))
    assert made(place, vault) == place.cloud.vaults.versions(vault, "shop")[0]
