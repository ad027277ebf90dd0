"""What a host keeps from being shown, whatever the CI host masks besides."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cses_action.hosts.secrets import Secrets
from cses_action.values import Secret
from tests.unit.hosts.texts import hostile


def redacted(text: str, *secrets: str) -> str:
    known = Secrets()
    for each in secrets:
        known.add(Secret(each))
    return known.redact(text)


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("x abcdefghi y", ("abcdef", "defghi"), "x *** y"),
        ("x defghi abcdef y", ("abcdef", "defghi"), "x *** *** y"),
        ("x abcdefghi y", ("abcdefghi", "cdef"), "x *** y"),
        ("aaaaaaa", ("aaaa",), "***"),
        ("abcdabcd", ("abcd",), "******"),
    ],
)
def test_secrets_that_overlap_leave_no_rest(text: str, secrets: tuple[str, ...], shown: str) -> None:
    assert redacted(text, *secrets) == shown


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("it's-secret", repr('value="it\'s-secret"')),
        ('pä"ss', json.dumps({"v": 'pä"ss'}, ensure_ascii=False)),
        ("pass<wo&rd>", "<a>pass&lt;wo&amp;rd&gt;</a>"),
        ('pass"wo&rd', '<a b="pass&quot;wo&amp;rd"/>'),
    ],
)
def test_a_secret_is_hidden_also_within_other_quotes_and_in_xml(secret: str, shown: str) -> None:
    assert "***" in redacted(shown, secret)


def test_a_secret_that_is_another_one_quoted_is_handed_over_too() -> None:
    known = Secrets()
    assert known.add(Secret('a"bcd')) == ('a"bcd',)
    assert known.add(Secret('a\\"bcd')) == ('a\\"bcd',)


@pytest.mark.parametrize("secret", ["pa\\ss\"wo'rd", "pass-wörd", "line1\nline2\ttab"])
def test_a_secret_is_hidden_also_as_python_and_json_quote_it(secret: str) -> None:
    quoted = str(KeyError(f"no {secret}")), repr({"a": secret}), json.dumps({"a": secret})
    for text, bare in zip(quoted, (str(KeyError("no ***")), "{'a': '***'}", '{"a": "***"}'), strict=True):
        assert redacted(text, secret).replace('"', "'") == bare.replace('"', "'")


@given(hostile, st.lists(hostile, min_size=1, max_size=3))
def test_no_secret_is_left_and_everything_else_is(text: str, secrets: list[str]) -> None:
    whole = [each for each in secrets if not {"\r", "\n"} & set(each) and len(each.strip()) >= 4]
    shown = redacted(text, *whole)
    assert not any(each in shown.replace("***", "\0") for each in whole if "*" not in each and "\0" not in each)
    assert redacted(text) == text
