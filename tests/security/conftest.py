"""One house for all tests that attack it, and what the contract promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.security.doors import Doors, open_doors
from tests.security.house import House, running_house
from tests.support.contracts import comments_of_methods, parsed_contracts


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Four servers and Envoy."""
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def doors(house: House) -> Iterator[Doors]:
    """The ways in."""
    with open_doors(house) as opened:
        yield opened


@pytest.fixture(scope="session")
def comments(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Each RPC's comment, by ``Service.Method``."""
    return comments_of_methods(parsed_contracts(tmp_path_factory.mktemp("contracts")))
