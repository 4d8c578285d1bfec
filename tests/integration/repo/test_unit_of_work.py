"""A unit of work: all or nothing, tried again where the database was busy, and no driver error leaves it."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from repo.engine import Database, create_database
from repo.errors import DatabaseUnavailable, DuplicateKey, TransientConflict
from repo.unit_of_work import UnitOfWork
from tests.integration.repo.samples import a_quick_test, a_strategy, a_template, in_parallel, new_id
from tests.support.processes import free_port


def test_what_is_not_committed_is_rolled_back(database: Database) -> None:
    strategy = a_strategy()
    with database.unit_of_work() as unit:
        unit.strategies.create(strategy, "alice")
        assert unit.strategies.get(strategy.id, "alice") is not None
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "alice"), write=False) is None


def test_what_is_committed_lasts(database: Database) -> None:
    strategy = a_strategy()
    with database.unit_of_work() as unit:
        created = unit.strategies.create(strategy, "alice")
        unit.commit()
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "alice"), write=False) == created


def test_an_error_in_the_work_rolls_back_and_passes(database: Database) -> None:
    strategy = a_strategy()

    def fails(unit: UnitOfWork) -> None:
        unit.strategies.create(strategy, "alice")
        raise LookupError("not ours")

    with pytest.raises(LookupError, match="not ours"):
        database.run(fails)
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "alice")) is None


def test_a_reading_unit_cannot_write(database: Database) -> None:
    with pytest.raises(RuntimeError, match="write=True"):
        database.run(lambda unit: unit.strategies.create(a_strategy(), "alice"), write=False)


def test_a_unit_goes_on_after_a_duplicate_key(database: Database) -> None:
    def work(unit: UnitOfWork) -> str:
        unit.templates.create(a_template("mine"), "alice")
        with pytest.raises(DuplicateKey) as caught:
            unit.templates.create(a_template("mine"), "alice")
        unit.templates.create(a_template("other"), "alice")
        return caught.value.name

    assert database.run(work) == "uq_node_templates_name_key"
    assert database.run(lambda unit: unit.templates.list("alice", skip=0, limit=10).total) == 2


def test_duplicate_keys_have_one_name_on_every_database(database: Database) -> None:
    def duplicate(make: object) -> str:
        with pytest.raises(DuplicateKey) as caught:
            database.run(make)  # type: ignore[arg-type]  # a lambda of any result
        assert "INSERT" not in str(caught.value)
        return caught.value.name

    strategy, test = a_strategy(), a_quick_test(request_id="once")
    database.run(lambda unit: (unit.strategies.create(strategy, "alice"), unit.quick_tests.add(test, "alice")))
    assert duplicate(lambda unit: unit.strategies.create(strategy, "alice")) == "PRIMARY"
    again = a_quick_test(request_id="once")
    assert duplicate(lambda unit: unit.quick_tests.add(again, "alice")) == "uq_quick_tests_user_id_request_id"


def test_work_that_was_in_conflict_is_tried_again(database: Database) -> None:
    attempts: list[int] = []

    def work(unit: UnitOfWork) -> int:
        unit.strategies.create(a_strategy(), "alice")
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise TransientConflict
        return len(attempts)

    assert database.run(work) == 3
    assert database.run(lambda unit: unit.strategies.list("alice").total) == 1


def test_retries_are_bounded(database: Database) -> None:
    attempts: list[int] = []

    def work(unit: UnitOfWork) -> None:
        attempts.append(1)
        raise TransientConflict

    with pytest.raises(DatabaseUnavailable, match="the database was busy"):
        database.run(work)
    assert 1 < len(attempts) < 10


def test_units_that_lock_rows_crosswise_all_come_through(database: Database) -> None:
    """On a server they deadlock and one is tried again; on SQLite they queue."""
    one, other = a_strategy(), a_strategy()
    database.run(lambda unit: [unit.strategies.create(made, "alice") for made in (one, other)])

    def mark_all(ids: list[str], mark: str) -> None:
        database.run(lambda unit: [unit.strategies.set_current_generation(id_, mark) for id_ in ids])

    def work(position: int) -> None:
        ids = [one.id, other.id] if position % 2 else [other.id, one.id]
        for _ in range(5):
            mark_all(ids, new_id())

    in_parallel(work, threads=4)
    records = database.run(lambda unit: unit.strategies.list("alice"), write=False).items
    # Each unit set both at once: whichever came last, its mark is on both.
    assert len({record.current_generation_id for record in records}) == 1


def test_a_ping_needs_a_database(database: Database) -> None:
    database.ping()
    away = create_database(f"mysql+pymysql://nobody@127.0.0.1:{free_port()}/nothing")
    with pytest.raises(DatabaseUnavailable) as caught:
        away.ping()
    assert str(caught.value) == "the database can't be reached"
    away.dispose()


def test_every_connection_in_use_is_an_error_and_no_wait_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repo.engine._POOL_TIMEOUT_SECONDS", 0.05)
    small = create_database(database_url, pool_size=1)
    with small.unit_of_work(write=False) as one, small.unit_of_work(write=False) as other:
        one.markets.list()
        other.markets.list()
        with pytest.raises(DatabaseUnavailable, match="no database connection became free"):
            small.ping()
    small.dispose()


def test_a_forked_child_works_on_connections_of_its_own(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))

    def child() -> None:
        database.dispose_after_fork()
        moved = database.run(lambda unit: unit.strategies.set_current_generation(strategy.id, new_id()))
        os._exit(0 if moved else 1)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(timeout=30)
    assert process.exitcode == 0
    record = database.run(lambda unit: unit.strategies.get(strategy.id, "alice"))
    assert record is not None and record.current_generation_id is not None
