"""What the stack runs and with which settings: the environment's where they are given, else embedded ones."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.settings import Endpoint
from gateway.stack.layout import Layout, read_or_make_secret
from services.runtime import variables as v
from services.runtime.variables import StartError

SERVERS = ("builder", "codegen", "validation", "quicktest")


@dataclass(frozen=True, slots=True)
class StackSettings:
    """The stack as it is going to run.

    Attributes:
        environment: The whole environment of the processes.
        gateway: Where the gateway listens.
        embedded_redis: Whether the stack starts its own Redis.
        embedded_market: Whether the stack makes its own synthetic market.
    """

    environment: Mapping[str, str] = field(repr=False)
    gateway: Endpoint
    embedded_redis: bool
    embedded_market: bool

    @property
    def url(self) -> str:
        """The gateway's URL as seen from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.gateway.host, self.gateway.host)  # noqa: S104  (no binding)
        return f"http://{Endpoint(host, self.gateway.port)}"


def stack_settings(environ: Mapping[str, str], layout: Layout) -> StackSettings:
    """Returns the settings, free ports chosen. Raises StartError where the gateway's port is taken."""
    environment = {**environ, **token_environment(environ, layout), "SB_DATA_DIR": str(layout.root)}
    gateway = _gateway_endpoint(environment)
    environment["SB_GATEWAY_PORT"] = str(gateway.port)
    _give(environment, v.DATABASE_URL.name, f"sqlite:///{layout.database}")
    embedded_redis = _give(environment, v.REDIS_URL.name, f"unix://{layout.redis_socket}")
    embedded_market = _give(environment, v.QLIB_PROVIDER_URI.name, str(layout.market))
    with _free_ports(len(SERVERS)) as ports:
        for server, port in zip(SERVERS, ports, strict=True):
            _give(environment, f"SB_{server.upper()}_ADDR", f"127.0.0.1:{port}")
    return StackSettings(environment, gateway, embedded_redis, embedded_market)


def token_environment(environ: Mapping[str, str], layout: Layout) -> dict[str, str]:
    """Returns the secret kept with the state, unless the environment says how tokens are checked."""
    if environ.get(v.JWT_SECRET.name) or environ.get(v.JWT_JWKS.name):
        return {}
    return {v.JWT_SECRET.name: read_or_make_secret(layout.secret)}


def _give(environment: dict[str, str], name: str, value: str) -> bool:
    """Sets a variable that is unset or empty; returns whether it was."""
    if environment.get(name):
        return False
    environment[name] = value
    return True


def _gateway_endpoint(environment: Mapping[str, str]) -> Endpoint:
    host, port = v.GATEWAY_ADDR.read(environment), v.GATEWAY_PORT.read(environment)
    try:
        with _listening(host, port) as probe:
            return Endpoint(host, int(probe.getsockname()[1]))
    except OSError:
        raise StartError(f"the gateway can't listen on {host}:{port}: choose another port by SB_GATEWAY_PORT") from None


@contextlib.contextmanager
def _free_ports(count: int) -> Iterator[list[int]]:
    """Yields free ports of the loopback, all held until the end, so that they differ."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(_listening("127.0.0.1", 0)) for _ in range(count)]
        yield [int(probe.getsockname()[1]) for probe in probes]


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        yield probe
