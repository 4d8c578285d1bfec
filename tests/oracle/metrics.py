"""The metrics a second time and another way: lists and sums instead of vectorised formulas."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.day_loop import Trade
from tests.oracle.market import row


def expected_metrics(
    account: pd.Series,
    capital: float,
    benchmark: pd.Series,
    calendar: pd.DatetimeIndex,
    trades: list[Trade],
    held: pd.Series,
) -> dict[str, Any]:
    """Returns each metric that is defined.

    Args:
        account: The account's value at the end of each test day.
        benchmark: The benchmark's close over the whole calendar.
        held: The value of the holdings at the end of each test day.
    """
    values = [capital, *account]
    returns = pd.Series([after / before - 1 for before, after in pairwise(values)], account.index)
    bench: pd.Series = (
        (benchmark.astype(float) / benchmark.astype(float).shift(1) - 1).fillna(0.0).reindex(account.index)
    )
    years = (calendar[-1] - calendar[0]).days / 365.25
    per_year = round(len(calendar) / years)
    total, bench_total = values[-1] / capital - 1, float(np.prod(1 + bench.to_numpy())) - 1
    found: dict[str, Any] = {
        "total_return": total,
        "benchmark_return": bench_total,
        "excess_return": total - bench_total,
        "trade_count": len(trades),
        "total_cost": sum(trade.cost for trade in trades),
        "exposure": float((held / account).mean()),
        "turnover": _turnover(values, account.index, trades),
        "max_drawdown": _drawdown(values),
    }
    if values[-1] > 0:
        found["annual_return"] = (values[-1] / capital) ** (per_year / len(account)) - 1
    found |= _risk(returns, bench, per_year, found)
    return found | _round_trips(trades, calendar)


def _turnover(values: list[float], days: pd.Index, trades: list[Trade]) -> float:
    shares = []
    for number, day in enumerate(days):
        shares.append(sum(trade.value for trade in trades if trade.day == day) / values[number])
    return sum(shares) / len(shares)


def _drawdown(values: list[float]) -> float:
    peak, worst = values[0], 0.0
    for value in values:
        peak = max(peak, value)
        worst = min(worst, value / peak - 1)
    return worst


def _risk(returns: pd.Series, bench: pd.Series, per_year: int, known: dict[str, Any]) -> dict[str, float]:
    found = {}
    deviation = returns.std(ddof=1)
    if deviation > 0:
        found["volatility"] = deviation * sqrt(per_year)
        found["sharpe_ratio"] = returns.mean() / deviation * sqrt(per_year)
    downside = sqrt(sum(min(value, 0.0) ** 2 for value in returns) / len(returns))
    if downside > 0:
        found["sortino_ratio"] = returns.mean() / downside * sqrt(per_year)
    if known["max_drawdown"] < 0 and "annual_return" in known:
        found["calmar_ratio"] = known["annual_return"] / -known["max_drawdown"]
    active = returns - bench
    if active.std(ddof=1) > 0:
        found["information_ratio"] = active.mean() / active.std(ddof=1) * sqrt(per_year)
    if bench.var(ddof=1) > 0:
        found["beta"] = returns.cov(bench) / bench.var(ddof=1)
        found["alpha"] = (returns.mean() - found["beta"] * bench.mean()) * per_year
    return found


def _round_trips(trades: list[Trade], calendar: pd.DatetimeIndex) -> dict[str, float]:
    gains, days = [], []
    for code in sorted({trade.code for trade in trades}):
        amount, gain, since = 0.0, 0.0, None
        for trade in (trade for trade in trades if trade.code == code):
            sign = 1 if trade.side == "BUY" else -1
            since = since if since is not None else trade.day
            amount += sign * trade.amount
            gain -= sign * trade.value + trade.cost
            if abs(amount) < 1e-6 * max(trade.amount, 1.0):
                gains.append(gain)
                days.append(row(calendar, trade.day) - row(calendar, since))
                amount, gain, since = 0.0, 0.0, None
    if not gains:
        return {}
    won, lost = sum(g for g in gains if g > 0), -sum(g for g in gains if g < 0)
    found = {"win_rate": sum(g > 0 for g in gains) / len(gains), "average_holding_days": sum(days) / len(days)}
    return found | ({"profit_factor": won / lost} if lost > 0 else {})
