"""Health, reflection, limits, start and stop of a server."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from services.runtime import server as server_module
from services.runtime.health import HealthMonitor
from services.runtime.server import Service, create_server
from services.runtime.variables import StartError
from tests.integration.runtime.conftest import LogLines
from tests.integration.runtime.echo import (
    DESCRIPTOR,
    NAME,
    NOT_SERVING,
    SERVING,
    SETTINGS,
    Client,
    Echo,
    Text,
    bearer,
    failure,
    serving,
)


class Switch:
    """A health check that a test turns."""

    def __init__(self) -> None:
        self.outcome: bool | Exception = True

    async def check(self) -> bool:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll every 20 ms instead of every 2 s."""

    class Quick(HealthMonitor):
        def __init__(self, check: Any, services: Any) -> None:
            super().__init__(check, services, poll_seconds=0.02)

    monkeypatch.setattr(server_module, "HealthMonitor", Quick)


@pytest.mark.usefixtures("quick_polls")
@pytest.mark.parametrize("failing", [False, ValueError("broken")], ids=["false", "raising"])
@pytest.mark.parametrize("service", ["", NAME])
async def test_health_follows_the_check_and_recovers(service: str, failing: bool | Exception) -> None:
    switch = Switch()
    async with serving(health=switch.check) as (_, client):
        health = client.watch_health(service)
        await health.until(SERVING)
        switch.outcome = failing
        await health.until(NOT_SERVING)
        switch.outcome = True
        await health.until(SERVING)
        health.cancel()


@pytest.mark.usefixtures("quick_polls")
async def test_a_check_that_hangs_has_failed() -> None:
    async with serving(health=asyncio.Event().wait) as (_, client):
        answer = await client.health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == NOT_SERVING


async def test_a_server_that_cannot_work_says_so_from_its_first_answer() -> None:
    switch = Switch()
    switch.outcome = False
    async with serving(health=switch.check) as (_, client):
        answer = await client.health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == NOT_SERVING


def reflected(client: Client, request: Any) -> Any:
    channel: Any = client.channel  # the stubs know blocking channels only
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    return stub.ServerReflectionInfo(iter([request]))


async def listed(client: Client) -> list[str]:
    (answer,) = [answer async for answer in reflected(client, reflection_pb2.ServerReflectionRequest(list_services=""))]
    return [service.name for service in answer.list_services_response.service]


async def test_reflection_lists_the_service_and_describes_it() -> None:
    async with serving() as (_, client):
        assert NAME in await listed(client)
        request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=NAME)
        (answer,) = [answer async for answer in reflected(client, request)]
    names = [FileDescriptorProto.FromString(raw).name for raw in answer.file_descriptor_response.file_descriptor_proto]
    assert DESCRIPTOR.file.name in names


async def test_reflection_can_be_switched_off() -> None:
    async with serving(reflection=False) as (_, client):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await listed(client)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_stopping_lets_running_calls_end_and_takes_no_new_ones(log_lines: LogLines) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def say(request: Any, _context: Any) -> Any:
        entered.set()
        await release.wait()
        return request

    async with serving(Echo(say=say), shutdown_grace=30.0) as (server, client):
        running = client.say(Text(value="kept"), metadata=bearer())
        await asyncio.wait_for(entered.wait(), 10)
        health = client.watch_health(NAME)
        await health.until(SERVING)
        stopping = asyncio.create_task(server.stop())
        await health.until(NOT_SERVING)
        health.cancel()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as late:
            error = await failure(Client(late).say(Text(), metadata=bearer()))
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert not stopping.done()
        release.set()
        assert (await running).value == "kept"
        await asyncio.wait_for(stopping, 20)
    assert log_lines.of("stopped")


async def test_calls_that_outlast_the_grace_are_cancelled() -> None:
    entered, cancelled = asyncio.Event(), asyncio.Event()

    async def say(_request: Any, _context: Any) -> Any:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with serving(Echo(say=say), shutdown_grace=0.1) as (server, client):
        running = asyncio.create_task(failure(client.say(Text(), metadata=bearer())))
        await asyncio.wait_for(entered.wait(), 10)
        await server.stop()
        await asyncio.wait_for(cancelled.wait(), 10)
        assert (await running).code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


async def test_more_calls_than_the_limit_are_refused() -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def say(request: Any, _context: Any) -> Any:
        entered.set()
        await release.wait()
        return request

    async with serving(Echo(say=say), concurrent_calls=1) as (_, client):
        running = asyncio.ensure_future(client.say(Text(), metadata=bearer()))
        await asyncio.wait_for(entered.wait(), 10)
        error = await failure(client.say(Text(), metadata=bearer()))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        release.set()
        await running


async def test_a_message_over_four_mebibytes_is_refused_and_one_below_is_served() -> None:
    async with serving() as (server, client):
        error = await failure(client.say(Text(value="x" * (4 * 1024 * 1024 + 1)), metadata=bearer()))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        large = Text(value="x" * (4 * 1024 * 1024 - 100))
        options = [("grpc.max_receive_message_length", -1)]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel:
            assert await Client(channel).say(large, metadata=bearer()) == large


async def test_an_address_in_use_is_a_start_error() -> None:
    async with serving() as (server, _):
        settings = SETTINGS.__class__(SETTINGS.name, f"127.0.0.1:{server.port}", SETTINGS.jwt)
        with pytest.raises(StartError, match=f"can't listen on 127.0.0.1:{server.port}"):
            await create_server(settings, [Echo().service()])


def test_client_streaming_is_noticed() -> None:
    reflecting: Any = reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"]
    with pytest.raises(ValueError, match="client streaming"):
        Service(reflecting, lambda _servicer, _server: None, None)


def test_a_misspelt_internal_method_is_noticed() -> None:
    with pytest.raises(ValueError, match="Typo"):
        Service(DESCRIPTOR, lambda _servicer, _server: None, None, internal=frozenset({"Typo"}))
