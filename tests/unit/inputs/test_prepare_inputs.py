"""The inputs that put a certificate into the key vault: what they need, and what excludes each other."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from cses_action.arguments import collect, resolve_credentials
from cses_action.errors import InputError
from cses_action.inputs import Given, Inputs, parse_inputs
from cses_action.inputs.lists import pfx
from cses_action.inputs.values import Invalid

GUID = "00000000-0000-0000-0000-000000000001"
BASE64 = base64.b64encode(b"0\x82" + bytes(range(200))).decode()
ID = {"tenant-id": GUID, "client-id": GUID, "client-secret": "hush-hush", "subscription-id": GUID}


@pytest.fixture
def least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The least that configure needs to prepare a certificate."""
    monkeypatch.chdir(tmp_path)
    for name in ("web.cscfg", "web.csdef", "web.pfx"):
        Path(name).touch()
    files = {"definition": "web.csdef", "configuration": "web.cscfg"}
    return {"operation": "configure", **ID, **files, "key-vault": "contoso-kv", "certificate-name": "web"}


def read(values: dict[str, str], **more: str) -> Inputs:
    return parse_inputs(Given(values | {name.replace("_", "-"): value for name, value in more.items()}))


def mistakes(values: dict[str, str], **more: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(values, **more)
    return [problem.message for problem in caught.value.problems]


def test_a_pfx_and_a_self_signed_certificate_need_no_more(least: dict[str, str]) -> None:
    assert read(least, certificate_pfx="web.pfx").prepares
    assert read(least, certificate_pfx=BASE64, certificate_pfx_password="p").prepares
    assert read(least, self_signed="true", https_hostname="www.contoso.com").prepares
    assert not read(least).prepares


def test_what_it_takes_is_told_at_once() -> None:
    for source in ("certificate-pfx", "self-signed"):
        values = {"operation": "configure", source: BASE64 if source == "certificate-pfx" else "true"}
        required = [each.split(" is required")[0] for each in mistakes(values)]
        needed = {"definition", *ID, "certificate-name", "key-vault", "configuration"}
        assert set(required) == needed | ({"https-hostname"} if source == "self-signed" else set())


def test_one_source_one_vault_and_one_name(least: dict[str, str]) -> None:
    thumbprint = {"certificate_thumbprint": "AB" * 20}
    assert mistakes(least, certificate_pfx="web.pfx", **thumbprint) == [
        "certificate-pfx and certificate-thumbprint exclude each other"
    ]
    assert mistakes(least, self_signed="true", https_hostname="a", certificate_pfx="web.pfx") == [
        "certificate-pfx and self-signed exclude each other"
    ]
    assert mistakes(least, certificate_pfx="web.pfx", key_vault="contoso-kv,other-kv") == [
        "key-vault names several key vaults, and the certificate goes into one"
    ]
    assert mistakes(least, certificate_pfx="web.pfx", certificate_name="a,b") == [
        "certificate-name names several certificates"
    ]


def test_a_name_with_a_space_is_refused(least: dict[str, str]) -> None:
    (message,) = mistakes(least, certificate_pfx="web.pfx", certificate_name="my web")
    assert message.startswith("certificate-name breaks Azure's naming rules: 1 to 127 letters, digits and hyphens")


def test_a_password_alone_is_a_mistake(least: dict[str, str]) -> None:
    assert mistakes(least, certificate_pfx_password="p") == [
        "certificate-pfx-password is given without certificate-pfx"
    ]


def test_the_first_host_name_has_to_be_short_enough_for_a_common_name(least: dict[str, str]) -> None:
    long = f"{'a' * 60}.contoso.com"
    (message,) = mistakes(least, self_signed="true", https_hostname=f"{long},www.contoso.com")
    assert message == "https-hostname: the first becomes the common name, and has more than 64 characters"
    assert read(least, self_signed="true", https_hostname=f"www.contoso.com,{long}").self_signed


@pytest.mark.parametrize(
    "raw", ["nowhere/web.pfx", "hunter2-hunter2", "aGVsbG8=", "MI", "MIIx=MII", "-----BEGIN X-----"]
)
def test_what_is_neither_file_nor_base64_is_refused_and_not_shown(raw: str) -> None:
    with pytest.raises(Invalid) as caught:
        pfx(raw)
    assert raw not in f"{caught.value} {caught.value.fix}"


def test_base64_of_several_lines_is_taken() -> None:
    assert pfx(f" {BASE64[:76]}\r\n{BASE64[76:]}\n")


def test_the_bytes_and_the_password_are_masked_and_a_path_is_not(tmp_path: Path) -> None:
    path = tmp_path / "web.pfx"
    path.touch()
    lines = f"{BASE64[:76]}\n{BASE64[76:]}"

    def masked(value: str) -> list[str]:
        env = {"INPUT_CERTIFICATE-PFX": value, "INPUT_CERTIFICATE-PFX-PASSWORD": "p4ss"}
        return [each.reveal() for each in resolve_credentials(collect([], env)).secrets]

    assert masked(str(path)) == ["p4ss"]
    assert masked(BASE64) == [BASE64, "p4ss"]
    assert masked(lines) == [lines, BASE64, "p4ss"]
