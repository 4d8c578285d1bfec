"""The database of a test: migrated, empty, with a clock that the test can move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from repo.engine import Database, create_database
from tests.integration.repo.samples import TickingClock
from tests.support.databases import database_server, database_url, empty_database_url, migrated_database

__all__ = ["database_server", "database_url", "empty_database_url", "migrated_database"]


@pytest.fixture
def clock() -> TickingClock:
    """A clock that goes on by a microsecond each time it is read."""
    return TickingClock()


@pytest.fixture
def database(database_url: str, clock: TickingClock) -> Iterator[Database]:
    """The database under test, with connections for eight threads."""
    opened = create_database(database_url, pool_size=8, clock=clock)
    yield opened
    opened.dispose()
