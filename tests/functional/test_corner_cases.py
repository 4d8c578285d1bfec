"""What random flows meet too rarely: each corner of the page in a flow of its own, and what was settled by comparison.

Each flow holds the corner where it decides: under a ``negate``, beside a constant, on a market on which it happens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.functional.agreement import Case, Verdict, judged
from tests.functional.flows import Drawn, drawn, market_at, qlib_values_at
from tests.support.rough_market import make_rough_market

TERMS = {
    "start_date": "2022-02-01",
    "end_date": "2022-12-30",
    "stock_pool": "ALL_A_SHARES",
    "initial_capital": 400_000.0,
}

Nodes = dict[str, tuple[str, dict[str, Any]]]


def entering(nodes: Nodes, edges: list[str], condition: str) -> Drawn:
    """Returns a flow that buys on ``condition`` and sells after a week."""
    usual: Nodes = {
        "in": ("buy", {}),
        "book": ("equal_weight", {"max_positions": 8}),
        "week": ("max_holding_days", {"days": 5}),
    }
    return drawn({**nodes, **usual}, [*edges, f"{condition} > in.condition", "in > book.entry", "book > week"])


def sized(position: str, parameters: dict[str, Any], *rules: tuple[str, dict[str, Any]]) -> Drawn:
    """Returns a flow that buys what rises, sized by ``position``, under ``rules``."""
    nodes: Nodes = {
        "close": ("price", {}),
        "up": ("rising", {"days": 2}),
        "in": ("buy", {}),
        "book": (position, parameters),
        "days": ("max_holding_days", {"days": 9}),
        **{f"rule{number}": rule for number, rule in enumerate(rules)},
    }
    edges = ["close > up", "up > in.condition", "in > book.entry", "book > days"]
    return drawn(nodes, [*edges, *(f"book > rule{number}" for number in range(len(rules)))])


CORNERS: dict[str, Drawn] = {
    # Found by comparison: the guard of a condition made an infinite input unknown.
    "an infinite input of a condition is a value": entering(
        {
            "jump": ("qlib_expression", {"expression": "$open/Ref($open,5)-1"}),
            "big": ("custom_condition", {"language": "QLIB", "expression": "{a} > 0.3"}),
        },
        ["jump > big.a"],
        "big",
    ),
    "a number that is missing makes a condition unknown": entering(
        {
            "close": ("price", {}),
            "once": ("custom_condition", {"language": "QLIB", "expression": "{a}*0 + $volume/Ref($volume, 3)*0 + 1"}),
            "not": ("negate", {}),
            "fell": ("falling", {"days": 2}),
            "both": ("any_of", {}),
        },
        ["close > once.a", "once > not", "close > fell", "not > both", "fell > both"],
        "both",
    ),
    "a cross over a suspended day is unknown, its opposite too": entering(
        {
            "close": ("price", {}),
            "mean": ("sma", {"window": 3}),
            "cross": ("crosses_above", {}),
            "not": ("negate", {}),
        },
        ["close > cross.left", "mean > cross.right", "cross > not"],
        "not",
    ),
    "KDJ is 50 where the bars are flat": entering(
        {"kdj": ("kdj", {"window": 1, "k_smoothing": 1}), "half": ("compare", {"operator": "==", "value": 50})},
        ["kdj.k > half.left"],
        "half",
    ),
    "whole numbers of TA-Lib say nothing before the look-back is full": entering(
        {
            "mode": ("talib_function", {"function": "HT_TRENDMODE"}),
            "doji": ("talib_function", {"function": "CDLDOJI"}),
            "calm": ("compare", {"operator": "==", "value": 0}),
            "plain": ("compare", {"operator": "==", "value": 0}),
            "both": ("all_of", {}),
        },
        ["mode > calm.left", "doji > plain.left", "calm > both", "plain > both"],
        "both",
    ),
    "a division by nothing is unknown": entering(
        {
            "close": ("price", {}),
            "open": ("price", {"field": "open"}),
            "body": ("arithmetic", {"operator": "-"}),
            "ratio": ("arithmetic", {"operator": "/"}),
            "far": ("compare", {"operator": ">", "value": 200}),
        },
        ["close > body.left", "open > body.right", "close > ratio.left", "body > ratio.right", "ratio > far.left"],
        "far",
    ),
    "what isn't finite in Python is unknown": entering(
        {
            "body": ("qlib_expression", {"expression": "$close-$open"}),
            "ratio": ("custom_series", {"expression": "1 / {a}"}),
            "far": ("compare", {"operator": ">", "value": 20}),
        },
        ["body > ratio.a", "ratio > far.left"],
        "far",
    ),
    "a deviation of 0 is no value": sized("inverse_volatility", {"window": 2, "max_positions": 6, "rebalance_days": 3}),
    "an amount under a weight cap": sized(
        "fixed_amount", {"amount": 60_000.0, "rebalance_days": 4}, ("weight_cap", {"cap": 0.1})
    ),
    "every cap at once": sized(
        "fixed_weight",
        {"weight": 0.2, "max_positions": 8, "rebalance_days": 2},
        ("weight_cap", {"cap": 0.15}), ("turnover_cap", {"cap": 0.2}), ("exposure_cap", {"cap": 0.55}),
        ("exposure_cap", {"cap": 0.7}),
    ),
    "two halts and two cooldowns": sized(
        "equal_weight",
        {"max_positions": 4},
        ("drawdown_halt", {"drawdown": 0.03, "days": 6}), ("drawdown_halt", {"drawdown": 0.05, "days": 15}),
        ("cooldown", {"days": 2}), ("cooldown", {"days": 9}), ("stop_loss_percent", {"percent": 0.02}),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rough market."""
    return make_rough_market(tmp_path_factory.mktemp("rough") / "data", seed=2)


