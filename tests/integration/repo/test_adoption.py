"""A strategy_instances that the platform made: taken over where that is possible, refused in one line otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, Text, inspect, select
from sqlalchemy.dialects import mysql

from repo.engine import create_database, create_pool
from repo.errors import MigrationError
from repo.migrate import downgrade, migrate
from repo.records import StrategyChanges
from tests.integration.repo.samples import a_strategy


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """Connections to a database without tables."""
    engine = create_pool(empty_database_url, pool_size=1)
    yield engine
    engine.dispose()


def platform_table(engine: Engine, *columns: Column[Any]) -> Table:
    """Makes the platform's table: what no version of it lacks, and ``columns``."""
    table = Table("strategy_instances", MetaData(), *columns)
    table.create(engine)
    return table


def an_id() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def an_owner() -> Column[str]:
    """An owner column as a server makes it by default: not by bytes, and short."""
    owner = mysql.VARCHAR(64, charset="utf8mb4", collation="utf8mb4_general_ci")
    return Column("user_id", String(64).with_variant(owner, "mysql", "mariadb"), nullable=False)


def test_a_sparse_table_is_filled_up_and_worked_with(engine: Engine, empty_database_url: str) -> None:
    table = platform_table(engine, an_id(), an_owner(), Column("name", String(100)), Column("platform_only", Text))
    with engine.begin() as connection:
        connection.execute(table.insert().values(id="old", user_id="alice", name="Older", platform_only="kept"))
    migrate(empty_database_url)
    database = create_database(empty_database_url)
    old = database.run(lambda unit: unit.strategies.get("old", "alice"))
    assert old is not None
    assert (old.name, old.status, old.revision, old.logic_flow, old.description) == ("Older", "DRAFT", 1, {}, "")
    assert database.run(lambda unit: unit.strategies.get("old", "ALICE")) is None
    updated = database.run(lambda unit: unit.strategies.update("old", "alice", StrategyChanges(name="Newer"), 1))
    assert updated is not None and updated.revision == 2
    strategy = a_strategy()
    created = database.run(lambda unit: unit.strategies.create(strategy, "a" * 128))
    assert database.run(lambda unit: unit.strategies.get(strategy.id, "a" * 128)) == created
    database.dispose()
    with engine.connect() as connection:
        assert connection.execute(select(table.c.platform_only).where(table.c.id == "old")).scalar() == "kept"


def test_rows_that_the_platform_adds_later_are_readable(engine: Engine, empty_database_url: str) -> None:
    table = platform_table(engine, an_id(), an_owner())
    migrate(empty_database_url)
    with engine.begin() as connection:
        connection.execute(table.insert().values(id="later", user_id="alice"))
    database = create_database(empty_database_url)
    later = database.run(lambda unit: unit.strategies.get("later", "alice"))
    listed = database.run(lambda unit: unit.strategies.list("alice"))
    database.dispose()
    assert later is not None
    assert (later.name, later.description, later.logic_flow, later.parameters) == ("", "", {}, {})
    assert later.created_at == later.updated_at
    assert [item.id for item in listed.items] == ["later"]


def test_going_back_leaves_the_platforms_table_as_it_was(engine: Engine, empty_database_url: str) -> None:
    table = platform_table(engine, an_id(), an_owner(), Column("name", String(100)))
    with engine.begin() as connection:
        connection.execute(table.insert().values(id="old", user_id="alice", name="Older"))
    migrate(empty_database_url)
    downgrade(empty_database_url)
    inspector = inspect(engine)
    assert set(inspector.get_table_names()) == {"strategy_instances", "alembic_version"}
    assert [column["name"] for column in inspector.get_columns("strategy_instances")] == ["id", "user_id", "name"]
    assert inspector.get_indexes("strategy_instances") == []
    with engine.connect() as connection:
        assert connection.execute(select(table)).all() == [("old", "alice", "Older")]
    inspector.clear_cache()
    migrate(empty_database_url)


def test_a_complete_table_is_taken_as_it_is(engine: Engine, empty_database_url: str) -> None:
    migrate(empty_database_url)
    downgrade(empty_database_url)
    columns = [Column(name, kind) for name, kind in (("logic_flow", Text()), ("created_at", DateTime()))]
    platform_table(engine, an_id(), an_owner(), Column("revision", Integer), *columns)
    migrate(empty_database_url)
    kinds = {column["name"]: column["type"] for column in inspect(engine).get_columns("strategy_instances")}
    assert isinstance(kinds["logic_flow"], Text)


@pytest.mark.parametrize(
    ("columns", "obstacles"),
    [
        ([Column("id", Integer, primary_key=True)], "it lacks the column user_id; its column id is INTEGER"),
        ([Column("number", String(8), primary_key=True), Column("id", String(36)), Column("user_id", String(64))],
         "its primary key is not id; its column number must be filled and is not this suite's"),
        ([an_id(), Column("user_id", Integer), Column("revision", String(8))],
         "its column user_id is INTEGER; its column revision is VARCHAR(8)"),
        ([an_id(), an_owner(), Column("desk", String(8), nullable=False)],
         "its column desk must be filled and is not this suite's"),
    ],
    ids=["number as id", "other key", "wrong kinds", "unknown duty"],
)  # fmt: skip
def test_what_cannot_be_mended_is_named_in_one_line(
    engine: Engine, empty_database_url: str, columns: list[Column[Any]], obstacles: str
) -> None:
    platform_table(engine, *(column._copy() for column in columns))
    with pytest.raises(MigrationError) as caught:
        migrate(empty_database_url)
    line = str(caught.value).split(" COLLATE")[0]
    expected = f"the table strategy_instances exists and can't be adopted: {obstacles}"
    assert line.replace("INTEGER(11)", "INTEGER").replace('"', "") == expected
    assert set(inspect(engine).get_table_names()) - {"alembic_version"} == {"strategy_instances"}
