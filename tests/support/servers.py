"""The four servers without a worker, for tests of who is let in and of what is stored: a quick test waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repo.engine import create_database
from repo.migrate import migrate
from repo.records import NewMarket
from tests.support.suite import SERVERS, Suite

CALENDAR = tuple(f"2024-01-{day:02}" for day in range(1, 32))
MARKET = NewMarket(
    data_version="never-served",
    region="cn",
    is_synthetic=True,
    calendar=CALENDAR,
    instruments=("SH600000", "SH600001"),
    pools=[
        {
            "name": "csi300",
            "benchmark": "SH000300",
            "member_count": 2,
            "first_day": CALENDAR[0],
            "last_day": CALENDAR[-1],
        }
    ],
)


@contextmanager
def running_servers(folder: Path, database_url: str, redis_url: str, **settings: str) -> Iterator[Suite]:
    """Runs the servers for the time of the block, their database migrated and a market announced."""
    migrate(database_url)
    announce_market(database_url)
    suite = Suite(folder, database_url, redis_url, folder, **settings)
    try:
        for name in SERVERS:
            suite.processes[name].start()
        for name in SERVERS:
            suite.wait_until_serving(name)
        yield suite
    finally:
        suite.stop()


def announce_market(database_url: str) -> None:
    """Writes the row that a worker would."""
    database = create_database(database_url, 1)
    try:
        database.run(lambda uow: uow.markets.upsert(MARKET))
    finally:
        database.dispose()
