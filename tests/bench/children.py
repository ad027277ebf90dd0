"""Child processes, and what they cost."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import trustme

ROOT = Path(__file__).parents[2]
ROUNDS = 7
PYTHON = (sys.executable, "-c")


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of CPU, seconds on the wall, bytes of memory at most."""

    cpu: float
    wall: float
    memory: int


@dataclass(frozen=True)
class Command:
    """What to run, and the exit code that shows that it did what is measured."""

    words: tuple[str, ...]
    env: Mapping[str, str]
    code: int = 0

    def __call__(self) -> Cost:
        """Run it to its end."""
        return measured(self.words, self.env, lambda _process: None, self.code)


@dataclass(frozen=True)
class FirstRequest:
    """A run of the program that is ended when its first request reaches Azure."""

    words: tuple[str, ...]
    env: Mapping[str, str]
    listener: Listener

    def __call__(self) -> Cost:
        """Run it until then."""
        return measured(self.words, self.env, self.listener.stop_at_first_request, -signal.SIGKILL)


class Listener:
    """Speaks TLS on a port of 127.0.0.1, and reads one request."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.authority)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._context)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(60)
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def stop_at_first_request(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for a request, and end the process at once."""
        with self._socket.accept()[0] as plain, self._context.wrap_socket(plain, server_side=True) as connection:
            asked = connection.recv(65536)
            process.kill()
        assert asked.startswith(b"GET "), asked


def measured(
    words: Sequence[str], env: Mapping[str, str], meanwhile: Callable[[subprocess.Popen[bytes]], None], code: int
) -> Cost:
    """Run a command, and return what it and its children cost."""
    began = time.perf_counter()
    with subprocess.Popen(
        words, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        said: list[bytes] = []
        # Somebody must read, or a talkative process waits for ever.
        reader = threading.Thread(target=lambda: said.append(process.stdout.read() if process.stdout else b""))
        reader.start()
        meanwhile(process)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        reader.join()
    if process.returncode != code:
        raise RuntimeError(f"{words} ended with {process.returncode}, not {code}:\n{said[0].decode()}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


def in_turns(sides: Mapping[str, Callable[[], Cost]], rounds: int = ROUNDS) -> dict[str, Cost]:
    """Return the median costs of each; all take a turn in every round, after one that warms the caches."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, side in sides.items():
            cost = side()
            if number:
                costs[name].append(cost)
    return {name: _median(each) for name, each in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(each.cpu for each in costs),
        statistics.median(each.wall for each in costs),
        int(statistics.median(each.memory for each in costs)),
    )
