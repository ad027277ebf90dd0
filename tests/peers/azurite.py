"""Azurite, Microsoft's emulator of the blob service: started over TLS, and entered with a token it takes."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from azure.core.credentials import AccessToken

from cses_action.cloud.failures import Advice
from cses_action.ports import Json

PROGRAM = Path(__file__).parent / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "csespeer"
PATIENCE = 60.0
"""Seconds that it may take to start, and to end."""


class AnyToken:
    """A credential of nobody: Azurite reads a token's claims and does not check who signed it.

    To a token for another audience it answers 403, as Azure does to a principal without a role for data.
    """

    def __init__(self, audience: str = "https://storage.azure.com") -> None:
        self._audience = audience

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        now = int(time.time())
        expires = now + 3600
        claims = {
            "aud": self._audience,
            "iss": "https://sts.windows.net/7c0a3e6e-52f4-4a39-9c0e-3d8f8f1f6a01/",
            "iat": now - 60,
            "nbf": now - 60,
            "exp": expires,
            # Without these two it makes no user delegation key.
            "oid": str(uuid.uuid4()),
            "tid": str(uuid.uuid4()),
        }
        parts: tuple[Json, ...] = ({"alg": "RS256", "typ": "JWT"}, claims)
        text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return AccessToken(f"{text}.c2lnbmF0dXJl", expires)


@dataclass(frozen=True)
class Azurite:
    """A running one; it answers what Azure Resource Manager would say of its account."""

    url: str
    key: str
    authority: str

    def get(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        assert path.endswith(f"/{ACCOUNT}"), (path, api_version, what, advice)
        return {"name": ACCOUNT, "properties": {"primaryEndpoints": {"blob": f"{self.url}/{ACCOUNT}/"}}}

    def post(self, path: str, api_version: str, *, what: str, advice: Advice) -> Json:
        assert path.endswith(f"/{ACCOUNT}/listKeys"), (path, api_version, what, advice)
        return {"keys": [{"keyName": "key1", "value": self.key, "permissions": "FULL"}]}


@contextmanager
def run_azurite(folder: Path, *, node: str = "node", patience: float = PATIENCE) -> Iterator[Azurite]:
    """Start it on a free port; it keeps everything in memory."""
    assert PROGRAM.exists(), "Azurite is not installed: `make peers` does it."
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    command = [node, str(PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence"]
    command += ["--cert", "cert.pem", "--key", "key.pem", "--oauth", "basic"]
    # The SDK asks for newer API versions than Azurite knows; its telemetry is on unless told otherwise.
    command += ["--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    environment = {"PATH": os.environ["PATH"], "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Azurite(_address(process, patience), key, str(folder / "ca.pem"))
        finally:
            process.terminate()
            # It tells of its end, and must find somebody who reads that.
            with _killed_after(process, patience):
                process.communicate()


def _address(process: subprocess.Popen[str], patience: float) -> str:
    began = time.monotonic()
    said = []
    with _killed_after(process, patience):
        for line in process.stdout or ():
            if found := re.search(r"listens on (https://\S+)", line):
                return found[1]
            said.append(line)
    seconds = time.monotonic() - began
    raise AssertionError(f"Azurite did not listen; it ended after {seconds:.1f} s, or was ended:\n{''.join(said)}")


@contextmanager
def _killed_after(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    """End the process if the block lasts too long: whoever reads from it then comes to the end."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
