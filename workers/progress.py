"""Progress of quick tests over Redis Streams, and requests to cancel them.

Free of numpy and Qlib: servers import it. Redis may forget everything at any time: the database is the truth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from redis import Redis
from redis import asyncio as aioredis
from redis.exceptions import ResponseError

TERMINAL_SEQUENCE = 2_147_483_647
"""Sequence of a test's last event, so that a watcher that has seen it is known without Redis."""

_ATTEMPT_STRIDE = 1_000_000
_KEEP_EVENTS = 10_000
_KEEP_SECONDS = 24 * 3600
_READ_AT_ONCE = 500
_FIELD = "event"


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """One finished day.

    Attributes:
        trading_day: ISO.
        portfolio_value: In money, as is ``benchmark_value``.
    """

    trading_day: str
    portfolio_value: float
    benchmark_value: float | None = None


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One event of a test.

    Attributes:
        sequence: Grows with each event of a test, over all its attempts.
        stage: UPPER_SNAKE_CASE.
        percent: 0 to 100.
        points: Every day since the event before.
        status: COMPLETED, FAILED or CANCELLED, only in the last event; ``metrics`` and ``error_message`` go with it.
    """

    sequence: int
    stage: str | None = None
    percent: float | None = None
    message: str | None = None
    points: tuple[ProgressPoint, ...] = ()
    status: str | None = None
    metrics: Mapping[str, Any] | None = None
    error_message: str | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether no event follows."""
        return self.status is not None


def stream_key(test_id: str) -> str:
    """Returns the key of a test's stream."""
    return f"sb:progress:{test_id}"


def cancel_key(test_id: str) -> str:
    """Returns the key that says a test is to be cancelled."""
    return f"sb:cancel:{test_id}"


class ProgressWriter:
    """Writes the events of one attempt; every method may raise redis.RedisError."""

    def __init__(self, redis: Redis, test_id: str, attempt: int) -> None:
        self._redis = redis
        self._test_id = test_id
        self._sequence = attempt * _ATTEMPT_STRIDE

    def append(self, stage: str, percent: float, message: str, points: tuple[ProgressPoint, ...] = ()) -> None:
        """Write an event. One that failed may be in the stream or not; its sequence isn't used again."""
        self._sequence += 1
        _write(self._redis, self._test_id, ProgressEvent(self._sequence, stage, percent, message, points))


def finish(
    redis: Redis,
    test_id: str,
    status: str,
    metrics: Mapping[str, Any] | None = None,
    error_message: str | None = None,
    points: tuple[ProgressPoint, ...] = (),
) -> None:
    """Write a test's last event; does nothing where the stream has one. Blocking; may raise redis.RedisError."""
    event = ProgressEvent(
        TERMINAL_SEQUENCE, status, 100.0, points=points, status=status, metrics=metrics, error_message=error_message
    )
    try:
        _write(redis, test_id, event)
    except ResponseError as problem:
        if "equal or smaller" not in str(problem):
            raise


def _write(redis: Redis, test_id: str, event: ProgressEvent) -> None:
    values = {name: value for name, value in asdict(event).items() if value is not None and value != ()}
    with redis.pipeline(transaction=True) as pipeline:
        pipeline.xadd(stream_key(test_id), {_FIELD: json.dumps(values)}, id=f"{event.sequence}-0", maxlen=_KEEP_EVENTS)
        pipeline.expire(stream_key(test_id), _KEEP_SECONDS)
        pipeline.execute()


async def read_events(redis: aioredis.Redis, test_id: str, after_sequence: int, block_ms: int) -> list[ProgressEvent]:
    """Returns the events after a sequence, in order, waiting for the first one for at most ``block_ms``.

    Args:
        block_ms: 0 returns at once.

    Raises:
        redis.RedisError: Redis can't be reached; what the test did meanwhile is in the database.
    """
    key = stream_key(test_id)
    answer = await redis.xread({key: f"{after_sequence}-0"}, count=_READ_AT_ONCE, block=block_ms or None)
    streams = answer.items() if isinstance(answer, dict) else answer or ()
    return [_event(fields) for _, entries in streams for _, fields in _flat(entries)]


def _flat(entries: Any) -> list[tuple[Any, Mapping[Any, Any]]]:
    """Redis clients of protocol 3 wrap a stream's entries in one more list."""
    return entries[0] if entries and isinstance(entries[0], list) else entries


def _event(fields: Mapping[Any, Any]) -> ProgressEvent:
    (content,) = fields.values()
    values = json.loads(content)
    points = tuple(ProgressPoint(**point) for point in values.pop("points", ()))
    return ProgressEvent(**values, points=points)


def request_cancel(redis: Redis, test_id: str) -> None:
    """Ask the worker that runs a test to stop it; the row is CANCELLED already. May raise redis.RedisError."""
    redis.set(cancel_key(test_id), "1", ex=_KEEP_SECONDS)


def is_cancel_requested(redis: Redis, test_id: str) -> bool:
    """Returns whether a test is to be cancelled. May raise redis.RedisError."""
    return bool(redis.exists(cancel_key(test_id)))
