"""``python -m cses_action.sandbox --folder DIR``: runs until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from cses_action.sandbox.azure import Sandbox


def main() -> int:
    """Run the sandbox; DIR/inputs.env and DIR/ca.pem say how to enter it."""
    parser = argparse.ArgumentParser(prog="python -m cses_action.sandbox", description="A small Azure on 127.0.0.1.")
    parser.add_argument("--folder", type=Path, required=True, help="where inputs.env, ca.pem and the logs go")
    parser.add_argument("--operation-seconds", type=float, default=2.0, help="how long an operation takes")
    parser.add_argument("--start-seconds", type=float, default=1.0, help="how long an instance takes to start")
    wanted = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_signal: ended.set())
    wanted.folder.mkdir(parents=True, exist_ok=True)
    seconds = {"operation_seconds": wanted.operation_seconds, "start_seconds": wanted.start_seconds}
    with Sandbox(wanted.folder, **seconds) as azure:
        inputs = wanted.folder / "inputs.env"
        # It holds the client secret.
        inputs.touch(mode=0o600)
        inputs.write_text("".join(f"{name}={value}\n" for name, value in azure.inputs.items()), encoding="utf-8")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
