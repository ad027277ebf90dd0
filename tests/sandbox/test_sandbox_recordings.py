"""The sandbox's cloudServices answers against what Microsoft recorded: status codes, headers, spellings."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import DATA, Clients, Json

VERSION = "2022-09-04"
# A hosting detail of HTTP, or a count of what is left that the recording alone had.
NOT_COMPARED = {"x-ms-ratelimit-remaining-subscription-writes", "connection"}


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path, operation_seconds=0.3, start_seconds=0.05) as running:
        yield running


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def recorded(name: str) -> list[Json]:
    interactions: list[Json] = json.loads((DATA / "recordings" / name).read_text(encoding="utf-8"))["interactions"]
    return interactions


def contract() -> Json:
    models: Json = json.loads((DATA / "cloudServices-2024-11-04.contract.json").read_text(encoding="utf-8"))
    return models


def example(name: str) -> Json:
    body: Json = json.loads((DATA / "examples" / name).read_text(encoding="utf-8"))["responses"]["200"]["body"]
    return body


def paths(value: object, at: str = "") -> set[str]:
    """Return the names of all members, with their way from the root."""
    if isinstance(value, dict):
        return {f"{at}/{name}" for name in value}.union(
            *(paths(each, f"{at}/{name}") for name, each in value.items())
        )
    return set().union(*(paths(each, at) for each in value)) if isinstance(value, list) else set()


def check_head(answer: requests.Response, response: Json) -> None:
    """Assert the recorded status code, and every recorded header but those that only the recording's day had."""
    assert answer.status_code == response["StatusCode"]
    names = {name.lower() for name in response["Headers"]} - NOT_COMPARED
    assert names <= {name.lower() for name in answer.headers}
    for name in ("Cache-Control", "Pragma", "Server", "X-Content-Type-Options"):
        assert answer.headers[name] == response["Headers"][name]


def check_body(shown: Json, response: Json) -> None:
    """Assert that no member is missing or spelt otherwise; extensions and tags only one of both has."""
    wanted = {path for path in paths(json.loads(response["Content"])) if "/extensionProfile" not in path}
    assert {path for path in paths(shown) if not path.startswith("/tags")} == wanted


def test_get_of_a_service_is_spelt_as_recorded(clients: Clients) -> None:
    response = recorded("New-AzCloudService.2022-09-04.json")[-1]["Response"]
    answer = clients.ask("GET", clients.path, version=VERSION)
    check_head(answer, response)
    check_body(answer.json(), response)


def test_the_group_comes_back_in_upper_case_and_the_location_in_lower_case(clients: Clients) -> None:
    wanted = json.loads(recorded("New-AzCloudService.2022-09-04.json")[0]["Response"]["Content"])
    assert wanted["id"].split("/")[4].isupper()
    shown = clients.read()
    assert shown["id"].split("/")[4] == "CONTOSO-RG"
    assert shown["location"] == "eastus"


def test_put_answers_and_is_polled_as_recorded(clients: Clients) -> None:
    put, first_poll, *_, last_poll, get = [
        each["Response"] for each in recorded("New-AzCloudService.2022-09-04.json")
    ]
    answer = clients.ask("PUT", clients.path, {"location": "East US"}, VERSION)
    check_head(answer, put)
    check_body(answer.json(), put)
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    assert answer.headers["x-ms-async-operation-timeout"] == "PT8H20M"
    assert not {"Location", "Retry-After"} & set(answer.headers)
    operation = answer.headers["Azure-AsyncOperation"]
    assert re.search(rf"/locations/eastus/CsOperations/{answer.headers['x-ms-request-id']}\?api-version=", operation)
    poll = clients.ask("GET", operation)
    check_head(poll, first_poll)
    assert list(poll.json()) == list(json.loads(first_poll["Content"]))
    assert poll.json()["status"] == "InProgress"
    time.sleep(0.5)
    poll = clients.ask("GET", operation)
    assert list(poll.json()) == list(json.loads(last_poll["Content"]))
    assert poll.json()["status"] == "Succeeded"
    check_body(clients.read(), get)


def test_the_limits_that_are_left_are_named_as_recorded(clients: Clients) -> None:
    put, *_, get = [each["Response"]["Headers"] for each in recorded("New-AzCloudService.2022-09-04.json")]
    name = "x-ms-ratelimit-remaining-resource"
    for answer, wanted in (
        (clients.ask("GET", clients.path), get),
        (clients.ask("PUT", clients.path, {"location": "eastus"}), put),
    ):
        assert answer.headers[name].partition(";")[0] == wanted[name].partition(";")[0]


