"""One house for all tests that attack it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.doors import Doors, open_doors
from tests.security.house import House, running_house


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
