"""Key vaults: the resource by ARM, the certificates by azure-keyvault-certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Literal

from azure.core.exceptions import AzureError as SdkError
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.certificates import CertificateClient, CertificateProperties

from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.credentials import Principal
from cses_action.cloud.der import parse_certificate
from cses_action.cloud.failures import Advice, from_response, translated
from cses_action.cloud.policies import TIMEOUTS, USER_AGENT, bounded_retry
from cses_action.cloud.vault_resources import VaultResources
from cses_action.inputs import Inputs
from cses_action.resources import Certificate, CertificateDetails, SecretUrl, Vault
from cses_action.values import Thumbprint

Right = Literal["get", "list", "import", "create"]
_READ = ("Key Vault Certificate User", "get and list", "get list")
_WRITE = ("Key Vault Certificates Officer", "get, list, import and create", "get list import create")


class KeyVaults:
    """The key vaults that the user named, each with one client."""

    def __init__(self, inputs: Inputs, credential: Principal, manager: ResourceManager) -> None:
        self._resources = VaultResources(inputs, manager)
        self._principal = inputs.client_id
        self._credential = credential
        self._tell = manager.tell
        self._clients: dict[str, CertificateClient] = {}
        self._lock = Lock()

    def locate(self, vault: str) -> Vault:
        """Return the vault with this name, resource id or https address."""
        return self._resources.locate(vault)

    def newest(self, vault: Vault) -> Mapping[str, Thumbprint]:
        """Return names and newest thumbprints; the list gives no versions."""
        with self.asking(f"List the certificates of key vault {vault.id.name}", vault, "list"):
            found = list(self.client(vault).list_properties_of_certificates())
        return {each.name: _thumbprint(each) for each in found if each.name and each.x509_thumbprint}

    def versions(self, vault: Vault, name: str) -> tuple[Certificate, ...]:
        """Return all versions of one certificate, newest first; their list carries the thumbprints."""
        what = f"List the versions of certificate {name} in key vault {vault.id.name}"
        with self.asking(what, vault, "list"):
            try:
                found = list(self.client(vault).list_properties_of_certificate_versions(name))
            except ResourceNotFoundError:
                return ()
        usable = [each for each in found if each.version and each.x509_thumbprint]
        newest_first = sorted(usable, key=lambda each: str(each.created_on), reverse=True)
        return tuple(certificate_of(vault, each) for each in newest_first)

    def details(self, certificate: Certificate) -> CertificateDetails:
        """Return what the certificate and its policy say; its private key is never asked for."""
        vault, name = certificate.vault, certificate.name
        what = f"Read certificate {name} in key vault {vault.id.name}"
        with self.asking(what, vault, "get"):
            bundle = self.client(vault).get_certificate(name)
            policy = bundle.policy
            if bundle.properties is None or bundle.properties.version != certificate.version:
                # There is one policy, and what it says of the key need not hold for an older version.
                bundle, policy = self.client(vault).get_certificate_version(name, certificate.version), None
        parsed = parse_certificate(bytes(bundle.cer or b""), what)
        content = policy.content_type if policy else None
        return CertificateDetails(
            **parsed._asdict(),
            exportable=policy is None or policy.exportable is not False,
            content_type=str(getattr(content, "value", content) or ""),
            self_signed=parsed.subject == parsed.issuer,
        )

    def deleted(self, vault: Vault, name: str) -> bool:
        """Return whether a deleted certificate has this name; False if we may not know."""
        try:
            self.client(vault).get_deleted_certificate(name)
        except SdkError:
            return False
        return True

    def client(self, vault: Vault) -> CertificateClient:
        """Return the one client of a vault."""
        with self._lock:
            if vault.uri not in self._clients:
                self._clients[vault.uri] = CertificateClient(
                    vault.uri.rstrip("/"),
                    self._credential,
                    retry_policy=bounded_retry(self._tell),
                    user_agent=USER_AGENT,
                    **TIMEOUTS,
                )
            return self._clients[vault.uri]

    @contextmanager
    def asking(self, what: str, vault: Vault, right: Right) -> Iterator[None]:
        """Raise what goes wrong within as our AzureError; a refusal says which right is missing, or which network."""
        with translated(what, Advice(self._grant(vault, right))):
            try:
                yield
            except HttpResponseError as failure:
                if failure.status_code != 403:
                    raise
                raise from_response(what, failure, Advice(self._refusal(vault, right, failure))) from failure

    def _refusal(self, vault: Vault, right: Right, failure: HttpResponseError) -> str:
        said = f"{failure.message} {getattr(failure.error, 'innererror', '')}"
        if re.search("ForbiddenByFirewall|Client address|[Pp]ublic network access|network rules", said):
            return _let_in(vault, said)
        missing = f"The principal lacks the right to {right} certificates in key vault {vault.id.name}."
        caller = re.search(r"oid=([0-9a-fA-F-]{36})", said)
        if not vault.rbac and caller:
            has = self._resources.permissions(vault, caller[1])
            given = (
                "no access policy is for it" if has is None else f"its access policy gives {', '.join(has) or 'none'}"
            )
            missing = f"{missing[:-1]}: {given}."
        return f"{missing} {self._grant(vault, right)}"

    def _grant(self, vault: Vault, right: Right) -> str:
        role, words, permissions = _WRITE if right in {"import", "create"} else _READ
        if vault.rbac:
            return (
                f"Grant the principal the role {role}, which can {words}: az role assignment "
                f'create --role "{role}" --assignee {self._principal} --scope {vault.id}. '
                "A new role takes up to five minutes to work."
            )
        return (
            f"Grant the principal the certificate permissions {words}: az keyvault set-policy "
            f"--name {vault.id.name} --spn {self._principal} --certificate-permissions {permissions}."
        )


def _let_in(vault: Vault, said: str) -> str:
    name = vault.id.name
    rules = (
        f"Key vault {name} does not let this machine in: {vault.closed or 'its network rules refuse its address'}."
    )
    address = re.search(r"Client address:? ([0-9A-Fa-f.:]+)", said)
    allow = f"az keyvault network-rule add --name {name} --ip-address {address[1] if address else 'ADDRESS'}"
    return f"{rules} Run on a machine that it lets in, or: {allow}."


def _thumbprint(properties: CertificateProperties) -> Thumbprint:
    return Thumbprint(bytes(properties.x509_thumbprint or b"").hex().upper())


def certificate_of(vault: Vault, properties: CertificateProperties) -> Certificate:
    """Return what the SDK says of one version, in our words."""
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