@pytest.mark.parametrize("spelling", ["frontendIPConfigurations", "frontendIpConfigurations"])
def test_either_spelling_is_taken_and_the_recorded_one_comes_back(clients: Clients, spelling: str) -> None:
    request = recorded("Update-AzCloudService.2020-10-01-preview.json")[1]
    assert "frontendIPConfigurations" in request["Request"]["Content"]
    assert "frontendIpConfigurations" in request["Response"]["Content"]
    body = json.dumps(clients.read()).replace("frontendIpConfigurations", spelling)
    answer = clients.ask("PUT", clients.path, json.loads(body), "2020-10-01-preview")
    assert answer.status_code == 200
    assert "frontendIpConfigurations" in answer.text
    assert "frontendIPConfigurations" not in answer.text


def test_an_update_without_package_keeps_it_as_recorded(azure: Sandbox, clients: Clients) -> None:
    request = json.loads(recorded("Update-AzCloudService.2020-10-01-preview.json")[1]["Request"]["Content"])
    assert "packageUrl" not in request["properties"]
    azure.set(live={"properties": {"packageUrl": "https://old.example/a?b"}})
    clients.put(clients.read())
    assert azure.service["properties"]["packageUrl"] == "https://old.example/a?b"


def test_empty_extensions_come_back_as_recorded(clients: Clients) -> None:
    answer = recorded("Update-AzCloudService.2020-10-01-preview.json")[1]["Response"]
    assert json.loads(answer["Content"])["properties"]["extensionProfile"] == {"extensions": []}
    clients.put({"location": "eastus", "properties": {"extensionProfile": {"extensions": []}}})
    assert clients.read()["properties"]["extensionProfile"] == {"extensions": []}


def test_start_answers_as_recorded(clients: Clients) -> None:
    start, poll = [each["Response"] for each in recorded("Start-AzCloudService.2020-10-01-preview.json")][:2]
    answer = clients.ask("POST", f"{clients.path}/start", version="2020-10-01-preview")
    check_head(answer, start)
    assert answer.content == b""
    guid = answer.headers["x-ms-request-id"]
    assert f"/CsOperations/{guid}?monitor=true&api-version=2020-10-01-preview" in answer.headers["Location"]
    check_head(clients.ask("GET", answer.headers["Azure-AsyncOperation"]), poll)


def test_a_package_url_that_is_none_is_refused_as_recorded(clients: Clients) -> None:
    refused = recorded("az-cloud-service-create.errors.2020-10-01-preview.json")[-1]["Response"]
    body = {"location": "eastus", "properties": {"packageUrl": "packageurl"}}
    answer = clients.ask("PUT", clients.path, body, "2020-10-01-preview")
    check_head(answer, refused)
    assert answer.json() == json.loads(refused["Content"])


def test_the_instance_view_is_spelt_as_recorded(clients: Clients) -> None:
    response = recorded("Get-AzCloudServiceInstanceView.2022-09-04.json")[0]["Response"]
    answer = clients.ask("GET", f"{clients.path}/instanceView", version=VERSION)
    check_head(answer, response)
    check_body(answer.json(), response)
    codes = [each["code"] for each in json.loads(response["Content"])["statuses"]]
    assert [each["code"] for each in answer.json()["statuses"]] == codes


def test_role_instances_are_spelt_as_in_the_swagger_examples(clients: Clients) -> None:
    listed = clients.ask("GET", f"{clients.path}/roleInstances").json()
    assert paths(listed) == paths(example("2024-11-04_CloudServiceRolesInstance_List.json"))
    view = clients.ask("GET", f"{clients.path}/roleInstances/WebRole1_IN_0/instanceView").json()
    assert paths(view) == paths(example("2024-11-04_CloudServiceRoleInstance_Get_InstanceView.json"))


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("", "CloudService"),
        ("/instanceView", "CloudServiceInstanceView"),
        ("/roles/WebRole1", "CloudServiceRole"),
        ("/roleInstances/WebRole1_IN_0?$expand=instanceView&api-version=2024-11-04", "RoleInstance"),
    ],
)
def test_every_member_is_one_that_the_contract_knows(clients: Clients, path: str, model: str) -> None:
    models = contract()["models"]

    def check(value: Json, name: str) -> int:
        checked = 0
        for member, found in value.items():
            assert member in models[name]["properties"], f"{name} has no {member}"
            inner = models[name]["properties"][member]["type"].strip("[]")
            for each in found if isinstance(found, list) else [found]:
                checked += 1 + (check(each, inner) if inner in models and isinstance(each, dict) else 0)
        return checked

    assert check(clients.ask("GET", f"{clients.path}{path}").json(), model) > 5


def test_every_answer_has_a_status_that_the_contract_names_as_success(clients: Clients) -> None:
    successes = {each["pythonMethod"]: each["successCodes"] for each in contract()["operations"]
                 if each["group"] == "cloud_services"}  # fmt: skip
    assert clients.ask("PATCH", clients.path, {"tags": {}}).status_code in successes["begin_update"]
    assert clients.ask("POST", f"{clients.path}/poweroff").status_code in successes["begin_power_off"]
    time.sleep(0.5)
    answer = clients.ask("PUT", clients.path, {"location": "eastus"})
    assert answer.status_code in successes["begin_create_or_update"]
