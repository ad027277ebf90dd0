"""The real Azure SDK clients, pointed at the sandbox as a custom cloud; and the smallest package it takes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from azure.core.credentials import AzureNamedKeyCredential
from azure.identity import ClientSecretCredential
from azure.keyvault.certificates import CertificateClient
from azure.mgmt.compute.v2024_11_04 import ComputeManagementClient
from azure.storage.blob import BlobClient, BlobServiceClient, UserDelegationKey, generate_blob_sas

from cses_action.sandbox import Sandbox

DATA = Path(__file__).parents[1] / "data" / "arm"
DEFINITION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
CONFIGURATION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
GROUP, NAME = "contoso-rg", "contosocs"
HOUR = timedelta(hours=1)
Json = dict[str, Any]


class Clients:
    """Everything that signs in with the sandbox's principal."""

    def __init__(self, azure: Sandbox, **changed: str) -> None:
        inputs = {**azure.inputs, **changed}
        self.inputs = inputs
        self.ca = inputs["REQUESTS_CA_BUNDLE"]
        self.url = inputs["INPUT_RESOURCE_MANAGER_URL"]
        discovery = requests.get(
            f"{self.url}/metadata/endpoints?api-version=2022-09-01", verify=self.ca, timeout=5
        ).json()
        self.scope = f"{discovery['authentication']['audiences'][0]}/.default"
        self.credential = ClientSecretCredential(
            inputs["INPUT_TENANT_ID"],
            inputs["INPUT_CLIENT_ID"],
            inputs["INPUT_CLIENT_SECRET"],
            authority=discovery["authentication"]["loginEndpoint"],
            disable_instance_discovery=True,
            connection_verify=self.ca,
        )
        # Any: its models make every member optional, which would make each test ask for None.
        self.compute: Any = ComputeManagementClient(
            self.credential,
            inputs["INPUT_SUBSCRIPTION_ID"],
            base_url=self.url,
            credential_scopes=[self.scope],
            connection_verify=self.ca,
            retry_total=0,
            polling_interval=0.02,
        )
        self.services: Any = self.compute.cloud_services
        self.group = f"/subscriptions/{inputs['INPUT_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}"
        self.path = f"{self.group}/providers/Microsoft.Compute/cloudServices/{NAME}"

    def ask(self, method: str, path: str, body: Any = None, version: str = "2024-11-04") -> requests.Response:
        """Return the raw answer of Azure Resource Manager."""
        headers = {"Authorization": f"Bearer {self.credential.get_token(self.scope).token}"}
        address = path if path.startswith("https://") else f"{self.url}{path}"
        parameters = {} if "api-version" in address else {"api-version": version}
        return requests.request(
            method, address, params=parameters, json=body, headers=headers, verify=self.ca, timeout=10
        )

    def read(self) -> Json:
        """Return the cloud service as GET gives it."""
        answer: Json = self.ask("GET", self.path).json()
        return answer

    def put(self, body: Json) -> Json:
        """Send a whole update with the SDK, wait for its end, and return the resource."""
        content = io.BytesIO(json.dumps(body).encode())
        poller = self.services.begin_create_or_update(GROUP, NAME, content, content_type="application/json")
        return dict(poller.result().as_dict())

    def vault(self, name: str = "contosocs-kv") -> Any:
        """Return the CertificateClient of a vault, found through Azure Resource Manager; it checks the challenge."""
        found = self.ask(
            "GET", f"{self.group}/providers/Microsoft.KeyVault/vaults/{name}", version="2023-07-01"
        ).json()
        return CertificateClient(
            found["properties"]["vaultUri"], self.credential, connection_verify=self.ca, retry_total=0
        )

    def vault_id(self, name: str = "contosocs-kv") -> str:
        """Return the resource id of a vault."""
        return f"{self.group}/providers/Microsoft.KeyVault/vaults/{name}"

    def secret(self, name: str = "contoso-web", vault: str = "contosocs-kv") -> str:
        """Return the secret URL of the newest version of a certificate."""
        return str(self.vault(vault).get_certificate(name).secret_id)

    @property
    def account(self) -> str:
        """The resource id of the storage account."""
        return f"{self.group}/providers/Microsoft.Storage/storageAccounts/{self.inputs['INPUT_STORAGE_ACCOUNT']}"

    def account_url(self) -> str:
        """Return the blob endpoint, as Azure Resource Manager names it."""
        found = self.ask("GET", self.account, version="2023-05-01").json()
        return str(found["properties"]["primaryEndpoints"]["blob"])

    def account_key(self) -> str:
        """Return the key of the storage account."""
        answer = self.ask("POST", f"{self.account}/listKeys", version="2023-05-01")
        return str(answer.json()["keys"][0]["value"])

    def blobs(self, credential: Any = None) -> BlobServiceClient:
        """Return the blob service, entered with the token unless another credential is given."""
        return BlobServiceClient(
            self.account_url(), credential or self.credential, connection_verify=self.ca, retry_total=0
        )

    def keyed_blobs(self, key: str = "") -> BlobServiceClient:
        """Return the blob service, entered with an account key."""
        name = self.inputs["INPUT_STORAGE_ACCOUNT"]
        return self.blobs(AzureNamedKeyCredential(name, key or self.account_key()))

    def sas(self, blob: BlobClient, delegated: UserDelegationKey | None = None, **changed: Any) -> str:
        """Return the URL of a blob with a signature that reads it for an hour."""
        now = datetime.now(UTC)
        signed = {"permission": "r", "start": now - HOUR, "expiry": now + HOUR, "protocol": "https", **changed}
        key = {"user_delegation_key": delegated} if delegated else {"account_key": self.account_key()}
        signed = {**key, **signed}
        token = generate_blob_sas(self.inputs["INPUT_STORAGE_ACCOUNT"], blob.container_name, blob.blob_name, **signed)
        return f"{blob.url}?{token}"

    def fetch(self, url: str) -> requests.Response:
        """Return what a URL gives to anyone."""
        return requests.get(url, verify=self.ca, timeout=5)

    def upload(self, package: bytes) -> str:
        """Store a package and return a URL that reads it."""
        blobs = self.keyed_blobs()
        container = blobs.get_container_client("cses-packages")
        if not container.exists():
            container.create_container()
        return self.sas(container.upload_blob(f"{len(package)}.cspkg", package, overwrite=True))

    def body_for(self, project: Project, package: bytes | None = None) -> Json:
        """Return a PUT of the project, with the newest version of contoso-web if it has HTTPS."""
        body = self.read()
        body["properties"]["configuration"] = project.configuration()
        body["properties"]["packageUrl"] = self.upload(package or project.package())
        if project.https:
            body["properties"]["osProfile"] = secrets_profile(self.vault_id(), self.secret())
        return body

    def refusal_of(self, body: Json) -> tuple[int, str, str]:
        """Send an update that must be refused; return status, code and message."""
        answer = self.ask("PUT", self.path, body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]


