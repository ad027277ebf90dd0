from __future__ import annotations

import pytest

from cses_action.remedies import remedy


@pytest.mark.parametrize(
    ("code", "message", "says"),
    [
        ("AllocationFailed", "", "no capacity"),
        ("authorizationfailed", "", "five minutes"),
        ("X", "The thumbprints … do not have corresponding certificates in osProfile.secrets. …", "key-vault"),
        ("InvalidParameter", "The value of parameter packageUrl is invalid.", "report"),
    ],
)
def test_what_users_met_most_has_a_remedy(code: str, message: str, says: str) -> None:
    assert says in remedy(code, message)


def test_an_unknown_code_has_none() -> None:
    assert remedy("Other", "") == ""
