"""The server factory, and how a server process starts, serves and stops."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from repo.errors import DatabaseError
from services.runtime.auth import Verifier
from services.runtime.codec import CodecInterceptor
from services.runtime.health import HealthCheck, HealthMonitor, always_healthy
from services.runtime.interceptors import CallInterceptor, access_log, authenticate, enforce_deadline, map_errors
from services.runtime.logs import configure_logging, get_logger
from services.runtime.settings import ServerSettings
from services.runtime.variables import StartError

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
MAX_REPLY_BYTES = 32 * 1024 * 1024
"""For what services tell each other of a large flow: each node with its whole template."""

_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_REPLY_BYTES),
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
)

log = get_logger(__name__)


class HasServer(Protocol):
    """The settings of any of the four servers."""

    @property
    def server(self) -> ServerSettings: ...


Settings = TypeVar("Settings", bound=HasServer)


@dataclass(frozen=True, slots=True)
class Service:
    """One gRPC service to be served.

    Attributes:
        descriptor: ``builder_service_pb2.DESCRIPTOR.services_by_name["BuilderService"]``.
        add: The generated ``add_…Servicer_to_server``.
        internal: Names of its methods that are for other services only, such as ``ResolveLogicFlow``.
    """

    descriptor: ServiceDescriptor
    add: Callable[[Any, grpc.aio.Server], None]
    servicer: Any
    internal: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Catch a misspelt method, which would be open to every user, and what the codec does not know."""
        unknown = self.internal - set(self.descriptor.methods_by_name)
        if unknown:
            raise ValueError(f"{self.descriptor.full_name} has no methods {sorted(unknown)}")
        if any(method.client_streaming for method in self.descriptor.methods):
            raise ValueError(f"{self.descriptor.full_name} has client streaming, which is not supported")

    @property
    def internal_methods(self) -> frozenset[str]:
        """The full method names, ``/package.Service/Method``."""
        return frozenset(f"/{self.descriptor.full_name}/{name}" for name in self.internal)


class Server:
    """A gRPC server with its health monitor."""

    def __init__(
        self, grpc_server: grpc.aio.Server, monitor: HealthMonitor, settings: ServerSettings, port: int
    ) -> None:
        self._grpc = grpc_server
        self._monitor = monitor
        self._settings = settings
        self.port = port

    async def start(self) -> None:
        """Start to accept calls, the first health check done."""
        await self._monitor.start()
        await self._grpc.start()
        log.info("listening", server=self._settings.name, address=self._settings.address, port=self.port)

    async def stop(self) -> None:
        """Turn NOT_SERVING, accept no more calls, let the running ones end within the grace, then cancel them."""
        await self._monitor.stop()
        await self._grpc.stop(self._settings.shutdown_grace)
        log.info("stopped", server=self._settings.name)


async def create_server(
    settings: ServerSettings, services: Sequence[Service], *, health: HealthCheck = always_healthy
) -> tuple[Server, int]:
    """Return a server bound to its address but not started, and its port.

    Args:
        health: Whether the server can work; polled every two seconds.

    Raises:
        StartError: The address can't be listened on, or the keys can't be read.
    """
    grpc_server = grpc.aio.server(
        interceptors=_interceptors(Verifier(settings.jwt), services),
        options=_OPTIONS,
        maximum_concurrent_rpcs=settings.concurrent_calls,
    )
    monitor = HealthMonitor(health, [service.descriptor.full_name for service in services])
    for service in services:
        service.add(service.servicer, grpc_server)
    health_pb2_grpc.add_HealthServicer_to_server(monitor.servicer, grpc_server)
    if settings.reflection:
        reflection.enable_server_reflection(_described(services), grpc_server)
    port = _bind(grpc_server, settings)
    return Server(grpc_server, monitor, settings, port), port


async def serve_until_signalled(server: Server) -> None:
    """Start the server, wait for SIGTERM or SIGINT, drain it. A second signal changes nothing: the grace is bounded."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await server.start()
    try:
        await told.wait()
    finally:
        await server.stop()


def run_service(
    read: Callable[[Mapping[str, str]], Settings],
    main: Callable[[Settings], Coroutine[Any, Any, None]],
    environ: Mapping[str, str],
) -> None:
    """Run a server process: read its settings, set up logs, run ``main``.

    A StartError is one line on stderr and exit code 2: starting again won't help. A database that can't be used is one
    line, its cause in the log, and exit code 1.
    """
    try:
        settings = read(environ)
        configure_logging(settings.server.log_level)
        asyncio.run(main(settings))
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except DatabaseError as error:
        log.error("start_failed", exc_info=error)
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _interceptors(verifier: Verifier, services: Sequence[Service]) -> list[grpc.aio.ServerInterceptor]:
    internal = frozenset[str]().union(*(service.internal_methods for service in services))
    arounds = [access_log, map_errors, authenticate(verifier, internal), enforce_deadline]
    return [CallInterceptor(arounds), CodecInterceptor()]


def _described(services: Sequence[Service]) -> tuple[str, ...]:
    health_name = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
    return (*(service.descriptor.full_name for service in services), health_name, reflection.SERVICE_NAME)


def _bind(grpc_server: grpc.aio.Server, settings: ServerSettings) -> int:
    try:
        return grpc_server.add_insecure_port(settings.address)
    except RuntimeError:
        raise StartError(f"the {settings.name} server can't listen on {settings.address}: is it in use?") from None
