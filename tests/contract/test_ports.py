"""The promises of the ports: the same suite on the fakes, and on the real SDKs against the sandbox."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cses_action.arguments import collect, resolve_credentials
from cses_action.cloud import connect
from cses_action.inputs import parse_inputs
from cses_action.planning import live
from cses_action.planning.body import writable
from cses_action.ports import Cloud
from cses_action.resources import Blob, Certificate, OperationState
from cses_action.sandbox import Sandbox
from tests.fakes.cloud import FakeCloud, FakeHost, FakeServices, FakeVaults, certificate, service
from tests.sandbox.conftest import SAMPLES, QuickClock

CONFIGURATION = SAMPLES / "multirole-rdp" / "ServiceConfiguration.Cloud.cscfg"


@dataclass
class Place:
    cloud: Cloud
    vault: str
    certificate: str
    account: str


def on_fakes() -> Place:
    held: dict[str, tuple[Certificate, ...]] = {"web": (certificate(),)}
    fake = FakeCloud(FakeServices(service(CONFIGURATION.read_text(encoding="utf-8-sig"))), FakeVaults(held))
    return Place(fake.cloud, "contoso-kv", "web", "contoso")


def on_sandbox(azure: Sandbox, package: Path) -> Place:
    env = {
        **azure.inputs,
        "INPUT_CONFIGURATION": str(CONFIGURATION),
        "INPUT_DEFINITION": str(SAMPLES / "multirole-rdp" / "ServiceDefinition.csdef"),
        "INPUT_PACKAGE": str(package),
    }
    inputs = parse_inputs(resolve_credentials(collect([], env)))
    cloud = connect(inputs, FakeHost(), QuickClock())
    return Place(cloud, "contosocs-kv", "contoso-web", inputs.storage_account)


@pytest.fixture(params=["fakes", "sandbox"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if request.param == "fakes":
        yield on_fakes()
        return
    package = tmp_path / "app.cspkg"
    package.write_bytes(b"package")
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with Sandbox(folder, operation_seconds=0.05, start_seconds=0.02) as azure:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.inputs["REQUESTS_CA_BUNDLE"])
        yield on_sandbox(azure, package)


def test_an_update_is_accepted_followed_and_seen(place: Place) -> None:
    services = place.cloud.services
    before = services.read()
    body = writable(before)
    body["tags"] = {"mine": "1"}
    operation = services.replace(body)
    assert live.provisioning_state(services.read()) == "Updating"
    clock, state = QuickClock(), OperationState("InProgress")
    for _ in range(50):
        state = services.poll(operation)
        if state.ended:
            break
        clock.sleep(2)
    assert state.status == "Succeeded"
    after = services.read()
    assert after["tags"] == {"mine": "1"}
    assert live.provisioning_state(after) == "Succeeded"
    assert live.roles(after) == live.roles(before)


def test_what_a_get_never_returns_is_not_returned(place: Place) -> None:
    body = writable(place.cloud.services.read())
    body["properties"]["startCloudService"] = True
    place.cloud.services.replace(body)
    properties = place.cloud.services.read()["properties"]
    assert not {"packageUrl", "startCloudService"} & set(properties)


def test_a_started_service_says_so_and_lists_an_instance_for_each_count(place: Place) -> None:
    assert not live.stopped(place.cloud.services.view())
    instances = place.cloud.services.instances()
    assert [(each.name, each.role) for each in instances] == [
        ("WebRole1_IN_0", "WebRole1"),
        ("WorkerRole1_IN_0", "WorkerRole1"),
    ]
    assert all(each.state.startswith("RoleState") for each in instances)


def test_a_vault_is_found_with_the_versions_of_a_certificate_newest_first(place: Place) -> None:
    vaults = place.cloud.vaults
    vault = vaults.locate(place.vault)
    assert vault.id.name == place.vault
    assert vault.enabled_for_deployment
    versions = vaults.versions(vault, place.certificate)
    assert vaults.newest(vault)[place.certificate] == versions[0].thumbprint
    assert str(versions[0].secret_url).endswith(f"/secrets/{place.certificate}/{versions[0].version}")
    assert vaults.versions(vault, "no-such-certificate") == ()
    assert vaults.locate(str(vault.id)) == vault


def test_a_package_is_stored_and_can_be_read_by_its_url(place: Place, tmp_path: Path) -> None:
    store = place.cloud.packages
    store.check()
    package = tmp_path / "app.cspkg"
    package.write_bytes(b"package" * 1_000_000)
    md5 = hashlib.md5(package.read_bytes(), usedforsecurity=False).digest()
    blob = Blob(place.account, "cses-packages", "contosocs/a package.cspkg")
    seen: list[tuple[int, int]] = []
    assert store.upload(str(package), blob, md5, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert "?" not in store.url(blob)
    assert "sig=" in store.read_url(blob).reveal()


def test_the_address_of_the_service_is_read(place: Place) -> None:
    public_ip = live.public_ip(place.cloud.services.read())
    assert public_ip is not None
    address = place.cloud.network.public_address(public_ip)
    assert address.ip
    assert address.fqdn