@pytest.fixture(scope="module")
def verdicts(market: Path) -> dict[str, Verdict]:
    """Each corner, run both ways."""
    cases = [Case(name, flow, TERMS) for name, flow in CORNERS.items()]
    return {verdict.case.name: verdict for verdict in judged(market, cases)}


@pytest.mark.parametrize("name", CORNERS)
def test_the_corner_is_as_the_page_says(name: str, verdicts: dict[str, Verdict]) -> None:
    """Fills, truth of every node, account; and the flow does trade."""
    assert verdicts[name].difference is None
    assert len(verdicts[name].trades) > 5


def test_a_price_that_stands_still_for_long_has_no_deviation(tmp_path: Path) -> None:
    """Found by comparison: rolling sums left a rest of 1e-10, and 1 / rest took all the money."""
    root = make_rough_market(tmp_path / "data", seed=27)
    close = qlib_values_at(root).panel("$close")
    assert (close.rolling(15).max() == close.rolling(15).min()).to_numpy().any()
    nodes: Nodes = {
        "close": ("price", {}),
        "cheap": ("bottom_n", {"count": 12}),
        "in": ("buy", {}),
        "book": ("inverse_volatility", {"window": 14, "max_positions": 12, "rebalance_days": 2}),
        "days": ("max_holding_days", {"days": 9}),
    }
    flow = drawn(nodes, ["close > cheap", "cheap > in.condition", "in > book.entry", "book > days"])
    (verdict,) = judged(root, [Case("still", flow, TERMS)])
    assert verdict.difference is None


def test_the_market_has_the_corners(market: Path) -> None:
    """Infinite values, flat bars, still prices: without them the flows above would show nothing."""
    values = qlib_values_at(market)
    assert np.isinf(values.panel("$open/Ref($open,5)-1").to_numpy()).any()
    assert (values.panel("$high-$low") == 0).to_numpy().any()
    assert (values.panel("$close-$open") == 0).to_numpy().any()
    still = values.panel("Abs(Delta($close,1))+Abs(Ref(Delta($close,1),1))") == 0
    assert still.to_numpy().any()
    assert len(market_at(market).codes) > 20
