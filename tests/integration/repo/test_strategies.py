"""Strategies: ownership, revisions, and the code that is current."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repo.engine import Database
from repo.errors import StaleRevision
from repo.records import NewStrategy, StrategyChanges, StrategyRecord
from tests.integration.repo.samples import a_strategy, in_parallel, names, new_id


def created(database: Database, strategy: NewStrategy) -> StrategyRecord:
    return database.run(lambda unit: unit.strategies.create(strategy, "alice"))


def test_what_is_created_is_what_is_read(database: Database) -> None:
    strategy = a_strategy(description="两条均线")
    created = database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "alice"), write=False) == created
    assert (created.revision, created.status, created.current_generation_id) == (1, "DRAFT", None)


def test_another_owners_strategy_is_not_there(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    changes = StrategyChanges(name="taken")
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "bob")) is None
    assert database.run(lambda unit: unit.strategies.update(strategy.id, "bob", changes)) is None
    assert not database.run(lambda unit: unit.strategies.soft_delete(strategy.id, "bob"))


def test_an_update_raises_the_revision_and_changes_what_it_names(database: Database) -> None:
    strategy = a_strategy()
    created = database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    changes = StrategyChanges(status="TESTING", parameters={})
    updated = database.run(lambda unit: unit.strategies.update(strategy.id, "alice", changes, expected_revision=1))
    assert updated is not None
    assert updated == replace(created, status="TESTING", parameters={}, revision=2, updated_at=updated.updated_at)


def test_a_stale_revision_writes_nothing_and_tells_the_current_one(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    database.run(lambda unit: unit.strategies.update(strategy.id, "alice", StrategyChanges(name="second")))
    with pytest.raises(StaleRevision) as caught:
        late = StrategyChanges(name="late")
        database.run(lambda unit: unit.strategies.update(strategy.id, "alice", late, expected_revision=1))
    record = database.run(lambda unit: unit.strategies.get(strategy.id, "alice"))
    assert record is not None
    assert (caught.value.current_revision, record.name, record.revision) == (2, "second", 2)


def test_of_parallel_updates_from_one_revision_one_wins(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))

    def work(position: int) -> bool:
        changes = StrategyChanges(name=f"by {position}")
        try:
            database.run(lambda unit: unit.strategies.update(strategy.id, "alice", changes, expected_revision=1))
        except StaleRevision:
            return False
        return True

    assert in_parallel(work).count(True) == 1


def test_parallel_updates_without_a_revision_all_count(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    changes = StrategyChanges(name="last wins")
    in_parallel(lambda _: database.run(lambda unit: unit.strategies.update(strategy.id, "alice", changes)))
    record = database.run(lambda unit: unit.strategies.get(strategy.id, "alice"))
    assert record is not None and record.revision == 9


def test_lists_are_newest_first_by_status_and_page(database: Database) -> None:
    for name, status in (("first", "DRAFT"), ("second", "ACTIVE"), ("third", "DRAFT")):
        created(database, a_strategy(name=name, status=status))
    page = database.run(lambda unit: unit.strategies.list("alice", skip=1, limit=1), write=False)
    assert (names(page.items), page.total) == (["second"], 3)
    drafts = database.run(lambda unit: unit.strategies.list("alice", status="DRAFT"), write=False)
    assert (names(drafts.items), drafts.total) == (["third", "first"], 2)


def test_a_deleted_strategy_is_gone(database: Database) -> None:
    strategy = a_strategy()
    database.run(lambda unit: unit.strategies.create(strategy, "alice"))
    assert database.run(lambda unit: unit.strategies.soft_delete(strategy.id, "alice"))
    assert not database.run(lambda unit: unit.strategies.soft_delete(strategy.id, "alice"))
    assert not database.run(lambda unit: unit.strategies.set_current_generation(strategy.id, new_id()))
    assert database.run(lambda unit: unit.strategies.list("alice").total) == 0
