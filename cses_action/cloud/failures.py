"""Turns what the Azure SDKs raise into our errors: Azure's code and text, request id, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

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

from cses_action.cloud.policies import LONGEST_RETRY_AFTER
from cses_action.cloud.words import answered, short, why
from cses_action.errors import AzureError, Throttled, Unanswered
from cses_action.remedies import remedy

_SIGN_IN = {
    "AADSTS7000215": "The client secret is wrong: give its value, not its id, as client-secret.",
    "AADSTS7000222": "The client secret has expired: make a new one with `az ad app credential reset`.",
    "AADSTS700016": "The application is not known in this tenant: correct client-id or tenant-id.",
    "AADSTS90002": "The tenant is not known: correct tenant-id.",
}
_TRUST = (
    "The TLS certificate of the server is not trusted. If a proxy or a private cloud signs it, set "
    "REQUESTS_CA_BUNDLE to an existing file with its CA certificates (PEM)."
)


@dataclass(frozen=True)
class Advice:
    """What to do when a request is refused, by the kind of refusal."""

    grant: str
    """On 401 and 403: which right is missing."""
    missing: str = ""
    """On 404: which input to correct."""
    otherwise: str = ""
    elsewhere: bool = False
    """Whether the subscription that is asked is another one than the run's."""


@contextmanager
def translated(what: str, advice: Advice) -> Iterator[None]:
    """Raise what goes wrong within as our AzureError, with Azure's own text and what to do about it."""
    try:
        yield
    except ClientAuthenticationError as failure:
        raise _sign_in_error(what, failure, advice) from failure
    except DecodeError as failure:
        raise AzureError(
            f"{what}: the answer is not JSON", fix=f"Is there a proxy between? {advice.otherwise}".strip()
        ) from failure
    except DeserializationError as failure:
        raise AzureError(f"{what}: the answer is not of the known form", fix="Please report this.") from failure
    except HttpResponseError as failure:
        raise from_response(what, failure, advice) from failure
    except SdkError as failure:
        raise _no_answer(what, failure) from failure
    except OSError as failure:
        # requests does not find the file of CA certificates that it was told to use.
        raise AzureError(f"{what}: {short(str(failure))}", fix=_TRUST) from failure


def code_of(failure: HttpResponseError) -> str:
    """Return Azure's error code: storage, ARM and key vault each keep it in another place."""
    own = getattr(failure, "error_code", None) or getattr(failure.error, "code", None)
    return str(getattr(own, "value", own) or "")


def from_response(what: str, failure: HttpResponseError, advice: Advice) -> AzureError:
    """Return the error for an answer that refuses."""
    status, code = failure.status_code, code_of(failure)
    said = getattr(failure.error, "message", None) or (failure.message or "").split("\n", 1)[0]
    message = f"{what}: {answered(said, status, failure.reason)}"
    fix = remedy(code, message)
    if status in {401, 403}:
        fix = f"{advice.grant} {fix}".strip()
    elif status == 404 and (code != "SubscriptionNotFound" or advice.elsewhere):
        fix = advice.missing or fix
    kind = _kind(status or 0)
    headers = getattr(failure.response, "headers", {})
    if kind is Throttled:
        # Some answers have no code, some one that says less; what to do is the same.
        fix = remedy("TooManyRequests")
    elif kind is Unanswered and not fix:
        fix = "A passing fault of Azure. Run again."
    error = kind(message, fix=fix or advice.otherwise, code=code)
    if isinstance(error, Unanswered):
        asked = str(headers.get("Retry-After", ""))
        error.retry_after = min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0
    return error.at(request_id=request_id(headers))


def request_id(headers: Mapping[str, str]) -> str:
    """Return the id by which Azure's support finds a request."""
    names = ("x-ms-request-id", "x-ms-correlation-request-id")
    return next((short(headers[name]) for name in names if headers.get(name)), "")


def _kind(status: int) -> type[AzureError]:
    """Return what an answer with this status says of the request."""
    if status == 429:
        return Throttled
    return Unanswered if status == 408 or status >= 500 else AzureError


def _sign_in_error(what: str, failure: ClientAuthenticationError, advice: Advice) -> AzureError:
    said = short(str(failure.message or failure))
    number = re.search(r"AADSTS\d+", said)
    if number is None and failure.response is not None and failure.response.status_code == 401:
        return from_response(what, failure, advice)
    if _distrusts(said):
        return AzureError(f"{what}: {why(failure)}", fix=_TRUST)
    if "authority configuration" in said:
        # MSAL's own text explains addresses of clouds that nobody gave.
        return AzureError(f"{what}: the tenant is not known", fix=_SIGN_IN["AADSTS90002"], code="AADSTS90002")
    status = failure.response.status_code if failure.response is not None else None
    if number is None and (status is None or status >= 500):
        return Unanswered(
            f"{what}: {why(failure)}", fix="Check whether this machine may connect to Microsoft Entra, and run again."
        )
    code = number[0] if number else ""
    return AzureError(f"{what}: {said}", fix=_SIGN_IN.get(code, advice.otherwise), code=code)


def _no_answer(what: str, failure: SdkError) -> AzureError:
    said = str(failure.message or failure)
    if _distrusts(said):
        return AzureError(f"{what}: {why(failure)}", fix=_TRUST)
    if isinstance(failure, ServiceRequestError):
        fix = "Check the address, and whether this machine may connect to it (proxy, firewall, private network)."
    else:
        fix = "Run again."
    return Unanswered(f"{what}: {why(failure)}", fix=fix)


def _distrusts(said: str) -> bool:
    return any(sign in said for sign in ("CERTIFICATE_VERIFY_FAILED", "SSLError", "NO_CERTIFICATE_OR_CRL_FOUND"))
