"""``python -m cses_action.sandbox``: what it writes, and that it ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

INPUTS = [
    "INPUT_TENANT_ID",
    "INPUT_CLIENT_ID",
    "INPUT_CLIENT_SECRET",
    "INPUT_SUBSCRIPTION_ID",
    "INPUT_ENVIRONMENT",
    "INPUT_RESOURCE_MANAGER_URL",
    "INPUT_RESOURCE_GROUP",
    "INPUT_CLOUD_SERVICE",
    "INPUT_STORAGE_ACCOUNT",
    "INPUT_CONTAINER",
    "INPUT_KEY_VAULT",
    "INPUT_CERTIFICATE_NAME",
    "INPUT_HTTPS_PROBE_ADDRESS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
]


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "cses_action.sandbox", "--folder", str(folder), "--operation-seconds", "0.1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_how_to_enter_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "new"
    with running(folder) as process:
        inputs = dict(line.split("=", 1) for line in (folder / "inputs.env").read_text(encoding="utf-8").splitlines())
        assert list(inputs) == INPUTS
        assert inputs["REQUESTS_CA_BUNDLE"] == inputs["SSL_CERT_FILE"] == str(folder.absolute() / "ca.pem")
        with requests.Session() as session:
            endpoints = f"{inputs['INPUT_RESOURCE_MANAGER_URL']}/metadata/endpoints?api-version=2022-09-01"
            assert session.get(endpoints, verify=inputs["SSL_CERT_FILE"], timeout=5).status_code == 200
            # The connection is still open: that must not hold up the end.
            process.send_signal(number)
            out, err = process.communicate(timeout=5)
        assert (process.returncode, out, err) == (0, "", "")


def test_it_lists_its_certificates_without_keys(tmp_path: Path) -> None:
    with running(tmp_path):
        text = (tmp_path / "certificates.json").read_text(encoding="utf-8")
        held = json.loads(text)
        assert "KEY" not in text
        assert {vault: list(names) for vault, names in held.items()} == {
            "contosocs-kv": ["contoso-api", "contoso-web", "disabled-cert"],
            "contosocs-kv2": ["partner"],
        }
        expires = [each["expires"] for each in held["contosocs-kv"]["contoso-web"]]
        assert expires == sorted(expires, reverse=True)
        assert list(held["contosocs-kv2"]["partner"][0]) == ["version", "thumbprint", "expires", "enabled"]
        secrets = tmp_path / "inputs.env"
        assert secrets.stat().st_mode & 0o077 == 0
        log = (tmp_path / "requests.jsonl").read_text(encoding="utf-8")
        assert log == ""
