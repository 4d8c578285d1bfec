"""What is announced about a data directory."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tests.support.tiny_market import write_tiny_market
from workers.data_directory import DataDirectory, describe_market
from workers.market import MarketSpec, create_market

DAYS = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]
BARS = {"SH600001": {"open": [1.0] * 4, "close": [1.0] * 4}, "SH600002": {"open": [2.0] * 4, "close": [2.0] * 4}}
POOLS = {"csi300": [("SH600001", "2023-06-30", "2024-01-03"), ("SH600002", "2024-01-04", "2099-12-31")]}


@pytest.fixture
def real(tmp_path: Path) -> DataDirectory:
    return DataDirectory(write_tiny_market(tmp_path / "real", DAYS, BARS, POOLS))


def test_a_synthetic_market_is_named_by_its_marker(tmp_path: Path) -> None:
    info = create_market(tmp_path / "market", MarketSpec(12, 5, date(2022, 1, 3), date(2023, 6, 30)))
    directory = DataDirectory(tmp_path / "market")
    assert directory.version() == info.data_version
    assert directory.is_synthetic()


def test_other_data_is_named_by_its_files(real: DataDirectory) -> None:
    version = real.version()
    assert version.startswith("qlib-")
    assert real.version() == version
    assert not real.is_synthetic()


@pytest.mark.parametrize("name", ["calendars/day.txt", "instruments/csi300.txt"])
def test_the_version_changes_with_calendar_and_pools(real: DataDirectory, name: str) -> None:
    version, file = real.version(), real.path / name
    file.write_text(file.read_text().replace("2024-01-04", "2024-01-08"))
    assert real.version() != version


def test_the_version_changes_with_the_fields(real: DataDirectory) -> None:
    version, file = real.version(), real.path / "features" / "sh600001" / "close.day.bin"
    os.utime(file, (1, 1))
    changed = real.version()
    assert changed != version
    file.write_bytes(file.read_bytes() + b"\0\0\0\0")
    os.utime(file, (1, 1))
    assert real.version() != changed


def test_the_market_tells_its_pools(real: DataDirectory) -> None:
    market = describe_market(real, "cn")
    assert (list(market.calendar), list(market.instruments)) == (DAYS, ["SH600001", "SH600002"])
    assert (market.limit_threshold, market.trade_unit, market.region) == (0.095, 100, "cn")
    pools = {pool["name"]: pool for pool in market.pools}
    assert set(pools) == {"csi300", "all"}
    assert pools["csi300"] == {
        "name": "csi300", "member_count": 2, "benchmark": "SH000300",
        "first_day": "2024-01-02", "last_day": "2024-01-05",
    }  # fmt: skip


def test_a_pool_whose_index_is_not_there_has_no_benchmark(tmp_path: Path) -> None:
    folder = write_tiny_market(tmp_path / "real", DAYS, BARS, POOLS, benchmark="SH000001")
    assert all("benchmark" not in pool for pool in describe_market(DataDirectory(folder), "cn").pools)


def test_regions_differ_in_limits_and_lots(real: DataDirectory) -> None:
    american = describe_market(real, "us")
    assert (american.limit_threshold, american.trade_unit) == (None, 1)
