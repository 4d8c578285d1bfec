"""From rows to records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, Table, false, select

from repo.clock import Clock
from repo.records import Page
from repo.statements import Statements

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RecordT = TypeVar("RecordT", bound="DataclassInstance")
ItemT = TypeVar("ItemT")


class Repository:
    """What every repository is made of."""

    def __init__(self, statements: Statements, clock: Clock) -> None:
        self._statements = statements
        self._clock = clock


def selected(table: Table, record: type[DataclassInstance]) -> Select[Any]:
    """Returns the query for the columns that a record has, of rows that are not deleted."""
    columns = [table.c[field.name] for field in fields(record)]
    # "=", since no index serves "IS".
    return select(*columns).where(table.c.is_deleted == false())


def to_record(record: type[RecordT], row: RowMapping) -> RecordT:
    """Returns a row that was selected for a record."""
    return record(**row)


def optional_record(record: type[RecordT], row: RowMapping | None) -> RecordT | None:
    """Returns a row as a record, None where there is no row."""
    return None if row is None else to_record(record, row)


def changed_values(changes: DataclassInstance) -> dict[str, Any]:
    """Returns the fields that are not None."""
    values = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: value for name, value in values.items() if value is not None}


def all_values(record: DataclassInstance) -> dict[str, Any]:
    """Returns every field, as it is: nested values are not copied."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def paged(
    statements: Statements, query: Select[Any], skip: int, limit: int, convert: Callable[[RowMapping], ItemT]
) -> Page[ItemT]:
    """Returns a page of an ordered query and how many rows it has in all."""
    rows = statements.rows(query.offset(skip).limit(limit))
    return Page(tuple(convert(row) for row in rows), statements.count(query))


def born(now: datetime) -> dict[str, Any]:
    """Returns the bookkeeping columns of a new row."""
    return {"created_at": now, "updated_at": now, "is_deleted": False}


def filters(table: Table, **wanted: Any) -> list[ColumnElement[bool]]:
    """Returns a condition for each column whose value is not None."""
    return [table.c[name] == value for name, value in wanted.items() if value is not None]
