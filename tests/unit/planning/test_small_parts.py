"""live, body and tags: small pure functions over Azure's JSON."""

from __future__ import annotations

import copy

import pytest

from cses_action.planning import live, tags
from cses_action.planning.body import role_profile, writable
from cses_action.ports import Json
from cses_action.resources import ResourceId
from tests.fakes.cloud import service


def test_members_are_found_whatever_the_case_of_their_names() -> None:
    old = {"loadBalancerConfigurations": [{"properties": {"frontendIPConfigurations": [frontend("/ip")]}}]}
    found = live.public_ip({"properties": {"networkProfile": old}})
    assert found == ResourceId("/IP")


def frontend(public_ip: str) -> dict[str, object]:
    return {"properties": {"publicIPAddress": {"id": public_ip}}}


def test_a_service_behind_an_internal_balancer_has_no_public_address() -> None:
    balancer = {"properties": {"frontendIpConfigurations": [{"properties": {"subnet": {"id": "/s"}}}]}}
    assert live.public_ip({"properties": {"networkProfile": {"loadBalancerConfigurations": [balancer]}}}) is None


@pytest.mark.parametrize(
    ("statuses", "stopped"),
    [
        ([], False),
        ([{"code": "PowerState/started"}], False),
        ([{"code": "PowerState/Started"}], False),
        ([{"code": "PowerState/stopped"}], True),
        ([{"code": "PowerState/deallocated"}], True),
        ([{"code": "ProvisioningState/failed"}, {"level": "Info"}], False),
    ],
)
def test_only_another_power_state_than_started_means_stopped(statuses: list[dict[str, str]], stopped: bool) -> None:  # noqa: FBT001
    assert live.stopped({"statuses": statuses, "roleInstance": {}}) is stopped


@pytest.mark.parametrize(
    "odd", [{}, {"properties": None}, {"properties": {"roleProfile": {"roles": "x"}}}, {"tags": []}]
)
def test_a_resource_of_an_unknown_shape_reads_as_empty(odd: dict[str, object]) -> None:
    assert live.roles(odd) == []
    assert live.tags(odd) == {}
    assert live.tag(odd, "a") == ""
    assert live.extension_names(odd) == []


def test_a_role_without_a_capacity_has_none() -> None:
    assert live.capacity({"sku": {"capacity": "2"}}) == 0


def test_the_body_is_what_get_gave_less_what_only_the_service_writes() -> None:
    resource = service(
        "<c/>",
        extensionProfile={
            "extensions": [
                {"name": "e", "properties": {"publisher": "p", "provisioningState": "Succeeded", "odd": 1}}
            ]
        },
    )
    before = copy.deepcopy(resource)
    body = writable(resource)
    assert resource == before
    assert list(body) == ["location", "zones", "tags", "properties"]
    assert "provisioningState" not in body["properties"]
    assert "uniqueId" not in body["properties"]
    assert body["properties"]["newerThanTheModel"] == {"kept": True}
    assert body["properties"]["extensionProfile"]["extensions"][0]["properties"] == {"publisher": "p", "odd": 1}


LIVE: list[Json] = [
    {"name": "Web", "sku": {"name": "Standard_D1_v2", "tier": "Premium", "capacity": 5, "odd": 1}, "also": 2},
    {"name": "Worker", "sku": {"name": "Standard_D1_v2", "tier": "Standard", "capacity": 1}},
]


def test_roles_are_matched_without_case_in_the_live_order_and_keep_what_we_do_not_know() -> None:
    sent = role_profile(LIVE, {"worker": 2, "WEB": 1}, {"web": "standard_d1_V2", "worker": "Standard_D2_v2"})
    assert sent[0] == {**LIVE[0], "sku": {"name": "Standard_D1_v2", "tier": "Premium", "capacity": 1, "odd": 1}}
    assert sent[1]["sku"] == {"name": "Standard_D2_v2", "tier": "Standard", "capacity": 2}


def test_sizes_stay_when_none_are_given() -> None:
    assert role_profile(LIVE, {"Web": 5, "Worker": 1}, {}) == LIVE


def test_a_new_role_comes_last_and_an_old_one_goes() -> None:
    sent = role_profile(LIVE, {"New": 3, "Web": 5}, {"New": "Basic_A1", "Web": "Standard_D1_v2"})
    assert [role["name"] for role in sent] == ["Web", "New"]
    assert sent[1]["sku"] == {"name": "Basic_A1", "tier": "Basic", "capacity": 3}


def test_our_tags_join_the_others_whatever_their_case() -> None:
    merged, warnings = tags.merge_tags({"owner": "x", "CSES-Action-Run": "1"}, {tags.RUN: "2", tags.PACKAGE: "3"})
    assert merged == {"owner": "x", "CSES-Action-Run": "2", "cses-action-package": "3"}
    assert warnings == []


def test_a_tag_that_does_not_fit_is_left_out_with_a_warning_and_leaves_nothing_untrue_behind() -> None:
    merged, warnings = tags.merge_tags({tags.HTTPS: "old"}, {tags.HTTPS: "x" * 257})
    assert merged == {}
    assert "longer than 256" in warnings[0]


def test_the_fifty_first_tag_is_left_out() -> None:
    full = {f"tag{number}": "x" for number in range(50)}
    merged, warnings = tags.merge_tags(full, {tags.RUN: "1", "tag1": "y"})
    assert merged == {**full, "tag1": "y"}
    assert "50 tags already" in warnings[0]


def test_a_label_that_does_not_fit_leaves_the_old_one() -> None:
    merged, warnings = tags.merge_tags({tags.LABEL: "old"}, {tags.LABEL: "x" * 257})
    assert merged == {tags.LABEL: "old"}
    assert len(warnings) == 1


def test_an_empty_value_removes_our_tag_without_a_word() -> None:
    assert tags.merge_tags({tags.HTTPS: "old"}, {tags.HTTPS: ""}) == ({}, [])
