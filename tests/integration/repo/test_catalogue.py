"""Markets, leases and strategy templates."""

from __future__ import annotations

from dataclasses import replace

from repo.engine import Database
from repo.records import NewStrategyTemplate
from tests.integration.repo.samples import (
    START,
    TickingClock,
    a_market,
    a_strategy_template,
    in_parallel,
    names,
)


def announced(database: Database, version: str) -> None:
    database.run(lambda unit: unit.markets.upsert(a_market(version)))


def seeded(database: Database, *shipped: NewStrategyTemplate) -> None:
    database.run(lambda unit: unit.strategy_templates.seed(shipped))


def test_the_market_announced_last_is_the_newest(database: Database) -> None:
    for version in ("one", "two", "one"):
        announced(database, version)
    markets = database.run(lambda unit: unit.markets.list(), write=False)
    assert [market.data_version for market in markets] == ["one", "two"]
    newest = database.run(lambda unit: unit.markets.newest(), write=False)
    assert newest == markets[0] == database.run(lambda unit: unit.markets.get("one"), write=False)
    assert newest.calendar == a_market().calendar and newest.pools == a_market().pools


def test_a_market_lives_by_its_heartbeat(database: Database, clock: TickingClock) -> None:
    assert database.run(lambda unit: unit.markets.newest(), write=False) is None
    announced(database, "old")
    announced(database, "new")
    clock.forward(minutes=1)
    since = clock.now
    assert database.run(lambda unit: unit.markets.heartbeat("old"))
    assert not database.run(lambda unit: unit.markets.heartbeat("unknown"))
    newest = database.run(lambda unit: unit.markets.newest(alive_since=since), write=False)
    assert newest is not None and newest.data_version == "old"


def test_workers_announce_a_market_at_once(database: Database) -> None:
    in_parallel(lambda _: database.run(lambda unit: unit.markets.upsert(a_market())), threads=4)
    assert len(database.run(lambda unit: unit.markets.list(), write=False)) == 1


def test_one_of_many_gets_a_lease(database: Database) -> None:
    def work(position: int) -> bool:
        return database.run(lambda unit: unit.leases.acquire("sweep", f"server-{position}", START, 10))

    assert in_parallel(work).count(True) == 1


def test_a_lease_is_renewed_released_and_runs_out(database: Database, clock: TickingClock) -> None:
    def acquired(holder: str) -> bool:
        return database.run(lambda unit: unit.leases.acquire("sweep", holder, clock.now, 10))

    assert (acquired("a"), acquired("b"), acquired("a")) == (True, False, True)
    clock.forward(seconds=10)
    assert (acquired("b"), acquired("a")) == (True, False)
    assert not database.run(lambda unit: unit.leases.release("sweep", "a", clock.now))
    assert database.run(lambda unit: unit.leases.release("sweep", "b", clock.now))
    assert acquired("a")


def test_strategy_templates_are_seeded_and_follow_what_is_shipped(database: Database) -> None:
    one, two = a_strategy_template("one", category="TREND"), a_strategy_template("two", category="MOMENTUM")
    for shipped in ([one, two], [one, two], [replace(one, version="1.1.0")]):
        seeded(database, *shipped)
    assert database.run(lambda unit: unit.strategy_templates.get(two.id)) is None
    record = database.run(lambda unit: unit.strategy_templates.get(one.id))
    assert record is not None and (record.version, record.texts) == ("1.1.0", one.texts)
    seeded(database, one, two)
    page = database.run(lambda unit: unit.strategy_templates.list(), write=False)
    assert (names(page.items), page.total) == (["two", "one"], 2)
    assert names(database.run(lambda unit: unit.strategy_templates.list(category="TREND")).items) == ["one"]
