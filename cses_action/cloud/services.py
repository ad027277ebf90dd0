"""The cloud service, by azure-mgmt-compute 35.0.0 over raw JSON: its models drop members they do not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

from azure.core.exceptions import DeserializationError
from azure.mgmt.compute.v2024_11_04 import ComputeManagementClient

from cses_action.cloud.arm import ResourceManager, as_json, retry_after
from cses_action.cloud.credentials import Principal
from cses_action.cloud.environments import Environment
from cses_action.cloud.failures import Advice, request_id, translated
from cses_action.cloud.policies import POLL, TIMEOUTS, USER_AGENT, bounded_retry
from cses_action.cloud.words import unsigned
from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.planning import live
from cses_action.ports import Json
from cses_action.resources import Operation, OperationState, RoleInstance

REFUSED = (
    "Azure refused the update, and nothing on the service was changed. Usually package, definition and configuration "
    "do not fit together: rebuild the package after a change of the definition (Azure reads the one inside it)."
)
GONE = "The cloud service was there when the run began. If it was not deleted meanwhile, run again."
UNKNOWN = "Azure knows this operation no more. Look at the provisioning state of the cloud service, and run again."


class ComputeCloudServices:
    """The one cloud service of the run."""

    def __init__(
        self, inputs: Inputs, environment: Environment, credential: Principal, manager: ResourceManager
    ) -> None:
        self._manager = manager
        self._where = (inputs.resource_group, inputs.cloud_service)
        self._what = f"cloud service {inputs.cloud_service} in {inputs.resource_group}"
        self._advice = Advice(
            f"Grant the principal Contributor on the resource group {inputs.resource_group}.",
            "Correct cloud-service or resource-group. This action updates services; it does not create them.",
        )
        client = ComputeManagementClient(
            credential,
            inputs.subscription_id,
            base_url=environment.resource_manager,
            credential_scopes=[environment.scope],
            retry_policy=bounded_retry(manager.tell),
            user_agent=USER_AGENT,
            **TIMEOUTS,
        )
        self._services = client.cloud_services
        self._instances = client.cloud_service_role_instances

    def read(self) -> Json:
        """Return the resource as Azure holds it now."""
        with translated(f"Read {self._what}", self._advice):
            found = as_json(_raw(partial(self._services.get, *self._where)), f"Read {self._what}")
        if not isinstance(found.get("properties"), dict):
            raise AzureError(f"Read {self._what}: the answer is not of the known form", fix="Please report this.")
        # From now on its name is right: what is not found is no mistake of the inputs.
        self._advice = replace(self._advice, missing=GONE)
        return found

    def view(self) -> Json:
        """Return the instance view."""
        with translated(f"Read the instance view of {self._what}", self._advice):
            return as_json(_raw(partial(self._services.get_instance_view, *self._where)), f"Read {self._what}")

    def instances(self) -> tuple[RoleInstance, ...]:
        """Return every role instance with its state."""
        with translated(f"Read the role instances of {self._what}", self._advice):
            found = list(self._instances.list(*self._where, expand="instanceView", **POLL))
            return tuple(self._instance(each) for each in found)

    def _instance(self, model: Any) -> RoleInstance:
        view = model.properties.instance_view if model.properties else None
        if view is None:
            group, service = self._where
            view = self._instances.get_instance_view(model.name, group, service)
        return _role_instance(model.name or "without a name", view)

    def replace(self, body: Json) -> Operation:
        """Send the whole resource; azure-core would repeat one whose fate is unknown, so it may not retry."""
        with translated(f"Update {self._what}", replace(self._advice, otherwise=REFUSED)):
            response = _raw(
                partial(
                    self._services.begin_create_or_update,
                    *self._where,
                    BytesIO(json.dumps(body).encode()),
                    polling=False,
                    retry_total=0,
                    # The front end was seen to take three minutes to validate an update (recorded errors of 2021).
                    read_timeout=300,
                )
            )
        return Operation(response.headers.get("Azure-AsyncOperation", ""), retry_after(response))

    def poll(self, operation: Operation) -> OperationState:
        """Return how far an operation is."""
        what = f"Ask for the operation on {self._what}"
        response = self._manager.follow(operation.url, what=what, advice=replace(self._advice, missing=UNKNOWN))
        found = as_json(response, what)
        return OperationState(
            live.text(found, "status") or "InProgress",
            retry_after(response),
            live.text(found, "error", "code"),
            unsigned(live.text(found, "error", "message")),
            request_id(response.headers),
        )


def _raw(request: Callable[..., object]) -> Any:
    """Return the answer itself, even where the SDK cannot make its model of it."""
    answers: list[Any] = []
    with suppress(DeserializationError):
        request(raw_response_hook=answers.append)
    return answers[-1].http_response


def _role_instance(name: str, view: Any) -> RoleInstance:
    state, message = "Unknown", ""
    for status in view.statuses or []:
        kind, _, code = (status.code or "").partition("/")
        if kind.lower() == "rolestate":
            state, message = code, unsigned(status.message or "")
    # Azure names instances ROLE_IN_0.
    return RoleInstance(name, name.rpartition("_IN_")[0] or name, state, message)
