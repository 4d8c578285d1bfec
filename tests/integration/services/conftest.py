"""The whole suite, once for each database, and users who know nothing of each other's rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from gateway.settings import Endpoint
from services.runtime.settings import JwtSettings
from tests.gateway.processes import API, AUDIENCE, ISSUER, Gateway, running_gateway, settings_for
from tests.integration.services.clients import Client
from tests.support.databases import database_server, migrated_database
from tests.support.redis import RedisServer, running_redis
from tests.support.suite import Suite, running_suite
from workers.market import MarketSpec, create_market

__all__ = ["database_server", "migrated_database"]


@pytest.fixture(scope="session")
def small_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic market of 60 instruments and three years."""
    path = tmp_path_factory.mktemp("data") / "market"
    create_market(path, MarketSpec(instruments=60, first_day=date(2023, 1, 2), last_day=date(2025, 12, 31)))
    return path


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis that a test may stop, if it starts it again."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def suite(
    migrated_database: str,
    small_market: Path,
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Suite]:
    """The running suite. A test may stop a process, if it starts it again."""
    folder = tmp_path_factory.mktemp("suite")
    with running_suite(folder, migrated_database, redis_server.url, small_market) as running:
        yield running


@pytest.fixture
def alice(suite: Suite) -> Client:
    """A user of this test alone."""
    return Client(suite, f"alice-{uuid4()}")


@pytest.fixture
def bob(suite: Suite) -> Client:
    """Another user of this test alone."""
    return Client(suite, f"bob-{uuid4()}")


@pytest.fixture(scope="session")
def gateway(suite: Suite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Envoy in front of the suite, with room for any number of requests."""
    settings = settings_for(
        0,
        tmp_path_factory.mktemp("gateway") / "state",
        upstreams={name: Endpoint.parse(address) for name, address in suite.addresses.items()},
        jwt=JwtSettings(AUDIENCE, ISSUER, suite.secret.encode()),
        rate_per_second=100_000,
        rate_burst=100_000,
    )
    with running_gateway(settings) as running:
        yield running


@pytest.fixture
def alice_online(gateway: Gateway, alice: Client) -> Iterator[httpx.Client]:
    """Alice in a browser: paths are those below the base path."""
    with online(gateway, alice) as client:
        yield client


@pytest.fixture
def bob_online(gateway: Gateway, bob: Client) -> Iterator[httpx.Client]:
    """Bob in a browser."""
    with online(gateway, bob) as client:
        yield client


def online(gateway: Gateway, user: Client) -> httpx.Client:
    """Returns a user's REST client."""
    headers = {"authorization": f"Bearer {user.suite.token(user.user)}"}
    return httpx.Client(base_url=f"{gateway.url}{API}", headers=headers, timeout=20)
