"""The cloud service itself: what it is, what runs, and how both change with time."""

from __future__ import annotations

import asyncio
import copy
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cses_action.sandbox.access import GROUP, LOCATION, SUBSCRIPTION
from cses_action.sandbox.certificates import Version
from cses_action.sandbox.configuration import read_configuration
from cses_action.sandbox.package import START_PACKAGE
from cses_action.sandbox.settings import Json, Settings, Stuck, merge
from cses_action.sandbox.update import Deployment

NAME = "contosocs"
STARTED = "RoleStateStarted"
STARTING = "RoleStateStarting"
# What a stopped service says of its instances is not recorded.
NOT_RUNNING = "RoleStateUnknown"


def stamp(moment: datetime, zone: str = "+00:00") -> str:
    """Return the time as the service writes it, with seven decimals."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0{zone}"


@dataclass
class Operation:
    """A long-running operation."""

    name: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    error: Json = field(default_factory=dict)

    def poll(self) -> Json:
        """Return what a poll answers."""
        if self.ended is None:
            return {"startTime": stamp(self.started), "status": "InProgress", "name": self.name}
        body: Json = {"startTime": stamp(self.started), "endTime": stamp(self.ended)}
        if self.error:
            return {**body, "status": "Failed", "error": self.error, "name": self.name}
        return {**body, "status": "Succeeded", "name": self.name}


@dataclass
class Instance:
    """One role instance."""

    name: str
    role: str
    sku: Json
    state: str = STARTED


class CloudService:
    """The one cloud service of this Azure; ``changed`` is called whenever what it serves may have changed."""

    def __init__(self, settings: Settings, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._changed = changed
        self.resource = start_resource()
        self.running = Deployment(
            START_PACKAGE, read_configuration(self.resource["properties"]["configuration"]), certificates={}
        )
        self.power = "started"
        self.power_since = datetime.now(UTC)
        self.operations: dict[str, Operation] = {}
        self.instances = list(self._instances())

    @property
    def updating(self) -> bool:
        """Whether an operation is under way, or somebody set a state that says so."""
        return self.resource["properties"].get("provisioningState") in ("Creating", "Updating", "Deleting")

    def change(self, changes: Json) -> None:
        """Merge into the resource, as an act from outside."""
        merge(self.resource, copy.deepcopy(changes))
        self.instances = list(self._instances(self._states()))

    def set_power(self, power: str) -> None:
        """Start or stop at once."""
        self.power, self.power_since = power, datetime.now(UTC)
        for instance in self.instances:
            instance.state = STARTED if power == "started" else NOT_RUNNING

    def update(self, resource: Json, deployment: Deployment) -> Operation:
        """Take over an update that was found to be right; it runs once its operation has succeeded."""
        self.resource = resource
        self.resource["systemData"]["lastModifiedAt"] = stamp(datetime.now(UTC), "Z")
        starts = resource["properties"].get("startCloudService", True) is not False

        def finish() -> None:
            self.running = deployment
            self._restart("started" if starts else "stopped")

        return self._operate(finish)

    def turn(self, power: str) -> Operation:
        """Start or stop the service by an operation."""
        return self._operate(lambda: self._restart(power))

    def _operate(self, finish: Callable[[], None]) -> Operation:
        operation = Operation()
        self.operations[operation.name] = operation
        self._set_state("Updating")

        def end() -> None:
            operation.ended = datetime.now(UTC)
            operation.error = dict(self._settings["operation_error"])
            self._set_state("Failed" if operation.error else self._settings["final_state"])
            if not operation.error:
                finish()

        asyncio.get_running_loop().call_later(self._settings["operation_seconds"], end)
        return operation

    def _set_state(self, state: str) -> None:
        properties = self.resource["properties"]
        properties["provisioningState"] = state
        for extension in properties.get("extensionProfile", {}).get("extensions", []):
            extension.setdefault("properties", {})["provisioningState"] = state

    def _restart(self, power: str) -> None:
        if power != self.power:
            self.power, self.power_since = power, datetime.now(UTC)
        self.instances = list(self._instances())
        loop = asyncio.get_running_loop()
        walks = self.resource["properties"].get("upgradeMode") != "Simultaneous"
        for number, instance in enumerate(self.instances, start=1):
            instance.state = STARTING if power == "started" else NOT_RUNNING
            if power == "started":
                wait = self._settings["start_seconds"] * (number if walks else 1)
                loop.call_later(wait, self._started, instance)
        self._changed()

    def _started(self, instance: Instance) -> None:
        if self.power == "started":
            instance.state = STARTED
        self._changed()

    def state(self, instance: Instance) -> Stuck:
        """Return the state of an instance and what it says of itself."""
        if self.power == "started" and instance.name in self._settings["stuck"]:
            return self._settings["stuck"][instance.name]
        return Stuck(state=instance.state, message="")

    def shown_certificate(self) -> Version | None:
        """Return the certificate that the site shows now; None while its port is closed."""
        shown = self.running.shown_certificate()
        if shown is None or self.power != "started":
            return None
        role, version = shown
        runs = any(each.role == role and self.state(each)["state"] == STARTED for each in self.instances)
        return version if runs else None

    def _states(self) -> dict[str, str]:
        return {instance.name: instance.state for instance in self.instances}

    def _instances(self, states: dict[str, str] | None = None) -> Iterator[Instance]:
        for role in self.resource["properties"]["roleProfile"]["roles"]:
            sku = {name: value for name, value in role["sku"].items() if name != "capacity"}
            for number in range(role["sku"]["capacity"]):
                name = f"{role['name']}_IN_{number}"
                yield Instance(name, role["name"], sku, (states or {}).get(name, STARTED))


def start_resource() -> Json:
    """Return the cloud service as it is before anyone touches it: two roles, HTTP only."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
    created = stamp(datetime.now(UTC), "Z")
    sku = {"name": "Standard_D1_v2", "tier": "Standard", "capacity": 1}
    address = f"{group}/{GROUP}/providers/Microsoft.Network/publicIPAddresses/contosocs-ip"
    frontend = {"name": "contosocs-fe", "properties": {"publicIPAddress": {"id": address}}}
    return {
        "name": NAME,
        # The service gives the group back in upper case (seen in the recordings).
        "id": f"{group}/{GROUP.upper()}/providers/Microsoft.Compute/cloudServices/{NAME}",
        "type": "Microsoft.Compute/cloudServices",
        "location": LOCATION,
        "tags": {"owner": "contoso"},
        "properties": {
            "configuration": Path(__file__).with_name("start.cscfg").read_text(encoding="utf-8"),
            "upgradeMode": "Auto",
            "roleProfile": {"roles": [{"name": name, "sku": dict(sku)} for name in ("WebRole1", "WorkerRole1")]},
            "osProfile": {"secrets": []},
            "networkProfile": {
                "slotType": "Production",
                "loadBalancerConfigurations": [
                    {"name": "contosocs-lb", "properties": {"frontendIpConfigurations": [frontend]}}
                ],
            },
            "provisioningState": "Succeeded",
            "uniqueId": str(uuid.uuid4()),
        },
        "systemData": {"createdAt": created, "lastModifiedAt": created},
    }
