"""Azure Resource Manager: discovery, who may pass, and the way to what was asked for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from cses_action.sandbox.access import CLIENT, GROUP, PRINCIPAL, SUBSCRIPTION, TENANT, Access
from cses_action.sandbox.routes import Route, Values, find
from cses_action.sandbox.settings import Json
from cses_action.sandbox.update import read_body
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer, json_error

DISCOVERY = "/metadata/endpoints"
CONTROL = "/_sandbox"
# Those that Microsoft.Compute ever had for cloud services (changelog of azure-mgmt-compute).
COMPUTE_VERSIONS = {"2020-10-01-preview", "2021-03-01", "2022-04-04", "2022-09-04", "2024-11-04"}


class ResourceManager:
    """The front door of Azure."""

    name = "arm"

    def __init__(self, url: str, login: str, access: Access, routes: tuple[Route, ...]) -> None:
        self._url = url
        self._login = login
        self._access = access
        self._routes = routes
        self.control: Callable[[Json], None] = lambda _wanted: None
        self.places: Callable[[], set[tuple[str, str]]] = set
        """Subscription and resource group of each vault."""

    def answer(self, call: Call) -> Answer:
        """Return the answer of the resource provider, or a refusal at the door."""
        if (call.method, call.path) == ("GET", DISCOVERY):
            return json_answer(self._discovery())
        if (call.method, call.path) == ("POST", CONTROL):
            self.control(read_body(call.body))
            return json_answer({})
        self._authenticate(call)
        route, at = find(self._routes, call)
        _check_version(call, route)
        self._authorize(route, call, at)
        answer = route.handler(call, at)
        return replace(answer, headers={**_common(), **answer.headers})

    def refuse(self, refusal: Refusal) -> Answer:
        """Return the refusal as JSON."""
        answer = json_error(refusal)
        cause = {"x-ms-failure-cause": "service"} if refusal.status != 401 else {}
        return replace(answer, headers={**_common(), **cause, **answer.headers})

    def _discovery(self) -> Json:
        return {
            "portal": "https://portal.sandbox.invalid",
            "authentication": {
                "loginEndpoint": self._login,
                "audiences": [self._url, f"{self._url}/"],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "name": "Sandbox",
            "resourceManager": self._url,
            # Whoever builds a host name of these, rather than asking the resource for its endpoint, finds nobody.
            "suffixes": {"storage": "storage.sandbox.invalid", "keyVaultDns": "vault.sandbox.invalid"},
        }

    def _authenticate(self, call: Call) -> None:
        audience = self._access.audience(call)
        if audience == self._url:
            return
        code, text = "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
        if audience:
            code = "InvalidAuthenticationTokenAudience"
            text = (
                f"The access token has been obtained for wrong audience or resource '{audience}'. It should exactly "
                f"match with one of the allowed audiences '{self._url}'."
            )
        elif audience is not None:
            code, text = "InvalidAuthenticationToken", "The access token is invalid."
        challenge = f'Bearer authorization_uri="{self._login}/{TENANT}", error="invalid_token"'
        raise Refusal(401, code, text, {"WWW-Authenticate": challenge})

    def _authorize(self, route: Route, call: Call, at: Values) -> None:
        home = (SUBSCRIPTION, GROUP)
        subscription, group = at["subscription"].lower(), at.get("group", GROUP).lower()
        places = {home, *self.places()}
        if subscription not in {each for each, _ in places}:
            raise Refusal(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
        if not self._access.allows(route.action):
            # As for VMs.
            raise Refusal(
                403,
                "AuthorizationFailed",
                f"The client '{CLIENT}' with object id '{PRINCIPAL}' does not have authorization to perform action "
                f"'{route.action}' over scope '{call.path}' or the scope is invalid. If access was recently "
                "granted, please refresh your credentials.",
                {"x-ms-failure-cause": "gateway"},
            )
        # Elsewhere there is nothing but vaults.
        wanted = places if route.action.startswith("Microsoft.KeyVault/") else {home}
        if "group" in at and (subscription, group) not in wanted:
            raise Refusal(
                404,
                "ResourceGroupNotFound",
                f"Resource group '{at['group']}' could not be found.",
                {"x-ms-failure-cause": "gateway"},
            )


def _check_version(call: Call, route: Route) -> None:
    version = call.query.get("api-version")
    if not version:
        raise Refusal(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if route.action.startswith("Microsoft.Compute/") and version not in COMPUTE_VERSIONS:
        raise Refusal(
            400,
            "NoRegisteredProviderFound",
            f"The resource type could not be found in the namespace 'Microsoft.Compute' for api version '{version}'.",
        )


def _common() -> dict[str, str]:
    request = str(uuid.uuid4())
    return {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "Server": "Microsoft-HTTPAPI/2.0",
        "X-Content-Type-Options": "nosniff",
        "x-ms-request-id": request,
        "x-ms-correlation-request-id": request,
    }
