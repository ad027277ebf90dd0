"""The document's story on one machine: the real entrypoint.py and the real Azure SDKs against the sandbox.

``make demo`` runs it. It leaves in demo-output/ what each part printed, the summary of the job (Markdown and
HTML), and report.json, which ``tests/judge_demo.py`` judges.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests as web
from markdown_it import MarkdownIt
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "samples"
OUTPUT = ROOT / "demo-output"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"
DEFINITION, CONFIGURATION = "ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg"
CERTIFICATE = "contoso-demo"

sys.path.insert(0, str(ROOT))
from tests.data.packages import legacy_package  # noqa: E402 - found only from the root of the clone

PREPARE = (
    "prepare",
    "The document's preparation: the vault makes a certificate (for tests alone), the files get it and are checked.",
    (("configure", "validate"), "https"),
)
STORY = (
    (
        "http-only",
        "What runs now: Microsoft's sample with a web and a worker role, HTTP only.",
        (("deploy",), "http"),
    ),
    (
        "plan",
        "What the document's HTTPS changes would do. Nothing is changed.",
        (("plan",), "https"),
    ),
    (
        "deploy",
        "Upload, SAS, update, wait for the instances, and prove HTTPS by a TLS handshake.",
        (("deploy",), "https"),
    ),
    (
        "again",
        "The same once more: nothing to do, no write, and what runs is checked again.",
        (("deploy",), "https"),
    ),
    (
        "wrong",
        "A configuration whose thumbprint the vault does not have: refused before any write.",
        (("deploy",), "wrong"),
    ),
    (
        "old-package",
        "HTTPS in both files, and a package that was built before: refused before any write.",
        (("deploy",), "old"),
    ),
)
SERVICES = {"entra": "Entra", "arm": "Resource Manager", "vault": "Key Vault", "blob": "blobs"}
"""The services of Azure as requests.jsonl names them, and as people do."""


@dataclass
class Part:
    """What one part of the story did."""

    name: str
    exit_code: int
    seconds: float
    writes: int
    requests: dict[str, int]
    log: str


def main() -> int:
    """Tell the story, and return 0 if every part ended as it should."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    files = OUTPUT / "files"
    files.mkdir(parents=True)
    began = time.monotonic()
    with sandbox(OUTPUT / "sandbox") as given:
        inputs = {**given, "INPUT_CERTIFICATE_NAME": CERTIFICATE}
        grant(inputs, "Key Vault Certificates Officer")
        for kind in ("http", "https"):
            write_sources(files / kind, "multirole-rdp")
        parts = [tell(*PREPARE, inputs=inputs)]
        grant(inputs, "Key Vault Certificate User")
        thumbprint = configured_thumbprint(files / "https")
        build_packages(files)
        parts += [tell(*part, inputs=inputs) for part in STORY]
    seconds = time.monotonic() - began
    report = {"seconds": seconds, "thumbprint": thumbprint, "parts": [asdict(part) for part in parts]}
    (OUTPUT / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    render_summary()
    print(f"\nAll seven parts took {seconds:.0f} s. The summary of the job: demo-output/summary.html")
    return 0 if [part.exit_code for part in parts] == [0, 0, 0, 0, 0, 3, 3] else 1


@contextmanager
def sandbox(folder: Path) -> Iterator[dict[str, str]]:
    """Start the embedded Azure, and yield the inputs that lead to it."""
    command = [sys.executable, "-m", "cses_action.sandbox", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if line.strip() != "ready":
                raise SystemExit("The sandbox did not start.")
            lines = (folder / "inputs.env").read_text(encoding="utf-8").splitlines()
            yield dict(line.split("=", 1) for line in lines if line)
        finally:
            process.terminate()


def grant(inputs: Mapping[str, str], right: str) -> None:
    """Give the service principal this role on the vaults, beside what deploying takes."""
    roles = ["Contributor", "Storage Blob Data Contributor", right]
    url = f"{inputs['INPUT_RESOURCE_MANAGER_URL']}/_sandbox"
    answer = web.post(url, json={"set": {"roles": roles}}, verify=inputs["REQUESTS_CA_BUNDLE"], timeout=10)
    answer.raise_for_status()


def write_sources(folder: Path, sample: str) -> None:
    """Write what a repository holds: definition and configuration."""
    folder.mkdir()
    for name in (DEFINITION, CONFIGURATION):
        (folder / name).write_bytes((SAMPLES / sample / name).read_bytes())


def configured_thumbprint(folder: Path) -> str:
    """Return the thumbprint that the configuration names now."""
    found = re.search('thumbprint="([0-9A-F]{40})"', (folder / CONFIGURATION).read_text(encoding="utf-8-sig"))
    return found[1] if found else PLACEHOLDER


def build_packages(files: Path) -> None:
    """Write what builds would leave; ``wrong`` names another certificate, ``old`` has the package of ``http``."""
    for kind in ("wrong", "old"):
        shutil.copytree(files / "https", files / kind)
    wrong = files / "wrong" / CONFIGURATION
    thumbprint = configured_thumbprint(files / "https")
    wrong.write_bytes(wrong.read_bytes().replace(thumbprint.encode(), b"DEADBEEF" * 5))
    for kind, built in (("http", "http"), ("https", "https"), ("wrong", "https"), ("old", "http")):
        legacy_package(files / built / DEFINITION, files / kind / "ContosoCS.cspkg")


def tell(name: str, says: str, do: tuple[tuple[str, ...], str], *, inputs: Mapping[str, str]) -> Part:
    """Run one part under a heading, showing what it prints while it prints it."""
    operations, files = do
    print(f"\n{'━' * 100}\n▶ {name}: {says}\n{'━' * 100}", flush=True)
    before, began = len(requests()), time.monotonic()
    log: list[str] = []
    exit_code = 0
    for operation in operations:
        exit_code = exit_code or run(operation, f"demo-output/files/{files}", inputs, log)
    seconds = time.monotonic() - began
    made = requests()[before:]
    writes, counts = sum(each["write"] for each in made), counted(made)
    asked = ", ".join(f"{counts[service]} to {called}" for service, called in SERVICES.items() if counts[service])
    written = f"{writes} write{'' if writes == 1 else 's'}"
    print(f"  ── exit code {exit_code}, {seconds:.1f} s, {written}; requests: {asked or 'none'}", flush=True)
    if name == "deploy":
        print("\n  The summary that CI shows of this part (long cells are cut here, and the timeline is left out):\n")
        shown = without_charts((OUTPUT / "summary.md").read_text(encoding="utf-8")).rpartition("\n## ")[2]
        Console(width=140).print(Padding(Markdown(f"## {shown}"), (0, 4)))
    return Part(name, exit_code, seconds, writes, counts, "".join(log))


def run(operation: str, folder: str, inputs: Mapping[str, str], log: list[str]) -> int:
    """Run the real program on these files, and return its exit code."""
    files = {"configuration": "*.cscfg", "definition": "*.csdef"}
    if operation in {"deploy", "plan"}:
        files["package"] = "*.cspkg"
    command = [sys.executable, "entrypoint.py", operation]
    for option, path in files.items():
        command += [f"--{option}", f"{folder}/{path}"]
    if operation == "configure":
        command += ["--self-signed", "--https-hostname", "www.contoso.example"]
    # The program gets a clean environment: nothing of the machine can help it.
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TERM", "NO_COLOR") if key in os.environ}
    environment = {**kept, **inputs, "LANG": "C.UTF-8", "GITHUB_STEP_SUMMARY": str(OUTPUT / "summary.md")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(f"  {line}", end="", flush=True)
            log.append(line)
    return process.returncode


def without_charts(markdown: str) -> str:
    """Return a summary for readers that draw no Mermaid charts; the tables have the same figures."""
    return re.sub(r"^```mermaid\n.*?^```\n+", "", markdown, flags=re.DOTALL | re.MULTILINE)


def counted(made: list[dict[str, Any]]) -> dict[str, int]:
    """Return requests by service; ``preparing`` are those that count for an update (performance.md, row 13)."""
    put = next(
        (number for number, each in enumerate(made) if each["service"] == "arm" and each["method"] == "PUT"), None
    )
    until = made if put is None else made[: put + 1]
    counts = {service: sum(each["service"] == service for each in made) for service in SERVICES}
    return {**counts, "preparing": sum(each["service"] != "blob" for each in until)}


def requests() -> list[dict[str, Any]]:
    """Return what the sandbox was asked so far."""
    path = OUTPUT / "sandbox" / "requests.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def render_summary() -> None:
    """Make a page of the summary, for those who look at it here instead of on GitHub."""
    text = without_charts((OUTPUT / "summary.md").read_text(encoding="utf-8"))
    body = MarkdownIt().enable("table").render(text)
    style = (
        "body{font:15px sans-serif;max-width:70em;margin:2em auto}"
        "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left}"
    )
    page = f"<!doctype html><meta charset=utf-8><title>Summary</title><style>{style}</style>{body}"
    (OUTPUT / "summary.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
