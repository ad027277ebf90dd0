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

from markdown_it import MarkdownIt
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "samples"
OUTPUT = ROOT / "demo-output"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"

sys.path.insert(0, str(ROOT))
from tests.data.packages import legacy_package  # noqa: E402 - found only from the root of the clone

STORY = (
    (
        "http-only",
        "What runs now: Microsoft's sample with a web and a worker role, HTTP only.",
        ("deploy", "http"),
    ),
    (
        "plan",
        "What the document's HTTPS changes would do. Nothing is changed.",
        ("plan", "https"),
    ),
    (
        "deploy",
        "Upload, SAS, update, wait for the instances, and prove HTTPS by a TLS handshake.",
        ("deploy", "https"),
    ),
    (
        "again",
        "The same once more: nothing to do, no write, and what runs is checked again.",
        ("deploy", "https"),
    ),
    (
        "wrong",
        "A configuration whose thumbprint the vault does not have: refused before any write.",
        ("deploy", "wrong"),
    ),
    (
        "old-package",
        "HTTPS in both files, and a package that was built before: refused before any write.",
        ("deploy", "old"),
    ),
)


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
    with sandbox(OUTPUT / "sandbox") as inputs:
        thumbprint = newest_thumbprint(inputs["INPUT_CERTIFICATE_NAME"])
        write_files(files, thumbprint)
        parts = [tell(*part, inputs=inputs) for part in STORY]
    seconds = time.monotonic() - began
    report = {"seconds": seconds, "thumbprint": thumbprint, "parts": [asdict(part) for part in parts]}
    (OUTPUT / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    render_summary()
    print(f"\nAll six parts took {seconds:.0f} s. The summary of the job: demo-output/summary.html")
    return 0 if [part.exit_code for part in parts] == [0, 0, 0, 0, 3, 3] else 1


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


def newest_thumbprint(name: str) -> str:
    """Return the thumbprint of the newest enabled version that the sandbox's vaults hold."""
    vaults = json.loads((OUTPUT / "sandbox" / "certificates.json").read_text(encoding="utf-8"))
    versions = next(vault[name] for vault in vaults.values() if name in vault)
    return str(next(version["thumbprint"] for version in versions if version["enabled"]))


def write_files(folder: Path, thumbprint: str) -> None:
    """Write what a build would leave: definition, configuration, package; ``old`` has the package of ``http``."""
    for kind, sample, wanted in (
        ("http", "multirole-rdp", PLACEHOLDER),
        ("https", "multirole-https", thumbprint),
        ("wrong", "multirole-https", "DEADBEEF" * 5),
        ("old", "multirole-https", thumbprint),
    ):
        (folder / kind).mkdir()
        for name in ("ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg"):
            text = (SAMPLES / sample / name).read_bytes()
            (folder / kind / name).write_bytes(text.replace(PLACEHOLDER.encode(), wanted.encode()))
        built = folder / ("http" if kind == "old" else kind) / "ServiceDefinition.csdef"
        legacy_package(built, folder / kind / "ContosoCS.cspkg")


def tell(name: str, says: str, do: tuple[str, str], *, inputs: Mapping[str, str]) -> Part:
    """Run one part under a heading, showing what it prints while it prints it."""
    operation, files = do
    print(f"\n{'━' * 100}\n▶ {name}: {says}\n{'━' * 100}", flush=True)
    folder = f"demo-output/files/{files}"
    arguments = [operation]
    for option, path in (
        ("configuration", "*.cscfg"),
        ("definition", "*.csdef"),
        ("package", "*.cspkg"),
    ):
        arguments += [f"--{option}", f"{folder}/{path}"]
    # The program gets a clean environment: nothing of the machine can help it.
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TERM", "NO_COLOR") if key in os.environ}
    environment = {**kept, **inputs, "LANG": "C.UTF-8", "GITHUB_STEP_SUMMARY": str(OUTPUT / "summary.md")}
    before, began = len(requests()), time.monotonic()
    log = []
    command = [sys.executable, "entrypoint.py", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(f"  {line}", end="", flush=True)
            log.append(line)
    seconds = time.monotonic() - began
    made = requests()[before:]
    counts = {
        service: sum(each["service"] == service for each in made) for service in ("entra", "arm", "vault", "blob")
    }
    writes = sum(each["write"] for each in made)
    print(f"  ── exit code {process.returncode}, {seconds:.1f} s, {writes} writes, requests: {counts}", flush=True)
    if name == "deploy":
        print("\n  The summary that CI shows of this part:\n")
        shown = without_charts((OUTPUT / "summary.md").read_text(encoding="utf-8")).rpartition("\n## ")[2]
        Console(width=140).print(Padding(Markdown(f"## {shown}"), (0, 4)))
    return Part(name, process.returncode, seconds, writes, counted(made), "".join(log))


def without_charts(markdown: str) -> str:
    """Return a summary for readers that draw no Mermaid charts; the tables have the same figures."""
    return re.sub(r"^```mermaid\n.*?^```\n+", "", markdown, flags=re.DOTALL | re.MULTILINE)


def counted(made: list[dict[str, Any]]) -> dict[str, int]:
    """Return requests by service; ``preparing`` are those that count for an update (performance.md, row 13)."""
    put = next(
        (number for number, each in enumerate(made) if each["service"] == "arm" and each["method"] == "PUT"), None
    )
    until = made if put is None else made[: put + 1]
    counts = {
        service: sum(each["service"] == service for each in made) for service in ("entra", "arm", "vault", "blob")
    }
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
