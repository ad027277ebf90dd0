"""Judges what ``make demo`` left: ``python tests/judge_demo.py demo-output``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

GOOD = ("prepare", "http-only", "plan", "deploy", "again")


def judge(folder: Path) -> list[str]:
    """Return what is wrong with the demo; nothing if it shows what it says."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    parts = {part["name"]: part for part in report["parts"]}
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    thumbprint = report["thumbprint"]
    checks = {
        "the seven parts are told in order": list(parts) == [*GOOD, "wrong", "old-package"],
        "only the wrong ones fail, with 3": [part["exit_code"] for part in parts.values()] == [0, 0, 0, 0, 0, 3, 3],
        "prepare lets the vault make the certificate": _makes(parts["prepare"], thumbprint),
        "prepare leaves files without errors": _shows(
            parts["prepare"], "protocol=", "no errors, warnings or notes in 2 files."
        ),
        "http-only updates the service": _updates(parts["http-only"]),
        "plan writes nothing": parts["plan"]["writes"] == 0,
        "plan shows package, certificate and secret": _shows(parts["plan"], "package", "certificate", thumbprint),
        "deploy updates the service": _updates(parts["deploy"]),
        "deploy needs at most 16 requests": 0 < parts["deploy"]["requests"]["preparing"] <= 16,
        "deploy proves the certificate": _shows(parts["deploy"], "serves", thumbprint, "output changed = true"),
        "again writes nothing": parts["again"]["writes"] == 0,
        "again has nothing to do": _shows(parts["again"], "nothing to do", "serves", thumbprint),
        "wrong writes nothing": parts["wrong"]["writes"] == 0,
        "wrong names file, thumbprint and remedy": _shows(parts["wrong"], ".cscfg:", "DEADBEEF", "thumbprint"),
        "old-package writes nothing": parts["old-package"]["writes"] == 0,
        "old-package asks Azure nothing": not any(parts["old-package"]["requests"].values()),
        "old-package names endpoint, certificate and binding": _shows(
            parts["old-package"],
            "no https endpoint HttpsIn on port 443",
            "no certificate Certificate1",
            "a binding to",
        ),
        "the summary is there": "What changes" in summary and thumbprint in summary,
        "no secret is shown": not _leaks(folder, report),
        "it takes under a minute": report["seconds"] < 60,
    }
    return [text for text, holds in checks.items() if not holds]


def _updates(part: dict[str, Any]) -> bool:
    return bool(part["writes"] and part["requests"]["arm"])


def _makes(part: dict[str, Any], thumbprint: str) -> bool:
    return bool(part["writes"] and part["requests"]["vault"] and not part["requests"]["blob"]) and _shows(
        part, f"contoso-demo in key vault contosocs-kv: {thumbprint}"
    )


def _shows(part: dict[str, Any], *texts: str) -> bool:
    return all(text in part["log"] for text in texts)


def _leaks(folder: Path, report: dict[str, Any]) -> bool:
    lines = (folder / "sandbox" / "inputs.env").read_text(encoding="utf-8").splitlines()
    secret = next(line.partition("=")[2] for line in lines if line.startswith("INPUT_CLIENT_SECRET="))
    shown = json.dumps(report) + (folder / "summary.md").read_text(encoding="utf-8")
    return secret in shown or "sig=" in shown


def main() -> int:
    """Print the verdict, and return 0 if it is good."""
    wrong = judge(Path(sys.argv[1]))
    for each in wrong:
        print(f"The demo does not hold: {each}")
    print("The demo shows what it says." if not wrong else f"{len(wrong)} checks failed.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
