"""The cloud service of the sandbox: reading it, its instances, starting and stopping it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.mgmt.compute.v2024_11_04.models import CloudServiceUpdate

from cses_action.sandbox import Sandbox
from tests.sandbox.sandbox_kit import GROUP, NAME, Clients, Json


@pytest.fixture
def clients(azure: Sandbox) -> Clients:
    return Clients(azure)


def states(clients: Clients) -> dict[str, str]:
    instances = clients.compute.cloud_service_role_instances.list(GROUP, NAME, expand="instanceView")
    return {each.name: each.properties.instance_view.statuses[0].code for each in instances}


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_it_starts_with_two_roles_and_no_certificates(clients: Clients) -> None:
    service = clients.services.get(GROUP, NAME)
    assert [role.name for role in service.properties.role_profile.roles] == ["WebRole1", "WorkerRole1"]
    assert service.properties.os_profile.secrets == []
    assert service.properties.extension_profile is None
    assert service.tags == {"owner": "contoso"}


def test_get_returns_the_configuration_serialised_anew(azure: Sandbox, clients: Clients) -> None:
    sent = '<!-- note --><Role name="WebRole1"><Instances count="1" /><ConfigurationSettings /></Role>'
    stored = azure.service["properties"]["configuration"]
    first = '<Role name="WebRole1">\n    <Instances count="1" />\n  </Role>'
    azure.set(live={"properties": {"configuration": stored.replace(first, sent)}})
    shown = clients.read()["properties"]["configuration"]
    assert shown.startswith('<?xml version="1.0" encoding="utf-16"?>\r\n<ServiceConfiguration ')
    assert "note" not in shown
    assert shown.index("ConfigurationSettings") < shown.index("Instances")
    assert 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"' in shown


def test_get_hides_what_only_a_put_carries(azure: Sandbox, clients: Clients) -> None:
    extension = {"name": "RDP", "properties": {"settings": "s", "protectedSettings": "p"}}
    hidden = {"packageUrl": "https://x/?y", "startCloudService": True, "allowModelOverride": True}
    azure.set(live={"properties": {**hidden, "extensionProfile": {"extensions": [extension]}}})
    shown = clients.read()["properties"]
    assert not hidden.keys() & shown.keys()
    assert shown["extensionProfile"]["extensions"] == [{"name": "RDP", "properties": {"settings": "s"}}]
    assert azure.service["properties"]["packageUrl"] == "https://x/?y"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/resourceGroups/contoso-rg/providers/Microsoft.Compute/cloudServices/other", "ResourceNotFound"),
        ("/resourceGroups/other/providers/Microsoft.Compute/cloudServices/contosocs", "ResourceGroupNotFound"),
    ],
)
def test_what_does_not_exist_is_refused_with_resource_managers_code(clients: Clients, path: str, code: str) -> None:
    answer = clients.ask("GET", f"/subscriptions/{clients.inputs['INPUT_SUBSCRIPTION_ID']}{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == code


def test_the_sdk_finds_no_other_service(clients: Clients) -> None:
    with pytest.raises(ResourceNotFoundError, match=r"The Resource 'Microsoft\.Compute/cloudServices/other'"):
        clients.services.get(GROUP, "other")


def test_an_unknown_api_version_is_refused(clients: Clients) -> None:
    answer = clients.ask("GET", clients.path, version="2031-01-01")
    assert answer.status_code == 400
    assert "could not be found in the namespace 'Microsoft.Compute'" in answer.json()["error"]["message"]


def test_without_a_role_the_action_that_is_missing_is_named(azure: Sandbox, clients: Clients) -> None:
    azure.set(roles=[])
    with pytest.raises(HttpResponseError, match=r"perform action 'Microsoft.Compute/cloudServices/read'") as refusal:
        clients.services.get(GROUP, NAME)
    assert refusal.value.status_code == 403
    assert refusal.value.error is not None
    assert refusal.value.error.code == "AuthorizationFailed"


def test_a_reader_reads_and_does_not_write(azure: Sandbox, clients: Clients) -> None:
    azure.set(roles=["Reader"])
    assert clients.services.get(GROUP, NAME).name == NAME
    with pytest.raises(HttpResponseError, match=r"perform action 'Microsoft.Compute/cloudServices/write'"):
        clients.put({"location": "eastus"})


def test_instances_and_roles_are_listed(clients: Clients) -> None:
    roles = clients.compute.cloud_service_roles.list(GROUP, NAME)
    assert [role.sku.capacity for role in roles] == [1, 1]
    assert states(clients) == dict.fromkeys(("WebRole1_IN_0", "WorkerRole1_IN_0"), "RoleState/RoleStateStarted")
    instances = clients.compute.cloud_service_role_instances
    assert instances.get("WebRole1_IN_0", GROUP, NAME).sku.name == "Standard_D1_v2"
    assert instances.get_instance_view("WebRole1_IN_0", GROUP, NAME).statuses[0].level == "Info"


def test_instances_without_expand_have_no_view(clients: Clients) -> None:
    for instance in clients.compute.cloud_service_role_instances.list(GROUP, NAME):
        assert instance.properties.instance_view is None


def test_a_live_count_gives_as_many_instances(azure: Sandbox, clients: Clients) -> None:
    role = {"name": "WebRole1", "sku": {"name": "Standard_D1_v2", "tier": "Standard", "capacity": 3}}
    azure.set(live={"properties": {"roleProfile": {"roles": [role]}}})
    assert list(states(clients)) == ["WebRole1_IN_0", "WebRole1_IN_1", "WebRole1_IN_2"]


def test_a_stuck_instance_says_why(azure: Sandbox, clients: Clients) -> None:
    azure.set(stuck={"WorkerRole1_IN_0": {"state": "RoleStateUnhealthy", "message": "it recycles"}})
    view = clients.compute.cloud_service_role_instances.get_instance_view("WorkerRole1_IN_0", GROUP, NAME)
    assert (view.statuses[0].code, view.statuses[0].message) == ("RoleState/RoleStateUnhealthy", "it recycles")


def test_power_off_and_start_are_operations(azure: Sandbox, clients: Clients) -> None:
    clients.services.begin_power_off(GROUP, NAME).result()
    codes = {status.code for status in clients.services.get_instance_view(GROUP, NAME).statuses}
    assert "PowerState/stopped" in codes
    assert azure.power == "stopped"
    clients.services.begin_start(GROUP, NAME).result()
    assert azure.power == "started"
    assert until(lambda: set(states(clients).values()) == {"RoleState/RoleStateStarted"})


def test_a_patch_changes_tags_alone(azure: Sandbox, clients: Clients) -> None:
    before = azure.service["properties"]
    clients.services.begin_update(GROUP, NAME, CloudServiceUpdate(tags={"a": "b"})).result()
    assert azure.service["tags"] == {"a": "b"}
    assert azure.service["properties"] == before


def test_a_patch_of_more_than_tags_is_refused(clients: Clients) -> None:
    answer = clients.ask("PATCH", clients.path, {"properties": {"upgradeMode": "Auto"}})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "sandbox: an update by PATCH carries tags only"


@pytest.mark.parametrize("state", ["Updating", "Creating", "Deleting"])
def test_a_busy_service_takes_no_update(azure: Sandbox, clients: Clients, state: str) -> None:
    azure.set(live={"properties": {"provisioningState": state}})
    with pytest.raises(ResourceExistsError, match=r"\(Conflict\) sandbox:"):
        clients.put({"location": "eastus"})


def test_a_failed_operation_raises_with_status_200(azure: Sandbox, clients: Clients) -> None:
    azure.set(operation_error={"code": "AllocationFailed", "message": "Allocation failed."})
    with pytest.raises(HttpResponseError, match="Allocation failed") as failure:
        clients.put({"location": "eastus"})
    assert failure.value.status_code == 200
    assert clients.read()["properties"]["provisioningState"] == "Failed"


def test_a_final_state_can_be_failed_without_an_error(azure: Sandbox, clients: Clients) -> None:
    azure.set(final_state="Failed")
    assert clients.put({"location": "eastus"})["properties"]["provisioning_state"] == "Failed"


def test_instances_start_one_after_the_other_after_an_update(azure: Sandbox, clients: Clients) -> None:
    azure.set(start_seconds=0.5)
    clients.put({"location": "eastus"})
    assert set(states(clients).values()) == {"RoleState/RoleStateStarting"}
    started = "RoleState/RoleStateStarted"
    assert until(lambda: list(states(clients).values()) == [started, "RoleState/RoleStateStarting"])
    assert until(lambda: set(states(clients).values()) == {started})


def test_an_update_that_does_not_say_otherwise_starts_a_stopped_service(azure: Sandbox, clients: Clients) -> None:
    azure.set(power="stopped")
    clients.put({"location": "eastus"})
    assert azure.power == "started"


def test_start_cloud_service_false_leaves_it_stopped(azure: Sandbox, clients: Clients) -> None:
    clients.put({"location": "eastus", "properties": {"startCloudService": False}})
    assert azure.power == "stopped"
    assert not {"startCloudService"} & clients.read()["properties"].keys()


def neighbour(clients: Clients, kind: str, name: str) -> Json:
    found: Json = clients.ask("GET", f"{clients.group}/providers/{kind}/{name}", version="2023-07-01").json()
    return found


def test_the_resources_beside_it_say_where_to_go(azure: Sandbox, clients: Clients) -> None:
    vault = neighbour(clients, "Microsoft.KeyVault/vaults", "contosocs-kv")["properties"]
    assert vault["vaultUri"].startswith("https://127.0.0.1:")
    assert vault["enabledForDeployment"] is True
    account = neighbour(clients, "Microsoft.Storage/storageAccounts", "contosocsstorage")["properties"]
    assert account["primaryEndpoints"]["blob"].endswith("/contosocsstorage/")
    assert account["allowSharedKeyAccess"] is True
    frontend = clients.read()["properties"]["networkProfile"]["loadBalancerConfigurations"][0]["properties"]
    address = frontend["frontendIpConfigurations"][0]["properties"]["publicIPAddress"]["id"]
    public = clients.ask("GET", address, version="2023-09-01").json()["properties"]
    assert public["ipAddress"] == "127.0.0.1"
    assert public["dnsSettings"]["fqdn"] == "contosocs.eastus.cloudapp.azure.com"
    azure.set(public_ip="", enabled_for_deployment=False, shared_keys=False)
    assert "ipAddress" not in clients.ask("GET", address, version="2023-09-01").json()["properties"]
    assert (
        neighbour(clients, "Microsoft.KeyVault/vaults", "contosocs-kv")["properties"]["enabledForDeployment"] is False
    )


def test_a_single_action_can_be_denied(azure: Sandbox, clients: Clients) -> None:
    azure.set(denied=["Microsoft.Network/publicIPAddresses/read"])
    answer = neighbour(clients, "Microsoft.Network/publicIPAddresses", "contosocs-ip")
    assert answer["error"]["code"] == "AuthorizationFailed"
    assert clients.read()["name"] == NAME


def test_the_slot_of_the_service_is_production(clients: Clients) -> None:
    path = f"{clients.path}/providers/Microsoft.Network/cloudServiceSlots"
    assert [each["properties"]["slotType"] for each in clients.ask("GET", path).json()["value"]] == ["Production"]
