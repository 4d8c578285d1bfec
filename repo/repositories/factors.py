"""Factors: the catalogue that strategies choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, func, insert, or_, update

from repo.records import FactorRecord, NewFactor, Page, PublishCounts
from repo.repositories.rows import Repository, all_values, born, filters, paged, selected, to_record
from repo.tables import factors as table


class FactorRepository(Repository):
    """A factor's name is unique within its source, and its id stays when it is published again."""

    def list(
        self,
        *,
        category: str | None = None,
        source: str | None = None,
        search: str | None = None,
        skip: int = 0,
        limit: int = 50,
    ) -> Page[FactorRecord]:
        """Returns a page of factors by (created_at, id); ``search`` is part of a name or display name, in any case."""
        query = selected(table, FactorRecord).where(*filters(table, category=category, source=source))
        if search:
            texts = (func.lower(table.c.name), func.lower(table.c.display_name))
            query = query.where(or_(*(text.contains(search.lower(), autoescape=True) for text in texts)))
        ordered = query.order_by(table.c.created_at, table.c.id)
        return paged(self._statements, ordered, skip, limit, lambda row: to_record(FactorRecord, row))

    def upsert_many(self, factors: Sequence[NewFactor]) -> PublishCounts:
        """Publishes factors, retired ones included; all of them or, where the unit fails, none."""
        done = [self._upsert(factor) for factor in sorted(factors, key=lambda factor: (factor.source, factor.name))]
        return PublishCounts(done.count("created"), done.count("updated"), done.count("unchanged"))

    def retire(self, names: Collection[str], source: str) -> set[str]:
        """Takes factors of a source from the lists; returns the names of those that were there."""
        mine = (table.c.source == source, table.c.name.in_(sorted(set(names))), table.c.is_deleted.is_(False))
        found = {row["name"] for row in self._statements.rows(table.select().where(*mine).with_for_update())}
        gone = {"is_deleted": True, "updated_at": self._clock()}
        self._statements.change(update(table).where(*mine).values(**gone))
        return found

    def _upsert(self, factor: NewFactor) -> str:
        stored = self._stored(factor)
        if stored is None:
            self._statements.change(insert(table).values(**all_values(factor), **born(self._clock())))
            return "created"
        values: dict[str, Any] = all_values(factor) | {"id": stored["id"], "is_deleted": False}
        if all(stored[name] == value for name, value in values.items()):
            return "unchanged"
        changed = values | {"updated_at": self._clock()}
        self._statements.change(update(table).where(table.c.id == stored["id"]).values(**changed))
        return "created" if stored["is_deleted"] else "updated"

    def _stored(self, factor: NewFactor) -> RowMapping | None:
        key = (table.c.source == factor.source, table.c.name == factor.name)
        return self._statements.row(table.select().where(*key).with_for_update())
