"""Generated code, one row for each code of a strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, update

from repo.records import GenerationRecord, GenerationSummary, NewGeneration, Page
from repo.repositories.rows import (
    Repository,
    all_values,
    born,
    filters,
    optional_record,
    paged,
    selected,
    to_record,
)
from repo.tables import code_generations as table

_NEWEST_FIRST = (table.c.created_at.desc(), table.c.id.desc())


class GenerationRepository(Repository):
    """Code is never changed; its validation status may be."""

    def add(self, generation: NewGeneration, owner: str) -> GenerationRecord:
        """Stores code.

        Raises:
            DuplicateKey: The strategy has this code already.
        """
        now = self._clock()
        values = all_values(generation) | {"user_id": owner}
        self._statements.change(insert(table).values(**values, **born(now)))
        return GenerationRecord(**values, created_at=now)

    def get(self, generation_id: str, owner: str) -> GenerationRecord | None:
        """Returns a generation of the owner's."""
        return self._first(table.c.id == generation_id, table.c.user_id == owner)

    def by_hash(self, instance_id: str, code_hash: str) -> GenerationRecord | None:
        """Returns the strategy's generation of this code."""
        return self._first(table.c.instance_id == instance_id, table.c.code_hash == code_hash)

    def latest_valid(self, instance_id: str) -> GenerationRecord | None:
        """Returns the strategy's newest generation that passed validation."""
        return self._first(table.c.instance_id == instance_id, table.c.validation_status == "VALID")

    def list(self, instance_id: str, owner: str, skip: int = 0, limit: int = 10) -> Page[GenerationSummary]:
        """Returns a page of a strategy's generations without their code, newest first."""
        return self._page(filters(table, instance_id=instance_id, user_id=owner), skip, limit)

    def with_status(
        self, status: str, *, owner: str | None = None, skip: int = 0, limit: int = 50
    ) -> Page[GenerationSummary]:
        """Returns a page of the generations of a validation status, of one owner or of all, newest first."""
        return self._page(filters(table, validation_status=status, user_id=owner), skip, limit)

    def set_validation_status(self, generation_id: str, status: str) -> bool:
        """Changes a validation status; returns whether there is such a generation."""
        alive = (table.c.id == generation_id, table.c.is_deleted.is_(False))
        values = {"validation_status": status, "updated_at": self._clock()}
        return self._statements.change(update(table).where(*alive).values(**values)) == 1

    def _first(self, *conditions: ColumnElement[bool]) -> GenerationRecord | None:
        query: Select[Any] = selected(table, GenerationRecord).where(*conditions).order_by(*_NEWEST_FIRST).limit(1)
        return optional_record(GenerationRecord, self._statements.row(query))

    def _page(self, conditions: Sequence[ColumnElement[bool]], skip: int, limit: int) -> Page[GenerationSummary]:
        query = selected(table, GenerationSummary).where(*conditions).order_by(*_NEWEST_FIRST)
        return paged(self._statements, query, skip, limit, lambda row: to_record(GenerationSummary, row))
