"""One service calling another: what goes along, what comes back, what is tried again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from services.runtime import clients
from services.runtime.clients import InnerChannel
from services.runtime.context import current_call, current_caller, language, remaining_seconds, request_id
from services.runtime.errors import FailedPrecondition, FieldViolation, Unavailable
from services.runtime.status import from_rpc_error
from services.runtime.tokens import ServiceTokens, SigningKey
from tests.integration.runtime.echo import SECRET, Client, Echo, Text, bearer, failure, serving

Inner = Callable[[InnerChannel, Client], Awaitable[Any]]


@asynccontextmanager
async def chain(inner: Echo, call: Inner, tokens: ServiceTokens | None = None) -> AsyncIterator[Client]:
    """A client of an outer server whose ``say`` makes a call to an inner server."""
    async with serving(inner) as (server, _), outer_of(f"127.0.0.1:{server.port}", call, tokens) as client:
        yield client


@asynccontextmanager
async def outer_of(address: str, call: Inner, tokens: ServiceTokens | None = None) -> AsyncIterator[Client]:
    channel = InnerChannel(address, "EchoService", tokens)
    stub = Client(channel.channel)

    async def say(_request: Any, _context: Any) -> Any:
        return await call(channel, stub)

    try:
        async with serving(Echo(say=say)) as (_, client):
            yield client
    finally:
        await channel.close()


def plain(**options: Any) -> Inner:
    return lambda channel, stub: channel.call(stub.say, Text(value="?"), **options)


async def describe(_request: Any, _context: Any) -> Any:
    caller = current_caller()
    return Text(value=f"{caller.user_id} {caller.service} {request_id()} {language()} {remaining_seconds() < 5}")


async def test_identity_request_id_language_and_deadline_go_along() -> None:
    metadata = bearer(x_request_id="r-9", accept_language="zh", x_envoy_expected_rq_timeout_ms="3000")
    async with chain(Echo(say=describe), plain()) as client:
        assert (await client.say(Text(), metadata=metadata)).value == "alice None r-9 zh True"


async def test_an_internal_call_shows_the_servers_own_token_for_the_same_owner() -> None:
    tokens = ServiceTokens(SigningKey(SECRET.encode()), "codegen", "qlib-ui")

    async def call(channel: InnerChannel, stub: Client) -> Any:
        return await channel.call(stub.say_internally, Text(), as_service=True)

    async with chain(Echo(say_internally=describe), call, tokens) as client:
        answer = await client.say(Text(), metadata=bearer(x_request_id="r-10"))
    assert answer.value.startswith("alice codegen r-10 ")


async def test_a_channel_without_a_key_cannot_call_as_a_service() -> None:
    async with chain(Echo(), plain(as_service=True)) as client:
        assert (await failure(client.say(Text(), metadata=bearer()))).code() is grpc.StatusCode.INTERNAL


async def test_a_call_without_time_left_is_not_made() -> None:
    flaky = Flaky(0)

    async def call(channel: InnerChannel, stub: Client) -> Any:
        current_call().deadline = 0.0
        return await channel.call(stub.say, Text())

    async with chain(Echo(say=flaky.say), call) as client:
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), flaky.calls) == (grpc.StatusCode.DEADLINE_EXCEEDED, 0)


async def test_a_refused_token_of_our_own_is_our_defect() -> None:
    tokens = ServiceTokens(SigningKey(b"another secret, also longer than 32 bytes"), "codegen", "qlib-ui")
    async with chain(Echo(), plain(as_service=True), tokens) as client:
        assert (await failure(client.say(Text(), metadata=bearer()))).code() is grpc.StatusCode.INTERNAL


async def test_an_inner_error_reaches_the_outer_caller_unchanged() -> None:
    problem = FieldViolation("nodes[1].type", "expected INDICATOR, received X", "UNKNOWN_TYPE")

    async def say(_request: Any, _context: Any) -> Any:
        raise FailedPrecondition("it is not sound", reason="LOGIC_FLOW_INVALID", violations=[problem])

    async with chain(Echo(say=say), plain()) as client:
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), error.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "it is not sound")
    assert dict(error.trailing_metadata())["x-http-status"] == "422"
    received = from_rpc_error(error)
    assert received is not None
    assert (received.reason, received.violations) == ("LOGIC_FLOW_INVALID", (problem,))


async def test_an_answer_without_our_details_keeps_its_status() -> None:
    async def say(_request: Any, context: Any) -> Any:
        await context.abort(grpc.StatusCode.NOT_FOUND, "private")

    async with chain(Echo(say=say), plain()) as client:
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "EchoService answered NOT_FOUND")


async def test_an_inner_deadline_is_the_outer_callers_too() -> None:
    async def say(_request: Any, _context: Any) -> Any:
        await asyncio.Event().wait()

    async with chain(Echo(say=say), plain()) as client:
        error = await failure(client.say(Text(), metadata=bearer(x_envoy_expected_rq_timeout_ms="100")))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_service_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        async with outer_of(f"127.0.0.1:{port}", plain(read=True)) as client:
            error = await failure(client.say(Text(), metadata=bearer()))
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert error.details() == "EchoService is not available; try again in a moment"


class Flaky:
    """Unavailable at first, as a server that is being replaced."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    async def say(self, request: Any, _context: Any) -> Any:
        self.calls += 1
        if self.calls <= self.failures:
            raise Unavailable("not yet")
        return request


@pytest.mark.parametrize(
    ("failures", "read", "needed_seconds", "calls", "served"),
    [(1, True, 0.2, 2, True), (2, True, 0.2, 2, False), (1, False, 0.2, 1, False), (1, True, 60, 1, False)],
    ids=["a read once more", "but only once", "never a write", "nor too late"],
)
async def test_what_is_tried_again(
    failures: int, read: bool, needed_seconds: float, calls: int, served: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "RETRY_SECONDS", needed_seconds)
    flaky = Flaky(failures)
    async with chain(Echo(say=flaky.say), plain(read=read)) as client:
        call = client.say(Text(), metadata=bearer())
        if served:
            assert (await call).value == "?"
        else:
            assert (await failure(call)).code() is grpc.StatusCode.UNAVAILABLE
    assert flaky.calls == calls


async def test_a_read_survives_the_restart_of_the_inner_server() -> None:
    async with serving() as (first, _):
        port = first.port
        async with outer_of(f"127.0.0.1:{port}", plain(read=True)) as client:
            await client.say(Text(), metadata=bearer())
            await first.stop()
            async with serving(address=f"127.0.0.1:{port}"):
                assert (await client.say(Text(), metadata=bearer())).value == "?"
