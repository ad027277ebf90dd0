from __future__ import annotations

import pytest

from cses_action.inputs.lists import certificate_urls, host_names
from cses_action.inputs.values import Invalid

URL = "https://kv.vault.azure.net/certificates/web"


def test_urls_of_certificates_and_secrets_are_taken_with_and_without_a_version() -> None:
    given = f"{URL},{URL}/{'0a' * 16}\nhttps://kv.vault.azure.net:443/secrets/web/"
    assert certificate_urls(given) == (URL, f"{URL}/{'0a' * 16}", "https://kv.vault.azure.net:443/secrets/web/")


@pytest.mark.parametrize(
    "raw",
    [
        f"{URL}/latest",
        URL.replace("https", "http"),
        "https://kv.vault.azure.net/keys/web",
        "https://user@kv.vault.azure.net/secrets/web",
        f"{URL} web",
        "web",
    ],
)
def test_what_is_no_address_of_a_certificate_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="is not the URL"):
        certificate_urls(raw)


def test_host_names_are_taken_with_a_wildcard_in_front() -> None:
    assert host_names("www.contoso.com, *.contoso.com\nlocalhost") == (
        "www.contoso.com",
        "*.contoso.com",
        "localhost",
    )


@pytest.mark.parametrize("raw", ["https://www.contoso.com", "www.*.com", "a b", "w" * 64, "a." * 130 + "com"])
def test_what_is_no_dns_name_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="not a DNS name"):
        host_names(raw)
