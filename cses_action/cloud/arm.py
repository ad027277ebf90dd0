"""Plain reads of Azure Resource Manager, for resources whose SDKs we would need for one call each."""

from __future__ import annotations

import json
from typing import Any

from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    HeadersPolicy,
    ProxyPolicy,
    RedirectPolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from cses_action.cloud.credentials import Principal
from cses_action.cloud.environments import Environment
from cses_action.cloud.failures import Advice, translated
from cses_action.cloud.policies import POLL, TIMEOUTS, USER_AGENT, Tell, bounded_retry, silent
from cses_action.errors import AzureError
from cses_action.ports import Json


class ResourceManager:
    """Azure Resource Manager with the run's sign-in."""

    def __init__(self, environment: Environment, credential: Principal, tell: Tell = silent) -> None:
        self.tell = tell
        """Where the clients beside this one tell that they wait, too."""
        self._client: ARMPipelineClient[Any, Any] = ARMPipelineClient(
            environment.resource_manager,
            policies=[
                RequestIdPolicy(),
                HeadersPolicy(),
                UserAgentPolicy(base_user_agent=USER_AGENT),
                ProxyPolicy(),
                ContentDecodePolicy(),
                RedirectPolicy(),
                bounded_retry(tell),
                ARMChallengeAuthenticationPolicy(credential, environment.scope),
            ],
            **TIMEOUTS,
        )

    def get(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        """Return the resource at this path."""
        response = self._send(HttpRequest("GET", path, params={"api-version": api_version}), what, advice)
        return as_json(response, what)

    def post(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        """Return the answer of an action."""
        response = self._send(HttpRequest("POST", path, params={"api-version": api_version}), what, advice)
        return as_json(response, what)

    def follow(self, url: str, *, what: str, advice: Advice) -> HttpResponse:
        """Return the answer at an address that Azure gave."""
        return self._send(HttpRequest("GET", url), what, advice, **POLL)

    def _send(self, request: HttpRequest, what: str, advice: Advice, **options: Any) -> HttpResponse:
        with translated(what, advice):
            request.url = self._client.format_url(request.url)
            response: HttpResponse = self._client.send_request(request, **options)
            response.raise_for_status()
            return response


def as_json(response: HttpResponse, what: str) -> Json:
    """Return the JSON object that was answered, with unknown members and their order."""
    try:
        found = json.loads(response.read().decode("utf-8-sig"))
    except ValueError as failure:
        raise AzureError(f"{what}: the answer is not JSON", fix="Is there a proxy between? Run again.") from failure
    if not isinstance(found, dict):
        raise AzureError(f"{what}: the answer is not a JSON object", fix="Is there a proxy between? Run again.")
    return found


def retry_after(response: Any) -> float | None:
    """Return the seconds that an answer asks to wait, if it does so in digits."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
