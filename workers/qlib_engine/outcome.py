"""What a backtest yields, as JSON values: finite numbers, and days as ISO dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from codegen_core.standalone.metrics import daily_returns, drawdowns, round_trips

Row = dict[str, Any]
_FILL_COLUMNS = ["trading_day", "instrument", "side", "price", "amount", "value", "cost"]


@dataclass(frozen=True, slots=True)
class BacktestOutcome:
    """Everything a completed test yields, under the names of the contract.

    Attributes:
        metrics: Only those that are defined.
        equity_curve: One row a day: trading_day, portfolio_value, cash, drawdown, daily_return and, where there is a
            benchmark, benchmark_value.
        trades: The fills in the order executed; a sale to zero has the round trip's profit.
        node_firings: Node id to how often it marked or, for a rule, was the reason of a fill.
        positions: One row a day and holding, by day, then code.
    """

    metrics: Row
    equity_curve: list[Row]
    trades: list[Row]
    node_firings: dict[str, int]
    positions: list[Row]
    notes: list[str]

    def as_json(self) -> dict[str, Any]:
        """Returns the outcome as one JSON object."""
        return asdict(self)


def fill_frame(fills: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Returns a strategy's fills as the metrics take them."""
    return pd.DataFrame(list(fills), columns=_FILL_COLUMNS)


def equity_rows(account: pd.DataFrame, benchmark: pd.Series | None, capital: float) -> list[Row]:
    """Returns the equity curve.

    Args:
        account: Columns cash and account, by day.
        benchmark: The benchmark's value by day, starting from the capital.
    """
    columns = {
        "portfolio_value": account["account"],
        "cash": account["cash"],
        "drawdown": drawdowns(account["account"], capital),
        "daily_return": daily_returns(account["account"], capital),
    }
    if benchmark is not None:
        columns["benchmark_value"] = benchmark
    frame = pd.DataFrame(columns)
    frame.insert(0, "trading_day", [f"{day:%Y-%m-%d}" for day in frame.index])
    return [_finite({str(name): value for name, value in row.items()}) for row in frame.to_dict("records")]


def trade_rows(fills: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Returns the fills with the profits of the round trips that they end."""
    profits = round_trips(fill_frame(fills))["profit"].to_dict()
    return [_trade(fill, profits.get(number)) for number, fill in enumerate(fills)]


def _trade(fill: Mapping[str, Any], profit: float | None) -> Row:
    row: Row = {
        "trading_day": f"{fill['trading_day']:%Y-%m-%d}",
        "instrument": str(fill["instrument"]),
        "side": str(fill["side"]),
        **{name: float(fill[name]) for name in ("price", "amount", "value", "cost")},
        "reason": str(fill["reason"]),
        "late": bool(fill.get("late", False)),
        "node_id": fill.get("node_id"),
        "profit": profit,
    }
    return _finite({name: value for name, value in row.items() if value is not None})


def position_rows(positions: Mapping[pd.Timestamp, Any], account: pd.DataFrame) -> list[Row]:
    """Returns the holdings at the end of each day.

    Args:
        positions: Qlib's Position by day.
    """
    rows = []
    for (day, position), total in zip(positions.items(), account["account"], strict=True):
        for code in sorted(position.get_stock_list()):
            amount, price = float(position.get_stock_amount(code)), float(position.get_stock_price(code))
            row = {"amount": amount, "price": price, "value": amount * price, "weight": amount * price / total}
            rows.append(_finite({"trading_day": f"{day:%Y-%m-%d}", "instrument": str(code), **row}))
    return rows


def firing_counts(strategy: Any, decision_days: pd.DatetimeIndex) -> dict[str, int]:
    """Returns how often each node marked on the days that orders were decided on, or was the reason of a fill."""
    rows = pd.DatetimeIndex(strategy.days).get_indexer(decision_days)
    rows = rows[rows >= 0]
    marks = {str(node): int(np.asarray(panel)[rows].sum()) for node, panel in strategy.marks.items()}
    reasons = [str(fill["node_id"]) for fill in strategy.fills if fill.get("node_id")]
    filled = {node: reasons.count(node) for node in dict.fromkeys(reasons) if node not in marks}
    return marks | filled


def _finite(row: Row) -> Row:
    """The row without numbers that JSON can't hold."""
    return {name: value for name, value in row.items() if not isinstance(value, float) or np.isfinite(value)}
