"""The schema's history: up, down, up again; equal to the tables; run by several at once; from any directory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, MetaData, Table, inspect

from repo.engine import create_pool
from repo.errors import MigrationError
from repo.migrate import current, downgrade, migrate
from repo.migrations import initial_tables
from repo.tables import metadata
from repo.types import identity
from tests.integration.repo.samples import in_parallel
from tests.support.processes import free_port

ROOT = Path(__file__).resolve().parents[3]
NEWEST = "0002"


def table_names(url: str) -> set[str]:
    engine = create_pool(url, pool_size=1)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def differences(url: str) -> list[Any]:
    """What a migration would still have to do to make the tables of ``repo.tables``."""
    engine = create_pool(url, pool_size=1)
    try:
        with engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True}
            return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))
    finally:
        engine.dispose()


def test_the_schema_goes_up_down_and_up_again(empty_database_url: str) -> None:
    url = empty_database_url
    assert current(url) is None
    migrate(url)
    assert current(url) == NEWEST
    assert table_names(url) == {*metadata.tables, "alembic_version"}
    downgrade(url)
    assert (current(url), table_names(url)) == (None, {"alembic_version"})
    migrate(url)
    assert table_names(url) == {*metadata.tables, "alembic_version"}


def test_migrations_make_what_the_tables_say(migrated_database: str) -> None:
    assert differences(migrated_database) == []


def test_migrating_a_migrated_database_changes_nothing(empty_database_url: str) -> None:
    migrate(empty_database_url)
    migrate(empty_database_url)
    assert differences(empty_database_url) == []


def test_several_processes_may_migrate_at_once(empty_database_url: str, tmp_path: Path) -> None:
    done = in_parallel(lambda _: run_command(empty_database_url, tmp_path, "upgrade"), threads=3)
    assert [(each.returncode, each.stderr) for each in done] == [(0, "")] * 3
    assert current(empty_database_url) == NEWEST
    assert differences(empty_database_url) == []


def test_another_ones_table_of_our_name_is_refused_and_nothing_is_made(empty_database_url: str) -> None:
    engine = create_pool(empty_database_url, pool_size=1)
    theirs = MetaData()
    Table("factors", theirs, Column("code", identity(8), primary_key=True))
    theirs.create_all(engine)
    with pytest.raises(MigrationError, match=r"^the database has tables of these names already: factors$"):
        migrate(empty_database_url)
    engine.dispose()
    assert table_names(empty_database_url) - {"alembic_version"} == {"factors"}


def test_the_record_of_the_first_tables_is_complete() -> None:
    assert set(initial_tables.metadata.tables) == set(metadata.tables)


def test_one_step_back_leaves_what_the_first_revision_made(empty_database_url: str) -> None:
    migrate(empty_database_url)
    downgrade(empty_database_url, "0001")
    assert current(empty_database_url) == "0001"
    engine = create_pool(empty_database_url, pool_size=1)
    columns = {column["name"] for column in inspect(engine).get_columns("factors")}
    engine.dispose()
    assert columns == set(initial_tables.factors.columns.keys())
    migrate(empty_database_url)
    assert differences(empty_database_url) == []


def run_command(url: str | None, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SB_DATABASE_URL"}
    environment |= {"PYTHONPATH": str(ROOT)} | ({} if url is None else {"SB_DATABASE_URL": url})
    command = [sys.executable, "-m", "repo.migrate", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_works_from_any_directory(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    told = [
        run_command(url, tmp_path, *arguments).stdout
        for arguments in (["current"], ["upgrade"], ["current"], ["downgrade"], ["upgrade"])
    ]
    revisions = [line.removeprefix("schema revision: ").strip() for line in told]
    assert revisions == ["none", NEWEST, NEWEST, "none", NEWEST]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        (None, "SB_DATABASE_URL names no database"),
        ("nonsense", "the database URL has a wrong form"),
        ("postgresql://secret@host/name", "the database URL names postgresql; sqlite, mysql and mariadb are known"),
        ("sqlite://", "the database URL names no file; write sqlite:////path/data.db"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(url: str | None, line: str, tmp_path: Path) -> None:
    done = run_command(url, tmp_path, "upgrade")
    assert (done.returncode, done.stderr) == (1, f"{line}\n")


def test_the_command_says_that_the_server_is_away(tmp_path: Path) -> None:
    done = run_command(f"mysql+pymysql://user:secret@127.0.0.1:{free_port()}/x", tmp_path, "upgrade")
    assert done.returncode == 1
    assert done.stderr.startswith("the migration failed: ") and done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
