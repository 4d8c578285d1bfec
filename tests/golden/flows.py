"""The flows whose generated code is kept as a record, between them every node kind and every shape of a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from codegen_core import strategies
from codegen_core.factors import Factor
from codegen_core.flow.model import ResolvedFlow
from codegen_core.nodes import (
    qlib_indicators,
    qlib_prices,
    qlib_statistics,
    rank_conditions,
    talib_momentum,
    talib_ranges,
    talib_trend,
)
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.resolve import check_flow
from tests.golden.trading_flows import TRADING_FLOWS
from tests.unit.core.drawing import Json, edge, flow, node
from tests.unit.core.gathering import Gathering


def resolved(drawn: Json, extra: Iterable[NodeTemplate] = (), factors: Iterable[Factor] = ()) -> ResolvedFlow:
    """Returns a flow that has no errors, ready to render; it may use a user's templates and published factors."""
    templates = {**system_templates_by_id(), **{template.id: template for template in extra}}
    report = check_flow(drawn, None, templates, factors={factor.key: factor for factor in factors})
    assert report.resolved is not None, report.problems
    return report.resolved


def labelled(drawn: Json, label: str) -> Json:
    """Returns a node with a label."""
    return drawn | {"label": label}


def least() -> Json:
    """Returns the smallest flow: no exit, no stop, a constant."""
    nodes = [
        node("close", "price", field="close"),
        node("cheap", "compare", operator="<", value=10),
        node("enter", "buy"),
        node("holdings", "equal_weight", max_positions=3),
    ]
    return flow(nodes, [edge("close", "cheap.left"), edge("cheap", "enter"), edge("enter", "holdings.entry")])


def ranked() -> Json:
    """Returns a flow with one score, labels in Chinese, and indicators in a chain."""
    nodes = [
        labelled(node("n1", "ema", window=5, field="volume"), "成交量均线"),
        labelled(node("n2", "sma", window=20), "均线的均线"),
        labelled(node("n3", "price", field="vwap"), "均价"),
        labelled(node("n4", "crosses_above", value=12.5), "突破"),
        labelled(node("n5", "buy"), "买入"),
        labelled(node("n6", "equal_weight", rebalance_days=5), "仓位"),
        labelled(node("n7", "stop_profit_percent", percent=0.15), "止盈"),
    ]
    edges = [
        edge("n1", "n2.input"),
        edge("n3", "n4.left"),
        edge("n4", "n5.condition"),
        edge("n2", "n5.score"),
        edge("n5", "n6.entry"),
        edge("n6", "n7"),
    ]
    return flow(nodes, edges)


def crowded() -> Json:
    """Returns a flow with several of everything, and labels that need care."""
    long = "A label that goes on and on, with 'quotes', \"more quotes\", a \\, a # and a \u202e, well past what fits"
    nodes = [
        labelled(node("fast", "ema", window=3), long),
        labelled(node("slow", "sma", window=8), long),
        labelled(node("price", "price", field="close"), "Close"),
        labelled(node("volume", "price", field="volume"), "import"),
        labelled(node("up", "crosses_above"), long),
        labelled(node("down", "crosses_below", value=5), "type: ignore"),
        labelled(node("dear", "compare", operator=">=", value=-1e-7), "noqa"),
        node("not_dear", "negate"),
        labelled(node("all", "all_of"), long),
        labelled(node("any", "any_of"), long),
        labelled(node("buy_1", "buy"), "Buy"),
        labelled(node("buy_2", "buy"), "5-day entry"),
        labelled(node("buy_3", "buy"), "Buy"),
        labelled(node("sell_1", "sell"), "Sell"),
        labelled(node("sell_2", "sell"), long),
        labelled(node("size", "equal_weight", max_positions=7, rebalance_days=5), long),
        labelled(node("loss_1", "stop_loss_percent", percent=0.08), long),
        labelled(node("loss_2", "stop_loss_percent", percent=0.03), "Stop"),
        labelled(node("profit", "stop_profit_percent", percent=0.06), "Stop"),
    ]
    edges = [
        edge("fast", "slow.input"),
        edge("fast", "up.left"),
        edge("slow", "up.right"),
        edge("price", "down.left"),
        edge("price", "dear.left"),
        edge("dear", "not_dear"),
        *(edge(source, "all.conditions") for source in ("up", "dear", "not_dear")),
        *(edge(source, "any.conditions") for source in ("up", "dear")),
        edge("all", "buy_1.condition"),
        edge("volume", "buy_1.score"),
        edge("any", "buy_2.condition"),
        edge("any", "buy_3.condition"),
        edge("slow", "buy_3.score"),
        edge("down", "sell_1"),
        edge("not_dear", "sell_2"),
        *(edge(source, "size.entry") for source in ("buy_1", "buy_2", "buy_3")),
        *(edge(source, "size.exit") for source in ("sell_1", "sell_2")),
        *(edge("size", rule) for rule in ("loss_1", "loss_2", "profit")),
    ]
    return flow(nodes, edges)


