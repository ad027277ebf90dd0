"""Why a request came to nothing, in plain words: the libraries below print their own objects instead."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected

LONGEST = 1000
_STATUS = "Operation returned an invalid status"
"""How azure-core begins where an answer gives no text of its own."""
_CONNECTION = re.compile(r"HTTPS?Connection(?:Pool)?\(host='([^']*)', port=(\d+)\)")
_OF_OPENSSL = re.compile(r"\[[A-Z][A-Z0-9_: ]*\] ?| ?\(_ssl\.c:\d+\)|_ssl\.c:\d+: ")


def unsigned(text: str) -> str:
    """Return outside text in one line, without the signature of a URL."""
    return re.sub(r"(?i)([?&]sig=)[^&\s\"']+", r"\1***", " ".join(text.split()))


def short(text: str) -> str:
    """Return outside text in one line, of bounded length, without the signature of a URL."""
    line = unsigned(text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def answered(said: str, status: int | None, reason: str | None) -> str:
    """Return what an answer that refuses says of itself; one without text says its status."""
    text = short(said)
    if text and text != reason and not text.startswith(_STATUS):
        return text
    return f"HTTP {status} ({reason})" if reason else f"HTTP {status}"


def why(failure: BaseException) -> str:
    """Return why a request has no answer, with the host where the libraries tell it."""
    said = str(getattr(failure, "message", "") or failure)
    found = next((words for each in _causes(failure) if (words := _words(each))), "")
    host = _CONNECTION.search(said)
    place = f"{host[1]}:{host[2]}: " if host else ""
    return short(f"{place}{found}" if found else _CONNECTION.sub(r"\1:\2", tidied(said)))


def tidied(text: str) -> str:
    """Return what OpenSSL says, without its numbers and the lines of its source."""
    return _OF_OPENSSL.sub("", text)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all that it wraps, in whichever of the ways that the libraries have."""
    queue, seen = [failure], set()
    while queue:
        each = queue.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = (getattr(each, name, None) for name in ("inner_exception", "reason", "__cause__", "__context__"))
        queue += [found for found in (*each.args, *inner) if isinstance(found, BaseException)]


def _words(failure: BaseException) -> str:
    match failure:
        case ssl.SSLCertVerificationError():
            return f"the certificate was not accepted: {failure.verify_message}"
        case socket.gaierror():
            return f"the name is not known ({failure.strerror})"
        case RemoteDisconnected():
            return "the connection was closed without an answer"
        case IncompleteRead():
            return "the answer broke off in the middle"
        case OSError(strerror=str(reason)) if reason:
            return tidied(reason)
    # Of requests and urllib3, without naming what is not ours to import.
    return "no answer came in time" if "Timeout" in type(failure).__name__ else ""
