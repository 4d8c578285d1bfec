"""Real processes for the tests of the gateway: Envoy, and the server in the place of the services."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gateway.__main__ import envoy_command
from gateway.contracts import UPSTREAMS
from gateway.settings import Endpoint, GatewaySettings
from services.runtime.settings import JwtSettings
from services.runtime.tokens import issue_token
from tests.support.processes import free_port, wait_until

ROOT = Path(__file__).parents[2]
SECRET = b"only-for-tests-0123456789-abcdefghij"
AUDIENCE, ISSUER = "strategy-builder", "qlib-ui"
ORIGIN = "http://localhost:3000"
WAIT_SECONDS = 20.0
API = "/api/strategy-builder"
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto' / 'gen'}"}


@dataclass(frozen=True)
class Gateway:
    """An Envoy that runs: where it is, and where it writes its access log."""

    url: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """Returns a REST client; alice's unless a token is given, nobody's for an empty one."""
        bearer = user_token() if token is None else token
        authorization = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.Client(base_url=self.url, headers={**authorization, **headers}, timeout=20)


def user_token(user: str = "alice") -> str:
    """Returns a valid token of a user."""
    return issue_token(SECRET, user=user)


def settings_for(upstream_port: int, state_dir: Path, **changes: object) -> GatewaySettings:
    """Returns settings of a gateway whose four services are one server."""
    values: dict[str, object] = {
        "listen": Endpoint("127.0.0.1", free_port()),
        "upstreams": {up.cluster: Endpoint("127.0.0.1", upstream_port) for up in UPSTREAMS},
        "jwt": JwtSettings(AUDIENCE, ISSUER, SECRET),
        "state_dir": state_dir,
        "cors_origins": (ORIGIN,),
        "threads": 1,
        "log_level": "WARNING",
    }
    return GatewaySettings(**{**values, **changes})  # type: ignore[arg-type]  # the changes are the tests' own


@contextmanager
def running_upstream(port: int = 0) -> Iterator[int]:
    """Runs the server in the place of the services; yields its port."""
    command = [sys.executable, "-m", "tests.gateway.upstream", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        stop(process)
        process.stdout.close()


@contextmanager
def running_gateway(settings: GatewaySettings, *, healthy: bool = True) -> Iterator[Gateway]:
    """Runs Envoy and waits until it answers, and until its upstreams are healthy unless told otherwise."""
    settings.state_dir.parent.mkdir(parents=True, exist_ok=True)
    log = settings.state_dir.parent / "access.log"
    with log.open("wb") as output:
        process = subprocess.Popen(envoy_command(settings), stdout=output, stderr=subprocess.STDOUT)
    gateway = Gateway(f"http://{settings.listen}", settings.listen.port, log, process)
    try:
        wait_until(
            lambda: answers(gateway.url, (200,) if healthy else (200, 503)), WAIT_SECONDS, f"the gateway ({log})"
        )
        yield gateway
    finally:
        stop(process)


def answers(url: str, statuses: tuple[int, ...] = (200,)) -> bool:
    """Returns whether /healthz answers with one of the statuses."""
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code in statuses
    except httpx.TransportError:
        return False


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stops a process and returns its exit status."""
    process.terminate()
    return process.wait(timeout=20)
