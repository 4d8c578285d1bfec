"""Runs one quick test in the process that RQ forks for it: claims the row, supervises the strategy, writes the end."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from repo.engine import Database
from repo.errors import DatabaseError
from repo.records.quick_tests import QuickTestRecord
from repo.unit_of_work import UnitOfWork
from workers.feed import ProgressFeed
from workers.qlib_engine import BacktestConfig
from workers.sandbox import Walls, start_child
from workers.sandbox.kernel import die_with_parent
from workers.strategy_process import run_strategy
from workers.supervision import Ended, Ending, Supervisor

LEASE_SECONDS = 10.0
_INTERNAL = "The test could not be run because of an error of the worker."
_LOG = logging.getLogger(__name__)


class _ToldToStop(BaseException):
    """The worker is shutting down."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A test that is ours, with the code that it runs."""

    record: QuickTestRecord
    code: str


@dataclass(frozen=True, slots=True)
class QuickTestRunner:
    """What RQ's forked process does with a test's id.

    Attributes:
        database: The worker's; its connections are forgotten, not closed, after the fork.
        connect_redis: Makes a client of short timeouts.
        worker_pid: The parent, which the process must not outlive.
        synthetic: Whether the data is made up.
    """

    database: Database
    connect_redis: Callable[[], Redis]
    walls: Walls
    timeout: float
    worker_id: str
    worker_pid: int
    synthetic: bool

    def __call__(self, test_id: str) -> None:
        """Run a test; returns once it has ended, or at once where it is not there to be claimed."""
        die_with_parent(self.worker_pid)
        signal.signal(signal.SIGTERM, _stop)
        self.database.dispose_after_fork()
        claimed = self.database.run(lambda unit: self._claim(unit, test_id))
        if claimed is None:
            _LOG.info("not claimed", extra={"test_id": test_id})
            return
        feed = ProgressFeed(self.connect_redis(), test_id, claimed.record.attempt)
        try:
            self._run(claimed, feed)
        except _ToldToStop:
            self._hand_back(claimed.record)
        except Exception:
            _LOG.exception("the test ended by an error of the worker", extra={"test_id": test_id})
            self._end(claimed.record, Ending(Ended.FAILED, message=_INTERNAL), feed, None)

    def _claim(self, unit: UnitOfWork, test_id: str) -> _Claimed | None:
        record = unit.quick_tests.claim(test_id, self.worker_id, LEASE_SECONDS)
        if record is None or record.generation_id is None:
            return None
        return _Claimed(record, unit.generations.get_code(record.generation_id))

    def _run(self, claimed: _Claimed, feed: ProgressFeed) -> None:
        began = time.monotonic()
        config = BacktestConfig.from_json(claimed.record.test_config)
        feed.flush()
        child = start_child(self.walls, lambda report: run_strategy(claimed.code, config, report))
        ending = Supervisor(child, feed, lambda: self._renew(claimed.record), self.timeout).supervise()
        self._end(claimed.record, ending, feed, time.monotonic() - began)

    def _renew(self, record: QuickTestRecord) -> bool:
        """Whether the test is still ours; while the database is away it is, for all we know."""
        try:
            return self.database.run(
                lambda unit: unit.quick_tests.renew_lease(record.id, record.attempt, self.worker_id, LEASE_SECONDS)
            )
        except DatabaseError as problem:
            _LOG.warning("the lease could not be renewed: %s", problem, extra={"test_id": record.id})
            return True

    def _end(self, record: QuickTestRecord, ending: Ending, feed: ProgressFeed, seconds: float | None) -> None:
        if ending.how in (Ended.CANCELLED, Ended.LEASE_LOST):
            _LOG.info("stopped", extra={"test_id": record.id, "how": ending.how.name})
            return
        if self._store(record, ending, seconds):
            status, metrics = ("COMPLETED", ending.outcome["metrics"]) if ending.outcome else ("FAILED", None)
            feed.finish(status, metrics, ending.message)
