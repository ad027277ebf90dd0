"""Microsoft.Compute/cloudServices as Azure Resource Manager shows it; spellings are those of the recordings."""

from __future__ import annotations

import copy
import uuid
from collections import Counter
from collections.abc import Mapping

from cses_action.sandbox.access import LOCATION, SUBSCRIPTION
from cses_action.sandbox.configuration import reserialised
from cses_action.sandbox.routes import CLOUD_SERVICE, PROVIDERS, Route, Values, not_found
from cses_action.sandbox.service import NAME, CloudService, Instance, Operation, stamp
from cses_action.sandbox.settings import Json
from cses_action.sandbox.update import Examiner, check_tags, read_body
from cses_action.sandbox.wire import Answer, Call, Refusal, json_answer

KIND = "Microsoft.Compute/cloudServices"
# No GET and no answer to a PUT has these (seen in the recordings).
HIDDEN = ("packageUrl", "configurationUrl", "startCloudService", "allowModelOverride")
# The order of the recordings; what is not named here follows.
ORDER = ("name", "id", "type", "location", "tags", "properties", "systemData", "zones")
LIMIT = "x-ms-ratelimit-remaining-resource"
READS_LEFT = {LIMIT: "Microsoft.Compute/GetCloudService3Min;983,Microsoft.Compute/GetCloudService30Min;4965"}
PRIVATE_ID = str(uuid.uuid4())


