"""Holds the best by Momentum.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has a score, the highest first, then by code.

A holding is sold for the first of these reasons:
- it has left the pool
- Best ten: with the best candidates it ranks among the 2 last by Momentum

Size of a holding:
- Best ten: 1/10 of the account each, the 10 best by Momentum, at most 2 dropped a day, never
  rebalanced

Limits:
- Patience: signals and dropping out sell a holding from 10 trading days after its first fill on

Where:
- Close five days ago: Value days ago, Ref($close,5)
- Momentum: Return over days, Ref($close,5)/Ref(Ref($close,5),60)-1
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "best_ten": "best_ten",
}


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        close_five_days_ago_days: int = 5,
        momentum_days: int = 60,
        best_ten_k: int = 10,
        best_ten_n_drop: int = 2,
        best_ten_rebalance_days: int = 0,
        patience_days: int = 10,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.close_five_days_ago_days = close_five_days_ago_days
        self.momentum_days = momentum_days
        self.best_ten_k = best_ten_k
        self.best_ten_n_drop = best_ten_n_drop
        self.best_ten_rebalance_days = best_ten_rebalance_days
        self.patience_days = patience_days

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.entry_row: dict[str, int] = {}  # rows of the days of first fills
        self.prepare()

    def prepare(self) -> None:
        """Computes the nodes in order, as panels of days x instruments."""
        end = self.trade_calendar.get_all_time()[1]
        self.days = pd.DatetimeIndex(D.calendar(end_time=end))
        self.instruments = sorted(D.list_instruments(D.instruments("all"), as_list=True))
        self.columns = {code: column for column, code in enumerate(self.instruments)}
        features = D.features(
            D.instruments("all"),
            [
                "$close",
                # Close five days ago
                f"Ref($close,{self.close_five_days_ago_days:d})/Ref(Ref($close,{self.close_five_days_ago_days:d}),{self.momentum_days:d})-1",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "momentum",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Momentum
        momentum = self.panel(features["momentum"])

        self.score = momentum
        self.entry = ~np.isnan(self.score)
        self.marks: dict[str, np.ndarray] = {}

    def panel(self, values: pd.Series) -> np.ndarray:
        """A column of Qlib's as an array of days x instruments, in float64."""
        table = values.unstack("instrument")
        return table.reindex(index=self.days, columns=self.instruments).to_numpy(dtype=float)

    def pool_members(self) -> np.ndarray:
        """Which instruments are in the pool on which day; reports codes that the data lacks."""
        if isinstance(self.pool, str):
            spans = D.list_instruments(D.instruments(self.pool))
        else:
            spans = {code: [(self.days[0], self.days[-1])] for code in self.pool}
        members = pd.DataFrame(False, index=self.days, columns=self.instruments)
        for code in sorted(spans):
            if code not in self.columns:
                self.reports.append(f"{code} is in the pool but not in the data: never traded.")
                continue
            for first, last in spans[code]:
                members.loc[first:last, code] = True
        return members.to_numpy()

    def generate_trade_decision(self, execute_result: Any = None) -> TradeDecisionWO:
        """Decides the day's orders: sells by code, then buys by rank."""
        self.today = self.trade_calendar.get_step_time()
        self.row = int(self.days.searchsorted(self.today[0])) - 1  # the day before: what is known
        self.plan = {}
        held = sorted(self.trade_position.get_stock_list())
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.best_ten_k - len(held) + len(sells)
        candidates = self.candidates(held, slots + self.best_ten_n_drop)
        dropped = self.dropouts(staying, candidates)
        sells |= dropped
        staying = [code for code in staying if code not in dropped and code not in self.pending]
        entries = candidates[: slots + len(dropped)]
        for code in entries:
            self.plan[code] = ("SIGNAL", NODES["best_ten"], False)
        targets = self.targets(staying + entries, self.account_value(held))
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["best_ten"], False)
        orders = [Order(code, sells[code], OrderDir.SELL, *self.today) for code in sorted(sells)]
        orders += [Order(code, amount, OrderDir.BUY, *self.today) for code, amount in buys.items()]
        return TradeDecisionWO(orders, self)

    def exits(self, held: list[str]) -> dict[str, float]:
        """Amounts of the holdings to sell today; an exit that can't trade stays pending."""
        sells = {}
        for code in held:
            late = code in self.pending
            reason = self.pending.get(code) or self.exit_reason(code)
            if reason and self.can_trade(code, OrderDir.SELL):
                sells[code] = self.trade_position.get_stock_amount(code)
                self.pending.pop(code, None)
                self.plan[code] = (*reason, late)
            elif reason:
                self.pending[code] = reason
        return sells

    def exit_reason(self, code: str) -> tuple[str, str] | None:
        """Why a holding is to be sold, with the node that says so; the first reason counts."""
        row, column = self.row, self.columns[code]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def hears_signals(self, code: str) -> bool:
        """Whether a holding is old enough to be sold by a signal or by dropping out."""
        days_held = self.row + 1 - self.entry_row[code]

        # Patience
        return days_held >= self.patience_days

    def dropouts(self, staying: list[str], candidates: list[str]) -> dict[str, float]:
        """Amounts of the holdings to sell that rank among the last of all, with the candidates."""
        codes = sorted(staying + candidates)
        scores = [self.score[self.row, self.columns[code]] for code in codes]
        ranked = [codes[rank] for rank in np.argsort(np.negative(scores), kind="stable")]
        sells = {}
        for code in ranked[max(0, len(ranked) - self.best_ten_n_drop) :]:
            if code not in staying or not self.hears_signals(code):
                continue
            if self.can_trade(code, OrderDir.SELL):
                sells[code] = self.trade_position.get_stock_amount(code)
                self.plan[code] = ("DROPOUT", NODES["best_ten"], False)
            else:
                self.pending[code] = ("DROPOUT", NODES["best_ten"])
        return sells

    def candidates(self, held: list[str], count: int) -> list[str]:
        """The codes that could be bought today, best first, no more than ``count``."""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN comes last
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if len(chosen) < count and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Best ten
        return {code: account / self.best_ten_k for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.best_ten_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            gap = targets[code] / self.price(code) - self.trade_position.get_stock_amount(code)
            if gap != 0 and self.can_trade(code, OrderDir.SELL if gap < 0 else OrderDir.BUY):
                gaps[code] = gap
        return gaps

    def account_value(self, held: list[str]) -> float:
        """Cash and holdings at their last closes, added by code."""
        position = self.trade_position
        values = [position.get_stock_amount(code) * self.price(code) for code in held]
        return position.get_cash() + sum(values)

    def price(self, code: str) -> float:
        """The last close of a code up to the day before."""
        return float(self.last_close[self.row, self.columns[code]])

    def can_trade(self, code: str, direction: OrderDir) -> bool:
        """Whether a code has a close and a deal price today and is not at its limit.

        Where the deal price is missing, Qlib would take the close, but for ``method=None``.
        """
        exchange, (start, end) = self.trade_exchange, self.today
        close = exchange.get_close(code, start, end)
        deal_price = exchange.get_deal_price(code, start, end, direction, method=None)
        if any(price is None or not np.nansum(price) > 0 for price in (close, deal_price)):
            return False
        return not exchange.check_stock_limit(code, start, end, direction)

    def post_exe_step(self, execute_result: Any) -> None:
        """Books the day's fills; an exit that the Exchange refused stays pending."""
        for order, value, cost, price in execute_result or []:
            reason, node_id, late = self.plan[order.stock_id]
            if value > 1e-5:  # the Exchange books nothing below
                fill = {
                    "trading_day": self.today[0],
                    "instrument": order.stock_id,
                    "side": order.direction.name,
                    "price": float(price),
                    "amount": float(order.deal_amount),
                    "value": float(value),
                    "cost": float(cost),
                    "reason": reason,
                    "node_id": node_id,
                    "late": late,
                }
                self.fills.append(fill)
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)
            if still_held:
                self.entry_row.setdefault(order.stock_id, self.row + 1)
            else:
                self.entry_row.pop(order.stock_id, None)

    def post_upper_level_exe_step(self) -> None:
        """Reports the holdings that have no close on the last day."""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 cce2c3d4a98777c9d5e1f5b50f28f5db016d2448878cbe63da3a2e6f2d489fa1
