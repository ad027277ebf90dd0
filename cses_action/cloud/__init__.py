"""Azure behind the ports: the only folder that imports the Azure SDKs, and translates what they raise."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cses_action.inputs import Inputs
    from cses_action.ports import Clock, Cloud, Host


def connect(inputs: Inputs, host: Host, clock: Clock) -> Cloud:
    """Sign in and return Azure; an AzureError says why that was refused.

    The SDKs cost more than twenty times a bare start of Python: they are imported here, after inputs and
    files are known to be right.
    """
    from cses_action.cloud.connection import connect as open_connection  # noqa: PLC0415 - see above

    cloud = open_connection(inputs, host, clock)
    # What is loaded by now stays: the collector looks at what comes after it alone.
    gc.freeze()
    gc.enable()
    return cloud
