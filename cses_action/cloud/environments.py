"""The Azure clouds: the three public ones are known, a custom one is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from azure.core import PipelineClient
from azure.core.rest import HttpRequest

from cses_action.cloud.failures import Advice, translated
from cses_action.cloud.policies import USER_AGENT, Tell, bounded_retry, silent
from cses_action.errors import AzureError


@dataclass(frozen=True)
class Environment:
    """Where one Azure cloud is reached."""

    resource_manager: str
    authority: str
    scope: str
    """Scope of a token for Azure Resource Manager."""
    custom: bool = False


_KNOWN = {
    "azurecloud": Environment(
        "https://management.azure.com", "https://login.microsoftonline.com", "https://management.azure.com/.default"
    ),
    "azureusgovernment": Environment(
        "https://management.usgovcloudapi.net",
        "https://login.microsoftonline.us",
        "https://management.core.usgovcloudapi.net/.default",
    ),
    "azurechinacloud": Environment(
        "https://management.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
    ),
}


def find_environment(name: str, resource_manager_url: str, tell: Tell = silent) -> Environment:
    """Return the cloud of this name; a custom one is discovered at its Azure Resource Manager."""
    return _KNOWN.get(name) or _discover(resource_manager_url, tell)


def _discover(url: str, tell: Tell) -> Environment:
    what = f"Discover the custom cloud at {url}"
    client: PipelineClient[Any, Any] = PipelineClient(
        url, retry_policy=bounded_retry(tell), user_agent=USER_AGENT, user_agent_overwrite=True
    )
    request = HttpRequest("GET", "/metadata/endpoints", params={"api-version": "2022-09-01"})
    correct = "Correct resource-manager-url."
    with client, translated(what, Advice(correct, correct, correct)):
        request.url = client.format_url(request.url)
        response = client.send_request(request)
        response.raise_for_status()
        body = response.read()
    try:
        found = json.loads(body.decode("utf-8-sig"))
        # Older api-versions and some emulators answer a list of clouds.
        cloud = found[0] if isinstance(found, list) else found
        authority = str(cloud["authentication"]["loginEndpoint"]).rstrip("/")
        audience = str(cloud["authentication"]["audiences"][0]).rstrip("/")
        manager = str(cloud.get("resourceManager", url)).rstrip("/")
    except (ValueError, LookupError, TypeError, AttributeError) as failure:
        raise AzureError(f"{what}: the answer is not that of an Azure Resource Manager", fix=correct) from failure
    if not (authority.startswith("https://") and manager.startswith("https://")):
        raise AzureError(f"{what}: the answer is not that of an Azure Resource Manager behind https", fix=correct)
    return Environment(manager, authority, f"{audience}/.default", custom=True)
