"""What a backtest is run with: the Exchange's settings, the days, the benchmark, the options and the main block."""

from __future__ import annotations

import ast

import pandas as pd
import pytest

from codegen_core.standalone import command_line, main_block

CALENDAR = pd.bdate_range("2024-01-01", "2024-01-12")


@pytest.mark.parametrize(
    ("price", "threshold", "texts"),
    [
        ("open", 0.095, ("$open/Ref($close,1)-1>=0.095", "$open/Ref($close,1)-1<=-0.095")),
        ("vwap", 0.1, ("$vwap/Ref($close,1)-1>=0.1", "$vwap/Ref($close,1)-1<=-0.1")),
        ("open", None, ("$close<0", "$close<0")),
    ],
)
def test_limits_have_exactly_these_texts(price: str, threshold: float | None, texts: tuple[str, str]) -> None:
    assert command_line.limit_expressions(price, threshold) == texts


def test_exchange_settings() -> None:
    assert command_line.exchange_settings("close", None, 0.001, 0.002, 1.0) == {
        "freq": "day",
        "codes": "all",
        "deal_price": "$close",
        "limit_threshold": ("$close<0", "$close<0"),
        "open_cost": 0.001,
        "close_cost": 0.002,
        "min_cost": 1.0,
    }


def test_a_test_runs_from_the_second_day_to_the_last_but_one() -> None:
    days, notes = command_line.days_to_trade(CALENDAR, None, None)
    assert (days[0], days[-1]) == (CALENDAR[1], CALENDAR[-2])
    assert notes == []


def test_a_wider_range_is_cut_and_noted() -> None:
    days, notes = command_line.days_to_trade(CALENDAR, "2023-01-01", "2025-01-01")
    assert (days[0], days[-1]) == (CALENDAR[1], CALENDAR[-2])
    assert notes == [
        "The test starts on 2024-01-02, the second day of the data.",
        "The test ends on 2024-01-11, the last day but one of the data.",
    ]


def test_a_range_inside_is_taken_as_it_is() -> None:
    days, notes = command_line.days_to_trade(CALENDAR, "2024-01-06", "2024-01-10")
    assert [f"{day:%d}" for day in days] == ["08", "09", "10"]
    assert notes == []


@pytest.mark.parametrize(("start", "end"), [("2024-01-06", "2024-01-07"), ("2025-01-01", None), (None, "2024-01-01")])
def test_a_range_without_days_is_empty(start: str | None, end: str | None) -> None:
    days, notes = command_line.days_to_trade(CALENDAR, start, end)
    assert days.empty
    assert notes == []


def test_benchmark_returns_follow_the_calendar() -> None:
    closes = pd.Series([100.0, 110.0, 99.0], CALENDAR[[0, 1, 3]])
    returns = command_line.benchmark_returns(closes, CALENDAR[:5])
    assert list(returns) == pytest.approx([0, 0.1, 0, 0, 0])


def test_options_have_the_quick_tests_defaults() -> None:
    options = vars(command_line.command_line().parse_args(["--provider-uri", "data"]))
    assert options == {
        "provider_uri": "data",
        "region": "cn",
        "start": None,
        "end": None,
        "pool": "csi300",
        "benchmark": None,
        "deal_price": "open",
        "limit": None,
        "capital": 100_000.0,
        "open_cost": 0.0005,
        "close_cost": 0.0015,
        "min_cost": 5.0,
        "json": False,
    }


def test_the_table_shows_numbers_and_days() -> None:
    lines = command_line.table({"total_return": 0.12345, "trade_count": 1234, "max_drawdown_end": "2024-01-02"})
    assert [line.split() for line in lines.splitlines()] == [
        ["total_return", "0.1235"],
        ["trade_count", "1234"],
        ["max_drawdown_end", "2024-01-02"],
    ]


def test_the_main_block_is_one_guarded_statement_with_every_function() -> None:
    (guard,) = ast.parse(main_block()).body
    assert isinstance(guard, ast.If)
    assert ast.unparse(guard.test) == "__name__ == '__main__'"
    functions = {each.name for each in guard.body if isinstance(each, ast.FunctionDef)}
    assert {"measure", "exchange_settings", "days_to_trade", "main"} <= functions
    assert ast.unparse(guard.body[-1]) == "main(FlowStrategy)"
