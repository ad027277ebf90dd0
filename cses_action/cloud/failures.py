"""Turns what the Azure SDKs raise into our errors: Azure's code and text, request id, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.exceptions import (
    AzureError as SdkError,
)
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    DeserializationError,
    HttpResponseError,
    ServiceRequestError,
)

from cses_action.errors import AzureError, Unanswered
from cses_action.remedies import remedy

LONGEST = 1000
_SIGN_IN = {
    "AADSTS7000215": "The client secret is wrong: give its value, not its id, as client-secret.",
    "AADSTS7000222": "The client secret has expired: make a new one with `az ad app credential reset`.",
    "AADSTS700016": "The application is not known in this tenant: correct client-id or tenant-id.",
    "AADSTS90002": "The tenant is not known: correct tenant-id.",
}
_TRUST = (
    "The TLS certificate of the server is not trusted. If a proxy or a private cloud signs it, "
    "set REQUESTS_CA_BUNDLE to a file with its CA certificates."
)


@contextmanager
def translated(what: str, *, grant: str) -> Iterator[None]:
    """Raise what goes wrong within as our AzureError; ``grant`` says what to grant or to correct on a refusal."""
    try:
        yield
    except ClientAuthenticationError as failure:
        raise _sign_in_error(what, failure, grant) from failure
    except DecodeError as failure:
        raise AzureError(f"{what}: the answer is not JSON", fix=f"Is there a proxy between? {grant}") from failure
    except DeserializationError as failure:
        raise AzureError(f"{what}: the answer is not of the known form", fix="Please report this.") from failure
    except HttpResponseError as failure:
        raise from_response(what, failure, grant) from failure
    except SdkError as failure:
        raise _no_answer(what, failure) from failure


def code_of(failure: HttpResponseError) -> str:
    """Return Azure's error code: storage, ARM and key vault each keep it in another place."""
    own = getattr(failure, "error_code", None) or getattr(failure.error, "code", None)
    return str(getattr(own, "value", own) or "")


def from_response(what: str, failure: HttpResponseError, grant: str = "") -> AzureError:
    """Return the error for an answer that refuses."""
    status, code = failure.status_code, code_of(failure)
    said = getattr(failure.error, "message", None) or (failure.message or "").split("\n", 1)[0]
    message = f"{what}: {_short(said) or f'HTTP {status}'}"
    fix = remedy(code, message)
    if status in {401, 403}:
        fix = f"{grant} {fix}".strip()
    undecided = status in {408, 429} or (status or 0) >= 500
    kind = Unanswered if undecided else AzureError
    if undecided and not fix:
        fix = "A passing fault of Azure. Run again."
    headers = getattr(failure.response, "headers", {})
    error = kind(message, fix=fix or grant, code=code)
    return error.at(request_id=_short(headers.get("x-ms-request-id", "")))


def _sign_in_error(what: str, failure: ClientAuthenticationError, grant: str) -> AzureError:
    said = _short(str(failure.message or failure))
    number = re.search(r"AADSTS\d+", said)
    if number is None and failure.response is not None and failure.response.status_code == 401:
        return from_response(what, failure, grant)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return AzureError(f"{what}: {said}", fix=_TRUST)
    code = number[0] if number else ""
    return AzureError(f"{what}: {said}", fix=_SIGN_IN.get(code, grant), code=code)


def _no_answer(what: str, failure: SdkError) -> AzureError:
    said = str(failure.message or failure)
    if "CERTIFICATE_VERIFY_FAILED" in said or "SSLError" in said:
        return AzureError(f"{what}: {_short(said)}", fix=_TRUST)
    if isinstance(failure, ServiceRequestError):
        fix = "Check the address, and whether this machine may connect to it (proxy, firewall, private network)."
    else:
        fix = "The connection broke off. Run again."
    return Unanswered(f"{what}: {_short(said)}", fix=fix)


def _short(text: str) -> str:
    """Return outside text in one line, of bounded length, without the signature of a URL."""
    line = re.sub(r"(?i)([?&]sig=)[^&\s\"']+", r"\1***", " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
