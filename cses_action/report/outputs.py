"""The outputs: one registry of all of them; action.yml and the README's table are compared with it by a test."""

from __future__ import annotations

from collections.abc import Mapping

OUTPUTS: Mapping[str, str] = {
    "changed": "true once Azure accepted the update of the service, even if the operation then fails; "
    "false in plan, and when there was nothing to do.",
    "has-changes": "true if the plan is not empty; after configure, if it changed files or the key vault.",
    "cloud-service-id": "Resource id of the cloud service.",
    "provisioning-state": "Provisioning state of the service as it was read last, for example Succeeded.",
    "package-blob-url": "Address of the given package's blob, without a signature; not set without `package`.",
    "certificate-thumbprints": "Thumbprints that the configuration names: upper case, comma-separated.",
    "certificate-expires-on": "When the first of these certificates expires: ISO 8601, UTC.",
    "fqdn": "DNS name of the service's public address.",
    "public-ip": "The service's public IP address.",
    "https-thumbprint": "Thumbprint of the certificate that was served in the HTTPS proof; several comma-separated.",
    "instances": 'Role instances with name, role, state and message, as JSON: {"version": 1, "instances": […]}.',
    "plan": 'Changes without secrets and values of settings, certificates and steps, as JSON: {"version": 1, …}.',
}
