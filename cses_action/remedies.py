"""What to do about Azure's error codes: the cause that users met most, and exactly what to change."""

from __future__ import annotations

_REMEDIES = {
    "allocationfailed": "The region has no capacity for this size. Run again later, or choose another size.",
    "authorizationfailed": "A role that was just granted takes up to five minutes to work.",
    "conflict": "Another operation is at work. Wait until it has ended, then run again.",
    "internaloperationerror": "A passing fault of Azure. Run again.",
    "keyvaultaccessforbidden": "Allow deployments to read the vault: "
    "az keyvault update --name VAULT --enabled-for-deployment true",
    "keyvaultsecretdoesnotexist": "The certificate's version is deleted or disabled. Name one that the vault has.",
    "linkedauthorizationfailed": "Grant the principal Microsoft.KeyVault/vaults/deploy/action on the key vault "
    "(in Contributor), and Network Contributor on the network if the message names one.",
    "networkinginternaloperationerror": "The service name may equal a role name: rename one of them.",
    "operationnotallowed": "A migration is prepared and not committed (commit or abort it), or a quota is reached.",
    "overconstrainedallocationrequest": "No hardware fits all constraints. Relax the size or the zone.",
    "packageuriforbidden": "Azure could not read the package by its SAS: open the account's network to Azure, "
    "check that its keys were not rotated in between, and run again.",
    "resourcegroupnotfound": "Correct resource-group or subscription-id.",
    "resourcenotfound": "Correct the name, its resource group or subscription-id.",
    "roleinstancestartuptimeouterror": "The new package is deployed, but its roles do not start: look at the "
    "application's startup tasks, missing files and logs, or deploy the previous package.",
    "serviceallocationfailure": "A passing fault of the platform. Run again later.",
    "skunotavailable": "The size is not offered there. Choose another vmsize.",
    "subscriptionnotfound": "Correct subscription-id, or give the principal a role in that subscription.",
    "swappablecloudservicepropertynotset": "The services were not paired when they were created.",
    "throttled": "Azure is throttling. Wait a few minutes, then run again.",
    "toomanyrequests": "Azure is throttling. Wait a few minutes, then run again.",
}


def remedy(code: str, message: str = "") -> str:
    """Return what to do about an Azure error code; empty if nothing is known."""
    if "do not have corresponding certificates in osProfile.secrets" in message:
        return "Name the vault that holds these certificates in key-vault, and run again."
    if "packageUrl is invalid" in message:
        return "Azure did not accept the package's URL. Please report this: the action should have made it valid."
    return _REMEDIES.get(code.lower(), "")
