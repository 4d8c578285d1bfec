"""The running suite as the tests of faults need it: who runs which test, and processes that can be held and killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from repo.engine import Database, create_database
from repo.records import QuickTestRecord
from tests.faults.onlookers import END_SECONDS, Onlooker
from tests.integration.services.clients import Client
from tests.integration.workers.rig import descendants, is_alive
from tests.support.processes import Process, free_port, wait_until
from tests.support.redis import RedisServer, running_redis
from tests.support.suite import Suite, running_suite

LONG = {"start_date": "2023-03-01", "end_date": "2025-12-19"}
GONE_SECONDS = 10.0


@dataclass(frozen=True)
class Scene:
    """The suite with its database and Redis, and one user of this test alone."""

    folder: Path
    suite: Suite
    redis: RedisServer
    database: Database
    alice: Client

    @property
    def worker(self) -> Process:
        """The suite's own worker."""
        return self.suite.processes["worker"]

    def for_new_user(self) -> Scene:
        """Returns the same for a user who has no rows yet."""
        return Scene(self.folder, self.suite, self.redis, self.database, Client(self.suite, f"alice-{uuid4()}"))

    def strategy(self) -> str:
        """Returns the id of a strategy whose code is generated."""
        strategy = self.alice.strategy()
        self.alice.generate(strategy.id)
        return str(strategy.id)

    def record(self, test_id: str) -> QuickTestRecord:
        """Returns a test's row."""
        record = self.database.run(lambda uow: uow.quick_tests.get_any(test_id), write=False)
        assert record is not None
        return record

    def result_days(self, test_id: str) -> list[str]:
        """Returns the days of a completed test's result."""
        result = self.database.run(lambda uow: uow.quick_tests.get_result(test_id), write=False)
        assert result is not None
        return [point["trading_day"] for point in result.equity_curve]

    def hold(self, onlooker: Onlooker) -> list[int]:
        """Stops a test's strategy in the middle; returns the ids of the test's process and the strategy's."""
        onlooker.wait_for_days()
        return self.hold_strategy(self.worker.pid)

    def hold_strategy(self, worker: int) -> list[int]:
        """Does so with the test that a worker runs now."""
        wait_until(lambda: len(descendants(worker)) == 2, END_SECONDS, "the strategy's process")
        family = descendants(worker)
        os.kill(family[-1], signal.SIGSTOP)
        return family

    def another(self, name: str, module: str, **environment: str) -> Process:
        """Returns one more process of the suite, not yet started."""
        return Process(f"{name}-{free_port()}", module, self.suite.environment | environment, self.folder)

    def leftovers(self) -> list[str]:
        """Returns the command lines of the suite's processes that run; no other suite has its secret."""
        return processes_with(f"SB_JWT_SECRET={self.suite.secret}")


def resume(pid: int) -> None:
    """Lets a held process go on."""
    os.kill(pid, signal.SIGCONT)


def wait_until_gone(*pids: int) -> None:
    """Waits until processes have ended."""
    wait_until(lambda: not any(is_alive(pid) for pid in pids), GONE_SECONDS, f"the end of processes {pids}")


def processes_with(variable: str) -> list[str]:
    """Returns the command lines of the processes that have a variable in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has just ended, or is another user's
    return found


@contextmanager
def running_scene(folder: Path, database_url: str, market: Path, **settings: Any) -> Iterator[Scene]:
    """Runs everything for the time of the block; fails where a process is left over."""
    with running_redis() as redis:
        with running_suite(folder, database_url, redis.url, market, **settings) as suite:
            database = create_database(database_url, 2)
            scene = Scene(folder, suite, redis, database, Client(suite, "alice"))
            yield scene
            database.dispose()
        wait_until(lambda: not scene.leftovers(), GONE_SECONDS, "the end of every process")
