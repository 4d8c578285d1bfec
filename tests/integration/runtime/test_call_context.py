"""What a handler knows of its call, and what goes back beside the reply."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from services.runtime.context import language, remaining_seconds, request_id, set_http_status
from services.runtime.errors import NotFound
from tests.integration.runtime.conftest import LogLines
from tests.integration.runtime.echo import Echo, Text, bearer, failure, serving


async def known(_request: Any, _context: Any) -> Any:
    return Text(value=f"{request_id()} {language()} {remaining_seconds():.3f}")


async def asked(**metadata: str) -> tuple[str, str, float, dict[str, Any]]:
    """Request id, language and seconds as the handler knew them, and the initial metadata of the answer."""
    async with serving(Echo(say=known)) as (_, client):
        call = client.say(Text(), metadata=bearer(**metadata))
        seen, spoken, seconds = (await call).value.split()
        return seen, spoken, float(seconds), dict(await call.initial_metadata())


async def test_a_request_id_comes_in_and_goes_out() -> None:
    seen, _, _, headers = await asked(x_request_id="trace-7.a_B")
    assert seen == headers["x-request-id"] == "trace-7.a_B"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, 'a"b', "{}"])
async def test_a_request_id_that_is_no_token_is_replaced(sent: str) -> None:
    seen, _, _, headers = await asked(x_request_id=sent)
    assert seen == headers["x-request-id"] == str(uuid.UUID(seen))


async def test_a_stream_sends_the_request_id_before_its_first_message() -> None:
    held = asyncio.Event()

    async def watch(request: Any, _context: Any) -> AsyncIterator[Any]:
        yield request
        await held.wait()

    async with serving(Echo(watch=watch)) as (_, client):
        call = client.watch(Text(), metadata=bearer(x_request_id="s1"))
        await call.read()
        assert dict(await call.initial_metadata())["x-request-id"] == "s1"
        held.set()
        assert await call.read() is grpc.aio.EOF


async def test_an_empty_stream_sends_the_request_id_too() -> None:
    async def watch(_request: Any, _context: Any) -> AsyncIterator[Any]:
        for nothing in list[Any]():
            yield nothing

    async with serving(Echo(watch=watch)) as (_, client):
        call = client.watch(Text(), metadata=bearer(x_request_id="s2"))
        assert await call.read() is grpc.aio.EOF
        assert dict(await call.initial_metadata())["x-request-id"] == "s2"


async def test_a_success_may_carry_another_http_status() -> None:
    async def say(request: Any, _context: Any) -> Any:
        set_http_status(201)
        return request

    async with serving(Echo(say=say)) as (_, client):
        call = client.say(Text(), metadata=bearer())
        await call
        assert dict(await call.initial_metadata())["x-http-status"] == "201"


async def test_a_failure_after_the_status_was_set_carries_its_own() -> None:
    async def say(_request: Any, _context: Any) -> Any:
        set_http_status(201)
        raise NotFound("gone")

    async with serving(Echo(say=say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer()))
    assert "x-http-status" not in dict(error.initial_metadata() or ())
    assert dict(error.trailing_metadata())["x-http-status"] == "404"


async def test_the_language_comes_from_the_metadata() -> None:
    assert (await asked(accept_language="de, zh-CN;q=0.9, en;q=0.8"))[1] == "zh"


async def test_a_call_has_ten_seconds_unless_its_client_or_the_gateway_allows_less() -> None:
    assert 0 < (await asked())[2] <= 10
    assert 0 < (await asked(x_envoy_expected_rq_timeout_ms="3000"))[2] <= 3
    async with serving(Echo(say=known)) as (_, client):
        reply = await client.say(Text(), metadata=bearer(), timeout=4)
    # gRPC rounds a timeout up on its way.
    assert 0 < float(reply.value.split()[2]) < 5


async def test_a_handler_that_runs_past_its_deadline_is_cancelled(log_lines: LogLines) -> None:
    cancelled = asyncio.Event()

    async def say(_request: Any, _context: Any) -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with serving(Echo(say=say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer(x_envoy_expected_rq_timeout_ms="50")))
        assert cancelled.is_set()
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert log_lines.of("call")[0]["status"] == "DEADLINE_EXCEEDED"


async def test_a_timeout_of_the_handlers_own_is_not_taken_for_the_deadline(log_lines: LogLines) -> None:
    async def say(_request: Any, _context: Any) -> Any:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()

    async with serving(Echo(say=say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer()))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert log_lines.of("unexpected_error")


async def test_a_stream_outlives_the_gateways_deadline() -> None:
    async def watch(request: Any, _context: Any) -> AsyncIterator[Any]:
        await asyncio.sleep(0.02)
        yield Text(value=f"{remaining_seconds():.0f}")

    async with serving(Echo(watch=watch)) as (_, client):
        call = client.watch(Text(), metadata=bearer(x_envoy_expected_rq_timeout_ms="1"))
        assert [message.value async for message in call] == ["10"]


async def test_a_caller_that_goes_away_cancels_the_handler(log_lines: LogLines) -> None:
    running, cancelled = asyncio.Event(), asyncio.Event()

    async def watch(request: Any, _context: Any) -> AsyncIterator[Any]:
        yield request
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with serving(Echo(watch=watch)) as (_, client):
        call = client.watch(Text(), metadata=bearer())
        await call.read()
        await asyncio.wait_for(running.wait(), 10)
        call.cancel()
        await asyncio.wait_for(cancelled.wait(), 10)
    assert log_lines.of("call")[0]["status"] == "CANCELLED"
    assert not log_lines.of("unexpected_error")


async def test_calls_do_not_see_each_others_context() -> None:
    both = asyncio.Barrier(2)

    async def say(_request: Any, _context: Any) -> Any:
        await both.wait()
        return Text(value=request_id())

    async with serving(Echo(say=say)) as (_, client):
        calls = [client.say(Text(), metadata=bearer(x_request_id=name)) for name in ("one", "two")]
        replies = await asyncio.wait_for(asyncio.gather(*calls), 10)
    assert [reply.value for reply in replies] == ["one", "two"]
