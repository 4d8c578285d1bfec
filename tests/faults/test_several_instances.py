"""Two instances of a server: each periodic job is done once a period, and goes on when one of them is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from sqlalchemy import create_engine, text

from repo.engine import create_database
from repo.records import SessionSave
from repo.repositories.sessions import LIFETIME
from services.builder import sweeping
from services.builder.sweeping import PERIOD_SECONDS, Sweeper
from services.quicktest import reconciling
from services.runtime.database import AsyncDatabase
from tests.faults.scene import LONG, Scene, wait_until_gone
from tests.support.databases import database_server, database_url, migrated_database
from tests.support.processes import Process, free_port, wait_until

__all__ = ["database_server", "database_url", "migrated_database"]

TURNS = 2
INSTANCES = 3


class LeaseReader:
    """Reads a lease's row as it stands."""

    def __init__(self, url: str, name: str) -> None:
        self._engine = create_engine(url)
        self._query = text("SELECT holder, updated_at FROM leases WHERE name = :name").bindparams(name=name)

    def read(self) -> tuple[str, str]:
        """Returns who holds it and when it was last taken or renewed."""
        with self._engine.connect() as connection:
            holder, taken = connection.execute(self._query).one()
        return str(holder), str(taken)

    def turns(self, count: int) -> list[tuple[str, str]]:
        """Watches until it was taken or renewed so many times more."""
        seen = [self.read()]

        def look() -> bool:
            now = self.read()
            if now != seen[-1]:
                seen.append(now)
            return len(seen) > count

        wait_until(look, 60, f"{count} turns under the lease")
        return seen[1:]


def pid_in(holder: str) -> int:
    """Returns the process id that a holder's name tells before its UUID."""
    return int(holder[: -len(str(uuid4())) - 1].rsplit("-", 1)[1])


@contextmanager
def two_of(scene: Scene, name: str) -> Iterator[list[Process]]:
    """Runs a second instance of a server; leaves the suite with its own."""
    second = scene.another(name, f"services.{name}", **{f"SB_{name.upper()}_ADDR": f"127.0.0.1:{free_port()}"})
    own = scene.suite.processes[name]
    second.start()
    try:
        wait_until(lambda: count_logged(second, "listening") == 1, 60, f"the second {name}")
        yield [own, second]
    finally:
        second.stop()
        if not own.is_running():
            own.start()
        scene.suite.wait_until_serving(name)


def count_logged(process: Process, event: str) -> int:
    """Returns how often a process has logged an event."""
    return process.log.read_text().count(f'"event": "{event}"')


def made_long_ago(url: str, count: int, now: datetime) -> None:
    """Stores sessions that nobody has touched for longer than they live."""
    database = create_database(url, 1, clock=lambda: now - LIFETIME - timedelta(minutes=1))
    for _ in range(count):
        database.run(lambda uow: uow.sessions.upsert(SessionSave(new_id=str(uuid4())), "alice"))
    database.dispose()


def test_one_reconciler_works_and_another_takes_over(scene: Scene) -> None:
    instance = scene.strategy()
    lease = LeaseReader(scene.suite.database_url, reconciling.LEASE_NAME)
    with two_of(scene, "quicktest") as servers:
        turns = lease.turns(TURNS)
        assert len({holder for holder, _ in turns}) == 1
        times = [datetime.fromisoformat(taken) for _, taken in turns]
        assert all(later - earlier > timedelta(seconds=4) for earlier, later in pairwise(times))
        holder, other = sorted(servers, key=lambda server: server.pid != pid_in(turns[0][0]))
        test_id = scene.alice.run(instance, **LONG)
        family = scene.hold_strategy(scene.worker.pid)
        holder.kill()
        scene.worker.kill()
        wait_until_gone(*family)
        wait_until(lambda: pid_in(lease.read()[0]) == other.pid, 60, "the other reconciler to take over")
        scene.worker.start()
        wait_until(lambda: scene.record(test_id).status == "COMPLETED", 60, "the lost test to run again")
    assert scene.record(test_id).attempt == 2


def test_of_two_builders_that_start_one_sweeps(scene: Scene) -> None:
    own = scene.suite.processes["builder"]
    own.stop()
    now = datetime.now(UTC)
    scene.database.run(lambda uow: uow.sessions.expire(now))
    made_long_ago(scene.suite.database_url, 3, now)
    last_sweep, _ = LeaseReader(scene.suite.database_url, sweeping.LEASE_NAME).read()
    assert scene.database.run(lambda uow: uow.leases.release(sweeping.LEASE_NAME, last_sweep, now))
    before = count_logged(own, "sessions_swept")
    own.start()
    with two_of(scene, "builder") as servers:
        scene.suite.wait_until_serving("builder")
        wait_until(lambda: sum(count_logged(each, "sessions_swept") for each in servers) > before, 30, "the sweep")
    assert sum(count_logged(each, "sessions_swept") for each in servers) == before + 1
    assert sum(each.log.read_text().count('"ended": 3') for each in servers) == 1


async def test_each_hour_has_one_sweep(database_url: str) -> None:
    databases = [AsyncDatabase(create_database(database_url, 1), 1) for _ in range(INSTANCES)]
    now = datetime.now(UTC)
    for hour in range(3):
        made_long_ago(database_url, hour + 1, now)
        asked = (Sweeper(database).turn(now) for database in databases for _ in range(2))
        ended = await asyncio.gather(*asked)
        assert sorted(count for count in ended if count is not None) == [hour + 1]
        later = now + timedelta(seconds=PERIOD_SECONDS - 1)
        assert await Sweeper(databases[hour]).turn(later) is None
        now += timedelta(seconds=PERIOD_SECONDS)
    for database in databases:
        await database.close()
