"""What the sandbox takes for an update of the cloud service, what it refuses, and what is served afterwards."""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
import warnings
from datetime import UTC, datetime, timedelta

import pytest

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import HOUR, Clients, Json, Project, secrets_profile, thumbprint, zipped


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def served(azure: Sandbox) -> str:
    """Return the thumbprint that the site shows; empty if the port is closed."""
    host, _, port = azure.inputs["INPUT_HTTPS_PROBE_ADDRESS"].partition(":")
    with warnings.catch_warnings():
        # Python leaves a socket open whose peer has reset it before the handshake (SSLSocket._create).
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            pem = ssl.get_server_certificate((host, int(port)), timeout=2)
        except (ConnectionRefusedError, ConnectionResetError):  # reset: it was just being closed
            return ""
    return hashlib.sha1(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()


def served_soon(azure: Sandbox, wanted: str) -> str:
    end = time.monotonic() + 3
    while served(azure) != wanted and time.monotonic() < end:
        time.sleep(0.02)
    return served(azure)


def test_from_http_to_https_the_site_shows_the_deployed_certificate(azure: Sandbox, clients: Clients) -> None:
    assert served(azure) == ""
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    assert served_soon(azure, thumbprint(azure)) == thumbprint(azure)
    live = azure.service["properties"]
    assert clients.read()["properties"]["osProfile"] == live["osProfile"]
    assert live["packageUrl"] == azure.updates[-1]["properties"]["packageUrl"]


def test_a_certificate_alone_is_rotated_without_a_package(azure: Sandbox, clients: Clients) -> None:
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    body = clients.read()
    old = thumbprint(azure, number=1)
    version = azure.certificates["contosocs-kv"]["contoso-web"][1]["version"]
    body["properties"]["configuration"] = Project(https=old).configuration()
    url = clients.secret().rpartition("/")[0] + f"/{version}"
    body["properties"]["osProfile"] = secrets_profile(clients.vault_id(), url)
    clients.put(body)
    assert served_soon(azure, old) == old


def test_what_get_returned_can_be_sent_back(clients: Clients) -> None:
    before = clients.read()
    clients.put(before)
    after = clients.read()
    for resource in (before, after):
        resource["systemData"].pop("lastModifiedAt")
    assert after == before


def test_a_profile_that_is_given_replaces_the_old_one_and_others_stay(azure: Sandbox, clients: Clients) -> None:
    before = azure.service["properties"]
    clients.put({"location": "eastus", "properties": {"osProfile": {"secrets": []}, "upgradeMode": "Simultaneous"}})
    after = azure.service["properties"]
    assert after["upgradeMode"] == "Simultaneous"
    assert after["networkProfile"] == before["networkProfile"]
    assert after["roleProfile"] == before["roleProfile"]
    assert "tags" not in azure.service


def test_a_stopped_service_serves_nothing(azure: Sandbox, clients: Clients) -> None:
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    assert served_soon(azure, thumbprint(azure)) == thumbprint(azure)
    azure.set(power="stopped")
    assert served_soon(azure, "") == ""


def test_an_instance_that_never_starts_serves_nothing(azure: Sandbox, clients: Clients) -> None:
    azure.set(stuck={"WebRole1_IN_0": {"state": "RoleStateBusy", "message": ""}})
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    time.sleep(0.2)
    assert served(azure) == ""


def test_another_certificate_can_be_served(azure: Sandbox, clients: Clients) -> None:
    other = azure.certificates["contosocs-kv"]["contoso-api"][0]
    azure.set(served=f"contosocs-kv/contoso-api/{other['version']}")
    clients.put(clients.body_for(Project(https=thumbprint(azure))))
    assert served_soon(azure, other["thumbprint"]) == other["thumbprint"]


def test_a_closed_port_stays_reserved(azure: Sandbox) -> None:
    port = int(azure.inputs["INPUT_HTTPS_PROBE_ADDRESS"].rpartition(":")[2])
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    "url",
    ["", "package.cspkg", "https://127.0.0.1/a/b/c.cspkg", "https://127.0.0.1/a/b/c.cspkg?", "http://x/a?sig=1", 1],
)
def test_a_package_url_without_a_query_is_refused(clients: Clients, url: object) -> None:
    refused = clients.refusal_of({"location": "eastus", "properties": {"packageUrl": url}})
    assert refused == (400, "InvalidParameter", "The value of parameter packageUrl is invalid.")


@pytest.mark.parametrize(
    "changed",
    [
        {"expiry": datetime.now(UTC) - timedelta(minutes=1)},
        {"start": datetime.now(UTC) + HOUR / 2},
        {"permission": "w"},
        {"ip": "10.0.0.1"},
        {"account_key": "d3Jvbmc="},
    ],
)
def test_a_sas_that_does_not_let_azure_in_is_refused(clients: Clients, changed: Json) -> None:
    clients.upload(Project().package())
    blobs = clients.keyed_blobs().get_container_client("cses-packages")
    name = next(iter(blobs.list_blob_names()))
    body = {"location": "eastus", "properties": {"packageUrl": clients.sas(blobs.get_blob_client(name), **changed)}}
    assert clients.refusal_of(body) == (403, "PackageUriForbidden", "Error:AuthenticationFailed")


