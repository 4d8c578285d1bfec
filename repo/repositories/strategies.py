"""Strategy instances: what generations and quick tests refer to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from repo.errors import StaleRevision
from repo.records import NewStrategy, Page, StrategyChanges, StrategyRecord, StrategySummary
from repo.repositories.rows import Repository, all_values, born, changed_values, filters, paged, selected
from repo.tables import strategy_instances as table

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_LACKING: Mapping[str, Any] = MappingProxyType(
    {"description": "", "logic_flow": {}, "parameters": {}, "created_at": _LONG_AGO, "updated_at": _LONG_AGO}
)


class StrategyRepository(Repository):
    """Each owner's strategies."""

    def create(self, strategy: NewStrategy, owner: str) -> StrategyRecord:
        """Stores a strategy, revision 1."""
        now = self._clock()
        values = all_values(strategy) | {"user_id": owner, "revision": 1, "current_generation_id": None}
        self._statements.change(insert(table).values(**values, **born(now)))
        return StrategyRecord(**values, created_at=now, updated_at=now)

    def get(self, strategy_id: str, owner: str) -> StrategyRecord | None:
        """Returns a strategy with its flow."""
        row = self._statements.row(selected(table, StrategyRecord).where(*_own(strategy_id, owner)))
        return None if row is None else _record(row)

    def owner_of(self, strategy_id: str) -> str | None:
        """Returns whose strategy it is; None where there is none."""
        row = self._statements.row(select(table.c.user_id).where(*_alive(strategy_id)))
        return None if row is None else str(row["user_id"])

    def list(self, owner: str, *, status: str | None = None, skip: int = 0, limit: int = 20) -> Page[StrategySummary]:
        """Returns a page of the owner's strategies without their flows, newest first."""
        query = selected(table, StrategySummary).where(*filters(table, user_id=owner, status=status))
        ordered = query.order_by(table.c.created_at.desc(), table.c.id.desc())
        return paged(self._statements, ordered, skip, limit, _summary)

    def update(
        self, strategy_id: str, owner: str, changes: StrategyChanges, expected_revision: int | None = None
    ) -> StrategyRecord | None:
        """Changes a strategy and raises its revision; None where the owner has none of this id.

        Raises:
            StaleRevision: The revision is not the expected one; nothing was written.
        """
        mine = [*_own(strategy_id, owner), *filters(table, revision=expected_revision)]
        values = changed_values(changes) | {"revision": table.c.revision + 1, "updated_at": self._clock()}
        changed = self._statements.change(update(table).where(*mine).values(**values))
        record = self.get(strategy_id, owner)
        if record is not None and not changed:
            raise StaleRevision(record.revision)
        return record

    def soft_delete(self, strategy_id: str, owner: str) -> bool:
        """Deletes a strategy; returns whether there was one."""
        gone = {"is_deleted": True, "updated_at": self._clock()}
        return self._statements.change(update(table).where(*_own(strategy_id, owner)).values(**gone)) == 1

    def set_current_generation(self, strategy_id: str, generation_id: str) -> bool:
        """Says which code a quick test runs; returns whether there is such a strategy. The revision stays."""
        current = {"current_generation_id": generation_id, "updated_at": self._clock()}
        return self._statements.change(update(table).where(*_alive(strategy_id)).values(**current)) == 1


def _own(strategy_id: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    return *_alive(strategy_id), table.c.user_id == owner


def _alive(strategy_id: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.id == strategy_id, table.c.is_deleted.is_(False)


def _record(row: RowMapping) -> StrategyRecord:
    return StrategyRecord(**_filled_up(row))


def _summary(row: RowMapping) -> StrategySummary:
    return StrategySummary(**_filled_up(row))


def _filled_up(row: RowMapping) -> dict[str, Any]:
    """Rows of an adopted table that the platform itself wrote may lack what was added for this suite."""
    return {name: _LACKING.get(name) if value is None else value for name, value in row.items()}
