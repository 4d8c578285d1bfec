"""Flows of every sizing rule, stop and risk rule: alone, and several of each."""

from __future__ import annotations

from tests.unit.core.drawing import Json, edge, flow, node

LONG = "A label that goes on and on, well past what fits a line"


def _crossing() -> tuple[list[Json], list[Json]]:
    """Returns an entry and an exit by one moving average, and a score."""
    nodes = [
        node("close", "price"),
        node("mean", "sma", window=20),
        node("up", "crosses_above"),
        node("down", "crosses_below"),
        node("gain", "period_return", days=20),
        node("enter", "buy"),
        node("leave", "sell"),
    ]
    edges = [
        edge("close", "up.left"),
        edge("mean", "up.right"),
        edge("close", "down.left"),
        edge("mean", "down.right"),
        edge("up", "enter.condition"),
        edge("down", "leave"),
    ]
    return nodes, edges


def _bound(position: Json, *rules: Json, edges: tuple[Json, ...] = ()) -> Json:
    """Returns the crossing traded by a position under rules."""
    nodes, known = _crossing()
    signals = [edge("enter", f"{position['id']}.entry"), edge("leave", f"{position['id']}.exit")]
    bound = [edge(position["id"], rule["id"]) for rule in rules]
    return flow([*nodes, position, *rules], [*known, *signals, *edges, *bound])


def fixed_weight() -> Json:
    """Returns stops by ATR, by the average and by time, each needing something of its own."""
    return _bound(
        node("size", "fixed_weight", weight=0.2, max_positions=5),
        node("range", "atr_stop", multiple=2.5, window=20),
        node("below", "stop_below_average", window=30),
        node("late", "max_holding_days", days=40),
        node("target", "atr_profit", multiple=4, window=20),
    )


def fixed_amount() -> Json:
    """Returns stops that follow a holding, and caps on what is bought."""
    return _bound(
        node("size", "fixed_amount", amount=20000, rebalance_days=10),
        node("loss", "stop_loss_amount", amount=1500),
        node("trail", "trailing_stop", percent=0.08),
        node("gain_trail", "trailing_profit", gain=0.15, percent=0.04),
        node("weights", "weight_cap", cap=0.25),
        node("entries", "turnover_cap", cap=0.5),
        node("exposure", "exposure_cap", cap=0.9),
    )


def inverse_volatility() -> Json:
    """Returns sizes that may be unknown, under rules of time."""
    return _bound(
        node("size", "inverse_volatility", window=30, max_positions=8, rebalance_days=5),
        node("stop", "stop_loss_percent", percent=0.1),
        node("rest", "cooldown", days=7),
        node("young", "min_holding_days", days=3),
    )


def score_weighted() -> Json:
    """Returns sizes by a score that also ranks, under a halt."""
    return _bound(
        node("size", "score_weighted"),
        node("halt", "drawdown_halt", drawdown=0.15, days=10),
        edges=(edge("gain", "size.score"),),
    )


def top_k() -> Json:
    """Returns the least rotation: a score alone."""
    nodes = [node("gain", "period_return", days=60), node("best", "top_k_dropout", k=20, n_drop=3, rebalance_days=20)]
    return flow(nodes, [edge("gain", "best.score")])


def top_k_marked() -> Json:
    """Returns a rotation among what two signals mark, with a way out, rules of time and a halt to the end."""
    drawn = _bound(
        node("size", "top_k_dropout", k=5, n_drop=2),
        node("halt", "drawdown_halt", days=0),
        node("young", "min_holding_days"),
        node("rest", "cooldown"),
        node("late", "max_holding_days"),
        node("weights", "weight_cap"),
        edges=(edge("gain", "size.score"), edge("close", "enter.score")),
    )
    second = [node("dear", "compare", operator=">", value=5), node("enter_2", "buy")]
    drawn["nodes"] += second
    drawn["edges"] += [edge("close", "dear.left"), edge("dear", "enter_2.condition"), edge("enter_2", "size.entry")]
    return drawn


def crowded_rules() -> Json:
    """Returns two of every rule, all with the same long label."""
    kinds = (
        "stop_loss_amount", "trailing_stop", "atr_stop", "stop_below_average", "max_holding_days", "trailing_profit",
        "atr_profit", "drawdown_halt", "cooldown", "min_holding_days", "weight_cap", "turnover_cap", "exposure_cap",
    )  # fmt: skip
    rules = [node(f"{name}_{number}", name) for name in kinds for number in (1, 2)]
    drawn = _bound(node("size", "inverse_volatility"), *rules)
    return drawn | {"nodes": [each | {"label": LONG} for each in drawn["nodes"]]}


TRADING_FLOWS = {
    "fixed_weight": fixed_weight,
    "fixed_amount": fixed_amount,
    "inverse_volatility": inverse_volatility,
    "score_weighted": score_weighted,
    "top_k": top_k,
    "top_k_marked": top_k_marked,
    "crowded_rules": crowded_rules,
}
