"""Twins for each database, and users who know nothing of each other's rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.integration.concurrency.twins import Crowd, crowd, running_twins
from tests.support.databases import database_server, migrated_database
from tests.support.redis import running_redis
from tests.support.suite import Suite

__all__ = ["database_server", "migrated_database"]


@pytest.fixture(scope="session")
def twins(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The running servers."""
    with (
        running_redis() as redis,
        running_twins(tmp_path_factory.mktemp("twins"), migrated_database, redis.url) as suite,
    ):
        yield suite


@pytest_asyncio.fixture
async def alice(twins: Suite) -> AsyncIterator[Crowd]:
    """A user of this test alone."""
    async with crowd(twins, f"alice-{uuid4()}") as opened:
        yield opened


@pytest_asyncio.fixture
async def bob(twins: Suite) -> AsyncIterator[Crowd]:
    """Another user of this test alone."""
    async with crowd(twins, f"bob-{uuid4()}") as opened:
        yield opened
