"""A worker with its database, its Redis and its market, and what a test asks of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import indent
from typing import Any
from uuid import uuid4

from repo.engine import Database, create_database
from repo.migrate import migrate
from repo.records import NewGeneration, NewQuickTest, QuickTestRecord, QuickTestResult
from tests.support.processes import Process, wait_until
from tests.support.redis import RedisServer, running_redis
from workers.data_directory import DataDirectory
from workers.market import MarketSpec, create_market
from workers.progress import TERMINAL_SEQUENCE, request_cancel, stream_key
from workers.queue import enqueue

OWNER = "alice"
TIMEOUT = 10
END_SECONDS = 60.0
SPEC = MarketSpec(instruments=30, seed=11, first_day=date(2022, 1, 4), last_day=date(2023, 12, 29))
STRATEGY = Path(__file__).parents[2].joinpath("functional", "engine", "moving_average.py").read_text()
CONFIG: dict[str, Any] = {
    "start_date": "2023-09-01", "end_date": "2023-12-28", "stock_pool": "CSI800", "initial_capital": 100000.0,
    "benchmark": "SH000906", "deal_price": "open", "open_cost": 0.0005, "close_cost": 0.0015, "min_cost": 5.0,
    "limit_threshold": 0.095,
}  # fmt: skip
_DECISION = "    def generate_trade_decision(self, execute_result: Any = None) -> TradeDecisionWO:\n"


def strategy_that(does: str) -> str:
    """Returns a strategy that runs statements each time it has to decide."""
    assert _DECISION in STRATEGY
    return STRATEGY.replace(_DECISION, _DECISION + indent(does, " " * 8) + "\n", 1)


@dataclass(frozen=True)
class Rig:
    """The parts under test."""

    folder: Path
    market: Path
    database: Database
    redis: RedisServer
    worker: Process

    @property
    def data_version(self) -> str:
        """Of the market."""
        return DataDirectory(self.market).version()

    def submit(self, code: str, **settings: Any) -> str:
        """Stores a generation and a test of it, queues the test, and returns its id."""
        test_id = self.store(code, **settings)
        with self.redis.client() as client:
            enqueue(client, test_id, self.data_version)
        return test_id

    def store(self, code: str, **settings: Any) -> str:
        """Stores a generation and a test of it without queueing it."""
        generation = NewGeneration(
            id=str(uuid4()), instance_id=str(uuid4()), code=code, code_hash=uuid4().hex * 2, language="en",
            logic_flow={}, parameters={}, validation_status="VALID", syntax_check_passed=True,
            security_check_passed=True, line_count=1, complexity_score=1, generation_time=0.1, warmup_bars=0,
        )  # fmt: skip
        test = NewQuickTest(
            id=str(uuid4()), instance_id=generation.instance_id, test_config=CONFIG | settings,
            generation_id=generation.id, code_hash=generation.code_hash, data_version=self.data_version,
        )  # fmt: skip
        self.database.run(lambda unit: (unit.generations.add(generation, OWNER), unit.quick_tests.add(test, OWNER)))
        return test.id

    def record(self, test_id: str) -> QuickTestRecord:
        """Returns a test as it stands."""
        record = self.database.run(lambda unit: unit.quick_tests.get_any(test_id), write=False)
        assert record is not None
        return record

    def result(self, test_id: str) -> QuickTestResult | None:
        """Returns what a test found."""
        return self.database.run(lambda unit: unit.quick_tests.get_result(test_id), write=False)

    def validation_status(self, test_id: str) -> str:
        """Returns the status of a test's generation."""
        generation_id = self.record(test_id).generation_id or ""
        generation = self.database.run(lambda unit: unit.generations.get(generation_id, OWNER), write=False)
        assert generation is not None
        return generation.validation_status

    def ended(self, test_id: str) -> QuickTestRecord:
        """Waits for a test's end and returns it."""
        wait_until(lambda: self.record(test_id).status not in ("PENDING", "RUNNING"), END_SECONDS, "the test's end")
        return self.record(test_id)

    def told_end(self, test_id: str) -> None:
        """Waits until the watchers of a test have been told its end."""
        with self.redis.client() as client:
            last = f"{TERMINAL_SEQUENCE}-0"
            wait_until(lambda: bool(client.xrange(stream_key(test_id), last, last)), 10, "the last event")

    def cancel(self, test_id: str, *, tell_redis: bool = True) -> None:
        """Cancels a test as its owner does."""
        assert self.database.run(lambda unit: unit.quick_tests.cancel(test_id, OWNER))
        if tell_redis:
            with self.redis.client() as client:
                request_cancel(client, test_id)

    def strategy_process(self, test_id: str) -> int:
        """Waits until a test's strategy runs and returns its process id."""
        wait_until(lambda: self.record(test_id).status == "RUNNING", END_SECONDS, "the test to run")
        wait_until(lambda: len(descendants(self.worker.pid)) == 2, END_SECONDS, "the strategy's process")
        return descendants(self.worker.pid)[-1]


def descendants(pid: int) -> list[int]:
    """Returns the ids of a process's children and their children, parents first."""
    with suppress(FileNotFoundError, ProcessLookupError):
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return children + [below for child in children for below in descendants(child)]
    return []


def is_alive(pid: int) -> bool:
    """Returns whether a process runs; one that has ended and is not waited for doesn't."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    return False


@contextmanager
def parts(folder: Path, *, timeout: float = TIMEOUT) -> Iterator[Rig]:
    """The parts, with Redis running and the worker not yet started."""
    market, url = folder / "market", f"sqlite:///{folder / 'test.db'}"
    create_market(market, SPEC)
    migrate(url)
    with running_redis() as redis:
        environment = {
            "SB_DATABASE_URL": url, "SB_REDIS_URL": redis.url, "SB_QLIB_PROVIDER_URI": str(market),
            "SB_QUICK_TEST_TIMEOUT": str(timeout), "SB_SANDBOX": "required", "A_SECRET": "of the worker",
        }  # fmt: skip
        worker = Process("worker", "workers", environment, folder)
        try:
            yield Rig(folder, market, create_database(url), redis, worker)
        finally:
            worker.stop()


@contextmanager
def running_rig(folder: Path, *, timeout: float = TIMEOUT) -> Iterator[Rig]:
    """The parts with a worker that is ready."""
    with parts(folder, timeout=timeout) as rig:
        start(rig)
        yield rig


def start(rig: Rig) -> None:
    """Starts the worker and waits until it serves its market."""
    rig.worker.log.unlink(missing_ok=True)
    rig.worker.start()
    wait_until(lambda: is_ready(rig), END_SECONDS, "the worker to be ready")


def is_ready(rig: Rig) -> bool:
    """Returns whether the worker says so in its log. Raises AssertionError where it has ended."""
    rig.worker.require_running()
    return '"event": "ready"' in rig.worker.log.read_text()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of the block's own."""
    folder = Path(tempfile.mkdtemp(prefix="sb-worker-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
