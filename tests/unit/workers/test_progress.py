"""Progress streams: sequences that grow over attempts and restarts, one last event, waiting readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from redis import Redis
from redis import asyncio as aioredis

from tests.support.redis import RedisServer, running_redis
from workers.feed import ProgressFeed
from workers.progress import (
    TERMINAL_SEQUENCE,
    ProgressPoint,
    ProgressWriter,
    finish,
    is_cancel_requested,
    read_events,
    request_cancel,
    stream_key,
)

DAY = ProgressPoint("2024-01-02", 100_000.0, 100_100.0)
NEXT_DAY = ProgressPoint("2024-01-03", 100_500.0)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as running:
        yield running


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with server.client() as client:
        client.flushall()
        yield client


@pytest.fixture
async def reader(server: RedisServer) -> AsyncIterator[aioredis.Redis]:
    async with aioredis.Redis.from_url(server.url) as client:
        yield client


@pytest.fixture
def test_id() -> str:
    return str(uuid4())


async def test_events_come_back_as_they_were_written(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    ProgressWriter(redis, test_id, 1).append("TRADING", 40.5, "Day 2 of 5", (DAY, NEXT_DAY))
    (event,) = await read_events(reader, test_id, 0, 0)
    assert (event.stage, event.percent, event.message) == ("TRADING", 40.5, "Day 2 of 5")
    assert event.points == (DAY, NEXT_DAY)
    assert not event.is_terminal


async def test_sequences_grow_over_attempts(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    for attempt in (1, 2):
        writer = ProgressWriter(redis, test_id, attempt)
        writer.append("TRADING", 1.0, "")
        writer.append("TRADING", 2.0, "")
    sequences = [event.sequence for event in await read_events(reader, test_id, 0, 0)]
    assert sequences == [1_000_001, 1_000_002, 2_000_001, 2_000_002]


async def test_sequences_go_on_after_redis_forgot(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    writer = ProgressWriter(redis, test_id, 1)
    writer.append("TRADING", 1.0, "")
    redis.flushall()
    writer.append("TRADING", 2.0, "")
    assert [event.sequence for event in await read_events(reader, test_id, 1_000_001, 0)] == [1_000_002]


async def test_a_reader_sees_only_what_it_has_not_seen(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    writer = ProgressWriter(redis, test_id, 1)
    for percent in (1.0, 2.0, 3.0):
        writer.append("TRADING", percent, "")
    events = await read_events(reader, test_id, 1_000_001, 0)
    assert [event.percent for event in events] == [2.0, 3.0]


async def test_a_reader_waits_for_the_first_event(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    waiting = asyncio.create_task(read_events(reader, test_id, 0, 10_000))
    await asyncio.sleep(0)
    assert not waiting.done()
    await asyncio.to_thread(ProgressWriter(redis, test_id, 1).append, "TRADING", 1.0, "")
    assert len(await asyncio.wait_for(waiting, 10)) == 1


async def test_a_reader_waits_no_longer_than_asked(reader: aioredis.Redis, test_id: str) -> None:
    assert await read_events(reader, test_id, 0, 20) == []


async def test_the_last_event_comes_once(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    finish(redis, test_id, "COMPLETED", {"total_return": 0.1})
    finish(redis, test_id, "CANCELLED")
    (event,) = await read_events(reader, test_id, 0, 0)
    assert (event.sequence, event.status, event.metrics) == (TERMINAL_SEQUENCE, "COMPLETED", {"total_return": 0.1})
    assert event.is_terminal


def test_streams_do_not_stay_for_ever(redis: Redis, test_id: str) -> None:
    finish(redis, test_id, "FAILED", error_message="no")
    assert 0 < redis.ttl(stream_key(test_id)) <= 24 * 3600


def test_a_cancel_request_is_seen(redis: Redis, test_id: str) -> None:
    assert not is_cancel_requested(redis, test_id)
    request_cancel(redis, test_id)
    assert is_cancel_requested(redis, test_id)


async def test_the_feed_tells_every_day_in_few_events(redis: Redis, reader: aioredis.Redis, test_id: str) -> None:
    clock = Clock()
    feed = ProgressFeed(redis, test_id, 1, clock)
    for number in range(1, 101):
        feed.add_day(number, 100, ProgressPoint(f"day {number}", float(number)))
        feed.flush()
        clock.now += 0.01
    feed.finish("COMPLETED", {})
    events = await read_events(reader, test_id, 0, 0)
    assert [point.portfolio_value for event in events for point in event.points] == [float(n) for n in range(1, 101)]
    assert len(events) <= 1.0 * 20 + 2
    percents = [event.percent for event in events if event.percent is not None]
    assert percents == sorted(percents)
    assert percents[-1] == 100.0


async def test_a_feed_loses_nothing_while_redis_is_away(test_id: str) -> None:
    clock = Clock()
    with running_redis() as server:
        feed = ProgressFeed(server.client(), test_id, 1, clock)
        feed.add_day(1, 3, DAY)
        feed.flush()
        server.stop()
        clock.now += 1.0
        feed.add_day(2, 3, NEXT_DAY)
        feed.flush()
        assert not feed.is_cancel_requested()
        server.start()
        clock.now += 2.0
        feed.flush()
        async with aioredis.Redis.from_url(server.url) as reader:
            (event,) = await read_events(reader, test_id, 0, 0)
        assert event.points == (NEXT_DAY,)
        assert event.sequence > 1_000_001


async def test_a_feed_whose_redis_never_was_there_does_not_fail(test_id: str) -> None:
    feed = ProgressFeed(Redis(host="127.0.0.1", port=1), test_id, 1)
    feed.add_day(1, 1, DAY)
    feed.flush()
    feed.finish("COMPLETED", {})
    assert not feed.is_cancel_requested()
