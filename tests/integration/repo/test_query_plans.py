"""No list reads a whole table: with 10,000 rows of 100 owners, the database finds its way by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, event

from repo import tables
from repo.engine import Database, create_pool
from repo.types import SERVERS
from repo.unit_of_work import UnitOfWork
from tests.integration.repo.samples import START, TickingClock, new_id

ROWS, OWNERS, SHIPPED = 10_000, 100, 120
STATUSES = ("DRAFT", "TESTING", "ACTIVE", "ARCHIVED")
INSTANCES = [new_id() for _ in range(ROWS // 10)]
EMPTY_JSON: dict[str, Any] = {}

Row = dict[str, Any]


def owner(position: int) -> str:
    return f"owner-{position % OWNERS}"


def common(position: int) -> Row:
    moment = START + timedelta(seconds=position)
    return {"id": new_id(), "created_at": moment, "updated_at": moment, "is_deleted": position % 50 == 49}


def named(position: int) -> Row:
    category = ("TREND", "MOMENTUM", "VOLUME", "VOLATILITY")[position % 4]
    texts = {"display_name": "Name", "description": "What it does", "category": category}
    return common(position) | texts | {"name": f"name_{position}"}


def a_template(position: int) -> Row:
    system = position < SHIPPED
    objects = ("parameter_schema", "default_parameters", "validation_rules", "execution_hints")
    return named(position) | dict.fromkeys(objects, EMPTY_JSON) | {
        "user_id": None if system else owner(position),
        "name_key": f"{position}",
        "is_system_template": system,
        "node_type": ("INDICATOR", "CONDITION", "SIGNAL", "CUSTOM")[position % 4],
        "input_ports": [],
        "output_ports": [],
        "version": "1.0.0",
    }  # fmt: skip


def a_factor(position: int) -> Row:
    shipped = position < 6 * SHIPPED
    return named(position) | {
        "user_id": "" if shipped else owner(position),
        "texts": EMPTY_JSON,
        "search_text": f"name_{position}\x1fname\x1fwhat it does",
        "parameters": EMPTY_JSON,
        "output_type": "SERIES",
        "source": ("ALPHA158", "ALPHA360")[position % 2] if shipped else "CUSTOM",
        "expression": "$close",
    }


def a_strategy_template(position: int) -> Row:
    return named(position) | {"texts": EMPTY_JSON, "logic_flow": {}, "parameters": {}, "version": "1.0.0"}


def a_strategy(position: int) -> Row:
    return common(position) | {
        "user_id": owner(position),
        "name": "mine",
        "description": "",
        "logic_flow": EMPTY_JSON,
        "parameters": EMPTY_JSON,
        "status": STATUSES[position % len(STATUSES)],
    }


def a_session(position: int) -> Row:
    row = common(position)
    return row | {
        "user_id": owner(position),
        "instance_id": INSTANCES[position % len(INSTANCES)],
        "session_type": "AUTOSAVE",
        "is_active": position % 2 == 0,
        "last_activity_at": row["created_at"],
        "expires_at": row["created_at"] + timedelta(days=1),
    }


def a_generation(position: int) -> Row:
    return common(position) | {
        "user_id": owner(position),
        "instance_id": INSTANCES[position % len(INSTANCES)],
        "code": "pass\n",
        "code_hash": f"{position:064x}",
        "language": "en",
        **dict.fromkeys(("logic_flow", "parameters", "node_lines", "validation_result"), EMPTY_JSON),
        "validation_status": ("VALID", "VALID", "VALID", "RUNTIME_ERROR")[position % 4],
        **dict.fromkeys(("syntax_check_passed", "security_check_passed"), True),
        **dict.fromkeys(("line_count", "complexity_score", "generation_time", "warmup_bars"), 1),
    }


def a_quick_test(position: int) -> Row:
    return common(position) | {
        "user_id": owner(position),
        "instance_id": INSTANCES[position % len(INSTANCES)],
        "status": ("COMPLETED", "COMPLETED", "FAILED", "RUNNING", "PENDING")[position % 5],
        "test_config": EMPTY_JSON,
    }


FILLED: Mapping[Table, Callable[[int], Row]] = {
    tables.node_templates: a_template,
    tables.factors: a_factor,
    tables.strategy_templates: a_strategy_template,
    tables.strategy_instances: a_strategy,
    tables.builder_sessions: a_session,
    tables.code_generations: a_generation,
    tables.quick_tests: a_quick_test,
}

ME, MINE = owner(8), INSTANCES[8]
LISTS: Mapping[str, Callable[[UnitOfWork], object]] = {
    "templates": lambda uow: uow.templates.list(ME),
    "templates of a kind": lambda uow: uow.templates.list(ME, node_type="SIGNAL"),
    "templates of a category": lambda uow: uow.templates.list(ME, category="TREND"),
    "the system's templates": lambda uow: uow.templates.list(ME, is_system_template=True),
    "own templates": lambda uow: uow.templates.list(ME, is_system_template=False),
    "a late page of templates": lambda uow: uow.templates.list(ME, skip=200),
    "factors": lambda uow: uow.factors.list(ME),
    "factors of a category": lambda uow: uow.factors.list(ME, category="TREND"),
    "factors of a source": lambda uow: uow.factors.list(ME, source="ALPHA158"),
    "published factors": lambda uow: uow.factors.list(ME, source="CUSTOM"),
    "factors searched": lambda uow: uow.factors.list(ME, search="Name_1"),
    "factors by name": lambda uow: uow.factors.named(ME, ["name_1", "name_9008"], "CUSTOM"),
    "strategy templates": lambda uow: uow.strategy_templates.list(),
    "strategy templates of a category": lambda uow: uow.strategy_templates.list(category="TREND"),
    "strategies": lambda uow: uow.strategies.list(ME),
    "strategies of a status": lambda uow: uow.strategies.list(ME, status="ACTIVE"),
    "sessions": lambda uow: uow.sessions.list(ME),
    "sessions of a strategy": lambda uow: uow.sessions.list(ME, instance_id=MINE),
    "generations": lambda uow: uow.generations.list(MINE, ME),
    "the latest valid generation": lambda uow: uow.generations.latest_valid(MINE),
    "generations of a status": lambda uow: uow.generations.with_status("RUNTIME_ERROR", owner=ME),
    "quick tests": lambda uow: uow.quick_tests.list(ME),
    "quick tests of a strategy": lambda uow: uow.quick_tests.list(ME, instance_id=MINE),
    "quick tests of a status": lambda uow: uow.quick_tests.list(ME, status="FAILED"),
}


def fill(engine: Engine) -> None:
    with engine.begin() as connection:
        for table, made in FILLED.items():
            connection.execute(table.insert(), [made(position) for position in range(ROWS)])
    with engine.begin() as connection:
        for table in FILLED:
            server = connection.dialect.name in SERVERS
            connection.exec_driver_sql(f"ANALYZE {'TABLE' if server else ''} {table.name}")


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collects what is sent to the database in the block."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def unindexed(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Returns the tables that the statement would read from end to end."""
    if connection.dialect.name not in SERVERS:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings()
        return [
            str(step["detail"]) for step in steps if step["detail"].startswith("SCAN") and "USING" not in step["detail"]
        ]
    # Newer MySQL tells a plan as a tree unless asked otherwise; MariaDB knows no word for the table.
    explain = "EXPLAIN" if getattr(connection.dialect, "is_mariadb", False) else "EXPLAIN FORMAT=TRADITIONAL"
    steps = connection.exec_driver_sql(f"{explain} {statement}", parameters).mappings()
    derived = ("<", "anon")
    read = [step for step in steps if step["table"] is not None and not step["table"].startswith(derived)]
    assert read, statement
    return [f"{step['table']}: {step['type']} {step['key']}" for step in read if step["key"] is None]


def test_no_list_reads_a_whole_table(database_url: str, clock: TickingClock) -> None:
    engine = create_pool(database_url)
    try:
        fill(engine)
        database, found = Database(engine, clock), {}
        for name, listing in LISTS.items():
            with statements_of(engine) as sent:
                assert database.run(listing, write=False)
            asked = [(statement, parameters) for statement, parameters in sent if statement.startswith("SELECT")]
            assert asked
            with engine.connect() as connection:
                found[name] = [bad for statement, given in asked for bad in unindexed(connection, statement, given)]
        assert {name: bad for name, bad in found.items() if bad} == {}
    finally:
        engine.dispose()
