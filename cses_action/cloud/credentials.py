"""The service principal."""

from __future__ import annotations

from threading import Lock
from typing import Any

from azure.core.credentials import AccessToken
from azure.identity import ClientSecretCredential

from cses_action.cloud.environments import Environment
from cses_action.cloud.failures import Advice, translated
from cses_action.cloud.policies import TIMEOUTS, Tell, bounded_retry, silent
from cses_action.inputs import Inputs


class Principal:
    """A credential that keeps one MSAL application for all scopes.

    The SDKs ask for tokens with and without continuous access evaluation, for which azure-identity makes two
    applications that each read the tenant's ``openid-configuration``; a short run needs neither.
    """

    def __init__(self, credential: ClientSecretCredential) -> None:
        self._credential = credential
        self._lock = Lock()

    def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        **_: Any,
    ) -> AccessToken:
        """Return a token for the scopes; clients on other threads wait instead of signing in twice."""
        with self._lock:
            return self._credential.get_token(*scopes, claims=claims, tenant_id=tenant_id)


def sign_in(inputs: Inputs, environment: Environment, tell: Tell = silent) -> Principal:
    """Return the signed-in principal; a wrong secret or tenant is an AzureError."""
    principal = Principal(
        ClientSecretCredential(
            inputs.tenant_id,
            inputs.client_id,
            inputs.client_secret.reveal(),
            authority=environment.authority,
            disable_instance_discovery=environment.custom,
            # It heeds no retry_policy, as the other clients do.
            retry_policy_class=lambda **_: bounded_retry(tell),
            **TIMEOUTS,
        )
    )
    check = "Check tenant-id, client-id and client-secret: `az login --service-principal` must accept them."
    with translated("Sign in", Advice(check, otherwise=check)):
        principal.get_token(environment.scope)
    return principal
