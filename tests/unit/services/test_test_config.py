"""The settings of quick tests held against a market."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.quicktest.test_config import MarketFacts, TestConfig, is_day, resolve
from services.runtime.errors import InvalidArgument


def weekdays(first: date, last: date) -> list[str]:
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return [day.isoformat() for day in days if day.weekday() < 5]


MARKET = MarketFacts(
    data_version="made-up",
    calendar=weekdays(date(2020, 1, 1), date(2024, 4, 1)),
    codes=frozenset({"SH600000", "SZ000001"}),
    benchmarks={"csi300": "SH000300", "csi500": "SH000905", "all": None},
    limit_threshold=0.095,
)


def resolved(**fields: Any) -> TestConfig:
    return resolve(TestConfig(**fields), MARKET)


def wrong(market: MarketFacts = MARKET, **fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidArgument) as caught:
        resolve(TestConfig(**fields), market)
    return {violation.field.removeprefix("test_config."): violation.reason for violation in caught.value.violations}


def test_defaults() -> None:
    config = resolved()
    assert (config.date_range, config.stock_pool, config.benchmark) == ("3M", "CSI300", "SH000300")
    assert (config.initial_capital, config.limit_threshold) == (100_000.0, 0.095)
    assert config.notes == ()


@pytest.mark.parametrize(
    ("date_range", "first"),
    # The last tradable day is Friday, 29 March 2024: a day is kept back for the last day's orders.
    [("1M", "2024-03-01"), ("3M", "2024-01-01"), ("6M", "2023-10-02"), ("1Y", "2023-03-30"), ("3Y", "2021-03-30")],
)
def test_ranges_end_on_the_last_tradable_day(date_range: str, first: str) -> None:
    config = resolved(date_range=date_range)
    assert (config.start_date, config.end_date) == (first, "2024-03-29")


@pytest.mark.parametrize(
    ("last_day", "date_range", "first"),
    [
        ("2023-03-31", "1M", "2023-03-01"),  # there is no 31 February: the month's last day stands for it
        ("2024-02-29", "1Y", "2023-03-01"),  # nor a 29 February in 2023
        ("2023-01-31", "3M", "2022-11-01"),
    ],
)
def test_months_of_other_lengths(last_day: str, date_range: str, first: str) -> None:
    day_after = (date.fromisoformat(last_day) + timedelta(1)).isoformat()
    calendar = [*(day for day in MARKET.calendar if day <= last_day), day_after]
    config = resolve(TestConfig(date_range=date_range), replace(MARKET, calendar=calendar))
    assert (config.start_date, config.end_date) == (first, last_day)


def test_days_between_two_trading_days_are_left_out_without_a_note() -> None:
    config = resolved(start_date="2024-01-06", end_date="2024-01-14")
    assert (config.start_date, config.end_date, config.notes) == ("2024-01-08", "2024-01-12", ())
    assert config.date_range is None


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({"start_date": "2010-01-01", "end_date": "2020-02-03"}, "2020-01-02", "2020-02-03"),
        ({"start_date": "2024-03-25", "end_date": "2024-04-01"}, "2024-03-25", "2024-03-29"),
        ({"start_date": "2000-01-01", "end_date": "2099-01-01"}, "2020-01-02", "2024-03-29"),
    ],
)
def test_what_lies_outside_the_data_is_cut_and_noted(asked: dict[str, str], first: str, last: str) -> None:
    config = resolved(**asked)
    assert (config.start_date, config.end_date) == (first, last)
    (note,) = config.notes
    assert all(day in note for day in (*asked.values(), first, last))
    assert config.as_json()["notes"] == [note]


def test_a_range_longer_than_the_data_is_cut_and_noted() -> None:
    config = resolve(TestConfig(date_range="3Y"), replace(MARKET, calendar=MARKET.calendar[-100:]))
    assert config.start_date == MARKET.calendar[-99]
    assert len(config.notes) == 1


@pytest.mark.parametrize(
    ("fields", "violations"),
    [
        ({"date_range": "1W"}, {"date_range": "INVALID_VALUE"}),
        ({"date_range": ""}, {"date_range": "INVALID_VALUE"}),
        ({"date_range": "1M", "start_date": "2024-01-02", "end_date": "2024-01-03"}, {"date_range": "INVALID_VALUE"}),
        ({"start_date": "2024-01-02"}, {"end_date": "INVALID_VALUE"}),
        ({"end_date": "2024-01-02"}, {"start_date": "INVALID_VALUE"}),
        (
            {"start_date": "20240102", "end_date": "2024-W01-3"},
            {"start_date": "INVALID_VALUE", "end_date": "INVALID_VALUE"},
        ),
        ({"start_date": "2024-02-30", "end_date": "2024-03-01"}, {"start_date": "INVALID_VALUE"}),
        ({"start_date": "2024-01-03", "end_date": "2024-01-02"}, {"end_date": "OUT_OF_RANGE"}),
        ({"start_date": "2024-01-06", "end_date": "2024-01-07"}, {"start_date": "NO_TRADING_DAYS"}),
        ({"start_date": "2030-01-01", "end_date": "2030-12-31"}, {"start_date": "NO_TRADING_DAYS"}),
        ({"stock_pool": "csi300"}, {"stock_pool": "INVALID_VALUE"}),
        ({"stock_pool": "CSI800"}, {"stock_pool": "EMPTY_UNIVERSE"}),
        ({"stock_pool": "CSI300", "instruments": ("SH600000",)}, {"instruments": "INVALID_VALUE"}),
        ({"instruments": ("SH600001",)}, {"instruments": "EMPTY_UNIVERSE"}),
        ({"instruments": ("SH600000", "a/b")}, {"instruments": "INVALID_VALUE"}),
        ({"instruments": ("SH600000",) * 1001}, {"instruments": "INVALID_VALUE"}),
        ({"benchmark": ""}, {"benchmark": "INVALID_VALUE"}),
        ({"deal_price": "OPEN"}, {"deal_price": "INVALID_VALUE"}),
        ({"initial_capital": 9999.0}, {"initial_capital": "OUT_OF_RANGE"}),
        ({"initial_capital": 1e7 + 1}, {"initial_capital": "OUT_OF_RANGE"}),
        ({"initial_capital": float("nan")}, {"initial_capital": "OUT_OF_RANGE"}),
        ({"open_cost": -1e-9}, {"open_cost": "OUT_OF_RANGE"}),
        ({"close_cost": 0.2, "min_cost": float("inf")}, {"close_cost": "OUT_OF_RANGE", "min_cost": "OUT_OF_RANGE"}),
        ({"limit_threshold": 0.0}, {"limit_threshold": "OUT_OF_RANGE"}),
        ({"limit_threshold": 1.0}, {"limit_threshold": "OUT_OF_RANGE"}),
        ({"limit_threshold": float("nan")}, {"limit_threshold": "OUT_OF_RANGE"}),
    ],
)
def test_each_violation_is_named(fields: dict[str, Any], violations: dict[str, str]) -> None:
    assert wrong(**fields) == violations


def test_all_violations_are_told_at_once() -> None:
    assert set(wrong(date_range="x", stock_pool="y", initial_capital=0.0, deal_price="z")) == {
        "date_range", "stock_pool", "initial_capital", "deal_price",
    }  # fmt: skip


def test_a_market_without_the_default_pool_asks_for_another() -> None:
    market = replace(MARKET, benchmarks={"all": None})
    assert wrong(market) == {"stock_pool": "EMPTY_UNIVERSE"}
    assert resolve(TestConfig(stock_pool="ALL_A_SHARES"), market).benchmark is None


def test_a_market_of_two_days_has_nothing_to_trade() -> None:
    assert wrong(replace(MARKET, calendar=["2024-01-02", "2024-01-03"])) == {"date_range": "INVALID_VALUE"}


def test_the_bounds_themselves_are_allowed() -> None:
    config = resolved(initial_capital=1e4, open_cost=0.0, close_cost=0.1, min_cost=1000.0, limit_threshold=1e-6)
    assert config.limit_threshold == 1e-6
    assert resolved(initial_capital=1e7).initial_capital == 1e7


def test_instruments_take_the_place_of_a_pool() -> None:
    config = resolved(instruments=("SZ000001", "SH600001"))
    assert config.stock_pool is None
    assert config.as_json()["instruments"] == ["SZ000001", "SH600001"]
    assert resolved(instruments=("SZ000001",), benchmark="SH000905").benchmark == "SH000905"


@pytest.mark.parametrize(
    ("text", "says"),
    [("2024-02-29", True), ("2023-02-29", False), ("2024-2-9", False), ("20240229", False), ("", False)],
)
def test_is_day(text: str, says: bool) -> None:
    assert is_day(text) is says
