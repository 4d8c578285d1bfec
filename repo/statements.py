"""Executes a unit's statements on its connection, with errors translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, RowMapping, Select, Table, func, insert, select
from sqlalchemy.dialects.mysql import insert as server_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import UpdateBase

from repo.translation import translated

T = TypeVar("T")


class Statements:
    """The only way in which repositories reach the database."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection = connection
        self._writes = writes

    def rows(self, query: Executable) -> Sequence[RowMapping]:
        """Returns every row of a query."""
        with translated():
            return self._connection.execute(query).mappings().all()

    def row(self, query: Executable) -> RowMapping | None:
        """Returns the first row of a query, None where there is none."""
        with translated():
            return self._connection.execute(query).mappings().first()

    def count(self, query: Select[Any]) -> int:
        """Returns how many rows a query has, whatever its order, limit and offset."""
        counted = query.order_by(None).limit(None).offset(None).subquery()
        with translated():
            return self._connection.execute(select(func.count()).select_from(counted)).scalar_one()

    def change(self, statement: UpdateBase) -> int:
        """Executes an INSERT, UPDATE or DELETE; returns how many rows it matched.

        Raises:
            DuplicateKey: A unique key is taken; the unit may go on.
        """
        if not self._writes:
            raise RuntimeError("a unit of work that writes must be opened with write=True")
        with translated():
            return self._connection.execute(statement).rowcount

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows that all have the same columns, in as few statements as the database allows.

        Raises:
            DuplicateKey: A unique key is taken.
        """
        if rows:
            with translated():
                self._connection.execute(insert(table), [dict(row) for row in rows])

    def insert_if_absent(self, table: Table, values: Mapping[str, Any]) -> None:
        """Inserts a row, or leaves and locks the one that has the same key: safe among parallel units."""
        if self._connection.dialect.name == "sqlite":
            self.change(sqlite_insert(table).values(**values).on_conflict_do_nothing())
            return
        key = next(iter(table.primary_key)).name
        # Not INSERT IGNORE, which would cut long values and swallow other errors as well.
        self.change(server_insert(table).values(**values).on_duplicate_key_update({key: table.c[key]}))
