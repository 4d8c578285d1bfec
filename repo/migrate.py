"""Brings a database's schema forward or back: ``python -m repo.migrate upgrade|downgrade|current``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from repo.engine import create_pool, writing
from repo.errors import DatabaseError, MigrationError

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_SECONDS = 20


def migrate(url: str) -> None:
    """Brings the schema to the newest revision; safe to call at every start, also by several processes at once.

    Raises:
        MigrationError: It can't be; the message is one line.
        ValueError: The URL has a wrong form.
    """
    _step(url, lambda config: command.upgrade(config, "head"))


def downgrade(url: str, revision: str = "base") -> None:
    """Brings the schema back to a revision; ``base`` is an empty one.

    Raises:
        MigrationError: It can't be; the message is one line.
    """
    _step(url, lambda config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """Returns the schema's revision, None before the first.

    Raises:
        MigrationError: The database can't be asked.
    """
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m repo.migrate", description="Works on SB_DATABASE_URL.")
    parser.add_argument("command", choices=("upgrade", "downgrade", "current"))
    parser.add_argument("revision", nargs="?", default="base", help="where to go back to; all the way by default")
    chosen = parser.parse_args(arguments)
    url = environ.get("SB_DATABASE_URL", "")
    try:
        sys.stdout.write(f"{_run(chosen.command, url, chosen.revision)}\n")
    except (DatabaseError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(name: str, url: str, revision: str) -> str:
    if not url:
        raise ValueError("SB_DATABASE_URL names no database")
    if name == "upgrade":
        migrate(url)
    elif name == "downgrade":
        downgrade(url, revision)
    return f"schema revision: {current(url) or 'none'}"


def _step(url: str, step: Callable[[Config], None]) -> None:
    with _connected(url) as connection, _alone(connection):
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        step(config)
        connection.commit()


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_pool(url, pool_size=1)
    try:
        with engine.connect() as connection:
            yield writing(connection)
    except DBAPIError as error:
        # Whoever migrates must see what the database objects to.
        raise MigrationError(f"the migration failed: {' '.join(str(error.orig).split())}") from error
    finally:
        engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keeps other migrations of the same database out; SQLite's write lock does so by itself."""
    if connection.dialect.name == "sqlite":
        yield
        return
    name = sha256(f"strategybuilder {connection.engine.url.database}".encode()).hexdigest()
    lock = text("SELECT GET_LOCK(:name, :seconds)").bindparams(name=name, seconds=_LOCK_SECONDS)
    if connection.execute(lock).scalar() != 1:
        raise MigrationError("another migration of this database is running")
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(:name)").bindparams(name=name))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
