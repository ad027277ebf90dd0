"""What is a token that a later step replaces, and what only looks like one."""

from __future__ import annotations

import pytest

from cses_action.project.rules.reading import is_token


@pytest.mark.parametrize(
    "value",
    [
        "@@X@@",
        "$x$",
        "#{x}",
        "__x__",
        "%x%",
        "<...>",
        "<your key>",
        "YOUR KEY",
        "YOUR_KEY",
        "your-storage-account",
        "AccountName=__Name__;AccountKey=__Key__",
        "AccountName=a;AccountKey=$storageKey$",
        "https://<account>.blob.core.windows.net",
        "contoso#{Octopus.Environment.Name}web",
        '<settings key="#{Key}"/>',
        "$(Count)",
        "{{count}}",
        "${COUNT}",
        "${{ count }}",
    ],
)
def test_a_token_is_known_in_every_form(value: str) -> None:
    assert is_token(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "https://contoso.example/a%20b%20c?d=%C3%A9%20",
        "%2Ffoo%2Fbar%2F",
        "sig=%DBabc%3D",
        "a$b$c",
        "pa$$word",
        "P$word$!x",
        "$",
        "__init__",
        "package/__init__.py",
        "x__y__z",
        "100% of %d",
        "{0:%d} items %s",
        "{{0}} of {{1}}",
        "${longdate} ${message}",
        "Thank you for your order",
        '<root a="b">text</root>',
        "<b>bold</b>",
        "<empty/>",
        "List<string>",
        "a < b and c > d",
        "user@@host",
        "yourself",
    ],
)
def test_an_ordinary_value_is_no_token(value: str) -> None:
    assert not is_token(value)
