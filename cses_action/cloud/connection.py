"""Signs in once, and makes the clients of all services share one sign-in and one ARM pipeline."""

from __future__ import annotations

import logging

from cses_action.cloud.arm import ResourceManager
from cses_action.cloud.blobs import BlobStore
from cses_action.cloud.certificate_store import KeyVaultStore
from cses_action.cloud.credentials import sign_in
from cses_action.cloud.environments import find_environment
from cses_action.cloud.network import PublicNetwork
from cses_action.cloud.services import ComputeCloudServices
from cses_action.cloud.vault import KeyVaults
from cses_action.inputs import Inputs
from cses_action.messages import Line
from cses_action.ports import Clock, Cloud, Host


def connect(inputs: Inputs, host: Host, clock: Clock) -> Cloud:
    """Sign in and return Azure."""
    _silence()

    def tell(text: str) -> None:
        host.show(Line(text))

    environment = find_environment(inputs.environment, inputs.resource_manager_url, tell)
    credential = sign_in(inputs, environment, tell)
    manager = ResourceManager(environment, credential, tell)
    vaults = KeyVaults(inputs, credential, manager)
    return Cloud(
        services=ComputeCloudServices(inputs, environment, credential, manager),
        vaults=vaults,
        packages=BlobStore(inputs, credential, manager, host, clock),
        network=PublicNetwork(manager),
        store=KeyVaultStore(vaults),
    )


def _silence() -> None:
    """Keep the SDKs' loggers off the streams: what Azure answers would be printed raw, commands included."""
    for name in ("azure", "msal", "urllib3"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
