"""The gateway's settings, read once from the environment: its part of the shared ``SB_*`` variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.runtime import variables as v
from services.runtime.settings import JwtSettings

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, address: str) -> Endpoint:
        """Returns the endpoint of a ``host:port`` or ``[v6]:port`` that the settings have checked."""
        host, _, port = address.rpartition(":")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        """Returns ``host:port``, an IPv6 host in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Everything the configuration of Envoy is made from.

    Attributes:
        upstreams: The servers by their short names: builder, codegen, validation, quicktest.
        state_dir: Where the configuration is written, readable by its own user only.
        cors_origins: Web origins that may read answers; none by default.
        rate_per_second: Requests a second that each caller may send in the long run.
        rate_burst: Requests a caller may send at once.
        request_limit: Bytes of a request's JSON body; more is answered 413.
        route_timeout: Seconds a unary call may take.
        reflection: Whether gRPC reflection passes, which needs no token.
        threads: Envoy's worker threads.
    """

    listen: Endpoint
    upstreams: Mapping[str, Endpoint]
    jwt: JwtSettings = field(repr=False)
    state_dir: Path
    cors_origins: tuple[str, ...] = ()
    rate_per_second: int = 200
    rate_burst: int = 400
    request_limit: int = 2 * _MEBIBYTE
    route_timeout: float = 10.0
    reflection: bool = True
    threads: int = 2
    log_level: str = "INFO"


def read_settings(environ: Mapping[str, str]) -> GatewaySettings:
    """Returns the settings. Raises SettingsError, one line long, where one is wrong."""
    return GatewaySettings(
        listen=Endpoint(v.GATEWAY_ADDR.read(environ), v.GATEWAY_PORT.read(environ)),
        upstreams=_upstreams(environ),
        jwt=JwtSettings.read(environ),
        state_dir=v.DATA_DIR.read(environ).absolute() / "gateway",
        cors_origins=v.CORS_ORIGINS.read(environ),
        rate_per_second=v.RATE_LIMIT.read(environ),
        rate_burst=v.RATE_BURST.read(environ),
        reflection=v.REFLECTION.read(environ),
        threads=v.GATEWAY_THREADS.read(environ),
        log_level=v.LOG_LEVEL.read(environ),
    )


def _upstreams(environ: Mapping[str, str]) -> dict[str, Endpoint]:
    variables = {
        "builder": v.BUILDER_ADDR,
        "codegen": v.CODEGEN_ADDR,
        "validation": v.VALIDATION_ADDR,
        "quicktest": v.QUICKTEST_ADDR,
    }
    return {name: Endpoint.parse(variable.read(environ)) for name, variable in variables.items()}