def test_a_sas_of_a_delegated_key_lets_azure_in_only_with_a_data_role(azure: Sandbox, clients: Clients) -> None:
    clients.upload(Project().package())
    blobs = clients.blobs()
    key = blobs.get_user_delegation_key(datetime.now(UTC) - HOUR, datetime.now(UTC) + HOUR)
    container = clients.keyed_blobs().get_container_client("cses-packages")
    url = clients.sas(container.get_blob_client(next(iter(container.list_blob_names()))), key)
    body = {"location": "eastus", "properties": {"packageUrl": url, "configuration": Project().configuration()}}
    azure.set(roles=["Owner"])
    assert clients.refusal_of(body)[1] == "PackageUriForbidden"
    azure.set(roles=["Owner", "Storage Blob Data Contributor"])
    assert clients.put(body)["properties"]["provisioning_state"] == "Succeeded"


def test_a_package_elsewhere_is_forbidden(clients: Clients) -> None:
    body = {"location": "eastus", "properties": {"packageUrl": "https://elsewhere.example/a.cspkg?sig=x"}}
    assert clients.refusal_of(body)[1] == "PackageUriForbidden"


@pytest.mark.parametrize(
    ("package", "text"),
    [
        (zipped({"package.xml": b"<PackageDefinition/>"}), "sandbox: the package has the CTP format"),
        (zipped({"[Content_Types].xml": b""}), "sandbox: the package has 0 .csdx parts"),
        (zipped({"a.csdx": zipped({"a.csdef": b"<"})}), "sandbox: the packaged definition is no XML"),
        (b"not a zip file", "sandbox: the package is no zip file"),
    ],
)
def test_a_package_that_is_none_is_refused(clients: Clients, package: bytes, text: str) -> None:
    assert clients.refusal_of(clients.body_for(Project(), package))[2].startswith(text)


@pytest.mark.parametrize(
    ("project", "packaged", "text"),
    [
        (Project(worker="Other"), Project(), "sandbox: the roles differ"),
        (Project(count=2), Project(), "sandbox: size and count of role WebRole1"),
        (Project(), Project(size="Standard_D2_v2"), "sandbox: size and count of role WebRole1"),
        (Project(), Project(https="A" * 40), "sandbox: role WebRole1 has not the same certificates"),
        (Project(network="other"), Project(), "sandbox: the virtual network"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    clients: Clients, project: Project, packaged: Project, text: str
) -> None:
    body = clients.body_for(project, packaged.package())
    assert clients.refusal_of(body)[2].startswith(text)


def test_allow_model_override_lets_sizes_and_counts_differ(azure: Sandbox, clients: Clients) -> None:
    body = clients.body_for(Project(count=2))
    body["properties"]["allowModelOverride"] = True
    clients.put(body)
    assert azure.service["properties"]["roleProfile"]["roles"][0]["sku"]["capacity"] == 1
    assert clients.refusal_of(clients.read())[2].startswith("sandbox: size and count")


@pytest.mark.parametrize("configuration", ["", "<a", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_configuration_that_is_none_is_refused(clients: Clients, configuration: str) -> None:
    refused = clients.refusal_of({"location": "eastus", "properties": {"configuration": configuration}})
    assert refused[0] == 400
    assert refused[2].startswith("sandbox: the configuration")


def test_a_network_profile_without_its_swappable_service_is_refused(azure: Sandbox, clients: Clients) -> None:
    pair = {"id": f"{clients.path}-2"}
    azure.set(live={"properties": {"networkProfile": {"swappableCloudService": pair}}})
    body = clients.read()
    clients.put(body)
    assert azure.service["properties"]["networkProfile"]["swappableCloudService"] == pair
    del body["properties"]["networkProfile"]["swappableCloudService"]
    assert clients.refusal_of(body)[2] == "SwappableCloudService property cannot be deleted or updated"
    clients.put({"location": "eastus"})
    assert azure.service["properties"]["networkProfile"]["swappableCloudService"] == pair


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "LocationRequired"),
        ({"location": "westus"}, "InvalidResourceLocation"),
        ({"location": "eastus", "zones": ["1"]}, "BadRequest"),
        ({"location": "eastus", "tags": {str(number): "" for number in range(51)}}, "BadRequest"),
        ({"location": "eastus", "tags": {"a": "x" * 257}}, "BadRequest"),
        ({"location": "eastus", "properties": {"upgradeMode": "Careful"}}, "BadRequest"),
        ({"location": "eastus", "properties": []}, "BadRequest"),
    ],
)
def test_what_azure_does_not_let_change_is_refused(clients: Clients, body: Json, code: str) -> None:
    assert clients.refusal_of(body)[1] == code


def test_zones_that_the_service_has_must_be_sent_back(azure: Sandbox, clients: Clients) -> None:
    azure.set(live={"zones": ["1"]})
    clients.put(clients.read())
    assert clients.read()["zones"] == ["1"]
    assert clients.refusal_of({"location": "eastus"})[2].startswith("sandbox: the zones")


def test_unknown_members_are_kept(azure: Sandbox, clients: Clients) -> None:
    azure.set(live={"plan": {"a": 1}, "properties": {"newProfile": {"b": [2]}}})
    clients.put(clients.read())
    assert azure.service["plan"] == {"a": 1}
    assert azure.service["properties"]["newProfile"] == {"b": [2]}


def test_an_update_while_another_runs_is_refused(azure: Sandbox, clients: Clients) -> None:
    azure.set(operation_seconds=0.5)
    assert clients.ask("PUT", clients.path, {"location": "eastus"}).status_code == 200
    assert clients.refusal_of({"location": "eastus"})[:2] == (409, "Conflict")


def test_a_new_service_is_not_made(clients: Clients) -> None:
    answer = clients.ask("PUT", f"{clients.path}-new", {"location": "eastus"})
    assert answer.status_code == 403
    assert answer.json()["error"]["message"].startswith("sandbox:")
