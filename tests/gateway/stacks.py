"""The real embedded stack as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.runtime.tokens import issue_token
from tests.gateway.processes import ENVIRONMENT, ROOT, WAIT_SECONDS
from tests.support.processes import wait_until

START_SECONDS = 110
RUN = (sys.executable, "-m", "gateway.stack", "run")


@dataclass(frozen=True)
class Stack:
    """A stack that is ready; ``settings`` are those that it was started with."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]
    settings: Mapping[str, str]

    def client(self, user: str = "alice") -> httpx.Client:
        """Returns a user's REST client."""
        secret = (self.data_dir / "jwt-secret").read_text()
        headers = {"authorization": f"Bearer {issue_token(secret, user=user)}"}
        return httpx.Client(base_url=f"{self.url}/api/strategy-builder", headers=headers, timeout=30)


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Returns the environment of a stack with its own state and a free port, free of the caller's settings."""
    inherited = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("SB_")}
    return {**inherited, "SB_DATA_DIR": str(data_dir), "SB_GATEWAY_PORT": "0", **settings}


def processes_of(data_dir: Path) -> list[str]:
    """Returns the command lines of every process of a stack.

    They have its data directory in their environment; Redis writes over its own, but names its socket.
    """
    return [line for directory in Path("/proc").glob("[0-9]*") if (line := _line_of(directory, data_dir))]


def _line_of(directory: Path, data_dir: Path) -> str:
    """Returns the command line of one of the stack's processes, an empty one for any other."""
    try:
        line = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        variables = (directory / "environ").read_bytes().split(b"\0")
    except OSError:
        return ""  # it has just ended, or is another user's
    is_ours = f"SB_DATA_DIR={data_dir}".encode() in variables or f"unixsocket:{data_dir}/" in line
    return line if is_ours else ""


@contextmanager
def running_stack(data_dir: Path, **settings: str) -> Iterator[Stack]:
    """Runs a stack; yields it when it says that it is ready, and leaves nothing behind."""
    process = subprocess.Popen(
        RUN, cwd=ROOT, env=environment(data_dir, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    guard = threading.Timer(START_SECONDS, process.terminate)
    guard.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        guard.cancel()
        ready = re.match(r"Ready: (http://\S+) ", line)
        assert ready, f"{line!r} {process.stderr.read() if process.stderr and process.poll() is not None else ''}"
        yield Stack(ready[1], data_dir, process, settings)
    finally:
        guard.cancel()
        end(process)
        wait_until(lambda: not processes_of(data_dir), WAIT_SECONDS, "the end of every process")


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    """Signals a stack and waits for its end."""
    if process.poll() is None:
        os.kill(process.pid, number)
    status = process.wait(timeout=60)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    return status
