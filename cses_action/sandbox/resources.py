"""What the cloud service stands beside: the storage account, the public IP, the slot."""

from __future__ import annotations

from cses_action.sandbox.access import GROUP, LOCATION, SUBSCRIPTION
from cses_action.sandbox.routes import CLOUD_SERVICE, PROVIDERS, Route, Values, not_found
from cses_action.sandbox.service import NAME
from cses_action.sandbox.settings import Settings
from cses_action.sandbox.wire import Answer, Call, json_answer

ACCOUNT = "contosocsstorage"
ADDRESS = "contosocs-ip"


def resource_id(kind: str, name: str) -> str:
    """Return the id of a resource in the one resource group."""
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{kind}/{name}"


class Resources:
    """Reads of the other resources, and the keys of the storage account."""

    def __init__(self, blob_url: str, key: str, settings: Settings) -> None:
        self._blob_url = blob_url
        self._key = key
        self._settings = settings

    def routes(self) -> tuple[Route, ...]:
        """Return what can be asked of these resources."""
        account = rf"{PROVIDERS}/Microsoft\.Storage/storageAccounts/(?P<name>[^/]+)"
        address = rf"{PROVIDERS}/Microsoft\.Network/publicIPAddresses/(?P<name>[^/]+)"
        slots = rf"{CLOUD_SERVICE}/providers/Microsoft\.Network/cloudServiceSlots"
        keys = "Microsoft.Storage/storageAccounts/listKeys/action"
        return (
            Route("GET", account, "Microsoft.Storage/storageAccounts/read", self._account),
            Route("POST", rf"{account}/listKeys", keys, self._keys),
            Route("GET", address, "Microsoft.Network/publicIPAddresses/read", self._address),
            Route("GET", slots, "Microsoft.Network/cloudServiceSlots/read", self._slots),
            Route("GET", rf"{slots}/swap", "Microsoft.Network/cloudServiceSlots/read", self._slot),
        )

    def _account(self, _call: Call, at: Values) -> Answer:
        _check(at, "Microsoft.Storage/storageAccounts", ACCOUNT)
        return json_answer(
            {
                "sku": {"name": "Standard_LRS", "tier": "Standard"},
                "kind": "StorageV2",
                "id": resource_id("Microsoft.Storage/storageAccounts", ACCOUNT),
                "name": ACCOUNT,
                "type": "Microsoft.Storage/storageAccounts",
                "location": LOCATION,
                "tags": {},
                "properties": {
                    "allowBlobPublicAccess": False,
                    "allowSharedKeyAccess": self._settings["shared_keys"],
                    "supportsHttpsTrafficOnly": True,
                    "provisioningState": "Succeeded",
                    "primaryEndpoints": {"blob": f"{self._blob_url}/{ACCOUNT}/"},
                    "primaryLocation": LOCATION,
                },
            }
        )

    def _keys(self, _call: Call, at: Values) -> Answer:
        _check(at, "Microsoft.Storage/storageAccounts", ACCOUNT)
        return json_answer({"keys": [{"keyName": "key1", "value": self._key, "permissions": "FULL"}]})

    def _address(self, _call: Call, at: Values) -> Answer:
        _check(at, "Microsoft.Network/publicIPAddresses", ADDRESS)
        fqdn = f"{NAME}.{LOCATION}.cloudapp.azure.com"
        address = self._settings["public_ip"]
        assigned = {"ipAddress": address} if address else {}
        return json_answer(
            {
                "name": ADDRESS,
                "id": resource_id("Microsoft.Network/publicIPAddresses", ADDRESS),
                "type": "Microsoft.Network/publicIPAddresses",
                "location": LOCATION,
                "properties": {
                    "provisioningState": "Succeeded",
                    **assigned,
                    "publicIPAddressVersion": "IPv4",
                    "publicIPAllocationMethod": "Dynamic",
                    "dnsSettings": {"domainNameLabel": NAME, "fqdn": fqdn},
                },
                "sku": {"name": "Basic", "tier": "Regional"},
            }
        )

    def _slots(self, _call: Call, at: Values) -> Answer:
        _check(at, "Microsoft.Compute/cloudServices", NAME)
        return json_answer({"value": [_slot()]})

    def _slot(self, _call: Call, at: Values) -> Answer:
        _check(at, "Microsoft.Compute/cloudServices", NAME)
        return json_answer(_slot())


def _slot() -> dict[str, object]:
    service = resource_id("Microsoft.Compute/cloudServices", NAME)
    return {
        "name": "swap",
        "id": f"{service}/providers/Microsoft.Network/cloudServiceSlots/swap",
        "type": "Microsoft.Network/cloudServiceSlots",
        "properties": {"slotType": "Production"},
    }


def _check(at: Values, kind: str, name: str) -> None:
    if at["name"].lower() != name:
        raise not_found(kind, at["name"], at["group"])
