"""What can be ordered from the sandbox, from the test and from outside, and what it writes down."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from azure.core.exceptions import HttpResponseError

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import GROUP, HOUR, NAME, Clients, Json, Project


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def test_an_answer_is_ordered_for_so_many_requests(azure: Sandbox, clients: Clients) -> None:
    body = {"error": {"code": "TooManyRequests", "message": "slower"}}
    azure.order(method="GET", path=f"{NAME}$", times=2, status=429, headers={"Retry-After": "7"}, body=body)
    for _ in range(2):
        answer = clients.ask("GET", clients.path)
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", body)
    assert clients.ask("GET", clients.path).status_code == 200


def test_other_requests_are_not_touched(azure: Sandbox, clients: Clients) -> None:
    azure.order(service="vault", status=503)
    azure.order(method="PUT", status=500, body="no JSON")
    assert clients.ask("GET", clients.path).status_code == 200
    assert clients.ask("PUT", clients.path, {"location": "eastus"}).text == "no JSON"
    assert azure.orders_left == 1
    assert azure.updates == []


def test_an_answer_can_be_late(azure: Sandbox, clients: Clients) -> None:
    clients.read()
    azure.order(delay=0.2)
    began = time.monotonic()
    assert clients.read()["name"] == NAME
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(("drop", "done"), [("before", 0), ("after", 1)])
def test_a_connection_is_cut_before_or_after_the_request_is_carried_out(
    azure: Sandbox, clients: Clients, drop: str, done: int
) -> None:
    clients.read()
    order = {"method": "PUT", "drop": drop}
    assert clients.ask("POST", "/_sandbox", {"order": [order]}).status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        clients.ask("PUT", clients.path, {"location": "eastus"})
    assert len(azure.updates) == done
    assert azure.requests[-1]["status"] == 0
    assert clients.read()["name"] == NAME


def test_the_control_endpoint_sets_and_orders(azure: Sandbox, clients: Clients) -> None:
    wanted = {"set": {"roles": ["Reader"], "live": {"tags": {"a": "b"}}}, "order": [{"method": "GET", "status": 500}]}
    assert clients.ask("POST", "/_sandbox", wanted).json() == {}
    assert azure.service["tags"] == {"owner": "contoso", "a": "b"}
    assert clients.ask("GET", clients.path).status_code == 500
    with pytest.raises(HttpResponseError, match="AuthorizationFailed"):
        clients.put({"location": "eastus"})


@pytest.mark.parametrize("wanted", [{"sett": {}}, {"set": {"role": []}}, {"order": [{"verb": "GET"}]}])
def test_a_misspelt_wish_is_refused(clients: Clients, wanted: Json) -> None:
    answer = clients.ask("POST", "/_sandbox", wanted)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("sandbox: unknown:")


def test_live_members_are_merged_and_removed(azure: Sandbox, clients: Clients) -> None:
    azure.set(live={"zones": ["1"], "properties": {"provisioningState": "Failed", "upgradeMode": None}})
    shown = clients.read()
    assert shown["zones"] == ["1"]
    assert shown["properties"]["provisioningState"] == "Failed"
    assert "upgradeMode" not in shown["properties"]


def test_every_request_is_written_down_in_memory_and_in_the_file(
    azure: Sandbox, clients: Clients, tmp_path: Path
) -> None:
    clients.upload(Project().package())
    clients.services.get(GROUP, NAME)
    lines = [
        json.loads(line)
        for line in (tmp_path / "sandbox" / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert lines == azure.requests
    assert {each["service"] for each in lines} == {"arm", "entra", "blob"}
    assert all(list(each) == ["service", "method", "path", "status", "write"] for each in lines)


def test_a_write_is_what_changes_something(azure: Sandbox, clients: Clients) -> None:
    clients.upload(Project().package())
    clients.blobs().get_user_delegation_key(datetime.now(UTC) - HOUR, datetime.now(UTC) + HOUR)
    writes = [each["method"] for each in azure.requests if each["write"]]
    assert writes == ["PUT", "PUT"]
    assert {"listKeys", "token", "userdelegationkey"} <= {
        word for each in azure.requests for word in ("listKeys", "token", "userdelegationkey") if word in each["path"]
    }
    clients.services.begin_power_off(GROUP, NAME).result()
    assert [each["method"] for each in azure.requests if each["write"]] == ["PUT", "PUT", "POST"]


def test_no_secret_is_written_down(azure: Sandbox, clients: Clients, tmp_path: Path) -> None:
    url = clients.upload(Project().package())
    assert clients.fetch(url).status_code == 200
    clients.put({"location": "eastus", "properties": {"packageUrl": url, "configuration": Project().configuration()}})
    text = (tmp_path / "sandbox" / "requests.jsonl").read_text(encoding="utf-8")
    signature = url.partition("sig=")[2].partition("&")[0]
    token = clients.credential.get_token(clients.scope).token
    for secret in (signature, azure.inputs["INPUT_CLIENT_SECRET"], clients.account_key(), token):
        assert secret not in text
    assert "sv=" in text
    assert "sig=" not in text


def test_the_control_endpoint_is_not_written_down(azure: Sandbox, clients: Clients) -> None:
    before = len(azure.requests)
    clients.ask("POST", "/_sandbox", {})
    assert all("_sandbox" not in each["path"] for each in azure.requests[before:])


def test_the_end_closes_connections_that_nobody_serves_yet(tmp_path: Path) -> None:
    for _ in range(5):
        with Sandbox(tmp_path) as azure:
            host, port = azure.inputs["INPUT_RESOURCE_MANAGER_URL"].removeprefix("https://").split(":")
            clients = [socket.create_connection((host, int(port)), timeout=5) for _ in range(3)]
        for client in clients:
            with client, contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
    # A socket that was dropped without being closed is a warning here, which is an error in these tests.
    gc.collect()
