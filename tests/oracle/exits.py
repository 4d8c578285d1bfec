"""Why a holding is sold: stops, signals, the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from tests.oracle.broker import Lot
from tests.oracle.market import Cells, row
from tests.oracle.own_bars import on_own_bars
from tests.oracle.talib_series import caller
from tests.oracle.values import Values

Reason = tuple[str, str]
"""Kind and node id."""

LOSSES = (
    "stop_loss_percent", "stop_loss_amount", "trailing_stop", "atr_stop", "stop_below_average", "max_holding_days",
)  # fmt: skip
PROFITS = ("stop_profit_percent", "trailing_profit", "atr_profit")


@dataclass(frozen=True)
class Moment:
    """A holding on the morning of test day ``number``; ``close`` is yesterday's, NaN where there was none."""

    code: str
    lot: Lot
    close: float
    before: pd.Timestamp
    number: int

    @property
    def top(self) -> float:
        """What trailing rules fall from."""
        return self.lot.average if isnan(self.lot.top) else max(self.lot.average, self.lot.top)


class Stops:
    """The flow's stop rules, tested in topological order, losses before profits."""

    def __init__(self, values: Values):
        self.values, self.graph = values, values.graph
        self.losses, self.profits = self.graph.named(*LOSSES), self.graph.named(*PROFITS)
        self.levels = {node_id: self._level(node_id) for node_id in self.losses + self.profits}

    def arm(self, moment: Moment) -> None:
        """Arms the trailing profits that have reached their gain."""
        for node_id in self.graph.named("trailing_profit"):
            if moment.close >= moment.lot.average * (1 + self.graph.parameters[node_id]["gain"]):
                moment.lot.armed.add(node_id)

    def reason(self, moment: Moment) -> Reason | None:
        """Returns the first stop that applies."""
        for kind, node_ids in (("STOP_LOSS", self.losses), ("STOP_PROFIT", self.profits)):
            for node_id in node_ids:
                if _RULES[self.graph.name(node_id)](self, node_id, self.graph.parameters[node_id], moment):
                    return kind, node_id
        return None

    def _level(self, node_id: str) -> Cells | None:
        """The panel a rule looks at: an average, or the average true range."""
        name, parameters = self.graph.name(node_id), self.graph.parameters[node_id]
        if name == "stop_below_average":
            return self._talib("SMA", ("close",), parameters["window"])
        if name in {"atr_stop", "atr_profit"}:
            return self._talib("ATR", ("high", "low", "close"), parameters["window"])
        return None

    def _talib(self, function: str, fields: tuple[str, ...], window: int) -> Cells:
        inputs = [self.values.field(name) for name in fields]
        return Cells(on_own_bars(caller(function, {"timeperiod": window}), inputs, 1)[0])

    def true_range(self, node_id: str, moment: Moment) -> float:
        """The average true range of the calendar's day before the first fill."""
        days, panel = self.values.market.days, self.levels[node_id]
        assert panel is not None
        return float(panel.at(days[row(days, moment.lot.since) - 1], moment.code))

    def average(self, node_id: str, moment: Moment) -> float:
        """Yesterday's moving average."""
        panel = self.levels[node_id]
        assert panel is not None
        return float(panel.at(moment.before, moment.code))


Rule = Callable[[Stops, str, dict[str, Any], Moment], bool]

_RULES: dict[str, Rule] = {
    "stop_loss_percent": lambda _, __, rule, now: now.close <= now.lot.average * (1 - rule["percent"]),
    "stop_loss_amount": lambda _, __, rule, now: (now.lot.average - now.close) * now.lot.amount >= rule["amount"],
    "trailing_stop": lambda _, __, rule, now: now.close <= now.top * (1 - rule["percent"]),
    "atr_stop": lambda stops, node_id, rule, now: (
        now.close <= now.lot.average - rule["multiple"] * stops.true_range(node_id, now)
    ),
    "stop_below_average": lambda stops, node_id, _, now: now.close < stops.average(node_id, now),
    "max_holding_days": lambda _, __, rule, now: now.number - now.lot.entered >= rule["days"],
    "stop_profit_percent": lambda _, __, rule, now: now.close >= now.lot.average * (1 + rule["percent"]),
    "trailing_profit": lambda _, node_id, rule, now: (
        node_id in now.lot.armed and now.close <= now.top * (1 - rule["percent"])
    ),
    "atr_profit": lambda stops, node_id, rule, now: (
        now.close >= now.lot.average + rule["multiple"] * stops.true_range(node_id, now)
    ),
}
