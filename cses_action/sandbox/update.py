"""Whether Azure would take a PUT of the cloud service, and what runs afterwards."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cses_action.sandbox.access import LOCATION, PRINCIPAL, SUBSCRIPTION, Access
from cses_action.sandbox.blob import BlobService
from cses_action.sandbox.certificates import Version
from cses_action.sandbox.configuration import Configuration, read_configuration
from cses_action.sandbox.package import Package, open_package
from cses_action.sandbox.settings import Json
from cses_action.sandbox.vaults import Vault
from cses_action.sandbox.wire import Refusal

DEPLOY = "Microsoft.KeyVault/vaults/deploy/action"
READ_ONLY = ("provisioningState", "uniqueId")
# What counts for one PUT alone: omitted, they take their defaults again.
ONCE = ("startCloudService", "allowModelOverride")
UPGRADE_MODES = ("Auto", "Manual", "Simultaneous")


@dataclass(frozen=True)
class Deployment:
    """What runs: the package, its configuration, and the certificates by thumbprint."""

    package: Package
    configuration: Configuration
    certificates: Mapping[str, Version]

    def shown_certificate(self) -> tuple[str, Version] | None:
        """Return the role and the certificate of the first HTTPS endpoint, if there is one."""
        roles = {role.name.lower(): role for role in self.configuration.roles}
        for role in self.package:
            for endpoint in role.https:
                thumbprint = roles[role.name.lower()].certificates.get(endpoint.certificate, "")
                if thumbprint in self.certificates:
                    return role.name, self.certificates[thumbprint]
        return None


@dataclass(frozen=True)
class Examiner:
    """Checks a PUT against the rest of Azure."""

    access: Access
    blobs: BlobService
    vaults: tuple[Vault, ...]

    def examine(self, live: Json, running: Deployment, body: Json) -> tuple[Json, Deployment]:
        """Return the resource after the update and what will run, or refuse."""
        given = body.get("properties", {})
        check_envelope(live, body)
        after = merged(live, body)
        properties = after["properties"]
        _check_network_profile(live["properties"], given)
        package = self._package(given["packageUrl"]) if "packageUrl" in given else running.package
        configuration = read_configuration(properties["configuration"])
        _check_network(running.configuration, configuration)
        check_roles(properties, package, configuration)
        certificates = self._certificates(properties.get("osProfile", {}), str(live["id"]))
        _check_thumbprints(configuration, certificates)
        return after, Deployment(package, configuration, certificates)

    def _package(self, url: Any) -> Package:
        parts = urlsplit(url if isinstance(url, str) else "")
        if parts.scheme != "https" or not parts.netloc or not parts.query:
            raise Refusal(400, "InvalidParameter", "The value of parameter packageUrl is invalid.")
        try:
            return open_package(self.blobs.fetch(url))
        except Refusal as refusal:
            if refusal.message.startswith("sandbox:") and refusal.code == "InvalidParameter":
                raise
            raise Refusal(403, "PackageUriForbidden", "Error:AuthenticationFailed") from refusal

    def _certificates(self, profile: Json, service: str) -> dict[str, Version]:
        found: dict[str, Version] = {}
        for group in profile.get("secrets") or []:
            vault = str(group.get("sourceVault", {}).get("id", ""))
            self._check_deploy_right(vault, service)
            for certificate in group.get("vaultCertificates") or []:
                version = self._secret(str(certificate.get("certificateUrl", "")), vault)
                found[version.thumbprint] = version
        return found

    def _check_deploy_right(self, vault: str, service: str) -> None:
        if not self.access.allows(DEPLOY):
            raise Refusal(
                403,
                "LinkedAuthorizationFailed",
                f"The client with object id '{PRINCIPAL}' has permission to perform action "
                f"'Microsoft.Compute/cloudServices/write' on scope '{service}'; however, it does not have permission "
                f"to perform action '{DEPLOY}' on the linked scope(s) '{vault}' or the linked scope(s) are invalid.",
            )

    def _secret(self, url: str, vault_id: str) -> Version:
        parts = urlsplit(url).path.strip("/").split("/")
        if len(parts) != 3 or parts[0].lower() != "secrets":
            # As for VMs.
            raise Refusal(
                400,
                "InvalidParameter",
                f"{url} is not a valid versioned Key Vault Secret URL. It should be in the format "
                "https://<vaultEndpoint>/secrets/<secretName>/<secretVersion>.",
            )
        vault = self._vault(url, vault_id)
        version = vault.find(parts[1], parts[2])
        if version is None or not version.enabled:
            # As for VMs.
            message = f"The Key Vault secret referenced with the URL {url} does not exist."
            raise Refusal(400, "KeyVaultSecretDoesNotExist", message)
        if not version.exportable:
            # The secret behind it has no private key then; what the service says of it is not known.
            raise _bad(f"the private key of {url} is not exportable")
        return version

    def _vault(self, url: str, vault_id: str) -> Vault:
        subscription = vault_id.lower().partition("/subscriptions/")[2].partition("/")[0]
        if subscription != SUBSCRIPTION:
            # As for VMs.
            raise Refusal(
                400,
                "InvalidParameter",
                f'The SubscriptionId:"{SUBSCRIPTION}" of the request must match the SubscriptionId "{subscription}" '
                "contained in the Key Vault Id.",
            )
        vault = next((each for each in self.vaults if each.owns(url)), None)
        matches = vault is not None and vault.id.lower() == vault_id.rstrip("/").lower()
        if vault is None or not matches or vault.properties.get("enabledForDeployment") is not True:
            # As for VMs.
            raise Refusal(
                403,
                "KeyVaultAccessForbidden",
                f"Key Vault {url} either has not been enabled for deployment or the vault id provided, {vault_id}, "
                "does not match the Key Vault's true resource id.",
            )
        if vault.location.lower() != LOCATION:
            # As for VMs.
            raise Refusal(
                400,
                "KeyVaultAndVMInDifferentRegions",
                f"The Key Vault {url} is located in location {vault.location}, which is different from the location "
                f"of the VM, {LOCATION}.",
            )
        return vault


def read_body(content: bytes) -> Json:
    """Return the JSON object of a request, or refuse."""
    try:
        body = json.loads(content)
    except ValueError as mistake:
        raise Refusal(400, "InvalidRequestContent", f"sandbox: the body is no JSON: {mistake}") from mistake
    if not isinstance(body, dict) or not isinstance(body.get("properties", {}), dict):
        raise _bad("the body and its properties must be objects")
    return body


def merged(live: Json, body: Json) -> Json:
    """Return the resource with a PUT applied: what is given replaces whole, omitted properties stay."""
    after = copy.deepcopy(live)
    given = copy.deepcopy(body)
    for name in ONCE:
        after["properties"].pop(name, None)
    properties = {name: value for name, value in given.pop("properties", {}).items() if name not in READ_ONLY}
    after["properties"].update(properties)
    # Tags are no property: those that a PUT leaves out are gone, as everywhere in Azure Resource Manager.
    after.pop("tags", None)
    own = ("id", "name", "type", "location", "systemData")
    after.update({name: value for name, value in given.items() if name not in own})
    for balancer in after["properties"].get("networkProfile", {}).get("loadBalancerConfigurations", []):
        # Either spelling is taken, one is given back (seen in the recordings).
        frontends = balancer.get("properties", {})
        if "frontendIPConfigurations" in frontends:
            frontends["frontendIpConfigurations"] = frontends.pop("frontendIPConfigurations")
    return after


def check_envelope(live: Json, body: Json) -> None:
    """Refuse a change of what cannot change: location and zones; and tags beyond Azure's limits."""
    if not body.get("location"):
        # As for VMs.
        raise Refusal(400, "LocationRequired", "The location property is required for this definition.")
    location = str(body["location"]).replace(" ", "").lower()
    if location != live["location"]:
        # As for VMs.
        raise Refusal(
            409,
            "InvalidResourceLocation",
            f"The resource '{live['name']}' already exists in location '{live['location']}' in resource group "
            f"'{live['id'].split('/')[4]}'. A resource with the same name cannot be created in location "
            f"'{location}'. Please select a new resource name.",
        )
    if (body.get("zones") or None) != live.get("zones"):
        raise _bad("the zones of a cloud service cannot change")
    check_tags(body.get("tags") or {})
    if body.get("properties", {}).get("upgradeMode", "Auto") not in UPGRADE_MODES:
        raise _bad(f"upgradeMode must be one of {', '.join(UPGRADE_MODES)}")


