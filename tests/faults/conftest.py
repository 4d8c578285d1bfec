"""The whole suite on SQLite, which a test may break in any way that it mends again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.faults.scene import Scene, running_scene
from tests.support.mariadb import MissingBinaries, server_program
from workers.market import MarketSpec, create_market

collect_ignore = []
try:
    server_program()
except MissingBinaries:
    collect_ignore.append("test_database.py")  # SQLite has no server to be killed


@pytest.fixture(scope="session")
def small_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic market of 40 instruments and three years."""
    path = tmp_path_factory.mktemp("data") / "market"
    create_market(path, MarketSpec(instruments=40, first_day=date(2023, 1, 2), last_day=date(2025, 12, 31)))
    return path


@pytest.fixture(scope="session")
def stage(small_market: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The running suite."""
    folder = tmp_path_factory.mktemp("suite")
    with running_scene(folder, f"sqlite:///{folder / 'test.db'}", small_market) as running:
        yield running


@pytest.fixture
def scene(stage: Scene) -> Scene:
    """The running suite, for a new user."""
    return stage.for_new_user()
