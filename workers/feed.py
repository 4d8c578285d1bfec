"""Tells a test's progress at a bounded rate, whether Redis is there or not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from redis import Redis, RedisError

from workers.progress import ProgressPoint, ProgressWriter, finish, is_cancel_requested

_LOG = logging.getLogger(__name__)
_EVENT_SECONDS = 0.05
_AWAY_SECONDS = 1.0
_TRADING_PERCENT, _MEASURED_PERCENT = 5.0, 95.0


class ProgressFeed:
    """The progress of one attempt.

    At most 20 events a second, each with every day since the last. While Redis is away nothing is lost but time:
    the days wait, and Redis is tried once a second.
    """

    def __init__(self, redis: Redis, test_id: str, attempt: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._test_id = test_id
        self._writer = ProgressWriter(redis, test_id, attempt)
        self._clock = clock
        self._waiting: list[ProgressPoint] = []
        self._news: tuple[str, str] | None = ("PREPARING", "Loading the strategy and its data")
        self._days = self._done = 0
        self._next_event = self._back_at = 0.0

    def add_day(self, number: int, total: int, point: ProgressPoint) -> None:
        """Day ``number`` of ``total`` is finished."""
        self._done, self._days = number, total
        self._waiting.append(point)
        self._news = ("TRADING", f"Day {number} of {total}")

    def end_trading(self) -> None:
        """All days are finished and measured."""
        self._done = self._days
        self._news = ("SAVING", "Saving the result")

    def flush(self) -> None:
        """Tell what is new, if there is anything and it is time for an event."""
        now = self._clock()
        if self._news is None or now < max(self._next_event, self._back_at):
            return
        self._next_event = now + _EVENT_SECONDS
        stage, message = self._news
        if self._tell(lambda: self._writer.append(stage, self._percent(), message, tuple(self._waiting))) is not None:
            self._waiting.clear()
            self._news = None

    def finish(self, status: str, metrics: dict[str, Any] | None = None, error_message: str | None = None) -> None:
        """Tell the end; where Redis is away watchers learn it from the database."""
        self._back_at = 0.0
        points = tuple(self._waiting)
        self._tell(lambda: finish(self._redis, self._test_id, status, metrics, error_message, points))

    def is_cancel_requested(self) -> bool:
        """Returns whether the owner asked to cancel the test; False while Redis is away."""
        return self._clock() >= self._back_at and bool(
            self._tell(lambda: is_cancel_requested(self._redis, self._test_id))
        )

    def _percent(self) -> float:
        if not self._days:
            return 0.0
        part = min(self._done / self._days, 1.0)
        return round(_TRADING_PERCENT + part * (_MEASURED_PERCENT - _TRADING_PERCENT), 1)

    def _tell(self, act: Callable[[], bool | None]) -> bool | None:
        """What ``act`` returns, True for None; None while Redis is away."""
        try:
            result = act()
        except RedisError as problem:
            _LOG.warning("Redis is away, progress waits: %s", type(problem).__name__)
            self._back_at = self._clock() + _AWAY_SECONDS
            return None
        return True if result is None else result
