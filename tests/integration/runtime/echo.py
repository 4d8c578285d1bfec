"""A small real service on a real server: what it does is given by each test as coroutines and generators."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2, wrappers_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.health import HealthCheck, always_healthy
from services.runtime.server import Server, Service, create_server
from services.runtime.settings import JwtSettings, ServerSettings
from services.runtime.tokens import issue_token

SECRET = "a secret of the tests, longer than 32 bytes"
NAME = "runtimetest.v1.EchoService"
SETTINGS = ServerSettings(
    "echo", "127.0.0.1:0", JwtSettings("strategy-builder", "qlib-ui", SECRET.encode()), shutdown_grace=2.0
)
ALICE = issue_token(SECRET, user="alice")

Text = wrappers_pb2.StringValue
Struct = struct_pb2.Struct
Unary = Callable[[Any, Any], Awaitable[Any]]
Stream = Callable[[Any, Any], AsyncIterator[Any]]


def _describe() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="runtimetest/v1/echo.proto",
        package="runtimetest.v1",
        dependency=["google/protobuf/wrappers.proto", "google/protobuf/struct.proto"],
        syntax="proto3",
    )
    service = file.service.add(name="EchoService")
    for name, kind, streams in (
        ("Say", "StringValue", False),
        ("SayInternally", "StringValue", False),
        ("Watch", "StringValue", True),
        ("Shape", "Struct", False),
    ):
        full = f".google.protobuf.{kind}"
        service.method.add(name=name, input_type=full, output_type=full, server_streaming=streams)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindServiceByName(NAME)


DESCRIPTOR = _describe()


async def say_again(request: Any, _context: Any) -> Any:
    return request


async def say_twice(request: Any, _context: Any) -> AsyncIterator[Any]:
    yield request
    yield request


@dataclass(frozen=True)
class Echo:
    """The behaviours of the service's methods."""

    say: Unary = say_again
    say_internally: Unary = say_again
    watch: Stream = say_twice
    shape: Unary = say_again

    def service(self) -> Service:
        return Service(DESCRIPTOR, _add, self, internal=frozenset({"SayInternally"}))


def _add(echo: Echo, server: grpc.aio.Server) -> None:
    text: dict[str, Any] = {
        "request_deserializer": Text.FromString,
        "response_serializer": Text.SerializeToString,
    }
    handlers = {
        "Say": grpc.unary_unary_rpc_method_handler(echo.say, **text),
        "SayInternally": grpc.unary_unary_rpc_method_handler(echo.say_internally, **text),
        "Watch": grpc.unary_stream_rpc_method_handler(echo.watch, **text),
        "Shape": grpc.unary_unary_rpc_method_handler(echo.shape, Struct.FromString, Struct.SerializeToString),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(NAME, handlers)])


SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class HealthWatch:
    """Follows the health of a service by the standard Watch call."""

    def __init__(self, channel: grpc.aio.Channel, service: str) -> None:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        self._call = stub.Watch(health_pb2.HealthCheckRequest(service=service))

    async def until(self, status: Any) -> None:
        """Wait until the service has this status."""
        async with asyncio.timeout(20):
            while (await self._call.read()).status != status:
                pass

    def cancel(self) -> None:
        self._call.cancel()


class Client:
    """The service as a client sees it; ``raw`` sends bytes as they are."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        def unary(name: str, kind: Any) -> Any:
            return channel.unary_unary(f"/{NAME}/{name}", kind.SerializeToString, kind.FromString)

        self.channel = channel
        self.health: Any = health_pb2_grpc.HealthStub(channel)
        self.say = unary("Say", Text)
        self.say_internally = unary("SayInternally", Text)
        self.shape = unary("Shape", Struct)
        self.watch: Any = channel.unary_stream(f"/{NAME}/Watch", Text.SerializeToString, Text.FromString)

    def watch_health(self, service: str = "") -> HealthWatch:
        return HealthWatch(self.channel, service)

    def raw(self, name: str) -> Any:
        return self.channel.unary_unary(f"/{NAME}/{name}")

    def raw_stream(self, name: str) -> Any:
        return self.channel.unary_stream(f"/{NAME}/{name}")


@asynccontextmanager
async def serving(
    echo: Echo | None = None, *, health: HealthCheck = always_healthy, **changes: Any
) -> AsyncIterator[tuple[Server, Client]]:
    """A started server on a free port and a client of it; both are gone afterwards."""
    settings = replace(SETTINGS, **changes)
    server, port = await create_server(settings, [(echo or Echo()).service()], health=health)
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield server, Client(channel)
    finally:
        await server.stop()


def bearer(token: str = ALICE, **more: str) -> tuple[tuple[str, str], ...]:
    """Metadata with a token and whatever else, underscores for dashes."""
    return (("authorization", f"Bearer {token}"), *((key.replace("_", "-"), value) for key, value in more.items()))


async def failure(call: Any) -> grpc.aio.AioRpcError:
    """Await a call or drain a stream that must fail, and return its error."""
    try:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError("the call succeeded")
