"""What comes back is what was stored, on every database: times, texts, numbers, JSON, bytes compared as bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from repo.engine import Database
from repo.records import QuickTestResult
from repo.unit_of_work import UnitOfWork
from tests.integration.repo.samples import a_generation, a_quick_test, a_strategy, a_template, new_id

DEEP: dict[str, Any] = {
    "text": "引号 ' \" \\ 😀 \u0000 \n",
    "numbers": [0.1 + 0.2, 1e-300, -0.5, 2**53, 7],
    "none": None,
}


def test_times_keep_their_microseconds_and_are_utc(database: Database) -> None:
    test = a_quick_test()
    shanghai = datetime(2026, 1, 15, 18, 30, 0, 987654, tzinfo=timezone(timedelta(hours=8)))

    def work(unit: UnitOfWork) -> None:
        unit.quick_tests.add(test, "alice")
        unit.quick_tests.claim(test.id, "worker", shanghai)

    database.run(work)
    record = database.run(lambda unit: unit.quick_tests.get_any(test.id), write=False)
    assert record is not None
    assert record.lease_until == datetime(2026, 1, 15, 10, 30, 0, 987654, tzinfo=UTC)
    assert record.created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        database.run(lambda unit: unit.sessions.expire(datetime(2026, 1, 1)))


def test_json_comes_back_as_it_was_stored(database: Database) -> None:
    strategy = a_strategy(logic_flow=DEEP, parameters={})
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    record = database.run(lambda unit: unit.strategies.get(strategy.id, "alice"), write=False)
    assert record is not None
    assert (record.logic_flow, record.parameters) == (DEEP, {})


def test_nan_is_refused_on_every_database(database: Database) -> None:
    with pytest.raises(Exception, match="Out of range float"):
        database.run(lambda unit: unit.strategies.create(a_strategy(parameters={"x": float("nan")}), "alice"))


def test_results_keep_every_bit_and_the_order_of_keys(database: Database) -> None:
    test = a_quick_test()
    result = QuickTestResult(
        equity_curve=[{"trading_day": "2025-01-02", "portfolio_value": 100000.1 / 3, "cash": 0.1 + 0.2}],
        trades=[{"instrument": "SH600000", "reason": "信号"}],
        positions=[{"trading_day": f"2025-01-{day:02}", "amount": day / 7} for day in range(1, 29)] * 500,
        node_firings={"z": 3, "a": 1},
        notes=["first", "second"],
    )
    database.run(lambda unit: unit.quick_tests.add(test, "alice"))
    database.run(lambda unit: unit.quick_tests.add_result(test.id, result))
    stored = database.run(lambda unit: unit.quick_tests.get_result(test.id), write=False)
    assert stored == result
    assert list(stored.node_firings) == ["z", "a"]


def test_long_code_is_stored_whole(database: Database) -> None:
    generation = a_generation(new_id(), code="x = '价'\n" * 200_000)
    database.run(lambda unit: unit.generations.add(generation, "alice"))
    stored = database.run(lambda unit: unit.generations.get(generation.id, "alice"), write=False)
    assert stored is not None
    assert (stored.code, stored.generation_time) == (generation.code, 0.1 + 0.2)


def test_alice_is_not_the_other_alice(database: Database) -> None:
    strategy, test = a_strategy(), a_quick_test(request_id="Request")
    database.run(lambda unit: (unit.strategies.create(strategy, "alice"), unit.quick_tests.add(test, "alice")))

    def seen(unit: UnitOfWork) -> tuple[object, ...]:
        return (
            unit.strategies.get(strategy.id, "Alice"),
            unit.strategies.list("ALICE").total,
            unit.quick_tests.get(test.id, "alicé"),
            unit.quick_tests.by_request_id("alice", "request"),
        )

    assert database.run(seen, write=False) == (None, 0, None, None)


def test_names_and_keys_differ_by_case(database: Database) -> None:
    def work(unit: UnitOfWork) -> int:
        unit.templates.create(a_template("mine"), "alice")
        unit.templates.create(a_template("Mine"), "alice")
        unit.templates.create(replace(a_template("mine")), "Alice")
        unit.quick_tests.add(a_quick_test(request_id="a"), "alice")
        unit.quick_tests.add(a_quick_test(request_id="A"), "alice")
        return unit.templates.list("alice").total

    assert database.run(work) == 2
