"""The life of a quick test: each move happens once, whoever tries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repo.engine import Database
from repo.errors import DuplicateKey
from repo.records import NewQuickTest, QuickTestRecord, QuickTestResult
from tests.integration.repo.samples import START, TickingClock, a_quick_test, in_parallel, new_id

LATER = START + timedelta(minutes=1)


@pytest.fixture
def test_row(database: Database) -> QuickTestRecord:
    """A stored test, PENDING."""
    return database.run(lambda unit: unit.quick_tests.add(a_quick_test(request_id="first"), "alice"))


def added(database: Database, test: NewQuickTest) -> QuickTestRecord:
    return database.run(lambda unit: unit.quick_tests.add(test, "alice"))


def read(database: Database, test_id: str) -> QuickTestRecord:
    record = database.run(lambda unit: unit.quick_tests.get_any(test_id), write=False)
    assert record is not None
    return record


def claimed(database: Database, test_id: str, worker: str = "worker-1") -> QuickTestRecord:
    record = database.run(lambda unit: unit.quick_tests.claim(test_id, worker, LATER))
    assert record is not None
    return record


def test_what_is_added_is_what_is_read(database: Database, test_row: QuickTestRecord) -> None:
    assert read(database, test_row.id) == test_row
    assert database.run(lambda unit: unit.quick_tests.get(test_row.id, "alice")) == test_row
    assert database.run(lambda unit: unit.quick_tests.get(test_row.id, "bob")) is None
    assert (test_row.status, test_row.attempt, test_row.started_at) == ("PENDING", 0, None)


def test_a_request_id_makes_one_test_of_an_owner(database: Database) -> None:
    def work(_: int) -> bool:
        try:
            database.run(lambda unit: unit.quick_tests.add(a_quick_test(request_id="once"), "alice"))
        except DuplicateKey:
            return False
        return True

    assert in_parallel(work).count(True) == 1
    database.run(lambda unit: unit.quick_tests.add(a_quick_test(request_id="once"), "bob"))
    database.run(lambda unit: [unit.quick_tests.add(a_quick_test(), "alice") for _ in range(2)])
    found = database.run(lambda unit: unit.quick_tests.by_request_id("alice", "once"), write=False)
    assert found is not None and found.user_id == "alice"
    assert database.run(lambda unit: unit.quick_tests.count_open("alice"), write=False) == 3


def test_parallel_claimants_get_a_test_once(database: Database, test_row: QuickTestRecord) -> None:
    def work(position: int) -> QuickTestRecord | None:
        return database.run(lambda unit: unit.quick_tests.claim(test_row.id, f"worker-{position}", LATER))

    winners = [record for record in in_parallel(work) if record is not None]
    assert len(winners) == 1
    assert read(database, test_row.id) == winners[0]
    assert (winners[0].status, winners[0].attempt, winners[0].lease_until) == ("RUNNING", 1, LATER)
    assert winners[0].started_at is not None


def test_only_the_holder_renews_its_lease(database: Database, test_row: QuickTestRecord) -> None:
    claimed(database, test_row.id)
    longer = LATER + timedelta(seconds=10)

    def renewed(attempt: int, worker: str) -> bool:
        return database.run(lambda unit: unit.quick_tests.renew_lease(test_row.id, attempt, worker, longer))

    assert (renewed(1, "worker-2"), renewed(2, "worker-1"), renewed(1, "worker-1")) == (False, False, True)
    assert read(database, test_row.id).lease_until == longer


def test_a_test_ends_once_with_its_result(database: Database, test_row: QuickTestRecord) -> None:
    claimed(database, test_row.id)
    result = QuickTestResult(equity_curve=[{"trading_day": "2025-01-02", "portfolio_value": 1.5}], notes=["一"])

    def work(_: int) -> bool:
        return database.run(
            lambda unit: unit.quick_tests.finish(
                test_row.id, 1, "COMPLETED", {"total_return": 0.1}, None, 2.5, LATER, result
            )
        )

    assert in_parallel(work).count(True) == 1
    ended = read(database, test_row.id)
    assert (ended.status, ended.metrics_summary, ended.execution_time) == ("COMPLETED", {"total_return": 0.1}, 2.5)
    assert (ended.completed_at, ended.lease_until, ended.worker_id) == (LATER, None, None)
    assert database.run(lambda unit: unit.quick_tests.get_result(test_row.id), write=False) == result
    assert database.run(lambda unit: unit.quick_tests.cancel(test_row.id, "alice")) is None


def test_an_earlier_attempt_can_no_longer_end_the_test(database: Database, test_row: QuickTestRecord) -> None:
    claimed(database, test_row.id)
    assert database.run(lambda unit: unit.quick_tests.release_for_retry(test_row.id, 1))
    assert not database.run(lambda unit: unit.quick_tests.release_for_retry(test_row.id, 1))
    waiting = read(database, test_row.id)
    assert (waiting.status, waiting.worker_id, waiting.lease_until) == ("RUNNING", None, None)
    again = claimed(database, test_row.id, "worker-2")
    assert again.attempt == 2
    late = QuickTestResult(notes=["late"])
    assert not database.run(lambda unit: unit.quick_tests.finish(test_row.id, 1, "COMPLETED", result=late))
    assert database.run(lambda unit: unit.quick_tests.get_result(test_row.id)) is None
    assert database.run(lambda unit: unit.quick_tests.finish(test_row.id, 2, "FAILED", error_message="lost"))
    assert read(database, test_row.id).error_message == "lost"


@pytest.mark.parametrize("running", [False, True], ids=["pending", "running"])
def test_an_open_test_can_be_cancelled(database: Database, test_row: QuickTestRecord, running: bool) -> None:
    if running:
        claimed(database, test_row.id)
    assert database.run(lambda unit: unit.quick_tests.cancel(test_row.id, "bob")) is None
    cancelled = database.run(lambda unit: unit.quick_tests.cancel(test_row.id, "alice"))
    assert cancelled is not None and cancelled.completed_at is not None
    assert cancelled.status == "CANCELLED"
    assert not database.run(lambda unit: unit.quick_tests.renew_lease(test_row.id, 1, "worker-1", LATER))
    assert not database.run(lambda unit: unit.quick_tests.finish(test_row.id, 1, "COMPLETED"))
    assert database.run(lambda unit: unit.quick_tests.claim(test_row.id, "worker-2", LATER)) is None


def test_waiting_tests_are_found_until_they_are_queued(
    database: Database, test_row: QuickTestRecord, clock: TickingClock
) -> None:
    def waiting(limit: int = 10) -> list[str]:
        older = clock.now - timedelta(seconds=3)
        return [found.id for found in database.run(lambda unit: unit.quick_tests.pending(older, limit), write=False)]

    assert waiting() == []
    clock.forward(seconds=4)
    younger = database.run(lambda unit: unit.quick_tests.add(a_quick_test(), "bob"))
    assert waiting() == [test_row.id]
    assert database.run(lambda unit: unit.quick_tests.mark_enqueued(test_row.id))
    assert waiting() == []
    clock.forward(seconds=4)
    # The queued one waits since it was queued, a moment after the other was made.
    assert (waiting(), waiting(limit=1)) == ([younger.id, test_row.id], [younger.id])
    claimed(database, test_row.id)
    assert not database.run(lambda unit: unit.quick_tests.mark_enqueued(test_row.id))
    database.run(lambda unit: unit.quick_tests.release_for_retry(test_row.id, 1))
    assert test_row.id in waiting()


def test_tests_whose_lease_is_over_are_found(database: Database, test_row: QuickTestRecord) -> None:
    claimed(database, test_row.id)

    def lost(seconds: float) -> list[str]:
        moment = LATER + timedelta(seconds=seconds)
        return [found.id for found in database.run(lambda unit: unit.quick_tests.lease_expired(moment, 10))]

    assert (lost(0), lost(0.000001)) == ([], [test_row.id])


def test_lists_are_newest_first_by_strategy_status_and_page(database: Database) -> None:
    instance = new_id()
    made: list[NewQuickTest] = [a_quick_test(instance), a_quick_test(new_id()), a_quick_test(instance)]
    for test in made:
        added(database, test)
    claimed(database, made[0].id)

    def found(**filters: object) -> tuple[list[str], int]:
        page = database.run(lambda unit: unit.quick_tests.list("alice", **filters), write=False)  # type: ignore[arg-type]  # the test's own filters
        return [item.id for item in page.items], page.total

    assert found(instance_id=instance) == ([made[2].id, made[0].id], 2)
    assert found(status="RUNNING") == ([made[0].id], 1)
    assert found(skip=1, limit=1) == ([made[1].id], 3)
    assert database.run(lambda unit: unit.quick_tests.list("bob").total) == 0
