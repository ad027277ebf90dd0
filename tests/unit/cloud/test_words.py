from __future__ import annotations

import socket
import ssl
from http.client import IncompleteRead, RemoteDisconnected

import pytest

from cses_action.cloud.words import LONGEST, answered, short, why

AT = "HTTPSConnectionPool(host='login.example.com', port=443)"


class ReadTimeoutError(Exception):
    """Named as urllib3 names its own."""


def wrapped(text: str, cause: BaseException) -> Exception:
    error = RuntimeError(text)
    error.__cause__ = cause
    return error


def distrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(
        1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1006)"
    )
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (
            RuntimeError("Connection aborted.", RemoteDisconnected("Remote end closed connection without response")),
            "the connection was closed without an answer",
        ),
        (
            wrapped(f"{AT}: x", ConnectionRefusedError(111, "Connection refused")),
            "login.example.com:443: Connection refused",
        ),
        (
            wrapped(f"{AT}: x", socket.gaierror(-2, "Name or service not known")),
            "login.example.com:443: the name is not known (Name or service not known)",
        ),
        (wrapped(f"{AT}: Read timed out.", ReadTimeoutError()), "login.example.com:443: no answer came in time"),
        (wrapped("x", IncompleteRead(b"")), "the answer broke off in the middle"),
        (wrapped("x", distrusted()), "the certificate was not accepted: self-signed certificate"),
        (
            wrapped("x", ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")),
            "wrong version number",
        ),
        (RuntimeError(f"{AT}: of a new kind"), "login.example.com:443: of a new kind"),
        (RuntimeError("of no known kind"), "of no known kind"),
    ],
)
def test_no_answer_is_told_in_plain_words(failure: Exception, says: str) -> None:
    assert why(failure) == says


def test_exceptions_that_wrap_each_other_end() -> None:
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert why(one) == "one"


@pytest.mark.parametrize("said", ["", "Forbidden", "Operation returned an invalid status 'Forbidden'"])
def test_an_answer_without_a_text_of_its_own_tells_its_status(said: str) -> None:
    assert answered(said, 403, "Forbidden") == "HTTP 403 (Forbidden)"


def test_an_answer_without_a_reason_tells_its_number() -> None:
    assert answered("", 403, None) == "HTTP 403"


def test_the_text_of_an_answer_is_kept() -> None:
    assert answered("The client\n has no right.", 403, "Forbidden") == "The client has no right."


def test_a_text_is_shortened_and_loses_signatures() -> None:
    assert short("https://x/y?sv=1&SIG=a%2Bb&x=1") == "https://x/y?sv=1&SIG=***&x=1"
    assert short("x" * 2000) == "x" * LONGEST + "…"
