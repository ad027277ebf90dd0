"""Key vaults: the resource by ARM, the certificates by azure-keyvault-certificates."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from azure.core.exceptions import ResourceNotFoundError
from azure.keyvault.certificates import CertificateClient, CertificateProperties

from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.credentials import Principal
from cses_action.cloud.failures import Advice, translated
from cses_action.cloud.policies import TIMEOUTS, USER_AGENT, bounded_retry
from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.resources import Certificate, ResourceId, SecretUrl, Vault
from cses_action.values import Thumbprint

API_VERSION = "2023-07-01"


class KeyVaults:
    """The key vaults that the user named, each with one client."""

    def __init__(self, inputs: Inputs, credential: Principal, manager: ResourceManager) -> None:
        self._subscription = inputs.subscription_id.lower()
        self._group = f"/subscriptions/{inputs.subscription_id}/resourceGroups/{inputs.key_vault_resource_group}"
        self._credential = credential
        self._manager = manager
        self._clients: dict[str, CertificateClient] = {}
        self._lock = Lock()

    def locate(self, vault: str) -> Vault:
        """Return the vault with this name or resource id; its id is Azure's own, never one we made up."""
        path = vault if vault.startswith("/") else f"{self._group}/providers/Microsoft.KeyVault/vaults/{vault}"
        resource = ResourceId(path)
        name = resource.name
        grant = (
            f"Grant the principal Reader on the key vault {name} (Microsoft.KeyVault/vaults/read), "
            "and Microsoft.KeyVault/vaults/deploy/action for the update."
        )
        missing = "Correct key-vault (its name alone, or its resource id) or key-vault-resource-group."
        if path == vault:
            missing = f"Correct the resource id in key-vault: {path}"
        elsewhere = resource.part("subscriptions").lower() != self._subscription
        advice = Advice(grant, missing, elsewhere=elsewhere)
        found = self._manager.get(path, API_VERSION, what=f"Read key vault {name}", advice=advice)
        uri = live.text(found, "properties", "vaultUri")
        if not uri.startswith("https://"):
            raise AzureError(f"Key vault {name} has no https address", fix=advice.missing)
        return Vault(
            ResourceId(live.text(found, "id")),
            uri,
            enabled_for_deployment=live.member(found, "properties", "enabledForDeployment") is True,
            location=live.text(found, "location"),
        )

    def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
        """Return names and newest thumbprints; the list gives no versions."""
        with translated(f"List the certificates of key vault {vault.id.name}", Advice(_grant(vault))):
            found = list(self._client(vault).list_properties_of_certificates())
        return {each.name: _thumbprint(each) for each in found if each.name and each.x509_thumbprint}

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        """Return all versions of one certificate, newest first; their list carries the thumbprints."""
        what = f"List the versions of certificate {name} in key vault {vault.id.name}"
        with translated(what, Advice(_grant(vault))):
            try:
                found = list(self._client(vault).list_properties_of_certificate_versions(name))
            except ResourceNotFoundError:
                return ()
        usable = [each for each in found if each.version and each.x509_thumbprint]
        newest_first = sorted(usable, key=lambda each: str(each.created_on), reverse=True)
        return tuple(_certificate(vault, each) for each in newest_first)

    def _client(self, vault: Vault) -> CertificateClient:
        with self._lock:
            if vault.uri not in self._clients:
                self._clients[vault.uri] = CertificateClient(
                    vault.uri.rstrip("/"),
                    self._credential,
                    retry_policy=bounded_retry(),
                    user_agent=USER_AGENT,
                    **TIMEOUTS,
                )
            return self._clients[vault.uri]


def _grant(vault: Vault) -> str:
    return (
        f"Grant the principal the role Key Vault Certificate User on key vault {vault.id.name}, or with access "
        "policies the certificate permissions get and list; a new role takes up to five minutes to work."
    )


def _thumbprint(properties: CertificateProperties) -> Thumbprint:
    return Thumbprint(bytes(properties.x509_thumbprint or b"").hex().upper())


def _certificate(vault: Vault, properties: CertificateProperties) -> Certificate:
    name, version = properties.name or "", properties.version or ""
    # The cloud service loads the secret that stands behind the certificate, by the same name and version.
    url = f"{vault.uri.rstrip('/')}/secrets/{name}/{version}"
    return Certificate(
        name,
        version,
        _thumbprint(properties),
        SecretUrl(url),
        vault,
        properties.expires_on,
        properties.not_before,
        enabled=properties.enabled is not False,
    )