def check_tags(tags: Any) -> None:
    """Refuse tags that Azure Resource Manager does not take."""
    texts = isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values())
    if not texts or len(tags) > 50 or any(len(value) > 256 for value in tags.values()):
        raise _bad("tags are at most 50 texts of at most 256 characters")


def _check_network_profile(live: Json, given: Json) -> None:
    pair = live.get("networkProfile", {}).get("swappableCloudService")
    if "networkProfile" in given and given["networkProfile"].get("swappableCloudService") != pair:
        # The text is the article's; which code the service sends with it is not published.
        raise Refusal(400, "BadRequest", "SwappableCloudService property cannot be deleted or updated")


def _check_network(running: Configuration, configuration: Configuration) -> None:
    if configuration.network.lower() != running.network.lower():
        raise _bad("the virtual network of a cloud service cannot change")
    if configuration.reserved_addresses != running.reserved_addresses:
        raise _bad("the reserved IP of a cloud service cannot be added, removed or changed")


def check_roles(properties: Json, package: Package, configuration: Configuration) -> None:
    """Refuse a package, a configuration and a roleProfile that do not belong together."""
    packaged = {role.name.lower(): role for role in package}
    configured = {role.name.lower(): role for role in configuration.roles}
    profiled = {str(role.get("name")).lower(): role.get("sku", {}) for role in properties["roleProfile"]["roles"]}
    if not packaged.keys() == configured.keys() == profiled.keys():
        raise _bad(
            f"the roles differ: package {sorted(packaged)}, configuration {sorted(configured)}, "
            f"roleProfile {sorted(profiled)}"
        )
    for name, role in packaged.items():
        if set(configured[name].certificates) != role.certificates:
            raise _bad(f"role {role.name} has not the same certificates in the configuration as in the package")
        wanted = (role.size.lower(), configured[name].count)
        given = (str(profiled[name].get("name")).lower(), profiled[name].get("capacity"))
        if wanted != given and properties.get("allowModelOverride") is not True:
            raise _bad(f"size and count of role {role.name} are {wanted} in the project and {given} in roleProfile")


def _check_thumbprints(configuration: Configuration, certificates: Mapping[str, Version]) -> None:
    missing = [
        f"{role.name}|{thumbprint}"
        for role in configuration.roles
        for thumbprint in role.certificates.values()
        if thumbprint not in certificates
    ]
    if missing:
        # How several are joined, and the code, are not published.
        raise Refusal(
            400,
            "BadRequest",
            "The thumbprints specified in the CSCFG do not have corresponding certificates in osProfile.secrets. Add "
            f"the missing certificates in osProfile.secrets. Missing thumbprints: {','.join(missing)}. To understand "
            "more about how to use KeyVault for certificates, please follow the documentation at "
            "https://aka.ms/cses-kv",
        )


def _bad(message: str) -> Refusal:
    return Refusal(400, "BadRequest", f"sandbox: {message}")
