"""Who gets into the data plane of a vault: by its network rules, and by roles or access policies."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from cses_action.sandbox.access import CLIENT, DATA, PRINCIPAL, TENANT, Access
from cses_action.sandbox.vaults import Vault
from cses_action.sandbox.wire import Refusal

CALLER = f"appid={CLIENT};oid={PRINCIPAL};iss=https://sts.windows.net/{TENANT}/"
ADDRESS = "127.0.0.1"
"""Where all callers come from."""

CERTIFICATES = "Microsoft.KeyVault/vaults/certificates"
ACTIONS = {
    # Roles do not tell the two apart; access policies do.
    "get": f"{CERTIFICATES}/read",
    "list": f"{CERTIFICATES}/read",
    "import": f"{CERTIFICATES}/import/action",
    "create": f"{CERTIFICATES}/create/action",
    "delete": f"{CERTIFICATES}/delete",
}


def check_network(vault: Vault) -> None:
    """Refuse whom the network rules shut out; the texts were seen from Key Vault."""
    properties = vault.properties
    if str(properties.get("publicNetworkAccess")).lower() == "disabled":
        raise Refusal(
            403,
            "Forbidden",
            "Public network access is disabled and request is not from a trusted service nor via an approved private "
            f"link.\r\nCaller: {CALLER}\r\nVault: {_where(vault)}",
        ).within("ForbiddenByConnection")
    rules = properties.get("networkAcls") or {}
    allowed = [ip_network(each["value"], strict=False) for each in rules.get("ipRules") or []]
    if str(rules.get("defaultAction")).lower() == "deny" and not any(ip_address(ADDRESS) in each for each in allowed):
        raise Refusal(
            403,
            "Forbidden",
            "Client address is not authorized and caller is not a trusted service.\r\n"
            f"Client address: {ADDRESS}\r\nCaller: {CALLER}\r\nVault: {_where(vault)}",
        ).within("ForbiddenByFirewall")


def check_right(vault: Vault, access: Access, permission: str, name: str) -> None:
    """Refuse what neither a role nor an access policy allows; the texts were seen from Key Vault."""
    if vault.properties.get("enableRbacAuthorization") is True:
        _check_role(vault, access, ACTIONS[permission], name)
    elif permission not in _policy(vault):
        raise Refusal(
            403,
            "Forbidden",
            f"The user, group or application '{CALLER}' does not have certificates {permission} permission on key "
            f"vault '{_where(vault)}'. For help resolving this issue, please see "
            "https://go.microsoft.com/fwlink/?linkid=2125287",
        ).within("ForbiddenByPolicy")


def _check_role(vault: Vault, access: Access, action: str, name: str) -> None:
    if access.allows(f"{DATA}{action}"):
        return
    certificate = f"/certificates/{name}" if name else ""
    raise Refusal(
        403,
        "Forbidden",
        "Caller is not authorized to perform action on resource.\r\n"
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation "
        f"time.\r\nCaller: {CALLER}\r\nAction: '{action}'\r\nResource: '{vault.id.lower()}{certificate.lower()}'\r\n"
        "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n"
        f"Vault: {_where(vault)}\r\n",
    ).within("ForbiddenByRbac")


def _policy(vault: Vault) -> set[str]:
    """Return the permissions of the one principal."""
    return {
        str(permission).lower()
        for policy in vault.properties.get("accessPolicies") or []
        if str(policy.get("objectId")).lower() == PRINCIPAL
        for permission in policy.get("permissions", {}).get("certificates") or []
    }


def _where(vault: Vault) -> str:
    return f"{vault.name};location={vault.location}"