# | {"edges":[{"source":"momentum","source_handle":"value","target":"best_ten","target_handle":"
# | score"},{"source":"five_days_ago","source_handle":"value","target":"momentum","target_handle
# | ":"input"},{"source":"best_ten","source_handle":"position","target":"patience","target_handl
# | e":"position"}],"nodes":[{"id":"best_ten","label":"Best\u0020ten","parameters":{"k":10,"n_dr
# | op":2,"rebalance_days":0},"template_id":"9d8ce359-8bda-5f43-aefb-2b74ccc31280","template_nam
# | e":"top_k_dropout","template_version":"1.0.0","type":"POSITION"},{"id":"five_days_ago","labe
# | l":"Close\u0020five\u0020days\u0020ago","parameters":{"days":5,"field":"close"},"template_id
# | ":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag","template_version":"1.0.0","t
# | ype":"INDICATOR"},{"id":"momentum","label":"Momentum","parameters":{"days":60,"field":"close
# | "},"template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_name":"period_return","tem
# | plate_version":"1.0.0","type":"INDICATOR"},{"id":"patience","label":"Patience","parameters":
# | {"days":10},"template_id":"d7bcd392-4266-5746-b127-a25a0353ff5c","template_name":"min_holdin
# | g_days","template_version":"1.0.0","type":"RISK_MANAGEMENT"}]}
