"""Trading days written out by hand: a flow, the bars of a few instruments, and every fill that they must lead to.

Twelve days, of which days 1 to 10 are tested. A day's open is its close unless a scenario says otherwise. Marks stand
in the volume (1 is a BUY, 2 a SELL, anything else nothing) and scores in the vwap, so that no indicator has to be
worked out. Trades are made at the open; costs are 0.05 % of buys and 0.15 % of sells, at least 5; there is no limit;
lots are of 100 shares; the capital is 100,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from tests.functional.flows import SETTINGS, Drawn
from tests.support.tiny_market import NAN
from tests.unit.core.drawing import edge, flow, node

DAYS = [
    "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11",
    "2024-01-12", "2024-01-15", "2024-01-16", "2024-01-17",
]  # fmt: skip
LENGTH = len(DAYS)

Series = Sequence[float]
Bars = dict[str, list[float]]
Trade = tuple[int, str, str, Any, str, str, bool]
"""Day, instrument, side, shares, reason, node, late."""


@dataclass(frozen=True)
class Scenario:
    """A flow's position and rules, its market and its fills.

    Attributes:
        position: The template of the node ``size``, and its parameters.
        rules: Template to parameters; the node has its template's name.
        bars: Instrument to its bars; the letters are its own in this scenario.
        pool: The name of the pool where it isn't all of them.
        has_entry: Whether BUY marks feed the position.
        ranked: Whether BUY marks have the score.
    """

    position: tuple[str, dict[str, Any]]
    bars: Mapping[str, Bars]
    trades: list[Trade]
    rules: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    pool: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    has_entry: bool = True
    ranked: bool = False

    def drawn(self) -> Drawn:
        """Returns the flow."""
        name, parameters = self.position
        nodes = [
            node("marks", "price", field="volume"),
            node("score", "price", field="vwap"),
            node("is_sell", "compare", operator="==", value=2),
            node("sell", "sell"),
            node("size", name, **parameters),
            *(node(rule, rule, **values) for rule, values in self.rules.items()),
        ]
        edges = [edge("marks", "is_sell.left"), edge("is_sell", "sell"), edge("sell", "size.exit")]
        edges += [edge("size", rule) for rule in self.rules]
        if self.has_entry:
            nodes += [node("is_buy", "compare", operator="==", value=1), node("buy", "buy")]
            edges += [edge("marks", "is_buy.left"), edge("is_buy", "buy.condition"), edge("buy", "size.entry")]
            edges += [edge("score", "buy.score")] if self.ranked else []
        if name in {"score_weighted", "top_k_dropout"}:
            edges.append(edge("score", "size.score"))
        return Drawn(flow(nodes, edges), {})

    def settings(self, codes: Mapping[str, str]) -> dict[str, Any]:
        """Returns the test's settings, ``codes`` being the market's code of each letter."""
        asked = SETTINGS | {"limit_threshold": None, "start_date": DAYS[0], "end_date": DAYS[-1]}
        return asked if self.pool else asked | {"instruments": [codes[letter] for letter in self.bars]}


def bars(
    close: Series,
    buy: Iterable[int] = (),
    sell: Iterable[int] = (),
    score: Series | float = 0.0,
    opens: Series = (),
    fields: Bars | None = None,
) -> Bars:
    """Returns an instrument's bars; the last close stays to the end, and a day without a close has no bar.

    Args:
        buy: The days with a BUY mark; ``sell`` those with a SELL mark.
        score: One for all days, or those of the first days, of which the last stays.
        opens: The first opens, where they aren't the closes; so for the ``fields``.
    """
    closes = [*close, *[close[-1]] * (LENGTH - len(close))]
    marks = [1.0 if day in set(buy) else 2.0 if day in set(sell) else 5.0 for day in range(LENGTH)]
    scores = [score] * LENGTH if isinstance(score, float) else [*score, *[score[-1]] * (LENGTH - len(score))]
    own: Bars = {"volume": marks, "vwap": scores}
    for name, values in {"open": opens, **(fields or {})}.items():
        own[name] = [*values, *closes[len(values) :]]
    traded = [not isnan(value) for value in closes]
    return {"close": closes} | {name: _where(traded, values) for name, values in own.items()}


def _where(traded: list[bool], values: Series) -> list[float]:
    return [value if is_traded else NAN for value, is_traded in zip(values, traded, strict=True)]
