"""A quick test's progress as one watcher sees it: events from Redis while it has them, the database for the rest."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from repo.records import JsonObject, QuickTestRecord, QuickTestResult
from repo.unit_of_work import UnitOfWork
from services.quicktest.runs import ENDED, QuickTests
from services.quicktest.transport import Transport
from services.runtime.database import AsyncDatabase
from workers.progress import TERMINAL_SEQUENCE, ProgressEvent, ProgressPoint

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 1.0
_REST_OF_DAYS = TERMINAL_SEQUENCE - 1
_LAST_NEWS = TERMINAL_SEQUENCE - 2


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One event of the stream; what is None is not sent. ``status`` is in the first and in the last event."""

    sequence: int
    stage: str | None = None
    percent: float | None = None
    message: str | None = None
    points: tuple[ProgressPoint, ...] = ()
    status: str | None = None
    metrics: JsonObject | None = None
    error_message: str | None = None
    heartbeat: bool = False


@dataclass(slots=True)
class Watcher:
    """Follows one test for one caller until it has ended.

    Redis is read from the start of the test's stream, also for a caller who returns: so it is known which days the
    caller has, and none is told twice, neither after a retry of the test nor when Redis has forgotten a part.

    Attributes:
        told: The last sequence that the caller has.
        read: The last sequence read from Redis.
        days: The days that the caller has.
    """

    tests: QuickTests
    database: AsyncDatabase[UnitOfWork]
    transport: Transport
    clock: Callable[[], float] = field(default=time.monotonic)
    told: int = 0
    read: int = 0
    days: set[str] = field(default_factory=set)

    async def follow(self, test_id: str, owner: str, after_sequence: int) -> AsyncGenerator[WatchEvent, None]:
        """Yields the current state, every event after ``after_sequence``, heartbeats, and the terminal event.

        A test that has ended has no state but the terminal event. Yields nothing at all where the caller has seen that.

        Raises:
            NotFound: The owner has no such test.
        """
        record = await self.tests.read(test_id, owner)
        if after_sequence >= TERMINAL_SEQUENCE:
            return
        self.told = after_sequence
        spoken = self.clock()
        if record.status not in ENDED:
            yield WatchEvent(self.told, status=record.status, message=_state(record))
        while True:
            ended = record.status in ENDED
            batch = await self.transport.events(test_id, self.read, 0.0 if ended else POLL_SECONDS)
            news = self._news(batch)
            if news is None and self.clock() - spoken >= HEARTBEAT_SECONDS:
                news = WatchEvent(self.told, heartbeat=True)
            if news is not None:
                spoken = self.clock()
                yield news
            if ended and not batch:
                break
            if not batch or batch[-1].is_terminal:
                record = await self.tests.read(test_id, owner)
        if record.status == "COMPLETED" and after_sequence < _REST_OF_DAYS:
            rest = await self._rest_of_days(test_id)
            if rest:
                yield WatchEvent(_REST_OF_DAYS, stage="COMPLETED", percent=100.0, points=rest)
        yield _terminal(record)

    def _news(self, batch: Sequence[ProgressEvent]) -> WatchEvent | None:
        """Returns what is new to the caller in one event; the end itself is told from the database."""
        points: list[ProgressPoint] = []
        latest: ProgressEvent | None = None
        for event in batch:
            self.read = event.sequence
            if min(event.sequence, _LAST_NEWS) > self.told:
                points += [point for point in event.points if point.trading_day not in self.days]
                latest = event if event.points or not event.is_terminal else latest
            self.days.update(point.trading_day for point in event.points)
        if latest is None:
            return None
        self.told = min(latest.sequence, _LAST_NEWS)
        return WatchEvent(self.told, latest.stage, latest.percent, latest.message, tuple(points))

    async def _rest_of_days(self, test_id: str) -> tuple[ProgressPoint, ...]:
        """Returns the days that Redis has forgotten or never heard of."""
        result = await self.database.run(lambda uow: uow.quick_tests.get_result(test_id))
        return tuple(point for point in _points(result) if point.trading_day not in self.days)


def _points(result: QuickTestResult | None) -> list[ProgressPoint]:
    curve = result.equity_curve if result is not None else ()
    return [
        ProgressPoint(point["trading_day"], point["portfolio_value"], point.get("benchmark_value")) for point in curve
    ]


def _state(record: QuickTestRecord) -> str:
    return "Waiting for a worker." if record.status == "PENDING" else "Running."


def _terminal(record: QuickTestRecord) -> WatchEvent:
    return WatchEvent(
        sequence=TERMINAL_SEQUENCE,
        stage=record.status,
        percent=100.0 if record.status == "COMPLETED" else None,
        status=record.status,
        metrics=record.metrics_summary,
        error_message=record.error_message,
    )
