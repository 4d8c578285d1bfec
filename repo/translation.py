"""From SQLAlchemy's errors to ours: the one place that reads driver errors."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from repo.errors import DatabaseUnavailable, DuplicateKey, TransientConflict
from repo.tables import metadata

PRIMARY = "PRIMARY"
_DUPLICATE_ENTRY = 1062
# Lock wait timeout, deadlock, and MariaDB's "record has changed since last read".
_TRANSIENT = frozenset({1205, 1213, 1020})
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
_SQLITE_COLUMNS = re.compile(r"(\w+)\.(\w+)")
_SERVER_KEY = re.compile(r"for key '(?:\w+\.)?(\w+)'")


@contextmanager
def translated() -> Iterator[None]:
    """Raises our errors in place of the driver's; defects, such as a statement that is wrong, pass as they are.

    Raises:
        TransientConflict: The unit was the victim of a deadlock, a lock wait or a busy file.
        DuplicateKey: A unique key is taken.
        DatabaseUnavailable: The database can't be reached, or no connection became free.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable("no database connection became free") from error
    except DBAPIError as error:
        ours = _ours(error)
        if ours is None:
            raise
        raise ours from error


def _ours(error: DBAPIError) -> Exception | None:
    driver = error.orig
    if isinstance(driver, sqlite3.Error):
        return _of_sqlite(error, driver)
    number = driver.args[0] if driver is not None and driver.args else None
    if number in _TRANSIENT:
        return TransientConflict()
    if number == _DUPLICATE_ENTRY:
        found = _SERVER_KEY.search(str(driver))
        return DuplicateKey(found[1] if found else PRIMARY)
    return _unavailable(error)


def _of_sqlite(error: DBAPIError, driver: sqlite3.Error) -> Exception | None:
    code: int = getattr(driver, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    # The low byte is the primary code: BUSY_SNAPSHOT and BUSY_RECOVERY are BUSY too.
    if code & 0xFF in _SQLITE_BUSY:
        return TransientConflict()
    if code in _SQLITE_UNIQUE:
        return DuplicateKey(_constraint_name(str(driver)))
    return _unavailable(error)


def _unavailable(error: DBAPIError) -> DatabaseUnavailable | None:
    if isinstance(error, (OperationalError, InterfaceError)) and not isinstance(error, IntegrityError):
        return DatabaseUnavailable()
    return DatabaseUnavailable() if error.connection_invalidated else None


def _constraint_name(message: str) -> str:
    """SQLite names the columns of a unique key, not the constraint: looks it up."""
    found = _SQLITE_COLUMNS.findall(message)
    columns = {column for _, column in found}
    table = metadata.tables.get(found[0][0]) if found else None
    for constraint in table.constraints if table is not None else ():
        if isinstance(constraint, UniqueConstraint) and set(constraint.columns.keys()) == columns:
            return str(constraint.name)
    return PRIMARY
