"""Taking over a strategy_instances table that the platform made: adds what it lacks, refuses what can't be mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import Column, Connection, Index, MetaData, Table, Text, inspect, select, types
from sqlalchemy.exc import DBAPIError

from repo.clock import utc_now
from repo.errors import MigrationError
from repo.migrations.initial_tables import TABLE_OPTIONS
from repo.types import OWNER_LENGTH, SERVERS, JsonText, UtcDateTime, identity

_TEXT = (types.String, types.Enum)
_NUMBER = (types.Integer, types.Boolean, types.Numeric)
_KINDS: dict[str, tuple[type[types.TypeEngine[Any]], ...]] = {
    "id": _TEXT,
    "user_id": _TEXT,
    "name": _TEXT,
    "description": _TEXT,
    "status": _TEXT,
    "current_generation_id": _TEXT,
    "logic_flow": (types.JSON, types.Text),
    "parameters": (types.JSON, types.Text),
    "revision": (types.Integer,),
    "is_deleted": _NUMBER,
    "created_at": (types.DateTime,),
    "updated_at": (types.DateTime,),
}
"""What kinds of column will do, where a column is there already."""

_NEEDED = ("id", "user_id")
"""What can't be made up for rows that exist."""

_DEFAULTS = {"name": "", "status": "DRAFT", "revision": "1", "is_deleted": "0"}
"""Of added columns, so that rows which the platform writes have them too; other added columns may be NULL."""

_additions = Table(
    "adopted_additions",
    MetaData(),
    Column("name", identity(128), primary_key=True),
    Column("kind", identity(16), nullable=False),
    **TABLE_OPTIONS,
)


def adopt(connection: Connection, wanted: Table) -> None:
    """Brings an existing table to where this suite can work with it, and notes what was added.

    Raises:
        MigrationError: It can't be; names everything that stands in the way. Nothing was changed.
    """
    columns: dict[str, Any] = {column["name"]: column for column in inspect(connection).get_columns(wanted.name)}
    obstacles = [*_missing(columns, wanted, connection), *_unfit(columns), *_unknown(columns, wanted)]
    if obstacles:
        raise MigrationError(f"the table {wanted.name} exists and can't be adopted: {'; '.join(obstacles)}")
    if connection.dialect.name in SERVERS:
        _compare_owner_by_bytes(connection, wanted.name, columns["user_id"])
    _additions.create(connection)
    added = [column for column in wanted.columns if column.name not in columns]
    for column in added:
        _add(connection, wanted, column)
    for index in _lacking_indexes(connection, wanted):
        op.create_index(str(index.name), wanted.name, [column.name for column in index.columns])
        _note(connection, str(index.name), "index")


def is_adopted(connection: Connection) -> bool:
    """Returns whether the table was there before this suite."""
    return inspect(connection).has_table(_additions.name)


def let_go(connection: Connection, wanted: Table) -> None:
    """Takes away what adoption added, and leaves the table to its owner."""
    for name, kind in connection.execute(select(_additions.c.name, _additions.c.kind)).all():
        if kind == "index":
            op.drop_index(name, wanted.name)
    for name, kind in connection.execute(select(_additions.c.name, _additions.c.kind)).all():
        if kind == "column":
            op.drop_column(wanted.name, name)
    _additions.drop(connection)


def _missing(columns: dict[str, Any], wanted: Table, connection: Connection) -> Iterator[str]:
    for name in _NEEDED:
        if name not in columns:
            yield f"it lacks the column {name}"
    if "id" in columns and inspect(connection).get_pk_constraint(wanted.name)["constrained_columns"] != ["id"]:
        yield "its primary key is not id"


def _unfit(columns: dict[str, Any]) -> Iterator[str]:
    for name, kinds in _KINDS.items():
        if name in columns and not isinstance(columns[name]["type"], kinds):
            yield f"its column {name} is {columns[name]['type']}"


def _unknown(columns: dict[str, Any], wanted: Table) -> Iterator[str]:
    """Columns that an INSERT must fill and that this suite knows nothing of."""
    for name, column in columns.items():
        free = column["nullable"] or column["default"] is not None or column.get("computed")
        if name not in wanted.columns and not free and column.get("autoincrement") is not True:
            yield f"its column {name} must be filled and is not this suite's"


def _compare_owner_by_bytes(connection: Connection, table: str, column: dict[str, Any]) -> None:
    """Otherwise Alice would see what is alice's."""
    kind = column["type"]
    if kind.collation == "utf8mb4_bin" and (kind.length or OWNER_LENGTH) >= OWNER_LENGTH:
        return
    try:
        op.alter_column(
            table, column["name"], type_=identity(OWNER_LENGTH), existing_nullable=column["nullable"]
        )  # fmt: skip
    except DBAPIError as error:
        message = f"the table {table} exists and can't be adopted: its column user_id can't be made utf8mb4_bin"
        raise MigrationError(message) from error


def _add(connection: Connection, wanted: Table, column: Column[Any]) -> None:
    default = _DEFAULTS.get(column.name)
    added = Column(column.name, column.type, nullable=default is None, server_default=default)
    op.add_column(wanted.name, added)
    _note(connection, column.name, "column")
    if isinstance(column.type, UtcDateTime):
        connection.execute(wanted.update().values({column.name: utc_now()}))
    elif isinstance(column.type, JsonText):
        connection.execute(wanted.update().values({column.name: {}}))
    elif isinstance(column.type, Text):
        connection.execute(wanted.update().values({column.name: ""}))


def _lacking_indexes(connection: Connection, wanted: Table) -> list[Index]:
    there = [index["column_names"] for index in inspect(connection).get_indexes(wanted.name)]
    lacking = [index for index in wanted.indexes if [column.name for column in index.columns] not in there]
    return sorted(lacking, key=lambda index: str(index.name))


def _note(connection: Connection, name: str, kind: str) -> None:
    connection.execute(_additions.insert().values(name=name, kind=kind))
