from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cses_action.inputs import lists
from cses_action.inputs import values as input_values
from cses_action.inputs.values import Invalid

GUID = "01234567-89ab-CDEF-0123-456789abcdef"
VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"
CREDS = {"clientId": "c", "clientSecret": "hush", "subscriptionId": "s", "tenantId": "t"}


def test_text_is_taken_as_it_is() -> None:
    assert input_values.text(" a\nb ") == " a\nb "


def test_a_guid_is_taken_in_any_case() -> None:
    assert input_values.guid(GUID) == GUID


@pytest.mark.parametrize("raw", ["", "x", GUID[:-1], f"{{{GUID}}}", f"{GUID}\n", GUID.replace("-", "")])
def test_what_is_no_guid_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="is not a GUID"):
        input_values.guid(raw)


@pytest.mark.parametrize(("raw", "value"), [("true", True), ("True", True), ("FALSE", False), ("false", False)])
def test_true_and_false_are_booleans(raw: str, *, value: bool) -> None:
    assert input_values.boolean(raw) is value


@pytest.mark.parametrize("raw", ["yes", "1", "tRue", "on", " true", "0"])
def test_nothing_else_is_a_boolean(raw: str) -> None:
    with pytest.raises(Invalid, match="neither true nor false"):
        input_values.boolean(raw)


@pytest.mark.parametrize(("raw", "value"), [("1", 1), ("480", 480), ("030", 30)])
def test_numbers_lie_within_their_bounds(raw: str, value: int) -> None:
    assert input_values.number(1, 480)(raw) == value


@pytest.mark.parametrize("raw", ["0", "481", "-1", "1.5", "ten", "٣", "9999999999", "1 "])
def test_other_numbers_are_refused_with_the_bounds(raw: str) -> None:
    with pytest.raises(Invalid, match="not a whole number from 1 to 480") as caught:
        input_values.number(1, 480)(raw)
    assert "from 1 to 480" in caught.value.fix


def test_a_choice_is_read_whatever_its_case() -> None:
    assert input_values.choice(("auto", "on"))("Auto") == "auto"


def test_a_wrong_choice_names_all_and_the_nearest() -> None:
    with pytest.raises(Invalid, match="is none of deploy, plan") as caught:
        input_values.choice(("deploy", "plan"))("deplyo")
    assert caught.value.fix == "Use one of deploy, plan. Did you mean deploy?"


def test_a_wrong_choice_that_is_near_to_none_names_all() -> None:
    with pytest.raises(Invalid) as caught:
        input_values.choice(("deploy", "plan"))("zzz")
    assert caught.value.fix == "Use one of deploy, plan."


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("resource-group", "rg_1-(a).b"),
        ("resource-group", "Größe"),
        ("resource-group", "a" * 90),
        ("cloud-service", "my-service.1_2"),
        ("cloud-service", "a" * 80),
        ("storage-account", "abc123"),
        ("container", "cses-packages"),
        ("key-vault", "my-Vault1"),
        ("key-vault", VAULT),
        ("key-vault", VAULT.upper() + "/"),
        ("certificate-name", "tls-2026"),
    ],
)
def test_a_name_that_keeps_azures_rules_is_taken(kind: str, name: str) -> None:
    assert input_values.one_name(kind)(name) == name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("resource-group", "ends."),
        ("resource-group", "a b"),
        ("resource-group", "a/b"),
        ("resource-group", "a" * 91),
        ("cloud-service", "-a"),
        ("cloud-service", "a-"),
        ("cloud-service", "a/../b"),
        ("cloud-service", "a?b"),
        ("cloud-service", "a" * 81),
        ("storage-account", "ab"),
        ("storage-account", "My-Account"),
        ("storage-account", "a" * 25),
        ("container", "a--b"),
        ("container", "ab"),
        ("container", "a" * 64),
        ("container", "Upper"),
        ("key-vault", "1kv"),
        ("key-vault", "a--b"),
        ("key-vault", "a" * 25),
        ("key-vault", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/x/kv"),
        ("storage-account", VAULT),
        ("certificate-name", "tls_2026"),
        ("certificate-name", "tls 2026"),
    ],
)
def test_a_name_that_breaks_azures_rules_is_refused_with_the_rule(kind: str, name: str) -> None:
    with pytest.raises(Invalid, match="breaks Azure's naming rules: ") as caught:
        input_values.one_name(kind)(name)
    assert name not in str(caught.value)


@pytest.mark.parametrize("raw", ["a,b", "a\nb", " a ,\n b ,", "a\r\nb", "a,b,a"])
def test_a_list_is_written_by_comma_or_newline(raw: str) -> None:
    assert lists.items(raw) == ("a", "b")


