"""Rules that hold for every table."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from repo.tables import metadata

BY_BYTES = {"id", "name", "user_id", "holder", "data_version", "version", "status", "source"}
TABLES = [pytest.param(table, id=table.name) for table in metadata.sorted_tables]


def is_identity(column: Column[object]) -> bool:
    return column.name in BY_BYTES or column.name.endswith(("_id", "_key", "_hash", "_fingerprint"))


@pytest.mark.parametrize("table", TABLES)
def test_identity_columns_compare_by_bytes_on_servers(table: Table) -> None:
    identities = [column for column in table.columns if is_identity(column)]
    kinds = [column.type.dialect_impl(mysql.dialect()) for column in identities]
    assert identities
    assert {getattr(kind, "collation", None) for kind in kinds} == {"utf8mb4_bin"}


@pytest.mark.parametrize("table", TABLES)
def test_rows_know_when_they_were_made_changed_and_deleted(table: Table) -> None:
    assert {"created_at", "updated_at", "is_deleted"} <= set(table.columns.keys())


@pytest.mark.parametrize("table", TABLES)
def test_times_keep_microseconds_on_servers(table: Table) -> None:
    times = [column.name for column in table.columns if column.name.endswith(("_at", "_until"))]
    made = str(CreateTable(table).compile(dialect=mysql.dialect()))
    assert made.count("DATETIME(6)") == len(times) == made.count("DATETIME")


@pytest.mark.parametrize(
    ("table", "indexed"),
    [
        ("node_templates", {"node_type", "is_system_template", "user_id", "category"}),
        ("code_generations", {"instance_id", "code_hash", "validation_status", "user_id"}),
        ("quick_tests", {"instance_id", "user_id", "status", "completed_at"}),
        ("builder_sessions", {"instance_id", "user_id", "is_active", "last_activity_at"}),
    ],
)
def test_what_is_looked_up_is_indexed(table: str, indexed: set[str]) -> None:
    first_columns = {next(iter(index.columns)).name for index in metadata.tables[table].indexes}
    assert indexed <= first_columns
