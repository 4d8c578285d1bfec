"""A start brings what ships to its version, and touches nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, RowMapping, select, update
from strategybuilder.builder.v1 import strategy_pb2

from codegen_core.factors import built_in_factors
from codegen_core.nodes.registry import system_templates
from codegen_core.strategies import ready_strategies
from repo import tables
from repo.engine import create_database, create_pool
from repo.migrate import migrate
from services.builder.shipped import seed
from tests.integration.services.clients import Client, flow_message
from tests.support.databases import empty_database_url
from tests.support.processes import Process

__all__ = ["empty_database_url"]

SHIPPED = (tables.node_templates, tables.strategy_templates, tables.factors)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_pool(url, pool_size=1)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def seeded(url: str) -> None:
    database = create_database(url, 2)
    try:
        database.run(seed)
    finally:
        database.dispose()


def rows(url: str) -> dict[str, Mapping[str, RowMapping]]:
    with connected(url) as connection:
        found = {table.name: connection.execute(select(table)).mappings().all() for table in SHIPPED}
    return {name: {row["id"]: row for row in each} for name, each in found.items()}


@pytest.fixture
def young(empty_database_url: str) -> str:
    """A database of the test's own that this version was started on once."""
    migrate(empty_database_url)
    seeded(empty_database_url)
    return empty_database_url


def test_everything_that_ships_is_there(young: str) -> None:
    found = rows(young)
    assert found["node_templates"].keys() == {template.id for template in system_templates()}
    assert found["strategy_templates"].keys() == {strategy.id for strategy in ready_strategies()}
    assert found["factors"].keys() == {factor.id for factor in built_in_factors()}
    assert not any(row["is_deleted"] for each in found.values() for row in each.values())


def test_a_second_start_changes_nothing(young: str) -> None:
    before = rows(young)
    seeded(young)
    assert rows(young) == before


def test_parallel_starts_make_each_row_once(empty_database_url: str) -> None:
    migrate(empty_database_url)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: seeded(empty_database_url), range(4)))
    found = rows(empty_database_url)
    expected = (system_templates(), ready_strategies(), built_in_factors())
    assert [len(each) for each in found.values()] == [len(shipped) for shipped in expected]


def make_old(connection: Connection) -> None:
    """Makes the rows those of an older version: other texts, one row less, and one that ships no more."""
    for table in SHIPPED:
        connection.execute(update(table).values(display_name="Old", description="Old"))
        first = connection.execute(select(table).order_by(table.c.created_at, table.c.id).limit(1)).mappings().one()
        gone: dict[str, Any] = dict(first) | {"id": str(uuid4()), "name": "no_longer_shipped"}
        gone |= {"name_key": ":no_longer_shipped"} if "name_key" in gone else {}
        connection.execute(table.delete().where(table.c.id == first["id"]))
        connection.execute(table.insert().values(**gone))


def test_a_start_upgrades_what_is_old_and_retires_what_ships_no_more(young: str) -> None:
    def wanted(found: Mapping[str, Mapping[str, RowMapping]]) -> dict[str, dict[str, Any]]:
        facts = ("name", "display_name", "description", "is_deleted")
        return {
            name: {row_id: {fact: row[fact] for fact in facts} for row_id, row in each.items()}
            for name, each in found.items()
        }

    before = wanted(rows(young))
    with connected(young) as connection:
        connection.execute(update(tables.node_templates).values(usage_count=7))
        make_old(connection)
    seeded(young)
    after = rows(young)
    for name, each in wanted(after).items():
        retired = [row for row_id, row in each.items() if row_id not in before[name]]
        assert [(row["name"], row["is_deleted"]) for row in retired] == [("no_longer_shipped", True)]
        assert {row_id: row for row_id, row in each.items() if row_id in before[name]} == before[name]
    counts = [row["usage_count"] for row in after["node_templates"].values()]
    assert sorted(set(counts)) == [0, 7]
    assert counts.count(0) == 1, "only the new one has no count"


def test_users_rows_stay_as_they_are(young: str) -> None:
    owned = (tables.node_templates, tables.factors)

    def of_alice(connection: Connection) -> list[Sequence[RowMapping]]:
        return [connection.execute(select(table).where(table.c.user_id == "alice")).mappings().all() for table in owned]

    with connected(young) as connection:
        make_old(connection)
        for table in owned:
            row: dict[str, Any] = dict(connection.execute(select(table).limit(1)).mappings().one())
            row |= {"id": str(uuid4()), "user_id": "alice", "display_name": "Mine"}
            row |= {"is_system_template": False, "name_key": "alice:mine"} if "name_key" in row else {}
            connection.execute(table.insert().values(**row))
        before = of_alice(connection)
    seeded(young)
    with connected(young) as connection:
        assert of_alice(connection) == before
        assert [len(rows) for rows in before] == [1, 1]


def test_a_start_leaves_strategies_as_they_were_drawn(alice: Client) -> None:
    made = alice.strategy()
    builder: Process = alice.suite.processes["builder"]
    builder.stop()
    builder.start()
    alice.suite.wait_until_serving("builder")
    request = strategy_pb2.GetStrategyRequest(instance_id=made.id)
    read = alice.call("builder", "GetStrategy", request).strategy
    assert read == made
    assert read.logic_flow == flow_message()
