"""The token endpoint of Microsoft Entra: discovery of a tenant, and the client-credentials grant."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from cses_action.sandbox.access import CLIENT, TENANT, Access
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer

OPENID = "/v2.0/.well-known/openid-configuration"
TOKEN = "/oauth2/v2.0/token"  # noqa: S105 - a path
LIFETIME = 3599


class Entra:
    """Gives tokens to the one principal, for the audiences that this Azure has."""

    name = "entra"

    def __init__(self, url: str, access: Access, audiences: Iterable[str]) -> None:
        self._url = url
        self._access = access
        self._audiences = set(audiences)

    def answer(self, call: Call) -> Answer:
        """Return the tenant's endpoints, or a token."""
        tenant, _, rest = call.path.lstrip("/").partition("/")
        if (call.method, f"/{rest}") == ("GET", OPENID):
            _check_tenant(tenant)
            return json_answer(self._endpoints(tenant))
        if (call.method, f"/{rest}") == ("POST", TOKEN):
            _check_tenant(tenant)
            return json_answer(self._token(dict(parse_qsl(call.body.decode()))))
        raise Refusal(404, "not_found", f"sandbox: Entra has no {call.method} {call.path} here")

    def refuse(self, refusal: Refusal) -> Answer:
        """Return the refusal in the form of OAuth 2.0, with Entra's own members."""
        number = refusal.message.partition(":")[0].removeprefix("AADSTS")
        trace, correlation = uuid.uuid4(), uuid.uuid4()
        stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z"
        text = f"{refusal.message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        return json_answer(
            {
                "error": refusal.code,
                "error_description": text,
                "error_codes": [int(number)] if number.isdigit() else [],
                "timestamp": stamp,
                "trace_id": str(trace),
                "correlation_id": str(correlation),
            },
            refusal.status,
        )

    def _endpoints(self, tenant: str) -> dict[str, object]:
        base = f"{self._url}/{tenant}"
        return {
            "token_endpoint": base + TOKEN,
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_types_supported": ["code", "id_token", "token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _token(self, form: dict[str, str]) -> dict[str, object]:
        if form.get("grant_type") != "client_credentials":
            raise Refusal(400, "unsupported_grant_type", "sandbox: only client_credentials is built")
        client = form.get("client_id", "")
        if client.lower() != CLIENT:
            raise Refusal(
                400,
                "unauthorized_client",
                f"AADSTS700016: Application with identifier '{client}' was not found in the directory '{TENANT}'. "
                "This can happen if the application has not been installed by the administrator of the tenant or "
                "consented to by any user in the tenant. You may have sent your authentication request to the "
                "wrong tenant.",
            )
        if form.get("client_secret") != self._access.secret:
            raise Refusal(
                401,
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the "
                f"client secret value, not the client secret ID, for a secret added to app '{client}'.",
            )
        token = self._access.issue(self._audience(form.get("scope", "")))
        return {"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token}

    def _audience(self, scope: str) -> str:
        audience = scope.removesuffix(".default").rstrip("/")
        if audience not in self._audiences:
            raise Refusal(
                400,
                "invalid_resource",
                f"AADSTS500011: The resource principal named {audience} was not found in the tenant named {TENANT}.",
            )
        return audience


def _check_tenant(tenant: str) -> None:
    if tenant.lower() != TENANT:
        raise Refusal(
            400,
            "invalid_tenant",
            f"AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are "
            "signing into the correct cloud. Check with your subscription administrator, this may happen if there "
            "are no active subscriptions for the tenant.",
        )