def test_a_list_of_names_is_checked_name_by_name() -> None:
    read = lists.names("key-vault")
    assert read(f"one-kv\n{VAULT}") == ("one-kv", VAULT)
    with pytest.raises(Invalid):
        read("one-kv, 2")


@pytest.mark.parametrize(
    "raw", ["https://management.example.com", "https://127.0.0.1:8443", "https://arm.local/base"]
)
def test_an_https_url_loses_its_trailing_slash(raw: str) -> None:
    assert input_values.https_url(f"{raw}/") == raw


@pytest.mark.parametrize(
    "raw",
    [
        "http://management.example.com",
        "management.example.com",
        "https://",
        "https://user:hush@host",
        "https://host?sig=hush",
        "https://host#x",
        "https://host:99999",
        "https://host:0",
        "https://host:",
        "https://host\\elsewhere",
        "https://[abc]",
        "https://[::1",
        "https://ho st",
        "https://ho\nst",
    ],
)
def test_what_is_no_https_url_is_refused_and_not_repeated(raw: str) -> None:
    with pytest.raises(Invalid, match="is not an https URL") as caught:
        input_values.https_url(raw)
    assert "hush" not in str(caught.value) + caught.value.fix


@pytest.mark.parametrize(
    ("raw", "host", "port"),
    [
        ("www.example.com:443", "www.example.com", 443),
        ("203.0.113.7:8443", "203.0.113.7", 8443),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("[::ffff:203.0.113.7]:1", "::ffff:203.0.113.7", 1),
    ],
)
def test_an_address_is_host_and_port(raw: str, host: str, port: int) -> None:
    assert input_values.address(raw) == (host, port)


@pytest.mark.parametrize(
    "raw",
    [
        "www.example.com",
        "www.example.com:0",
        "www.example.com:65536",
        ":443",
        "2001:db8::1:443",
        "[2001:db8::1]",
        "[abc]:443",
        "[1::2::3]:443",
        "https://www.example.com:443",
        "a b:443",
    ],
)
def test_what_is_no_address_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="is not host:port"):
        input_values.address(raw)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(CREDS),
        json.dumps({**CREDS, "activeDirectoryEndpointUrl": "https://login.microsoftonline.com"}),
        "clientId: c\nclientSecret: hush\nsubscriptionId: s\ntenantId: t\n",
        "{clientId: c, clientSecret: ' hush ', subscriptionId: s, tenantId: t}",
    ],
)
def test_credentials_are_read_from_json_or_yaml(raw: str) -> None:
    expected = {"client-id": "c", "client-secret": "hush", "subscription-id": "s", "tenant-id": "t"}
    assert input_values.credentials(raw) == expected


def test_credentials_may_hold_a_part_only() -> None:
    assert input_values.credentials('{"tenantId": "t", "clientId": "", "clientSecret": 5}') == {
        "tenant-id": "t",
        "client-secret": "5",
    }


def test_credentials_of_both_forms_at_once_are_read_once() -> None:
    both = '{"clientId": "c", "appId": "a", "clientSecret": "", "password": "hush"}'
    assert input_values.credentials(both) == {"client-id": "c", "client-secret": "hush"}


def test_a_secret_of_digits_stays_the_text_that_it_is() -> None:
    assert input_values.credentials("clientSecret: 0123") == {"client-secret": "0123"}


@pytest.mark.parametrize(
    "raw",
    [
        '{"clientSecret": "hush"',
        '{"clientSecret": "hush",\n\t}',
        "hush",
        '["hush"]',
        '{"secret": "hush"}',
        "{[hush]: x}",
        "\x00hush",
        "[" * 400 + "hush",
        "!!int ''",
    ],
)
def test_broken_credentials_are_refused_and_not_repeated(raw: str) -> None:
    with pytest.raises(Invalid, match="is not the JSON") as caught:
        input_values.credentials(raw)
    assert caught.value.__cause__ is None
    assert "hush" not in str(caught.value) + caught.value.fix


def is_read_or_refused(read: Callable[[str], object], raw: str) -> bool:
    try:
        read(raw)
    except Invalid as refused:
        return bool(str(refused))
    return True


@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused_as_invalid(raw: str) -> None:
    names = (input_values.one_name(kind) for kind in ("resource-group", "cloud-service", "key-vault"))
    readers = (input_values.guid, input_values.https_url, input_values.address, input_values.credentials)
    assert all(is_read_or_refused(read, raw) for read in (*names, *readers))


def test_the_whole_object_is_no_client_secret() -> None:
    with pytest.raises(Invalid, match="is JSON") as caught:
        input_values.client_secret('{"clientSecret": "hush"}')
    assert "hush" not in str(caught.value) + caught.value.fix
    assert input_values.client_secret("a~b.c-d_$(e") == "a~b.c-d_$(e"
