"""The metrics against a second implementation, against sums done by hand, and where they are undefined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from codegen_core.standalone import metrics
from tests.oracle.day_loop import Trade
from tests.oracle.metrics import expected_metrics

COLUMNS = ["trading_day", "instrument", "side", "price", "amount", "value", "cost"]
CALENDAR = pd.bdate_range("2021-01-04", "2023-12-29")
CAPITAL = 100_000.0


def _days(count: int) -> pd.DatetimeIndex:
    return CALENDAR[100 : 100 + count]


def _random_fills(rng: np.random.Generator, days: pd.DatetimeIndex) -> list[Trade]:
    held: dict[str, float] = {}
    trades = []
    for day in days:
        for code in ("SH600001", "SH600003", "SZ000002"):
            if rng.random() < 0.3:
                price = float(rng.uniform(5, 50))
                sells = code in held and rng.random() < 0.6
                whole = held.get(code, 0.0)
                amount = (whole if rng.random() < 0.7 else whole / 2) if sells else float(rng.integers(1, 9) * 100)
                held[code] = whole - amount if sells else whole + amount
                if held[code] == 0:
                    del held[code]
                side = "SELL" if sells else "BUY"
                cost = max(5.0, amount * price * 0.001)
                trades.append(Trade(day, code, side, price, amount, amount * price, cost, "SIGNAL", "", late=False))
    return trades


def _frame(trades: list[Trade]) -> pd.DataFrame:
    rows = [(t.day, t.code, t.side, t.price, t.amount, t.value, t.cost) for t in trades]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize("seed", range(12))
def test_as_a_second_implementation_has_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = _days(int(rng.integers(2, 120)))
    account = pd.Series(CAPITAL * np.cumprod(1 + rng.normal(0, 0.02, len(days))), days)
    held = account * rng.uniform(0, 1, len(days))
    index = pd.Series(4000 * np.cumprod(1 + rng.normal(0, 0.01, len(CALENDAR))), CALENDAR)
    index.iloc[[50, 105]] = np.nan
    trades = _random_fills(rng, days)
    benchmark = (index / index.shift(1) - 1).fillna(0.0).loc[days]
    measured = metrics.measure(account, held, benchmark, _frame(trades), CAPITAL, CALENDAR)
    expected = expected_metrics(account, CAPITAL, index, CALENDAR, trades, held)
    more = {"max_drawdown_start", "max_drawdown_end", "round_trip_count"}
    assert set(measured) - more == set(expected) - more
    for name, value in expected.items():
        assert measured[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


def _series(*values: float) -> pd.Series:
    return pd.Series(values, _days(len(values)), dtype=float)


def test_returns_start_from_the_capital() -> None:
    assert list(metrics.daily_returns(_series(110, 99), 100)) == pytest.approx([0.1, -0.1])


def test_days_of_a_year() -> None:
    assert metrics.days_per_year(pd.bdate_range("2020-01-01", "2023-12-31")) == 261
    assert metrics.days_per_year(CALENDAR[:1]) == 1


def test_annual_return_by_hand() -> None:
    assert metrics.annual_return(_series(100, 121), 100, 4) == pytest.approx(1.21**2 - 1)
    assert metrics.annual_return(_series(100, 0), 100, 4) is None


def test_ratios_by_hand() -> None:
    returns = _series(0.02, -0.01, 0.03, 0.0)
    deviation = math.sqrt((0.01**2 + 0.02**2 + 0.02**2 + 0.01**2) / 3)
    assert metrics.volatility(returns, 252) == pytest.approx(deviation * math.sqrt(252))
    assert metrics.sharpe_ratio(returns, 252) == pytest.approx(0.01 / deviation * math.sqrt(252))
    assert metrics.sortino_ratio(returns, 252) == pytest.approx(0.01 / 0.005 * math.sqrt(252))


def test_worst_drawdown_with_its_days() -> None:
    account = _series(100, 120, 90, 130, 110)
    days = account.index
    assert metrics.worst_drawdown(account, 100) == {
        "max_drawdown": pytest.approx(-0.25),
        "max_drawdown_start": f"{days[1]:%Y-%m-%d}",
        "max_drawdown_end": f"{days[2]:%Y-%m-%d}",
    }


def test_a_drawdown_from_the_capital_has_no_first_day() -> None:
    account = _series(95, 90, 99)
    assert metrics.worst_drawdown(account, 100) == {
        "max_drawdown": pytest.approx(-0.1),
        "max_drawdown_end": f"{account.index[1]:%Y-%m-%d}",
    }


def test_no_drawdown_has_no_days() -> None:
    assert metrics.worst_drawdown(_series(100, 101), 100) == {"max_drawdown": 0.0}


def _fills(*rows: tuple[int, str, str, float, float, float]) -> pd.DataFrame:
    days = _days(20)
    return pd.DataFrame(
        [(days[day], code, side, value / amount, amount, value, cost) for day, code, side, amount, value, cost in rows],
        columns=COLUMNS,
    )


def test_round_trips_run_from_flat_to_flat_with_all_their_costs() -> None:
    fills = _fills(
        (0, "A", "BUY", 100, 1000, 5),
        (1, "B", "BUY", 10, 100, 5),
        (2, "A", "BUY", 100, 1100, 5),
        (4, "A", "SELL", 50, 600, 5),
        (5, "A", "SELL", 150, 1700, 5),
        (6, "A", "BUY", 10, 100, 5),
        (8, "B", "SELL", 10, 105, 5),
    )
    trips = metrics.round_trips(fills)
    days = _days(20)
    assert trips.reset_index().to_dict("records") == [
        {"fill": 4, "instrument": "A", "opened": days[0], "closed": days[5], "profit": 180.0},
        {"fill": 6, "instrument": "B", "opened": days[1], "closed": days[8], "profit": -5.0},
    ]
    assert metrics.win_rate(trips) == 0.5
    assert metrics.profit_factor(trips) == pytest.approx(180 / 5)
    assert metrics.average_holding_days(trips, CALENDAR) == 6.0


def test_a_zero_gain_is_no_win_and_no_loss() -> None:
    trips = metrics.round_trips(_fills((0, "A", "BUY", 10, 100, 5), (1, "A", "SELL", 10, 110, 5)))
    assert metrics.win_rate(trips) == 0.0
    assert metrics.profit_factor(trips) is None


def test_turnover_counts_both_ways_against_the_account_before() -> None:
    fills = _fills((0, "A", "BUY", 10, 50, 5), (1, "A", "SELL", 10, 22, 5))
    assert metrics.turnover(fills, _series(110, 120, 130), 100) == pytest.approx((0.5 + 0.2 + 0) / 3)


def test_what_is_undefined_is_absent() -> None:
    flat = _series(100, 100, 100)
    measured = metrics.measure(flat, flat * 0, flat * 0, _fills(), 100, CALENDAR)
    assert measured == {
        "total_return": 0.0,
        "annual_return": 0.0,
        "volatility": 0.0,
        "max_drawdown": 0.0,
        "turnover": 0.0,
        "total_cost": 0.0,
        "trade_count": 0,
        "round_trip_count": 0,
        "exposure": 0.0,
        "benchmark_return": 0.0,
        "excess_return": 0.0,
    }


def test_a_single_day_and_no_benchmark() -> None:
    one = _series(99)
    measured = metrics.measure(one, one * 0, None, _fills(), 100, CALENDAR)
    assert not {"volatility", "sharpe_ratio", "benchmark_return", "alpha", "beta"} & set(measured)
    assert measured["total_return"] == pytest.approx(-0.01)
    assert measured["sortino_ratio"] == pytest.approx(-math.sqrt(metrics.days_per_year(CALENDAR)))


def test_a_lost_account_gives_only_finite_numbers() -> None:
    account = _series(50, 0, -10)
    measured = metrics.measure(account, account * 0 + 1, None, _fills(), 100, CALENDAR)
    assert "annual_return" not in measured
    assert all(isinstance(value, str) or math.isfinite(value) for value in measured.values())
