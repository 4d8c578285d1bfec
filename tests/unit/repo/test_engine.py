"""URLs of databases, and how driver errors are translated."""

from __future__ import annotations

import sqlite3

import pymysql
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from repo.engine import normalised_url
from repo.errors import DatabaseUnavailable, DuplicateKey, TransientConflict
from repo.translation import translated

SECRET_SQL = "SELECT secret FROM vault"


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("mysql://user@host/name", "mysql+pymysql"),
        ("mysql+pymysql://user@host/name", "mysql+pymysql"),
        ("mariadb://user@host/name", "mariadb+pymysql"),
        ("sqlite:////tmp/data.db", "sqlite"),
    ],
)
def test_a_url_gets_the_driver_we_have(url: str, driver: str) -> None:
    assert normalised_url(url).drivername == driver


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host:port/name", "postgresql://host/name", "sqlite://"])
def test_a_wrong_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValueError, match=r"^the database URL ") as caught:
        normalised_url(url)
    assert "://h" not in str(caught.value)


def raised(kind: type[DBAPIError], cause: Exception, *, lost: bool = False) -> BaseException:
    with pytest.raises(Exception) as caught, translated():
        raise kind(SECRET_SQL, None, cause, connection_invalidated=lost)
    return caught.value


@pytest.mark.parametrize("number", [1205, 1213, 1020])
def test_deadlocks_and_lock_waits_are_transient(number: int) -> None:
    error = raised(OperationalError, pymysql.err.OperationalError(number, "of user alice"))
    assert isinstance(error, TransientConflict)
    assert str(error) == "the database was busy"


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Duplicate entry 'x' for key 'uq_factors_source_name'", "uq_factors_source_name"),
        ("Duplicate entry 'for key' for key 'factors.uq_factors_source_name'", "uq_factors_source_name"),
        ("Duplicate entry 'x' for key 'factors.PRIMARY'", "PRIMARY"),
    ],
)
def test_a_servers_duplicate_key_is_named(message: str, name: str) -> None:
    error = raised(IntegrityError, pymysql.err.IntegrityError(1062, message))
    assert isinstance(error, DuplicateKey)
    assert error.name == name


@pytest.mark.parametrize("number", [2003, 2006, 2013, 1040, 1045])
def test_a_lost_server_is_unavailable_and_the_message_says_no_more(number: int) -> None:
    error = raised(OperationalError, pymysql.err.OperationalError(number, "root@10.0.0.1"), lost=True)
    assert type(error) is DatabaseUnavailable
    assert str(error) == "the database can't be reached"


def test_a_file_that_is_not_a_database_is_unavailable() -> None:
    assert type(raised(OperationalError, sqlite3.OperationalError("unable to open"))) is DatabaseUnavailable


def test_a_wrong_statement_is_a_defect_and_passes() -> None:
    cause = pymysql.err.ProgrammingError(1064, "syntax")
    assert isinstance(raised(ProgrammingError, cause), ProgrammingError)
    null = sqlite3.IntegrityError("NOT NULL constraint failed: factors.name")
    assert isinstance(raised(IntegrityError, null), IntegrityError)
