"""The synthetic market: what is in it, and that the same specification gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.oracle.market import Market, read_market
from workers.market import MarketInfo, MarketSpec, create_market, read_marker
from workers.market.days import trading_days

SPEC = MarketSpec(instruments=120, seed=3, first_day=date(2021, 1, 4), last_day=date(2025, 12, 31))
SMALL = MarketSpec(instruments=12, seed=5, first_day=date(2022, 1, 3), last_day=date(2023, 6, 30))
CENT = 0.005


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("markets") / "market"
    create_market(path, SPEC)
    yield path


@pytest.fixture(scope="module")
def market(folder: Path) -> Market:
    return read_market(folder)


def content_hash(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(path)).encode() + file.read_bytes())
    return digest.hexdigest()


def test_the_calendar_has_four_years_to_a_fixed_last_day(market: Market) -> None:
    assert market.days[0] == pd.Timestamp(2021, 1, 4)
    assert market.days[-1] == pd.Timestamp(2025, 12, 31)
    assert (market.days.day_of_week < 5).all()
    assert market.days.is_monotonic_increasing
    assert 235 <= len(market.days) / 5 <= 250


def test_the_calendar_leaves_out_holidays() -> None:
    days = trading_days(date(2024, 9, 27), date(2024, 10, 9))
    assert days == (date(2024, 9, 27), date(2024, 9, 30), date(2024, 10, 8), date(2024, 10, 9))


def test_some_days_are_suspended(market: Market) -> None:
    close = market.field("close")
    inside = close.bfill().notna() & close.ffill().notna()
    suspended = close.isna() & inside
    assert 0.002 < suspended.to_numpy().sum() / inside.to_numpy().sum() < 0.05
    for name in ("open", "high", "low", "volume", "vwap", "change", "factor"):
        assert market.field(name)[suspended].isna().all().all()


def test_closes_respect_the_price_limit_and_often_reach_it(market: Market) -> None:
    close, factor = market.field("close").astype(float), market.field("factor").astype(float)
    before = close.ffill().shift(1)
    change = close / before - 1
    slack = CENT / (before / factor) + 1e-5
    assert ((change.abs() <= 0.1 + slack) | change.isna()).all().all()
    assert (change > 0.095).to_numpy().sum() > 100
    assert (change < -0.095).to_numpy().sum() > 100


def test_some_days_open_at_the_limit(market: Market) -> None:
    gap = market.field("open") / market.field("close").shift(1) - 1
    assert (gap >= 0.095).to_numpy().sum() > 50
    assert (gap <= -0.095).to_numpy().sum() > 50


def test_bars_are_consistent(market: Market) -> None:
    opens, high, low, close = (market.field(name) for name in ("open", "high", "low", "close"))
    slack = 1e-4 * close
    assert ((high + slack >= close) | close.isna()).all().all()
    assert ((high + slack >= opens) | opens.isna()).all().all()
    assert ((low - slack <= close) | close.isna()).all().all()
    assert ((low - slack <= opens) | opens.isna()).all().all()
    assert (market.field("volume").fillna(1.0) > 0).all().all()
    vwap = market.field("vwap")
    assert ((vwap <= high + slack) & (vwap >= low - slack) | vwap.isna()).all().all()


def test_the_change_is_that_of_the_closes(market: Market) -> None:
    close = market.field("close").astype(float)
    expected = (close / close.ffill().shift(1) - 1).where(close.notna())
    assert np.allclose(market.field("change"), expected, atol=1e-6, equal_nan=True)


def test_raw_prices_are_whole_cents_and_factors_change_with_splits(market: Market) -> None:
    close, factor = market.field("close").astype(float), market.field("factor").astype(float)
    cents = (close / factor * 100).stack().dropna()
    assert np.allclose(cents, cents.round(), atol=2e-2)
    steps = factor.ffill() / factor.ffill().shift(1)
    assert (steps > 1.01).to_numpy().sum() > 100
    assert ((factor.ffill().diff().fillna(0) >= 0) | factor.isna()).all().all()
    assert (factor.notna() == close.notna()).all().all()


def test_opens_are_missing_rarely(market: Market) -> None:
    missing = market.field("open").isna() & market.field("close").notna()
    assert 0 < missing.to_numpy().sum() < 100


def test_some_are_listed_late_and_some_end(market: Market) -> None:
    present, listed = market.present.to_numpy(), market.listed.to_numpy()
    ended = ~present[-1]
    assert (~present[0]).sum() >= 5
    assert ended.sum() >= 2
    assert (ended & ~listed[-1]).any()
    assert (ended & listed[-1]).any()
    assert not (market.present & ~market.listed).to_numpy().any()


def test_pools_are_proper_change_and_add_up(market: Market) -> None:
    large, middle, both = (market.members(name) for name in ("csi300", "csi500", "csi800"))
    assert (both == (large | middle)).all().all()
    assert not (large & middle).to_numpy().any()
    assert not (large & ~market.listed).to_numpy().any()
    assert (large.sum(axis=1) > 30).all()
    assert (large.sum(axis=1) < market.listed.sum(axis=1)).all()
    for members in (large, middle):
        assert (members.astype(int).diff().abs().sum(axis=1) > 0).sum() >= 8


def test_a_member_can_come_back(folder: Path) -> None:
    codes = [line.split("\t")[0] for line in (folder / "instruments" / "csi300.txt").read_text().splitlines()]
    assert len(codes) > len(set(codes))


def test_indices_follow_their_members(market: Market) -> None:
    returns = market.field("close").astype(float).ffill().pct_change()
    for pool, code in (("csi300", "SH000300"), ("csi500", "SH000905"), ("csi800", "SH000906"), ("all", "SH000985")):
        index = market.index_close(code).astype(float).pct_change()
        members = returns.where(market.members(pool)).mean(axis=1)
        assert index.notna().sum() == len(market.days) - 1
        assert index.corr(members) > 0.9


def test_fields_are_little_endian_floats_after_their_first_row(folder: Path, market: Market) -> None:
    first = int(market.present.to_numpy().argmax(axis=0).max())
    late = market.codes[int(market.present.to_numpy().argmax(axis=0).argmax())]
    values = np.fromfile(folder / "features" / late.lower() / "close.day.bin", "<f4")
    assert values[0] == first > 0
    close = market.field("close")[late].to_numpy()[first:]
    assert np.array_equal(values[1:], close[: len(values) - 1], equal_nan=True)


def test_the_same_specification_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = create_market(tmp_path / "a", SMALL), create_market(tmp_path / "b", SMALL)
    assert first == second
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")


def test_another_seed_gives_another_version(tmp_path: Path) -> None:
    other = MarketSpec(SMALL.instruments, SMALL.seed + 1, SMALL.first_day, SMALL.last_day)
    assert create_market(tmp_path / "a", SMALL).data_version != create_market(tmp_path / "b", other).data_version


def test_the_marker_says_that_it_is_synthetic(tmp_path: Path) -> None:
    info = create_market(tmp_path / "market", SMALL)
    assert read_marker(tmp_path / "market") == info
    assert info.is_synthetic
    assert info.data_version.startswith("synthetic-")
    assert (info.seed, info.instruments, info.last_day) == (5, 12, "2023-06-30")


def test_a_market_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "market"
    info = create_market(path, SMALL)
    before = path.stat().st_ino
    assert create_market(path, SMALL) == info
    assert path.stat().st_ino == before


def test_other_data_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "market"
    path.mkdir()
    (path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        create_market(path, SMALL)
    assert [file.name for file in tmp_path.iterdir()] == ["market"]
    assert (path / "notes.txt").read_text() == "mine"


def test_a_market_of_another_specification_is_never_overwritten(tmp_path: Path) -> None:
    create_market(tmp_path / "market", SMALL)
    with pytest.raises(FileExistsError):
        create_market(tmp_path / "market", MarketSpec(12, 6, SMALL.first_day, SMALL.last_day))


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path, _info: MarketInfo) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("workers.market.create.write_marker", fail)
    with pytest.raises(OSError, match="full"):
        create_market(tmp_path / "market", SMALL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [9, 9001])
def test_a_market_of_an_odd_size_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="instruments"):
        MarketSpec(instruments=count)
