"""One Envoy and one upstream for all tests that change neither."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.gateway.processes import Gateway, running_gateway, running_upstream, settings_for
from tests.gateway.stacks import Stack, running_stack
from tests.support.processes import free_port


@pytest.fixture(scope="session")
def upstream_port() -> Iterator[int]:
    """The server in the place of the services."""
    with running_upstream() as port:
        yield port


@pytest.fixture(scope="session")
def gateway(upstream_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Envoy in front of it."""
    settings = settings_for(upstream_port, tmp_path_factory.mktemp("gateway") / "state")
    with running_gateway(settings) as running:
        yield running


@pytest.fixture
def alice(gateway: Gateway) -> Iterator[httpx.Client]:
    """A REST client with alice's token."""
    with gateway.client() as client:
        yield client


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real embedded stack."""
    codegen = f"127.0.0.1:{free_port()}"
    with running_stack(tmp_path_factory.mktemp("stack") / "state", SB_CODEGEN_ADDR=codegen) as running:
        yield running