class Compute:
    """The operations of the cloud service."""

    def __init__(self, url: str, service: CloudService, examiner: Examiner, updates: list[Json]) -> None:
        self._url = url
        self._service = service
        self._examiner = examiner
        self._updates = updates

    def routes(self) -> tuple[Route, ...]:
        """Return what can be asked of Microsoft.Compute."""
        listed = rf"{PROVIDERS}/Microsoft\.Compute/cloudServices"
        polled = (
            r"/subscriptions/(?P<subscription>[^/]+)/providers/Microsoft\.Compute/locations/[^/]+/CsOperations/"
            r"(?P<operation>[^/]+)"
        )
        instance = rf"{CLOUD_SERVICE}/roleInstances/(?P<instance>[^/]+)"
        return (
            Route("GET", listed, f"{KIND}/read", self._list),
            Route("GET", CLOUD_SERVICE, f"{KIND}/read", self._get),
            Route("PUT", CLOUD_SERVICE, f"{KIND}/write", self._put),
            Route("PATCH", CLOUD_SERVICE, f"{KIND}/write", self._patch),
            Route("GET", rf"{CLOUD_SERVICE}/instanceView", f"{KIND}/instanceView/read", self._view),
            Route("GET", rf"{CLOUD_SERVICE}/roles", f"{KIND}/roles/read", self._roles),
            Route("GET", rf"{CLOUD_SERVICE}/roles/(?P<role>[^/]+)", f"{KIND}/roles/read", self._role),
            Route("GET", rf"{CLOUD_SERVICE}/roleInstances", f"{KIND}/roleInstances/read", self._instances),
            Route("GET", instance, f"{KIND}/roleInstances/read", self._instance),
            Route("GET", rf"{instance}/instanceView", f"{KIND}/roleInstances/read", self._instance_view),
            Route("POST", rf"{CLOUD_SERVICE}/start", f"{KIND}/start/action", self._start),
            Route("POST", rf"{CLOUD_SERVICE}/poweroff", f"{KIND}/poweroff/action", self._power_off),
            Route("GET", polled, "Microsoft.Compute/locations/CsOperations/read", self._poll),
        )

    def _list(self, _call: Call, _at: Values) -> Answer:
        return json_answer({"value": [self._shown()]}, headers=READS_LEFT)

    def _get(self, _call: Call, at: Values) -> Answer:
        self._check_name(at)
        return json_answer(self._shown(), headers=READS_LEFT)

    def _put(self, call: Call, at: Values) -> Answer:
        if at["name"].lower() != NAME:
            # New services are mostly refused since spring 2026; with what text is not recorded.
            raise Refusal(403, "FeatureNotAvailable", "sandbox: new cloud services cannot be made")
        body = read_body(call.body)
        self._check_idle()
        resource, deployment = self._examiner.examine(self._service.resource, self._service.running, body)
        self._updates.append(body)
        operation = self._service.update(resource, deployment)
        limits = {LIMIT: "Microsoft.Compute/CreateUpdateDeleteCloudServiceOperations30Min;288"}
        return json_answer(self._shown(), headers={**self._operation_headers(call, operation), **limits})

    def _patch(self, call: Call, at: Values) -> Answer:
        self._check_name(at)
        body = read_body(call.body)
        if body.keys() - {"tags"}:
            raise Refusal(400, "BadRequest", "sandbox: an update by PATCH carries tags only")
        self._check_idle()
        check_tags(body.get("tags") or {})
        self._service.resource["tags"] = body.get("tags") or {}
        return json_answer(self._shown())

    def _view(self, _call: Call, at: Values) -> Answer:
        self._check_name(at)
        state = self._service.resource["properties"].get("provisioningState", "Succeeded")
        power, since = self._service.power, stamp(self._service.power_since)
        instances = self._service.instances
        states = Counter(f"RoleState/{self._service.state(each)['state']}" for each in instances)
        summary = {f"ProvisioningState/{state.lower()}": len(instances), f"PowerState/{power}": len(instances)}
        return json_answer(
            {
                "roleInstance": {
                    "statusesSummary": [{"code": code, "count": n} for code, n in (summary | states).items()]
                },
                "sdkVersion": "2.9.6496.3",
                "privateIds": [PRIVATE_ID],
                "statuses": [
                    _status(f"ProvisioningState/{state.lower()}", f"Provisioning {state.lower()}", time=since),
                    # Recorded is "started" alone; what a stopped service shows is an inference.
                    _status(f"PowerState/{power}", power.capitalize(), time=since),
                    _status("CurrentUpgradeDomain/-1", "Current Upgrade Domain of cloud service is -1."),
                    _status("MaxUpgradeDomain/1", "Max Upgrade Domain of cloud service is 1."),
                ],
            },
            headers=READS_LEFT,
        )

    def _roles(self, _call: Call, at: Values) -> Answer:
        self._check_name(at)
        return json_answer({"value": self._role_list()})

    def _role(self, _call: Call, at: Values) -> Answer:
        self._check_name(at)
        for role in self._role_list():
            if str(role["name"]).lower() == at["role"].lower():
                return json_answer(role)
        raise not_found(f"{KIND}/roles", f"{NAME}/{at['role']}", at["group"])

    def _role_list(self) -> list[Json]:
        resource = self._service.resource
        unique = resource["properties"]["uniqueId"]
        return [
            {
                "name": role["name"],
                "id": f"{resource['id']}/roles/{role['name']}",
                "type": f"{KIND}/roles",
                "location": resource["location"],
                "sku": role["sku"],
                "properties": {"uniqueId": str(uuid.uuid5(uuid.UUID(unique), role["name"]))},
            }
            for role in resource["properties"]["roleProfile"]["roles"]
        ]

    def _instances(self, call: Call, at: Values) -> Answer:
        self._check_name(at)
        return json_answer({"value": [self._shown_instance(each, call) for each in self._service.instances]})

    def _instance(self, call: Call, at: Values) -> Answer:
        return json_answer(self._shown_instance(self._find_instance(at), call))

    def _instance_view(self, _call: Call, at: Values) -> Answer:
        return json_answer(self._instance_state(self._find_instance(at)))

    def _find_instance(self, at: Values) -> Instance:
        self._check_name(at)
        for instance in self._service.instances:
            if instance.name.lower() == at["instance"].lower():
                return instance
        raise not_found(f"{KIND}/roleInstances", f"{NAME}/{at['instance']}", at["group"])

    def _shown_instance(self, instance: Instance, call: Call) -> Json:
        own = f"{self._service.resource['id']}/roleInstances/{instance.name}"
        properties: Json = {"networkProfile": {"networkInterfaces": [{"id": f"{own}/networkInterfaces/nic1"}]}}
        if call.query.get("$expand", "").lower() == "instanceview":
            properties["instanceView"] = self._instance_state(instance)
        return {
            "name": instance.name,
            "id": own,
            "type": f"{KIND}/roleInstances",
            "location": LOCATION,
            "sku": instance.sku,
            "properties": properties,
        }

    def _instance_state(self, instance: Instance) -> Json:
        state = self._service.state(instance)
        code = f"RoleState/{state['state']}"
        return {
            "platformUpdateDomain": int(instance.name.rpartition("_")[2]) % 2,
            "platformFaultDomain": int(instance.name.rpartition("_")[2]) % 2,
            "privateId": PRIVATE_ID,
            "statuses": [_status(code, state["state"], message=state["message"])],
        }

    def _start(self, call: Call, at: Values) -> Answer:
        return self._turn(call, at, "started")

    def _power_off(self, call: Call, at: Values) -> Answer:
        return self._turn(call, at, "stopped")

    def _turn(self, call: Call, at: Values, power: str) -> Answer:
        self._check_name(at)
        self._check_idle()
        headers = self._operation_headers(call, self._service.turn(power))
        monitor = headers["Azure-AsyncOperation"].replace("?", "?monitor=true&")
        return Answer(202, headers={**headers, "Location": monitor})

    def _poll(self, call: Call, at: Values) -> Answer:
        operation = self._service.operations.get(at["operation"])
        if operation is None:
            raise Refusal(404, "ResourceNotFound", f"sandbox: there is no operation {at['operation']}")
        if call.query.get("monitor") == "true":
            return Answer(202 if operation.ended is None else 200)
        return json_answer(operation.poll())

    def _operation_headers(self, call: Call, operation: Operation) -> dict[str, str]:
        base = f"{self._url}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/{LOCATION}"
        version = call.query["api-version"]
        return {
            "Azure-AsyncOperation": f"{base}/CsOperations/{operation.name}?api-version={version}",
            "x-ms-async-operation-timeout": "PT8H20M",
            "x-ms-request-id": operation.name,
        }

    def _check_name(self, at: Values) -> None:
        if at["name"].lower() != NAME:
            raise not_found(KIND, at["name"], at["group"])

    def _check_idle(self) -> None:
        if self._service.updating:
            # Which code the service uses is not published.
            raise Refusal(409, "Conflict", "sandbox: another operation on the cloud service is under way")

    def _shown(self) -> Json:
        resource = copy.deepcopy(self._service.resource)
        properties = resource["properties"]
        for name in HIDDEN:
            properties.pop(name, None)
        for extension in properties.get("extensionProfile", {}).get("extensions", []):
            extension.get("properties", {}).pop("protectedSettings", None)
        properties["configuration"] = reserialised(properties["configuration"])
        known = {name: resource.pop(name) for name in ORDER if name in resource}
        return {**known, **resource}


def _status(code: str, shown: str, **more: str) -> Mapping[str, str]:
    return {"code": code, "level": "Info", "displayStatus": shown, **more}
