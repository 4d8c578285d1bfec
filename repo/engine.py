"""The database: its connections, and units of work on them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from repo.clock import Clock, utc_now
from repo.errors import TransientConflict
from repo.translation import translated
from repo.types import SERVERS
from repo.unit_of_work import UnitOfWork

T = TypeVar("T")

_BUSY_MILLISECONDS = 5000
_POOL_TIMEOUT_SECONDS = 5
_CONNECT_SECONDS = 5
_SOCKET_SECONDS = 30
_RECYCLE_SECONDS = 1800
_ATTEMPTS = 6
_RETRY_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.01
_BEGIN = "strategy_builder_begin"
_SESSION_SETUP = "SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL', innodb_lock_wait_timeout = 5"


class Database:
    """A pool of connections and the units of work on it; safe to share among threads.

    After a fork the child calls :meth:`dispose_after_fork` before anything else.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @contextmanager
    def unit_of_work(self, *, write: bool = True) -> Iterator[UnitOfWork]:
        """Opens one transaction; whatever is not committed when the block ends is rolled back.

        Raises:
            DatabaseUnavailable: No connection can be had; TransientConflict where the database was busy.
        """
        with translated(), self._engine.connect() as connection:
            yield UnitOfWork(writing(connection) if write else connection, self._clock, writes=write)

    def run(self, work: Callable[[UnitOfWork], T], *, write: bool = True) -> T:
        """Runs ``work`` in one transaction, commits, and returns its result; what it raises rolls back.

        The whole unit is tried again, a few times and for some seconds at most, where it was the victim of a deadlock,
        a lock wait or a busy file: ``work`` must not have effects outside the unit.

        Raises:
            DatabaseUnavailable: The database can't be reached or stayed busy.
        """
        ends = time.monotonic() + _RETRY_SECONDS
        for attempt in range(1, _ATTEMPTS):
            try:
                return self._run_once(work, write)
            except TransientConflict:
                pause = random.uniform(0.5, 1.5) * _FIRST_PAUSE_SECONDS * 2**attempt
                if time.monotonic() + pause > ends:
                    raise
                time.sleep(pause)
        return self._run_once(work, write)

    def ping(self) -> None:
        """Asks the database for an answer.

        Raises:
            DatabaseUnavailable: There is none.
        """
        with translated(), self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Closes the connections that are not in use."""
        self._engine.dispose()

    def dispose_after_fork(self) -> None:
        """Forgets the parent's connections without closing them: the parent goes on using them."""
        self._engine.dispose(close=False)

    def _run_once(self, work: Callable[[UnitOfWork], T], write: bool) -> T:
        with self.unit_of_work(write=write) as unit:
            result = work(unit)
            unit.commit()
            return result


def create_database(url: str, pool_size: int = 8, clock: Clock = utc_now) -> Database:
    """Returns the database of a URL; connects at the first use.

    Args:
        url: ``sqlite:////path/data.db``, ``mysql+pymysql://…`` or ``mariadb+pymysql://…``.
        pool_size: Connections kept; a thread each may work with them, and one more for pings.
        clock: Gives created_at, updated_at and the like.

    Raises:
        ValueError: The URL has a wrong form or names another kind of database.
    """
    return Database(create_pool(url, pool_size), clock)


def create_pool(url: str, pool_size: int = 8) -> Engine:
    """Returns an engine set up for this suite; see :func:`create_database`."""
    parsed = normalised_url(url)
    common: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 1,
        "pool_timeout": _POOL_TIMEOUT_SECONDS,
        # Statements reach logs with their errors; what users sent must not.
        "hide_parameters": True,
    }
    return _sqlite(parsed, common) if parsed.get_backend_name() == "sqlite" else _server(parsed, common)


def writing(connection: Connection) -> Connection:
    """Returns the connection set to take SQLite's write lock as its transaction begins.

    A read lock that is raised to a write lock later can't wait its turn.
    """
    return connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


def normalised_url(url: str) -> URL:
    """Returns the URL with its driver named.

    Raises:
        ValueError: In one line, without the URL, which may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError("the database URL has a wrong form") from error
    backend = parsed.get_backend_name()
    if backend in SERVERS:
        return parsed.set(drivername=f"{backend}+pymysql")
    if backend != "sqlite":
        raise ValueError(f"the database URL names {backend}; sqlite, mysql and mariadb are known")
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("the database URL names no file; write sqlite:////path/data.db")
    return parsed


def _server(url: URL, common: dict[str, Any]) -> Engine:
    timeouts = {"connect_timeout": _CONNECT_SECONDS, "read_timeout": _SOCKET_SECONDS, "write_timeout": _SOCKET_SECONDS}
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_recycle=_RECYCLE_SECONDS,
        connect_args={"charset": "utf8mb4", "init_command": _SESSION_SETUP, **timeouts},
        **common,
    )


def _sqlite(url: URL, common: dict[str, Any]) -> Engine:
    engine = create_engine(url, **common)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, too late and never IMMEDIATE.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
