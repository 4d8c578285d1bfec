"""STRATEGY.md's trading day, one step after another."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import pandas as pd

from tests.oracle.broker import Broker, Terms
from tests.oracle.market import Market, cell, row
from tests.oracle.signals import Signals


@dataclass(frozen=True)
class Trade:
    """One fill."""

    day: pd.Timestamp
    code: str
    side: str
    price: float
    amount: float
    value: float
    cost: float
    reason: str
    node_id: str
    late: bool


@dataclass(frozen=True)
class Outcome:
    """The fills in the order of execution; the account's value and that of its holdings at each day's end."""

    trades: list[Trade]
    account: pd.Series
    held: pd.Series


class DayLoop:
    """Runs a flow over a span of days."""

    def __init__(self, market: Market, signals: Signals, order: list[str], pool: str | list[str], terms: Terms):
        """``order`` is the flow's topological order, which settles whose reason comes first."""
        self.market, self.signals, self.broker = market, signals, Broker(market, terms)
        self.members = market.members(pool)
        kinds = {node_id: signals.name(node_id) for node_id in order}
        self.buys = [node_id for node_id in order if kinds[node_id] == "buy"]
        self.sells = [node_id for node_id in order if kinds[node_id] == "sell"]
        self.losses = [node_id for node_id in order if kinds[node_id] == "stop_loss_percent"]
        self.profits = [node_id for node_id in order if kinds[node_id] == "stop_profit_percent"]
        self.position = next(node_id for node_id in order if kinds[node_id] == "equal_weight")
        self.sizing = signals.parameters[self.position]
        self.marks = {node_id: signals.marks(node_id) for node_id in self.buys + self.sells}
        self.scores = {node_id: signals.score(node_id) for node_id in self.buys}
        self.close = market.field("close").where(market.listed).astype(float)
        self.trades: list[Trade] = []

    def run(self, first: str, last: str) -> Outcome:
        """Trades each day from ``first`` to ``last``, both included."""
        days = self.market.days
        span = days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]
        values, held = {}, {}
        for number, day in enumerate(span):
            self._trade(number, day, pd.Timestamp(days[row(days, day) - 1]))
            values[day] = self.broker.mark(day)
            held[day] = values[day] - self.broker.cash
        return Outcome(self.trades, pd.Series(values), pd.Series(held))

    def _trade(self, number: int, day: pd.Timestamp, before: pd.Timestamp) -> None:
        worth = self.broker.value()
        target = worth / self.sizing["max_positions"]
        exits = self._exits(before)
        leaving = {code for code in exits if self.broker.can_trade(day, code, "SELL")}
        for code in exits.keys() - leaving:
            self.broker.lots[code].pending = exits[code][:2]
        gaps = self._gaps(number, day, target, exits)
        entries = self._entries(day, before, leaving)
        sales = {code: self.broker.lots[code].amount for code in leaving}
        sales |= {code: -gap for code, gap in gaps.items() if gap < 0}
        for code in sorted(sales):
            self._sell(day, code, sales[code], exits.get(code, ("REBALANCE", self.position, False)))
        for code, node_id in entries:
            amount = target / self.close.at[before, code]
            self._record(day, code, "BUY", self.broker.buy(day, code, amount, number), ("SIGNAL", node_id, False))
        for code in sorted(code for code, gap in gaps.items() if gap > 0):
            fill = self.broker.buy(day, code, gaps[code], number)
            self._record(day, code, "BUY", fill, ("REBALANCE", self.position, False))

    def _sell(self, day: pd.Timestamp, code: str, amount: float, why: tuple[str, str, bool]) -> None:
        fill = self.broker.sell(day, code, amount)
        if fill[1] == 0 and why[0] != "REBALANCE":
            self.broker.lots[code].pending = why[:2]
        self._record(day, code, "SELL", fill, why)

    def _record(
        self, day: pd.Timestamp, code: str, side: str, fill: tuple[float, ...], why: tuple[str, str, bool]
    ) -> None:
        price, amount, value, cost = fill
        if value > 0:
            self.trades.append(Trade(day, code, side, price, amount, value, cost, *why))

    def _exits(self, before: pd.Timestamp) -> dict[str, tuple[str, str, bool]]:
        exits = {}
        for code in sorted(self.broker.lots):
            pending = self.broker.lots[code].pending
            why = (*pending, True) if pending else self._reason(code, before)
            if why:
                exits[code] = why
        return exits

    def _reason(self, code: str, before: pd.Timestamp) -> tuple[str, str, bool] | None:
        close, average = self.close.at[before, code], self.broker.lots[code].average
        for node_id in self.losses:
            if close <= average * (1 - self.signals.parameters[node_id]["percent"]):
                return "STOP_LOSS", node_id, False
        for node_id in self.profits:
            if close >= average * (1 + self.signals.parameters[node_id]["percent"]):
                return "STOP_PROFIT", node_id, False
        for node_id in self.sells:
            if self.marks[node_id].at[before, code]:
                return "SIGNAL", node_id, False
        return None if self.members.at[before, code] else ("LEFT_POOL", "", False)

    def _gaps(self, number: int, day: pd.Timestamp, target: float, exits: dict[str, Any]) -> dict[str, float]:
        every = self.sizing["rebalance_days"]
        if not every or number == 0 or number % every:
            return {}
        gaps = {}
        for code in sorted(self.broker.lots.keys() - exits.keys()):
            lot = self.broker.lots[code]
            gap = target / lot.price - lot.amount
            if gap and self.broker.can_trade(day, code, "BUY" if gap > 0 else "SELL"):
                gaps[code] = gap
        return gaps

    def _entries(self, day: pd.Timestamp, before: pd.Timestamp, leaving: set[str]) -> list[tuple[str, str]]:
        free = self.sizing["max_positions"] - (len(self.broker.lots) - len(leaving))
        wanted = []
        for code in self.market.codes:
            marked = [node_id for node_id in self.buys if self.marks[node_id].at[before, code]]
            if marked and self._may_enter(day, before, code):
                score, node_id = self._best(marked, before, code)
                wanted.append(((isnan(score), -score if not isnan(score) else 0.0, code), node_id))
        return [(key[2], node_id) for key, node_id in sorted(wanted)[: max(free, 0)]]

    def _may_enter(self, day: pd.Timestamp, before: pd.Timestamp, code: str) -> bool:
        return (
            code not in self.broker.lots
            and bool(self.members.at[before, code])
            and not isnan(cell(self.close, before, code))
            and not any(self.marks[node_id].at[before, code] for node_id in self.sells)
            and self.broker.can_trade(day, code, "BUY")
        )

    def _best(self, marked: list[str], before: pd.Timestamp, code: str) -> tuple[float, str]:
        """The highest score of the nodes that mark it; the trade is put down to the first of them in order."""
        panels = [self.scores[node_id] for node_id in marked]
        scores = [cell(panel, before, code) for panel in panels if panel is not None]
        return max((score for score in scores if not isnan(score)), default=nan), marked[0]
