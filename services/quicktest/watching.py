"""A quick test's progress as one watcher sees it: events from Redis while it has them, the database for the rest."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from repo.records import JsonObject, QuickTestRecord, QuickTestResult
from repo.unit_of_work import UnitOfWork
from services.quicktest.runs import ENDED, QuickTests
from services.quicktest.transport import Transport
from services.runtime.database import AsyncDatabase
from workers.progress import TERMINAL_SEQUENCE, ProgressEvent, ProgressPoint

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 1.0


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

    Attributes:
        sequence: The last sequence that the caller has seen.
    """

    tests: QuickTests
    database: AsyncDatabase[UnitOfWork]
    transport: Transport
    clock: Callable[[], float] = field(default=time.monotonic)
    sequence: int = 0

    async def follow(self, test_id: str, owner: str, after_sequence: int) -> AsyncIterator[WatchEvent]:
        """Yields the current state, every event after ``after_sequence``, heartbeats, and the terminal event.

        Yields nothing at all where the caller has seen the terminal event already.

        Raises:
            NotFound: The owner has no such test.
        """
        record = await self.tests.read(test_id, owner)
        if after_sequence >= TERMINAL_SEQUENCE:
            return
        self.sequence = after_sequence
        if record.status not in ENDED:
            yield WatchEvent(self.sequence, status=record.status, message=_state(record))
        async for event in self._until_ended(record):
            yield event

    async def _until_ended(self, record: QuickTestRecord) -> AsyncIterator[WatchEvent]:
        spoken = self.clock()
        while True:
            ended = record.status in ENDED
            for event in await self.transport.events(record.id, self.sequence, 0.0 if ended else POLL_SECONDS):
                self.sequence, spoken = event.sequence, self.clock()
                yield _from_progress(event)
                if event.sequence >= TERMINAL_SEQUENCE:
                    return
            if ended:
                break
            if self.clock() - spoken >= HEARTBEAT_SECONDS:
                spoken = self.clock()
                yield WatchEvent(self.sequence, heartbeat=True)
            record = await self.tests.read(record.id, record.user_id)
        for remaining in await self._ending_from_database(record):
            yield remaining

    async def _ending_from_database(self, record: QuickTestRecord) -> list[WatchEvent]:
        """What Redis has forgotten, or never heard: all points where the caller may lack some, then the end."""
        events = []
        result = await self.database.run(lambda uow: uow.quick_tests.get_result(record.id))
        if record.status == "COMPLETED" and result is not None:
            events.append(WatchEvent(TERMINAL_SEQUENCE - 1, stage="RUNNING", percent=100.0, points=_points(result)))
        return [*events, _terminal(record)]


def _from_progress(event: ProgressEvent) -> WatchEvent:
    return WatchEvent(
        sequence=event.sequence,
        stage=event.stage,
        percent=event.percent,
        message=event.message,
        points=event.points,
        status=event.status,
        metrics=event.metrics,
        error_message=event.error_message,
    )


def _points(result: QuickTestResult) -> tuple[ProgressPoint, ...]:
    return tuple(
        ProgressPoint(point["trading_day"], point["portfolio_value"], point.get("benchmark_value"))
        for point in result.equity_curve
    )


def _state(record: QuickTestRecord) -> str:
    return "Waiting for a worker." if record.status == "PENDING" else "Running."


def _terminal(record: QuickTestRecord) -> WatchEvent:
    return WatchEvent(
        sequence=TERMINAL_SEQUENCE,
        stage="ENDED",
        percent=100.0 if record.status == "COMPLETED" else None,
        status=record.status,
        metrics=record.metrics_summary,
        error_message=record.error_message,
    )
