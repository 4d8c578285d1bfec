"""Runs one quick test in the process that RQ forks for it: claims the row, supervises the strategy, writes the end."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import Any

from redis import Redis, RedisError

from repo.clock import utc_now
from repo.engine import Database
from repo.errors import DatabaseError
from repo.records import QuickTestRecord, QuickTestResult
from repo.unit_of_work import UnitOfWork
from workers.feed import ProgressFeed
from workers.qlib_engine import BacktestConfig
from workers.queue import enqueue
from workers.sandbox import Walls, start_child
from workers.sandbox.kernel import die_with_parent
from workers.strategy_process import run_strategy
from workers.supervision import Ended, Ending, Supervisor

LEASE = timedelta(seconds=10)
_SAVE_SECONDS, _SAVE_PAUSE = 60.0, 0.5
_INTERNAL = "The test could not be run because of an error of the worker."
_NO_CODE = "The code of this test is no longer there."
_SYNTHETIC = "The market is synthetic: its prices are made up."
_LOG = logging.getLogger(__name__)


class _ToldToStop(BaseException):
    """The worker is shutting down."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A test that is ours, with the code that it runs, if it is still there."""

    record: QuickTestRecord
    code: str | None


@dataclass(frozen=True, slots=True)
class QuickTestRunner:
    """What RQ's forked process does with a test's id.

    Attributes:
        database: The worker's; its connections are forgotten, not closed, after the fork.
        connect_redis: Makes a client of short timeouts.
        worker_pid: The parent, which the process must not outlive.
        data_version: Of the data that this worker serves; tests of other data are left alone.
        synthetic: Whether that data is made up.
    """

    database: Database
    connect_redis: Callable[[], Redis]
    walls: Walls
    timeout: float
    worker_id: str
    worker_pid: int
    data_version: str
    synthetic: bool

    def __call__(self, test_id: str) -> None:
        """Run a test; returns once it has ended, or at once where it is not there to be claimed."""
        die_with_parent(self.worker_pid)
        self.database.dispose_after_fork()
        claimed = self.database.run(lambda unit: self._claim(unit, test_id))
        if claimed is None:
            _LOG.info("not claimed", extra={"test_id": test_id})
            return
        signal.signal(signal.SIGTERM, _stop)
        try:
            self._run(claimed)
        except _ToldToStop:
            self._hand_back(claimed.record)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _claim(self, unit: UnitOfWork, test_id: str) -> _Claimed | None:
        waiting = unit.quick_tests.get_any(test_id)
        if waiting is None or waiting.data_version != self.data_version:
            return None
        record = unit.quick_tests.claim(test_id, self.worker_id, utc_now() + LEASE)
        if record is None:
            return None
        generation = unit.generations.get(record.generation_id or "", record.user_id)
        return _Claimed(record, generation.code if generation else None)

    def _run(self, claimed: _Claimed) -> None:
        began = time.monotonic()
        feed = ProgressFeed(self.connect_redis(), claimed.record.id, claimed.record.attempt)
        try:
            ending = self._supervised(claimed, feed)
        except Exception:  # noqa: BLE001  the edge of the job
            _LOG.exception("the worker failed", extra={"test_id": claimed.record.id})
            ending = Ending(Ended.FAILED, message=_INTERNAL)
        self._end(claimed.record, ending, feed, time.monotonic() - began)

    def _supervised(self, claimed: _Claimed, feed: ProgressFeed) -> Ending:
        code = claimed.code
        if code is None:
            return Ending(Ended.FAILED, message=_NO_CODE)
        feed.flush()
        config = BacktestConfig.from_json(claimed.record.test_config)
        child = start_child(self.walls, lambda report: run_strategy(code, config, report))
        return Supervisor(child, feed, lambda: self._renew(claimed.record), self.timeout).supervise()

    def _renew(self, record: QuickTestRecord) -> bool:
        """Whether the test is still ours; while the database is away it is, for all we know."""
        until = utc_now() + LEASE
        try:
            return self.database.run(
                lambda unit: unit.quick_tests.renew_lease(record.id, record.attempt, self.worker_id, until)
            )
        except DatabaseError as problem:
            _LOG.warning("the lease could not be renewed: %s", problem, extra={"test_id": record.id})
            return True

    def _end(self, record: QuickTestRecord, ending: Ending, feed: ProgressFeed, seconds: float) -> None:
        """Write the end to the database, then to the watchers; nothing where the test is no longer ours."""
        _LOG.info("ended", extra={"test_id": record.id, "how": ending.how.name, "seconds": round(seconds, 3)})
        if ending.how in (Ended.CANCELLED, Ended.LEASE_LOST):
            return
        if self._save(record, ending, seconds):
            metrics = ending.outcome["metrics"] if ending.outcome else None
            feed.finish("COMPLETED" if ending.outcome else "FAILED", metrics, ending.message)

    def _save(self, record: QuickTestRecord, ending: Ending, seconds: float) -> bool:
        """Whether the end could be written; a database that is away is waited for."""
        gives_up = time.monotonic() + _SAVE_SECONDS
        while True:
            try:
                return self.database.run(lambda unit: self._finish(unit, record, ending, seconds))
            except DatabaseError as problem:
                _LOG.warning("the end could not be written: %s", problem, extra={"test_id": record.id})
                if time.monotonic() > gives_up:
                    return False
                time.sleep(_SAVE_PAUSE)

    def _finish(self, unit: UnitOfWork, record: QuickTestRecord, ending: Ending, seconds: float) -> bool:
        outcome = ending.outcome
        ended = unit.quick_tests.finish(
            record.id,
            record.attempt,
            "COMPLETED" if outcome else "FAILED",
            metrics_summary=outcome["metrics"] if outcome else None,
            error_message=ending.message,
            execution_time=seconds,
            result=self._result(outcome) if outcome else None,
        )
        if ended and ending.how is Ended.STRATEGY_ERROR and record.generation_id:
            unit.generations.set_validation_status(record.generation_id, "RUNTIME_ERROR")
        return ended

    def _result(self, outcome: dict[str, Any]) -> QuickTestResult:
        notes = [_SYNTHETIC, *outcome["notes"]] if self.synthetic else outcome["notes"]
        rows = {name: outcome[name] for name in ("equity_curve", "trades", "positions", "node_firings")}
        return QuickTestResult(**rows, notes=notes)

    def _hand_back(self, record: QuickTestRecord) -> None:
        """Let the test run again elsewhere: the worker stops."""
        if self.database.run(lambda unit: unit.quick_tests.release_for_retry(record.id, record.attempt)):
            _LOG.info("handed back", extra={"test_id": record.id})
            try:
                enqueue(self.connect_redis(), record.id, self.data_version, record.attempt + 1)
            except RedisError:
                _LOG.info("not queued again; the reconciler will do it", extra={"test_id": record.id})


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _ToldToStop
