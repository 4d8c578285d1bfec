"""Generated code and the independent interpreter agree, fill by fill and day by day, on a synthetic market."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional.flows import SETTINGS, Drawn, double_moving_average, drawn, interpreted
from tests.oracle.day_loop import Outcome
from tests.oracle.market import read_market
from tests.oracle.metrics import expected_metrics
from tests.support.engine import run_in_engine
from workers.market import MarketSpec, create_market

FIRST, LAST = "2023-03-01", "2024-02-29"


TREND_WITH_SCORE = drawn(
    {
        "close": ("price", {"field": "close"}),
        "volume": ("price", {"field": "volume"}),
        "quick": ("ema", {"window": 8}),
        "slow": ("sma", {"window": 30}),
        "slower": ("sma", {"window": 5}),
        "above": ("compare", {"operator": ">"}),
        "cheap": ("compare", {"operator": "<=", "value": 40.0}),
        "both": ("all_of", {}),
        "turned": ("crosses_below", {}),
        "fell": ("compare", {"operator": "<", "value": 3.0}),
        "out": ("any_of", {}),
        "in": ("buy", {}),
        "leave": ("sell", {}),
        "book": ("equal_weight", {"max_positions": 6, "rebalance_days": 20}),
        "loss": ("stop_loss_percent", {"percent": 0.08}),
    },
    [
        "slow > slower.input", "quick > above.left", "slower > above.right", "close > cheap.left", "above > both",
        "cheap > both", "both > in.condition", "volume > in.score", "quick > turned.left", "slow > turned.right",
        "turned > out", "close > fell.left", "fell > out", "out > leave", "in > book.entry", "leave > book.exit",
        "book > loss",
    ],
)  # fmt: skip

TWO_ENTRIES = drawn(
    {
        "close": ("price", {"field": "close"}),
        "open": ("price", {"field": "open"}),
        "mean": ("sma", {"window": 10}),
        "up": ("crosses_above", {}),
        "level": ("crosses_above", {"value": 25.0}),
        "red": ("compare", {"operator": ">="}),
        "green": ("negate", {}),
        "gap": ("all_of", {}),
        "buy_cross": ("buy", {}),
        "buy_level": ("buy", {}),
        "book": ("equal_weight", {"max_positions": 15, "rebalance_days": 5}),
        "gain": ("stop_profit_percent", {"percent": 0.06}),
        "big_gain": ("stop_profit_percent", {"percent": 0.04}),
        "loss": ("stop_loss_percent", {"percent": 0.03}),
    },
    [
        "close > up.left", "mean > up.right", "close > level.left", "open > red.left", "close > red.right",
        "red > green", "green > gap", "up > gap", "gap > buy_cross.condition", "mean > buy_cross.score",
        "level > buy_level.condition", "buy_cross > book.entry", "buy_level > book.entry", "book > gain",
        "book > big_gain", "book > loss",
    ],
)  # fmt: skip

CASES: dict[str, tuple[Drawn, dict[str, Any]]] = {
    "the ready-made parameters": (double_moving_average(), {}),
    "quick averages, few slots, no limit": (
        double_moving_average(fast_average={"window": 3}, slow_average={"window": 8}, holdings={"max_positions": 3}),
        {"limit_threshold": None, "initial_capital": 1_000_000.0},
    ),
    "rebalanced, whole market, at the close, no costs": (
        double_moving_average(
            fast_average={"window": 10}, slow_average={"window": 60},
            holdings={"max_positions": 40, "rebalance_days": 7}, stop_loss={"percent": 0.15},
        ),
        {"stock_pool": "ALL_A_SHARES", "deal_price": "close", "open_cost": 0.001, "min_cost": 0.0},
    ),
    "little money, so that cash trims every buy": (
        double_moving_average(holdings={"max_positions": 2}, take_profit={"percent": 0.03}),
        {"initial_capital": 10_000.0, "stock_pool": "CSI500"},
    ),
    "a score, composed averages, two-way conditions": (TREND_WITH_SCORE, {}),
    "two entries, several stops, no way out by signal": (TWO_ENTRIES, {"stock_pool": "CSI800"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic market of 120 instruments."""
    root = tmp_path_factory.mktemp("market") / "data"
    create_market(root, MarketSpec(instruments=120, seed=11))
    return root


@pytest.fixture(scope="module")
def outcomes(market: Path) -> dict[str, dict[str, Any]]:
    """What the generated code did in each case, run in one engine process."""
    runs = [
        (drawn.code(), SETTINGS | settings | {"start_date": FIRST, "end_date": LAST})
        for drawn, settings in CASES.values()
    ]
    return dict(zip(CASES, run_in_engine(market, runs), strict=True))


@pytest.fixture(scope="module")
def expected(market: Path) -> dict[str, Outcome]:
    """What the independent interpreter did in each case."""
    return {name: interpreted(drawn, market, FIRST, LAST, settings) for name, (drawn, settings) in CASES.items()}


@pytest.mark.parametrize("case", CASES)
def test_every_fill_agrees(case: str, outcomes: dict[str, dict[str, Any]], expected: dict[str, Outcome]) -> None:
    """Day, instrument, side, reason, node and lateness exactly; shares and money to far below a cent."""
    trades = expected[case].trades
    wanted = [(f"{t.day:%Y-%m-%d}", t.code, t.side, t.reason, t.node_id, t.late) for t in trades]
    found = [
        (row["trading_day"], row["instrument"], row["side"], row["reason"], row.get("node_id", ""), row["late"])
        for row in outcomes[case]["trades"]
    ]
    assert found == wanted
    assert len(found) > 30
    for name in ("price", "amount", "value", "cost"):
        figures = [getattr(trade, name) for trade in trades]
        assert [row[name] for row in outcomes[case]["trades"]] == pytest.approx(figures, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_every_day_s_account_agrees(
    case: str, outcomes: dict[str, dict[str, Any]], expected: dict[str, Outcome]
) -> None:
    """The account's value at the end of each day, to far below a cent."""
    rows = outcomes[case]["equity_curve"]
    account = expected[case].account
    assert [row["trading_day"] for row in rows] == [f"{day:%Y-%m-%d}" for day in account.index]
    assert [row["portfolio_value"] for row in rows] == pytest.approx(list(account), rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_every_metric_agrees(
    case: str, market: Path, outcomes: dict[str, dict[str, Any]], expected: dict[str, Outcome]
) -> None:
    """Each metric against the second implementation, fed with the interpreter's own fills and account."""
    whole = read_market(market)
    capital = (SETTINGS | CASES[case][1])["initial_capital"]
    outcome = expected[case]
    wanted = expected_metrics(
        outcome.account, capital, whole.index_close("SH000300"), whole.days, outcome.trades, outcome.held
    )
    found = outcomes[case]["metrics"]
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-8, abs=1e-10), name
    assert set(found) - set(wanted) <= {"round_trip_count", "max_drawdown_start", "max_drawdown_end"}


def test_the_cases_reach_every_reason(expected: dict[str, Outcome]) -> None:
    """Late fills, pool leavers, rebalancing, stops of both kinds: none goes untested."""
    trades = [trade for outcome in expected.values() for trade in outcome.trades]
    assert {trade.reason for trade in trades} == {"SIGNAL", "STOP_LOSS", "STOP_PROFIT", "LEFT_POOL", "REBALANCE"}
    assert any(trade.late for trade in trades)