def expressions() -> Json:
    """Returns a flow with every Qlib expression, some over others."""
    gathering = Gathering()
    for template in (*qlib_indicators.TEMPLATES, *qlib_indicators.LATER_TEMPLATES, *qlib_prices.TEMPLATES):
        gathering.add(template.name, template.name)
    for template in qlib_statistics.TEMPLATES:
        gathering.add(template.name, template.name, connect={"input": "change"})
    gathering.add("ratio", "period_return", connect={"input": "period_return"}, label="Change of the change", days=5)
    return gathering.finished()


def trends() -> Json:
    """Returns a flow with TA-Lib's averages and ranges, some over others."""
    gathering = Gathering()
    for template in (*talib_trend.TEMPLATES, *talib_ranges.TEMPLATES):
        gathering.add(template.name, template.name)
    gathering.add("smooth", "tema", connect={"input": "macd.histogram"}, label="Smooth histogram")
    gathering.add("again", "macd", connect={"input": "smooth"}, label="Histogram of the smooth histogram")
    return gathering.finished()


def oscillators() -> Json:
    """Returns a flow with TA-Lib's oscillators, KDJ, and arithmetic of every kind."""
    gathering = Gathering()
    for template in talib_momentum.TEMPLATES:
        gathering.add(template.name, template.name)
    gathering.add("kdj", "kdj")
    for name, operator in (("sum", "+"), ("difference", "-"), ("product", "*"), ("quotient", "/")):
        gathering.add(name, "arithmetic", connect={"left": "kdj.j", "right": "rsi"}, operator=operator)
    gathering.add("half", "arithmetic", connect={"left": "kdj.k"}, label="Half of K", operator="/", value=2)
    return gathering.finished()


def conditions() -> Json:
    """Returns a flow with every condition on how a series runs and where it stands among the pool's members."""
    gathering = Gathering()
    gathering.add("momentum", "period_return", label="动量")
    gathering.add("average", "sma", label="Average")
    for template in rank_conditions.TEMPLATES:
        gathering.add(template.name, template.name, connect={"input": "momentum"})
    for name in ("rising", "falling"):
        gathering.add(name, name, connect={"input": "average"}, days=2)
    gathering.add("between", "between", connect={"input": "momentum"}, low_value=-0.1, high_value=0.1)
    gathering.add("inside", "between", connect={"input": "average", "low": "momentum"}, label="Inside", high_value=50)
    gathering.add("lasting", "true_for_days", connect={"condition": "top_n"}, label="Lasting", days=5)
    return gathering.finished()


def general() -> Json:
    """Returns a flow with the general nodes: functions of TA-Lib, factors, expressions in both languages."""
    gathering = Gathering()
    gathering.add("close", "price")
    gathering.add("signal", "talib_function", label="Signal line", function="MACD", output="macdsignal")
    gathering.add("doji", "talib_function", label="十字星", function="CDLDOJI")
    gathering.add("swing", "talib_function", label="Swing high", function="FRACTAL")
    gathering.add("pair", "talib_function", connect={"input_2": "signal"}, function="CORREL", timeperiod=10)
    gathering.add("kmid", "factor")
    gathering.add("sum", "factor", label="Rises less falls", source="ALPHA158", factor="VSUMD20")
    gathering.add(
        "ratio", "qlib_expression", connect={"a": "close", "b": "kmid"}, expression="{a} / Mean({a}, 20) - {b}"
    )
    gathering.add("score", "custom_series", connect={"a": "ratio"}, label="Score", expression=_SCORE)
    gathering.add("lines", "custom_series", connect={"a": "close", "b": "signal", "c": "up"}, expression=_LINES)
    gathering.add("up", "custom_condition", connect={"a": "close"}, language="QLIB", expression="{a} > Ref({a}, 1)")
    gathering.add("calm", "custom_condition", connect={"a": "up", "b": "score"}, label="Calm", expression=_CALM)
    return gathering.finished()


_SCORE = "({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()"
_LINES = """where({c}.rolling(3).min() == 1, log({a} / {a}.shift(1)).ewm(span=12, adjust=False).mean(), {b} ** 2)
    + {a}.pct_change(5).rank(axis=1, pct=True) * {a}.sub({a}.mean(axis=1), axis=0).div({a}.std(axis=1), axis=0)"""
_CALM = "{a} & ~({b}.abs() > 2.5) & ({b} >= {b}.shift())"


FLOWS: Mapping[str, Callable[[], Json]] = {
    **{strategy.name: partial(strategies.load, strategy.name) for strategy in strategies.ready_strategies()},
    "least": least,
    "ranked": ranked,
    "crowded": crowded,
    "expressions": expressions,
    "trends": trends,
    "oscillators": oscillators,
    "conditions": conditions,
    "general": general,
    **TRADING_FLOWS,
}

RECORDS: tuple[tuple[str, str], ...] = (
    *((name, "en") for name in FLOWS),
    ("double_moving_average", "zh"),
    ("ranked", "zh"),
    ("conditions", "zh"),
    ("general", "zh"),
    ("fixed_amount", "zh"),
    ("top_k_marked", "zh"),
)
"""Name of the flow and language of each record."""
