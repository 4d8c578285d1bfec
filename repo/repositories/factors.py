"""Factors: the catalogue that strategies choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, exists, or_, select, update

from repo.records import EVERYBODY, FactorRecord, NewFactor, Page, Published
from repo.repositories.rows import Repository, all_values, born, filters, paged, selected
from repo.tables import factors as table

_mine = table.alias("mine")


class FactorRepository(Repository):
    """A factor's name is unique within its source and among its owner's; its id stays when it is published again.

    Where an owner's factor has the name of one that is everybody's, the owner sees the own one only.
    """

    def list(
        self,
        owner: str,
        *,
        category: str | None = None,
        source: str | None = None,
        search: str | None = None,
        skip: int = 0,
        limit: int = 50,
    ) -> Page[FactorRecord]:
        """Returns a page of what the owner sees, by (created_at, id); ``search`` is part of a text, in any case."""
        query = _visible(owner).where(*filters(table, category=category, source=source))
        if search:
            query = query.where(table.c.search_text.contains(search.casefold(), autoescape=True))
        ordered = query.order_by(table.c.created_at, table.c.id)
        return paged(self._statements, ordered, skip, limit, _record)

    def named(self, owner: str, names: Collection[str], source: str) -> Mapping[str, FactorRecord]:
        """Returns those factors of a source that the owner sees, by name."""
        query = _visible(owner).where(table.c.source == source, table.c.name.in_(sorted(set(names))))
        return {row["name"]: _record(row) for row in self._statements.rows(query)}

    def seed(self, factors: Sequence[NewFactor], sources: Collection[str]) -> None:
        """Makes everybody's rows of the sources say what ships; one that ships no more leaves the lists.

        New ones are listed in the order given. Only one unit may seed at a time.
        """
        stored = self._stored(EVERYBODY, table.c.source.in_(sorted(sources)))
        self._write(factors, EVERYBODY, stored)
        shipped = {(factor.source, factor.name) for factor in factors}
        self._leave([row["id"] for key, row in stored.items() if key not in shipped and not row["is_deleted"]])

    def publish(self, factors: Sequence[NewFactor], owner: str) -> Published:
        """Publishes factors of one owner, retired ones included. Only one unit may publish at a time."""
        names = sorted(factor.name for factor in factors)
        mine = (table.c.name.in_(names), table.c.source.in_(sorted({factor.source for factor in factors})))
        created, updated = self._write(factors, owner, self._stored(owner, *mine))
        now_there = self._stored(owner, *mine)
        stands = tuple(_record(now_there[_key(factor)]) for factor in factors)
        return Published(stands, created, updated, len(factors) - created - updated)

    def retire(self, names: Collection[str], source: str, owner: str) -> set[str]:
        """Takes an owner's factors of a source from the lists; returns the names of those that were there."""
        wanted = (table.c.source == source, table.c.name.in_(sorted(set(names))), table.c.is_deleted.is_(False))
        found = {row["name"]: row["id"] for row in self._stored(owner, *wanted).values()}
        self._leave(list(found.values()))
        return set(found)

    def _write(
        self, factors: Sequence[NewFactor], owner: str, stored: Mapping[tuple[str, str], RowMapping]
    ) -> tuple[int, int]:
        """Inserts and changes what differs; returns how many joined the lists, and how many changed in them."""
        now = self._clock()
        new = [factor for factor in factors if _key(factor) not in stored]
        self._statements.insert_many(table, list(_born_in_turn(new, owner, now)))
        changed = [factor for factor in factors if _key(factor) in stored and _differs(stored[_key(factor)], factor)]
        for factor in changed:
            row = stored[_key(factor)]
            values = _values(factor, owner) | {"id": row["id"], "is_deleted": False, "updated_at": now}
            self._statements.change(update(table).where(table.c.id == row["id"]).values(**values))
        back = sum(bool(stored[_key(factor)]["is_deleted"]) for factor in changed)
        return len(new) + back, len(changed) - back

    def _leave(self, ids: Sequence[str]) -> None:
        if ids:
            gone = {"is_deleted": True, "updated_at": self._clock()}
            self._statements.change(update(table).where(table.c.id.in_(ids)).values(**gone))

    def _stored(self, owner: str, *wanted: ColumnElement[bool]) -> dict[tuple[str, str], RowMapping]:
        rows = self._statements.rows(table.select().where(table.c.user_id == owner, *wanted))
        return {(row["source"], row["name"]): row for row in rows}


def _visible(owner: str) -> Select[Any]:
    own = select(_mine.c.id).where(
        _mine.c.source == table.c.source,
        _mine.c.user_id == owner,
        _mine.c.name == table.c.name,
        _mine.c.is_deleted.is_(False),
    )
    seen = table.c.user_id.in_(sorted({EVERYBODY, owner}))
    return selected(table, FactorRecord).where(seen, or_(table.c.user_id == owner, ~exists(own)))


def _born_in_turn(factors: Iterable[NewFactor], owner: str, now: datetime) -> Iterable[dict[str, Any]]:
    """A microsecond apart, so that lists by (created_at, id) keep the order given."""
    for position, factor in enumerate(factors):
        yield _values(factor, owner) | born(now + timedelta(microseconds=position))


def _values(factor: NewFactor, owner: str) -> dict[str, Any]:
    return all_values(factor) | {"user_id": owner, "search_text": _search_text(factor)}


def _search_text(factor: NewFactor) -> str:
    others = (text for texts in factor.texts.values() for text in texts.values())
    return "\x1f".join((factor.name, factor.display_name, factor.description, *others)).casefold()


def _differs(row: RowMapping, factor: NewFactor) -> bool:
    wanted = _values(factor, row["user_id"]) | {"id": row["id"], "is_deleted": False}
    return any(row[name] != value for name, value in wanted.items())


def _key(factor: NewFactor) -> tuple[str, str]:
    return factor.source, factor.name


def _record(row: RowMapping) -> FactorRecord:
    return FactorRecord(**{field.name: row[field.name] for field in fields(FactorRecord)})