def thumbprint(azure: Sandbox, number: int = 0) -> str:
    """Return the thumbprint of a version of contoso-web; 0 is the newest."""
    return str(azure.certificates["contosocs-kv"]["contoso-web"][number]["thumbprint"])


@dataclass(frozen=True)
class Project:
    """A service definition and a configuration that belong together; ``https`` is a thumbprint."""

    https: str = ""
    size: str = "Standard_D1_v2"
    count: int = 1
    worker: str = "WorkerRole1"
    network: str = "contosocsVNet"
    extra: str = ""

    def configuration(self) -> str:
        """Return the .cscfg."""
        certificate = f'<Certificate name="Certificate1" thumbprint="{self.https}" thumbprintAlgorithm="sha1" />'
        certificates = f"<Certificates>{certificate}</Certificates>" if self.https else ""
        return f"""<?xml version="1.0" encoding="utf-8"?>
<ServiceConfiguration serviceName="ContosoCS" xmlns="{CONFIGURATION}" osFamily="6" osVersion="*">
  <!-- a comment -->
  <Role name="WebRole1"><Instances count="{self.count}" />
    <ConfigurationSettings><Setting name="A" value="1" /></ConfigurationSettings>{certificates}</Role>
  <Role name="{self.worker}"><Instances count="1" /></Role>{self.extra}
  <NetworkConfiguration><VirtualNetworkSite name="{self.network}" /></NetworkConfiguration>
</ServiceConfiguration>"""

    def definition(self) -> str:
        """Return the .csdef as a package has it."""
        https = '<InputEndpoint name="HttpsIn" protocol="https" port="443" certificate="Certificate1" />'
        certificate = '<Certificates><Certificate name="Certificate1" storeName="My" /></Certificates>'
        endpoints = f'<InputEndpoint name="Endpoint1" protocol="http" port="80" />{https if self.https else ""}'
        return f"""<ServiceDefinition name="ContosoCS" xmlns="{DEFINITION}">
  <WebRole name="WebRole1" vmsize="{self.size}">
    <Endpoints>{endpoints}</Endpoints>
    {certificate if self.https else ""}</WebRole>
  <WorkerRole name="WorkerRole1" vmsize="Standard_D1_v2" /></ServiceDefinition>"""

    def package(self) -> bytes:
        """Return the .cspkg, in the format that the service takes."""
        inner = zipped({"ServiceDefinition.csdef": self.definition().encode()})
        return zipped({"[Content_Types].xml": b"<Types/>", "SDPackage_1.csdx": inner})


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip file with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def secrets_profile(vault_id: str, *urls: str) -> Json:
    """Return an osProfile that loads these secrets from one vault."""
    certificates = [{"certificateUrl": url} for url in urls]
    return {"secrets": [{"sourceVault": {"id": vault_id}, "vaultCertificates": certificates}]}
