from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cses_action.resources import (
    Blob,
    Certificate,
    Operation,
    OperationState,
    PublicAddress,
    ResourceId,
    RoleInstance,
    SecretUrl,
    Served,
    Vault,
    covers,
)
from cses_action.values import Secret, Thumbprint, Value, replace

HEX = "0123456789ABCDEF0123456789ABCDEF01234567"
VAULT = "/subscriptions/s/resourceGroups/Group/providers/Microsoft.KeyVault/vaults/kv"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Place(Value):
    """A place in a file."""

    file: str
    line: int = 1


def test_a_value_takes_its_fields_by_place_or_by_name_and_has_defaults() -> None:
    assert (Place("a").file, Place("a").line, Place(file="a", line=2).line) == ("a", 1, 2)
    match Place("a", 3):
        case Place(file, line):
            assert (file, line) == ("a", 3)


def test_values_are_equal_if_kind_and_fields_are() -> None:
    class Other(Value):
        file: str
        line: int = 1

    assert Place("a") == Place("a", 1)
    assert Place("a") != Place("a", 2)
    assert Place("a") != Other("a")
    assert len({Place("a"), Place("a", 1), Place("a", 2)}) == 2


def test_a_value_shows_its_fields_and_cannot_be_changed() -> None:
    place = Place("a")
    assert repr(place) == "Place(file='a', line=1)"
    with pytest.raises(AttributeError, match=r"^Place\.line cannot be changed$"):
        place.line = 2  # type: ignore[misc]
    assert replace(place, line=2) == Place("a", 2)
    assert place == Place("a", 1)


@pytest.mark.parametrize("shown", ["{}", "{!r}", "{!s}"])
def test_a_secret_cannot_print_itself(shown: str) -> None:
    assert "hush" not in shown.format(Secret("hush"))


def test_a_secret_is_revealed_on_demand() -> None:
    assert Secret("hush").reveal() == "hush"


def test_the_address_of_an_operation_is_not_printed() -> None:
    assert "token" not in repr(Operation("https://arm/op?t=token"))


@pytest.mark.parametrize("written", [HEX, HEX.lower(), f"\u200e{HEX}", " ".join(HEX), f"\ufeff{HEX}\n"])
def test_a_thumbprint_is_read_as_people_write_it(written: str) -> None:
    assert str(Thumbprint.parse(written)) == HEX


@pytest.mark.parametrize("written", ["", HEX[:-1], HEX + "0", HEX[:-1] + "G", "@@THUMBPRINT@@"])
def test_what_is_no_thumbprint_is_none(written: str) -> None:
    assert Thumbprint.parse(written) is None


@settings(max_examples=200)  # long texts are slow to make
@given(st.text("0aF \u200e\u200f\u200b\ufeff", min_size=38, max_size=60))
def test_any_forty_digits_are_a_thumbprint_whatever_stands_between(written: str) -> None:
    digits = [each for each in written if each in "0aF"]
    assert (Thumbprint.parse(written) is not None) == (len(digits) == 40)


def test_two_secrets_are_equal_by_their_text_and_print_nothing() -> None:
    assert Secret("hush") == Secret("hush")
    assert Secret("hush") != Secret("hushed")
    assert Secret("hush") != "hush"
    assert len({Secret("hush"), Secret("hush")}) == 1
    assert "hush" not in f"{Secret('hush')!r} {Secret('hush')}"


def test_thumbprints_have_an_order() -> None:
    assert sorted([Thumbprint("B"), Thumbprint("A")]) == [Thumbprint("A"), Thumbprint("B")]


def test_resource_ids_are_equal_whatever_their_case() -> None:
    assert ResourceId(VAULT) == ResourceId(VAULT.upper() + "/")
    assert hash(ResourceId(VAULT)) == hash(ResourceId(VAULT.lower()))


def test_a_resource_id_prints_as_it_was_written() -> None:
    assert str(ResourceId(VAULT)) == VAULT


def test_a_resource_id_gives_its_parts() -> None:
    vault = ResourceId(VAULT)
    assert (vault.name, vault.part("resourcegroups"), vault.part("Nothing"), vault.part("kv")) == (
        "kv",
        "Group",
        "",
        "",
    )


def test_secret_urls_are_equal_with_and_without_port_slash_and_case() -> None:
    url = "https://kv.vault.azure.net/secrets/name/0123"
    same = SecretUrl("https://KV.vault.azure.net:443/Secrets/Name/0123/")
    assert SecretUrl(url) == same
    assert str(SecretUrl(url)) == url


def test_secret_urls_of_two_versions_differ() -> None:
    assert SecretUrl("https://kv/secrets/name/1") != SecretUrl("https://kv/secrets/name/2")


def test_a_blob_is_written_as_account_container_and_name() -> None:
    assert str(Blob("account", "packages", "web/1-a.cspkg")) == "account/packages/web/1-a.cspkg"


def certificate(expires_on: datetime | None) -> Certificate:
    vault = Vault(ResourceId(VAULT), "https://kv/", enabled_for_deployment=True)
    return Certificate("name", "1", Thumbprint(HEX), SecretUrl("https://kv/secrets/name/1"), vault, expires_on)


@pytest.mark.parametrize(
    ("expires_on", "days"),
    [(None, None), (NOW + timedelta(days=2, hours=1), 2), (NOW, 0), (NOW - timedelta(hours=1), -1)],
)
def test_days_left_are_whole_days(expires_on: datetime | None, days: int | None) -> None:
    assert certificate(expires_on).days_left(NOW) == days


@pytest.mark.parametrize(
    ("state", "started"), [("RoleStateStarted", True), ("rolestatestarted", True), ("Unknown", False)]
)
def test_an_instance_is_started_when_its_role_runs(state: str, *, started: bool) -> None:
    assert RoleInstance("web_0", "web", state).started is started


@pytest.mark.parametrize(
    ("status", "ended"), [("InProgress", False), ("Succeeded", True), ("failed", True), ("Canceled", True)]
)
def test_an_operation_ends_in_one_of_three_states(status: str, *, ended: bool) -> None:
    assert OperationState(status).ended is ended


def test_an_address_that_azure_has_not_assigned_is_empty() -> None:
    assert PublicAddress() == PublicAddress(ip="", fqdn="")


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("www.contoso.com", "WWW.contoso.com", True),
        ("www.contoso.com.", "www.contoso.com", True),
        ("*.contoso.com", "www.contoso.com", True),
        ("*.contoso.com", "*.contoso.com", True),
        ("*.contoso.com", "contoso.com", False),
        ("*.contoso.com", "a.www.contoso.com", False),
        ("www.contoso.com", "*.contoso.com", False),
        ("*.", "com", False),
        ("", "www.contoso.com", False),
    ],
)
def test_a_star_in_a_name_stands_for_one_label(name: str, host: str, *, fits: bool) -> None:
    assert covers(name, host) is fits


def test_what_was_served_compares_by_certificate_and_protocol() -> None:
    assert Served(Thumbprint(HEX), "TLSv1.3") != Served(Thumbprint(HEX), "TLSv1.2")
