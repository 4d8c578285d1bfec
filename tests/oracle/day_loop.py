"""STRATEGY.md's trading day, one step after another."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import pandas as pd

from tests.oracle.broker import Broker, Terms
from tests.oracle.exits import Moment, Reason, Stops
from tests.oracle.market import Cells, Market, row
from tests.oracle.ranking import Entry, Ranking, order
from tests.oracle.risk import Risk
from tests.oracle.sizing import POSITIONS, Sizing
from tests.oracle.values import Values


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
    """What a test came to.

    Attributes:
        trades: The fills in the order of execution.
        account: The account's value at each day's end; ``held`` that of its holdings.
        marks: Condition or signal to how often it was true of an instrument on the evenings before the test's days.
    """

    trades: list[Trade]
    account: pd.Series
    held: pd.Series
    marks: dict[str, int]


@dataclass(frozen=True)
class Today:
    """Test day ``number``, decided on the evening of ``before``, when the account was worth ``worth``."""

    number: int
    day: pd.Timestamp
    before: pd.Timestamp
    worth: float
    halted_by: str | None


class DayLoop:
    """Runs a flow over a span of days."""

    def __init__(self, market: Market, values: Values, members: pd.DataFrame, terms: Terms, span: tuple[str, str]):
        """Takes who is in the pool on each day, and the first and the last day of the test."""
        days, (first, last) = market.days, map(pd.Timestamp, span)
        self.span = days[(days >= first) & (days <= last)]
        self.values = values
        self.market, self.members, self.broker = market, Cells(members), Broker(market, terms, self.span)
        (self.position,) = values.graph.named(*POSITIONS)
        self.ranking, self.sizing = Ranking(values, self.position), Sizing(values, self.position)
        self.stops, self.risk = Stops(values), Risk(values.graph, terms.capital)
        self.parameters = values.graph.parameters[self.position]
        self.close = Cells(values.field("close"))
        self.trades: list[Trade] = []

    def run(self) -> Outcome:
        """Trades each day of the test."""
        days = self.market.days
        values, held = {}, {}
        for number, day in enumerate(self.span):
            worth = self.broker.value()
            before = pd.Timestamp(days[row(days, day) - 1])
            self._trade(Today(number, day, before, worth, self.risk.halted_by(number, worth)))
            values[day] = self.broker.mark(day)
            held[day] = values[day] - self.broker.cash
        evenings = days[[row(days, day) - 1 for day in self.span]]
        return Outcome(self.trades, pd.Series(values), pd.Series(held), self.values.marks(evenings))

    def _trade(self, today: Today) -> None:
        exits = self._exits(today)
        picks = self._picks(today)
        if self.ranking.is_top_k and not today.halted_by:
            exits |= self._dropped(today, exits, picks)
        leaving = {code for code in exits if self.broker.can_trade(today.day, code, "SELL")}
        for code in exits.keys() - leaving:
            self.broker.lots[code].pending = exits[code][0]
        staying = self.broker.lots.keys() - leaving
        entries = picks[: max(self.sizing.slots - len(staying), 0)]
        chosen = [entry.code for entry in entries]
        targets = self.sizing.targets({*staying, *chosen}, today.before, today.worth, self.risk.weight_cap)
        gaps = self._gaps(today, targets, staying - exits.keys())
        buys = self._buys(today, entries, gaps, targets, staying)
        self._sell_all(today, exits, leaving, gaps)
        for code, amount, why in buys:
            fill = self.broker.buy(today.day, code, amount, today.number)
            self._record(today, code, "BUY", fill, why, late=False)

    def _exits(self, today: Today) -> dict[str, tuple[Reason, bool]]:
        """Reason and lateness of each holding that has to go."""
        exits = {}
        for code in sorted(self.broker.lots):
            lot = self.broker.lots[code]
            moment = Moment(code, lot, self.close.at(today.before, code), today.before, today.number)
            self.stops.arm(moment)
            why = lot.pending or self._reason(today, moment)
            if why:
                exits[code] = why, lot.pending is not None
        return exits

    def _reason(self, today: Today, moment: Moment) -> Reason | None:
        if today.halted_by:
            return "HALT", today.halted_by
        stop = self.stops.reason(moment)
        if stop:
            return stop
        sold_by = self.ranking.sold_by(moment.code, today.before)
        if sold_by and self._may_go(today, moment.code):
            return "SIGNAL", sold_by
        return None if self.members.at(today.before, moment.code) else ("LEFT_POOL", "")

    def _may_go(self, today: Today, code: str) -> bool:
        """Says whether a holding is old enough to hear a SELL or to be dropped."""
        return today.number - self.broker.lots[code].entered >= self.risk.least_days

    def _dropped(
        self, today: Today, exits: dict[str, tuple[Reason, bool]], picks: list[Entry]
    ) -> dict[str, tuple[Reason, bool]]:
        """Qlib's TopkDropoutStrategy's choice of what to sell."""
        stay = self.broker.lots.keys() - exits.keys()
        stuck = sum(not self.broker.can_trade(today.day, code, "SELL") for code in exits)
        drops: int = self.parameters["n_drop"]
        fresh = [entry.code for entry in picks[: max(0, drops + self.sizing.slots - stuck - len(stay))]]
        ranked = sorted([*stay, *fresh], key=lambda code: order(self.ranking.own_score(code, today.before), code))
        last = ranked[len(ranked) - min(drops, len(ranked)) :]
        return {
            code: (("DROPOUT", self.position), False) for code in last if code in stay and self._may_go(today, code)
        }

    def _picks(self, today: Today) -> list[Entry]:
        """Everything that may be bought today, in order."""
        if today.halted_by:
            return []
        wanted = [self.ranking.entry(code, today.before) for code in self.market.codes]
        return sorted(
            (entry for entry in wanted if entry and self._may_enter(today, entry.code)), key=lambda entry: entry.key
        )

    def _may_enter(self, today: Today, code: str) -> bool:
        return (
            code not in self.broker.lots
            and self.members.at(today.before, code)
            and not isnan(self.close.at(today.before, code))
            and not self.ranking.sold_by(code, today.before)
            and not self.risk.cooling.holds(code, today.number)
            and self.broker.can_trade(today.day, code, "BUY")
        )

    def _gaps(self, today: Today, targets: dict[str, float], codes: set[str]) -> dict[str, float]:
        """Shares that holdings are short of (positive) or have too many of, on a rebalance day."""
        every: int = self.parameters["rebalance_days"]
        if not every or today.number == 0 or today.number % every or today.halted_by:
            return {}
        gaps = {}
        for code in sorted(codes & targets.keys()):
            lot = self.broker.lots[code]
            gap = targets[code] / lot.price - lot.amount
            if gap and self.broker.can_trade(today.day, code, "BUY" if gap > 0 else "SELL"):
                gaps[code] = gap
        return gaps

    def _buys(
        self, today: Today, entries: list[Entry], gaps: dict[str, float], targets: dict[str, float], staying: set[str]
    ) -> list[tuple[str, float, Reason]]:
        """Shares to order, entries first, each within what the caps leave."""
        turnover = self.risk.turnover_cap * today.worth
        exposure = self._room(today, gaps, targets, staying)
        orders: list[tuple[str, float, Reason]] = []
        for entry in entries:
            money = min(targets.get(entry.code, 0.0), max(turnover, 0.0), max(exposure, 0.0))
            turnover, exposure = turnover - money, exposure - money
            if money > 0:
                shares = money / self.close.at(today.before, entry.code)
                orders.append((entry.code, shares, ("SIGNAL", entry.node_id)))
        for code, gap in gaps.items():
            if gap > 0:
                price = self.broker.lots[code].price
                wanted, room = gap * price, max(exposure, 0.0)
                orders.append((code, gap if wanted <= room else room / price, ("REBALANCE", self.position)))
                exposure -= min(wanted, room)
        return orders

    def _room(self, today: Today, gaps: dict[str, float], targets: dict[str, float], staying: set[str]) -> float:
        """Money that the exposure cap leaves for buys."""
        if self.risk.exposure_cap == inf:
            return inf
        held = sum(
            targets[code] if gaps.get(code, 0.0) < 0 else self.broker.lots[code].worth for code in sorted(staying)
        )
        return self.risk.exposure_cap * today.worth - held

    def _sell_all(
        self, today: Today, exits: dict[str, tuple[Reason, bool]], leaving: set[str], gaps: dict[str, float]
    ) -> None:
        """Executes exits and cuts by code."""
        cuts = {code: -gap for code, gap in gaps.items() if gap < 0}
        for code in sorted(leaving | cuts.keys()):
            if code in cuts:
                fill = self.broker.sell(today.day, code, cuts[code])
                self._record(today, code, "SELL", fill, ("REBALANCE", self.position), late=False)
            else:
                self._leave(today, code, *exits[code])

    def _leave(self, today: Today, code: str, why: Reason, late: bool) -> None:
        fill = self.broker.sell(today.day, code, self.broker.lots[code].amount)
        if fill[1] == 0:
            self.broker.lots[code].pending = why
        elif why[0] in {"STOP_LOSS", "STOP_PROFIT"}:
            self.risk.cooling.sold[code] = today.number
        self._record(today, code, "SELL", fill, why, late)

    def _record(self, today: Today, code: str, side: str, fill: tuple[float, ...], why: Reason, late: bool) -> None:
        price, amount, value, cost = fill
        if value > 0:
            self.trades.append(Trade(today.day, code, side, price, amount, value, cost, *why, late))
