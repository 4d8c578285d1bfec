"""An exchange and an account for one day at a time: fills, costs, lots and limits by Qlib's rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isclose, isnan, nan

import numpy as np
import pandas as pd

from tests.oracle.market import Cells, Market


@dataclass(frozen=True)
class Terms:
    """What a test trades on: fractions for costs and the limit, currency for money; ``limit`` None is no limit."""

    capital: float = 100_000.0
    deal_price: str = "open"
    open_cost: float = 0.0005
    close_cost: float = 0.0015
    min_cost: float = 5.0
    limit: float | None = 0.095
    lot: int | None = 100


@dataclass
class Lot:
    """A holding.

    Attributes:
        amount: Adjusted shares.
        average: Quantity-weighted average fill price, costs left out.
        entered: Number of the test day of its first fill.
        since: That day.
        price: Last known close.
        top: Highest close since the first fill, that day's included; NaN before there is one.
        armed: Trailing profits that have been armed.
        pending: Reason and node of an exit that couldn't trade.
    """

    amount: float
    average: float
    entered: int
    since: pd.Timestamp
    price: float
    top: float = nan
    armed: set[str] = field(default_factory=set)
    pending: tuple[str, str] | None = None

    @property
    def worth(self) -> float:
        """Value at the last known close."""
        return self.amount * self.price


@dataclass
class Broker:
    """Executes orders one after another at the day's deal price.

    Attributes:
        span: The test's days; one factor missing beside a close on them, and there are no lots.
    """

    market: Market
    terms: Terms
    span: pd.DatetimeIndex
    cash: float = 0.0
    lots: dict[str, Lot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cash = self.terms.capital
        close, price, factor = (
            self.market.field(name).where(self.market.listed) for name in ("close", self.terms.deal_price, "factor")
        )
        missing = (close.notna() & factor.isna()).loc[self.span].any().any()
        self.whole_lots = self.terms.lot is not None and not missing
        self.close, self.price, self.factor = Cells(close), Cells(price), Cells(factor)
        self.moved = Cells(price / self._previous_row() - np.float32(1))

    def _previous_row(self) -> pd.DataFrame:
        return self.market.field("close").where(self.market.present).shift(1).where(self.market.present)

    def can_trade(self, day: pd.Timestamp, code: str, side: str) -> bool:
        """Says whether an order may fill at all: a close, a deal price above zero, and not at the limit."""
        close, price = self.close.at(day, code), self.price.at(day, code)
        if isnan(close) or isnan(price) or not price > 1e-8:
            return False
        if self.terms.limit is None:
            return True
        limit, moved = float(np.float32(self.terms.limit)), self.moved.at(day, code)
        return not (moved >= limit if side == "BUY" else moved <= -limit)

    def rounded(self, day: pd.Timestamp, code: str, amount: float) -> float:
        """Cuts an adjusted amount to whole lots of raw shares, with Qlib's tenth of a share of grace."""
        if not self.whole_lots:
            return amount
        factor: float = self.factor.at(day, code)
        lot = float(self.terms.lot or 1)
        return (amount * factor + 0.1) // lot * lot / factor

    def sell(self, day: pd.Timestamp, code: str, amount: float) -> tuple[float, float, float, float]:
        """Returns price, amount, value and cost of a sale; all zero where the proceeds can't pay its cost."""
        price, lot = self.price.at(day, code), self.lots[code]
        if not isclose(amount, lot.amount, rel_tol=1e-5, abs_tol=1e-8):
            amount = self.rounded(day, code, min(lot.amount, amount))
        value = amount * price
        cost = max(value * self.terms.close_cost, self.terms.min_cost)
        if self.cash + value < cost or value <= 1e-5:
            return price, 0.0, 0.0, 0.0
        self.cash += value - cost
        if isclose(value / price, lot.amount, rel_tol=1e-5, abs_tol=1e-8):
            del self.lots[code]
        else:
            lot.amount -= value / price
        return price, amount, value, cost

    def buy(self, day: pd.Timestamp, code: str, amount: float, today: int) -> tuple[float, float, float, float]:
        """Returns price, amount, value and cost of a purchase, trimmed to the cash and to whole lots."""
        price, ratio = self.price.at(day, code), self.terms.open_cost
        wanted = amount * price
        if self.cash < max(wanted * ratio, self.terms.min_cost):
            return price, 0.0, 0.0, 0.0
        if self.cash < wanted + max(wanted * ratio, self.terms.min_cost):
            amount = min(self._affordable(price, ratio), amount)
        amount = self.rounded(day, code, amount)
        value = amount * price
        if value <= 1e-5:
            return price, 0.0, 0.0, 0.0
        cost = max(value * ratio, self.terms.min_cost)
        self._book(code, value / price, price, (today, day))
        self.cash -= value + cost
        return price, amount, value, cost

    def _affordable(self, price: float, ratio: float) -> float:
        if self.cash < self.terms.min_cost:
            return 0.0
        if ratio > 0 and self.cash >= self.terms.min_cost / ratio + self.terms.min_cost:
            return self.cash / (1 + ratio) / price
        return (self.cash - self.terms.min_cost) / price if ratio > 0 or self.terms.min_cost > 0 else self.cash / price

    def _book(self, code: str, amount: float, price: float, today: tuple[int, pd.Timestamp]) -> None:
        held = self.lots.get(code)
        if held is None:
            self.lots[code] = Lot(amount, price, *today, price)
            return
        held.average = (held.average * held.amount + price * amount) / (held.amount + amount)
        held.amount += amount

    def mark(self, day: pd.Timestamp) -> float:
        """Takes the day's closes as the holdings' prices and returns the account's value."""
        for code, lot in self.lots.items():
            close = self.close.at(day, code)
            if not isnan(close):
                lot.price, lot.top = close, max(close, lot.top) if lot.top == lot.top else close
        return self.value()

    def value(self) -> float:
        """Returns cash and holdings at their last known closes, summed in code order."""
        return self.cash + sum(self.lots[code].worth for code in sorted(self.lots))
