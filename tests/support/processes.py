"""Real processes for tests: started, waited for until they are ready, stopped."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 20.0


def free_port() -> int:
    """Returns a loopback port that nothing listens on now.

    It lies below those that the system gives to connections, and among those of this process of a parallel run: until
    it is taken, nothing else takes it.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 12_000 + worker % 10 * 2_000
    while True:
        port = first + secrets.randbelow(2_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits for a condition. Raises TimeoutError naming ``what`` where it doesn't come to hold in time."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


class Process:
    """One of the suite's processes, with its output in a file."""

    def __init__(self, name: str, module: str, environment: Mapping[str, str], folder: Path) -> None:
        """Prepares ``python -m module`` with ``environment`` added to the usual one."""
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = [sys.executable, "-m", module]
        self._environment = {**_inherited(), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._running().pid

    def start(self) -> None:
        """Starts it; it need not be ready yet."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def is_running(self) -> bool:
        """Says whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def require_running(self) -> None:
        """Raises AssertionError with the end of its output where it has ended."""
        if not self.is_running():
            raise AssertionError(f"{self.name} has ended:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """Kills it as an operator's ``kill -9`` does."""
        self._running().kill()
        self._running().wait(STOP_SECONDS)

    def stop(self) -> None:
        """Asks it to stop and waits."""
        if self.is_running():
            self._running().send_signal(signal.SIGTERM)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self.name} was never started"
        return self._process


def _inherited() -> dict[str, str]:
    """This process's environment without settings of the suite's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SB_")}
