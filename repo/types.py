"""Column types that mean the same on SQLite, MariaDB and MySQL."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

SERVERS = ("mysql", "mariadb")
"""Names of the dialects that speak to a server; both share one set of variants."""

ID_LENGTH = 36
OWNER_LENGTH = 128
NAME_LENGTH = 255
HASH_LENGTH = 64


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC to the microsecond: DATETIME(6) on a server, sortable text on SQLite; aware in Python."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in SERVERS:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone can't be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class JsonText(TypeDecorator[Any]):
    """A JSON document as text; None is NULL. Numbers, key order and depth are kept alike on every database.

    The servers' own JSON types differ: MySQL rewrites numbers and key order, MariaDB refuses what is nested deeply.
    Nothing here is ever searched by SQL.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(mysql.LONGTEXT() if dialect.name in SERVERS else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _dumped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class CompressedJson(TypeDecorator[Any]):
    """A JSON value as deflated bytes: for long lists that are only ever read whole."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(mysql.LONGBLOB() if dialect.name in SERVERS else LargeBinary())

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(_dumped(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(zlib.decompress(value))


def identity(length: int) -> String:
    """Returns the type of a text that is compared by its bytes: ids, owners, names, hashes, request ids."""
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(binary, *SERVERS)


def _dumped(value: Any) -> str:
    """The value as JSON; NaN is none."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def searched_text() -> Text:
    """Returns the type of a text that is searched for parts of it, byte by byte on every database."""
    return Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin"), *SERVERS)


def medium_text() -> Text:
    """Returns the type of a text of up to 16 MiB."""
    return Text().with_variant(mysql.MEDIUMTEXT(), *SERVERS)
