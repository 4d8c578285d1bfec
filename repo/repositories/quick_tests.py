"""Quick tests: their life from PENDING to an end, and what they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, insert, or_, select, update

from repo.records import JsonObject, NewQuickTest, Page, QuickTestRecord, QuickTestResult, QuickTestStatus
from repo.repositories.rows import Repository, all_values, born, filters, paged, selected
from repo.tables import quick_test_results as results
from repo.tables import quick_tests as table

_OPEN = (QuickTestStatus.PENDING, QuickTestStatus.RUNNING)
_RUNS = table.c.status == QuickTestStatus.RUNNING
_NO_LEASE = {"worker_id": None, "lease_until": None}
_WAITS = or_(
    table.c.status == QuickTestStatus.PENDING,
    and_(table.c.status == QuickTestStatus.RUNNING, table.c.worker_id.is_(None)),
)
"""For a worker: a new test, or one whose worker was lost. That one stays RUNNING, since a status never goes back."""


class QuickTestRepository(Repository):
    """Status moves only by updates conditional on status and attempt: each move happens once, none goes back."""

    def add(self, test: NewQuickTest, owner: str) -> QuickTestRecord:
        """Stores a test, PENDING.

        Raises:
            DuplicateKey: The owner has a test of this request_id.
        """
        now = self._clock()
        values = all_values(test) | {"user_id": owner, "status": QuickTestStatus.PENDING, "attempt": 0}
        self._statements.change(insert(table).values(**values, **born(now)))
        unset = {field.name: None for field in fields(QuickTestRecord)}
        return QuickTestRecord(**(unset | values | {"created_at": now, "updated_at": now}))

    def get(self, test_id: str, owner: str) -> QuickTestRecord | None:
        """Returns a test of the owner's."""
        return self._first(table.c.id == test_id, table.c.user_id == owner)

    def get_any(self, test_id: str) -> QuickTestRecord | None:
        """Returns a test, whoever owns it: for workers."""
        return self._first(table.c.id == test_id)

    def by_request_id(self, owner: str, request_id: str) -> QuickTestRecord | None:
        """Returns the test that the owner's request made."""
        return self._first(table.c.user_id == owner, table.c.request_id == request_id)

    def list(
        self,
        owner: str,
        *,
        instance_id: str | None = None,
        status: str | None = None,
        skip: int = 0,
        limit: int = 20,
    ) -> Page[QuickTestRecord]:
        """Returns a page of the owner's tests, newest first."""
        wanted = filters(table, user_id=owner, instance_id=instance_id, status=status)
        ordered = _tests().where(*wanted).order_by(table.c.created_at.desc(), table.c.id.desc())
        return paged(self._statements, ordered, skip, limit, _record)

    def count_open(self, owner: str) -> int:
        """Returns how many of the owner's tests wait or run."""
        return self._statements.count(_tests().where(table.c.user_id == owner, table.c.status.in_(_OPEN)))

    def pending(self, older_than: datetime, limit: int) -> Sequence[QuickTestRecord]:
        """Returns tests that wait and were neither queued nor made since then, the longest waiting first."""
        since = func.coalesce(table.c.enqueued_at, table.c.created_at, type_=table.c.created_at.type)
        waiting = _tests().where(_WAITS, since <= older_than)
        return [_record(row) for row in self._statements.rows(waiting.order_by(since, table.c.id).limit(limit))]

    def lease_expired(self, now: datetime, limit: int) -> Sequence[QuickTestRecord]:
        """Returns tests that run under a lease that is over, the longest lost first."""
        lost = _tests().where(table.c.status == QuickTestStatus.RUNNING, table.c.lease_until < now)
        ordered = lost.order_by(table.c.lease_until, table.c.id).limit(limit)
        return [_record(row) for row in self._statements.rows(ordered)]

    def mark_enqueued(self, test_id: str) -> bool:
        """Notes that a waiting test was queued now; returns whether it waits."""
        return self._move(_WAITS, test_id, {"enqueued_at": self._clock()})

    def claim(self, test_id: str, worker_id: str, lease_until: datetime) -> QuickTestRecord | None:
        """Takes a test that waits: RUNNING, its attempt raised. None where another was faster or the test has ended."""
        values = {
            "status": QuickTestStatus.RUNNING,
            "attempt": table.c.attempt + 1,
            "worker_id": worker_id,
            "lease_until": lease_until,
            "started_at": self._clock(),
        }
        return self.get_any(test_id) if self._move(_WAITS, test_id, values) else None

    def renew_lease(self, test_id: str, attempt: int, worker_id: str, lease_until: datetime) -> bool:
        """Returns whether the worker still holds the test; if not (cancelled, taken away), it must stop."""
        held = (table.c.attempt == attempt, table.c.worker_id == worker_id)
        return self._move(_RUNS, test_id, {"lease_until": lease_until}, *held)

    def release_for_retry(self, test_id: str, attempt: int) -> bool:
        """Takes a test from its worker, to wait as if never queued; returns whether this attempt had a worker."""
        held = (table.c.attempt == attempt, table.c.worker_id.is_not(None))
        return self._move(_RUNS, test_id, _NO_LEASE | {"enqueued_at": None}, *held)

    def finish(
        self,
        test_id: str,
        attempt: int,
        status: str,
        metrics_summary: JsonObject | None = None,
        error_message: str | None = None,
        execution_time: float | None = None,
        completed_at: datetime | None = None,
        result: QuickTestResult | None = None,
    ) -> bool:
        """RUNNING to an end, with the result in the same unit; returns whether this attempt was running.

        Args:
            execution_time: Seconds.
            completed_at: None: now.
        """
        values: dict[str, Any] = _NO_LEASE | {
            "status": QuickTestStatus(status),
            "metrics_summary": metrics_summary,
            "error_message": error_message,
            "execution_time": execution_time,
            "completed_at": completed_at or self._clock(),
        }
        ended = self._move(_RUNS, test_id, values, table.c.attempt == attempt)
        if ended and result is not None:
            self.add_result(test_id, result)
        return ended

    def cancel(self, test_id: str, owner: str) -> QuickTestRecord | None:
        """PENDING or RUNNING to CANCELLED; None where the owner has no such test or it has ended."""
        values = _NO_LEASE | {"status": QuickTestStatus.CANCELLED, "completed_at": self._clock()}
        cancelled = self._move(table.c.status.in_(_OPEN), test_id, values, table.c.user_id == owner)
        return self.get(test_id, owner) if cancelled else None

    def add_result(self, test_id: str, result: QuickTestResult) -> None:
        """Stores what a test found.

        Raises:
            DuplicateKey: It has a result already.
        """
        values = {name: dict(value) if name == "node_firings" else list(value) for name, value in _parts(result)}
        self._statements.change(insert(results).values(test_id=test_id, **values, **born(self._clock())))

    def get_result(self, test_id: str) -> QuickTestResult | None:
        """Returns what a test found."""
        columns = [results.c[field.name] for field in fields(QuickTestResult)]
        row = self._statements.row(select(*columns).where(results.c.test_id == test_id))
        return None if row is None else QuickTestResult(**row)

    def _first(self, *conditions: ColumnElement[bool]) -> QuickTestRecord | None:
        row = self._statements.row(_tests().where(*conditions))
        return None if row is None else _record(row)

    def _move(
        self, state: ColumnElement[bool], test_id: str, values: dict[str, Any], *conditions: ColumnElement[bool]
    ) -> bool:
        there = (table.c.id == test_id, state, table.c.is_deleted.is_(False), *conditions)
        changed = values | {"updated_at": self._clock()}
        return self._statements.change(update(table).where(*there).values(**changed)) == 1


def _tests() -> Select[Any]:
    return selected(table, QuickTestRecord)


def _record(row: RowMapping) -> QuickTestRecord:
    values: dict[str, Any] = dict(row)
    return QuickTestRecord(**(values | {"status": QuickTestStatus(values["status"])}))


def _parts(result: QuickTestResult) -> list[tuple[str, Any]]:
    return list(all_values(result).items())
