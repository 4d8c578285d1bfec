"""Fixtures that run a test on every database there is: SQLite always, and each server of SB_TEST_DATABASE_URL.

Servers are named by SQLAlchemy URLs, separated by commas; their own database is left alone. A suite takes fixtures by
``from tests.support.databases import database_server, database_url, migrated_database`` in its conftest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from repo.engine import create_pool, normalised_url
from repo.migrate import migrate
from repo.tables import metadata

SQLITE = "sqlite"


def _available() -> dict[str, str]:
    """Returns what to test on, by a name for test ids."""
    urls = [url.strip() for url in os.environ.get("SB_TEST_DATABASE_URL", "").split(",") if url.strip()]
    kinds = [make_url(url).get_backend_name() for url in urls]
    names = [kind if kinds.count(kind) == 1 else f"{kind}{position}" for position, kind in enumerate(kinds)]
    return {SQLITE: SQLITE, **dict(zip(names, urls, strict=True))}


_AVAILABLE = _available()

SERVERS = {name: url for name, url in _AVAILABLE.items() if name != SQLITE}
"""The servers to test on, by name; empty where none is given."""


@pytest.fixture(scope="session", params=list(_AVAILABLE.values()), ids=list(_AVAILABLE))
def database_server(request: pytest.FixtureRequest) -> str:
    """The word sqlite, or the URL of a server."""
    return str(request.param)


@pytest.fixture(scope="session")
def migrated_database(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated database that a session's tests share, one after the other."""
    with _new_database(database_server, tmp_path_factory.mktemp("database")) as url:
        migrate(url)
        yield url


@pytest.fixture
def empty_database_url(database_server: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, the test's own."""
    with _new_database(database_server, tmp_path) as url:
        yield url


@pytest.fixture
def database_url(migrated_database: str, tmp_path: Path) -> str:
    """The URL of a migrated database without any row."""
    url = make_url(migrated_database)
    if url.get_backend_name() == SQLITE:
        copy = tmp_path / "test.db"
        shutil.copyfile(str(url.database), copy)
        return f"sqlite:///{copy}"
    _wipe(migrated_database)
    return migrated_database


@contextmanager
def _new_database(server: str, folder: Path) -> Iterator[str]:
    if server == SQLITE:
        yield f"sqlite:///{folder / 'test.db'}"
        return
    url = normalised_url(server)
    name = f"sb_test_{uuid4().hex[:12]}"
    _execute(url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(url, f"DROP DATABASE {name}")


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _wipe(url: str) -> None:
    engine = create_pool(url, pool_size=1)
    try:
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    finally:
        engine.dispose()
