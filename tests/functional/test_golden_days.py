"""The generated double moving average on eleven hand-made days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional import golden_days as golden
from tests.functional.flows import SETTINGS, double_moving_average, interpreted
from tests.support.engine import run_in_engine
from tests.support.tiny_market import write_tiny_market

FLOW = double_moving_average(
    fast_average={"window": 1},
    slow_average={"window": 2},
    holdings={"max_positions": 2},
    stop_loss={"percent": 0.05},
    take_profit={"percent": 0.1},
)
EXPECTED = [
    (golden.DAYS[day], code, side, price, amount, cost, reason, late)
    for day, code, side, price, amount, cost, reason, late in golden.TRADES
]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made market."""
    return write_tiny_market(tmp_path_factory.mktemp("golden") / "data", golden.DAYS, golden.BARS, golden.POOLS)


def test_generated_code_trades_as_written_out_by_hand(market: Path) -> None:
    """Every fill and every day's account."""
    settings = SETTINGS | {"start_date": golden.DAYS[0], "end_date": golden.DAYS[-1]}
    (outcome,) = run_in_engine(market, [(FLOW.code(), settings)])
    fills: list[Any] = [
        (
            row["trading_day"], row["instrument"], row["side"], pytest.approx(row["price"], abs=1e-5),
            pytest.approx(row["amount"], abs=1e-6), pytest.approx(row["cost"], abs=0.005), row["reason"], row["late"],
        )
        for row in outcome["trades"]
    ]  # fmt: skip
    assert fills == EXPECTED
    assert [row["trading_day"] for row in outcome["equity_curve"]] == golden.DAYS[1:-1]
    assert [row["portfolio_value"] for row in outcome["equity_curve"]] == pytest.approx(golden.ACCOUNT, abs=0.01)


def test_independent_interpreter_trades_as_written_out_by_hand(market: Path) -> None:
    """The second implementation is held to the same days."""
    outcome = interpreted(FLOW, market, golden.DAYS[1], golden.DAYS[-2])
    fills: list[Any] = [
        (
            f"{trade.day:%Y-%m-%d}", trade.code, trade.side, pytest.approx(trade.price, abs=1e-5),
            pytest.approx(trade.amount, abs=1e-6), pytest.approx(trade.cost, abs=0.005), trade.reason, trade.late,
        )
        for trade in outcome.trades
    ]  # fmt: skip
    assert fills == EXPECTED
    assert list(outcome.account) == pytest.approx(golden.ACCOUNT, abs=0.01)
