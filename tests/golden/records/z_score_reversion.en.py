"""Buys on Far below, ranked by Distance; sells on At the mean.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by score, then by code:
- Enter: Far below, ranked by Distance

A holding is sold for the first of these reasons:
- Stop loss: its close is at least 10% below its average fill price
- Time stop: it has been held for 15 trading days
- Leave: At the mean
- it has left the pool

Size of a holding:
- Holdings: 1/10 of the account each, at most 10 holdings, never rebalanced

Limits:
- Daily budget: a day's entries add up to at most 50% of the account

Where:
- Z-score: ($close-Mean($close,20))/Std($close,20)
- At the mean: Z-score >= 0.0
- Distance: Z-score * -1.0
- Far below: Z-score < -2.0
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "at_the_mean": "at_the_mean",
    "far_below": "far_below",
    "enter": "enter",
    "leave": "leave",
    "holdings": "holdings",
    "stop_loss": "stop_loss",
    "time_stop": "time_stop",
}


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        z_score_window: int = 20,
        at_the_mean_value: float = 0.0,
        distance_value: float = -1.0,
        far_below_value: float = -2.0,
        holdings_max_positions: int = 10,
        holdings_rebalance_days: int = 0,
        daily_budget_cap: float = 0.5,
        stop_loss_percent: float = 0.1,
        time_stop_days: int = 15,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.z_score_window = z_score_window
        self.at_the_mean_value = at_the_mean_value
        self.distance_value = distance_value
        self.far_below_value = far_below_value
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.daily_budget_cap = daily_budget_cap
        self.stop_loss_percent = stop_loss_percent
        self.time_stop_days = time_stop_days

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
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
                f"($close-Mean($close,{self.z_score_window:d}))/Std($close,{self.z_score_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "z_score",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Z-score
        z_score = self.panel(features["z_score"])

        # At the mean
        at_the_mean = known(z_score >= self.at_the_mean_value, z_score)

        # Distance
        distance = z_score * self.distance_value

        # Far below
        far_below = known(z_score < self.far_below_value, z_score)

        # Enter
        enter = far_below == 1

        # Leave
        leave = at_the_mean == 1

        self.entry = enter
        self.exit = leave
        self.score = distance
        self.marks = {
            NODES["at_the_mean"]: at_the_mean == 1,
            NODES["far_below"]: far_below == 1,
            NODES["enter"]: enter,
            NODES["leave"]: leave,
        }

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
        account = self.account_value(held)
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.holdings_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, account)
        buys = {code: targets[code] / self.price(code) for code in entries}
        buys = self.within_turnover(buys, account)
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["holdings"], False)
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
        close, average_price = self.close[row, column], self.average_price[code]
        first_row = self.entry_row[code]

        # Stop loss
        if close <= average_price * (1 - self.stop_loss_percent):
            return "STOP_LOSS", NODES["stop_loss"]

        # Time stop
        if row + 1 - first_row >= self.time_stop_days:
            return "STOP_LOSS", NODES["time_stop"]

        # Leave
        if self.marks[NODES["leave"]][row, column]:
            return "SIGNAL", NODES["leave"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & ~self.exit[self.row]
        marked &= self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN comes last
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["enter"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Holdings
        return {code: account / self.holdings_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.holdings_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            gap = targets[code] / self.price(code) - self.trade_position.get_stock_amount(code)
            if gap != 0 and self.can_trade(code, OrderDir.SELL if gap < 0 else OrderDir.BUY):
                gaps[code] = gap
        return gaps

    def within_turnover(self, buys: dict[str, float], account: float) -> dict[str, float]:
        """Cuts a day's entries, best first, to what may be bought on one day."""
        # Daily budget
        buys = self.trimmed(account * self.daily_budget_cap, buys)
        return buys

    def trimmed(self, room: float, buys: dict[str, float]) -> dict[str, float]:
        """Cuts buys, in their order, to what ``room`` pays for at the last closes."""
        allowed = {}
        for code, amount in buys.items():
            amount = min(amount, room / self.price(code))
            if amount > 0:
                allowed[code] = amount
                room -= amount * self.price(code)
        return allowed

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
                self.update_average_price(fill)
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)
            if still_held:
                self.entry_row.setdefault(order.stock_id, self.row + 1)
            else:
                self.entry_row.pop(order.stock_id, None)

    def update_average_price(self, fill: dict[str, Any]) -> None:
        """Averages the fill prices of a holding by amount; sales leave the average as it is."""
        code, amount = fill["instrument"], fill["amount"]
        held = self.trade_position.get_stock_amount(code)
        if held == 0:
            del self.average_price[code]
        elif fill["side"] == "BUY":
            before = self.average_price.get(code, fill["price"])
            self.average_price[code] = before + (fill["price"] - before) * amount / held

    def post_upper_level_exe_step(self) -> None:
        """Reports the holdings that have no close on the last day."""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 94e93b1524fcd13de340905833d8039f31dfe4b0c3f83851886e4697dd450534
# | {"edges":[{"source":"z_score","source_handle":"value","target":"at_the_mean","target_handle"
# | :"left"},{"source":"holdings","source_handle":"position","target":"daily_budget","target_han
# | dle":"position"},{"source":"z_score","source_handle":"value","target":"distance","target_han
# | dle":"left"},{"source":"far_below","source_handle":"result","target":"enter","target_handle"
# | :"condition"},{"source":"distance","source_handle":"value","target":"enter","target_handle":
# | "score"},{"source":"z_score","source_handle":"value","target":"far_below","target_handle":"l
# | eft"},{"source":"enter","source_handle":"signal","target":"holdings","target_handle":"entry"
# | },{"source":"leave","source_handle":"signal","target":"holdings","target_handle":"exit"},{"s
# | ource":"at_the_mean","source_handle":"result","target":"leave","target_handle":"condition"},
# | {"source":"holdings","source_handle":"position","target":"stop_loss","target_handle":"positi
# | on"},{"source":"holdings","source_handle":"position","target":"time_stop","target_handle":"p
# | osition"}],"nodes":[{"id":"at_the_mean","label":"At\u0020the\u0020mean","parameters":{"opera
# | tor":">=","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":
# | "compare","template_version":"1.0.0","type":"CONDITION"},{"id":"daily_budget","label":"Daily
# | \u0020budget","parameters":{"cap":0.5},"template_id":"572cbe1d-ff6e-5d1f-8bfa-7091faad7ea3",
# | "template_name":"turnover_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"d
# | istance","label":"Distance","parameters":{"operator":"*","value":-1.0},"template_id":"7dd971
# | e6-85ca-59dc-8a39-910d8d2582a5","template_name":"arithmetic","template_version":"1.0.0","typ
# | e":"INDICATOR"},{"id":"enter","label":"Enter","parameters":{},"template_id":"ea80bf4d-2cc0-5
# | 03f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"i
# | d":"far_below","label":"Far\u0020below","parameters":{"operator":"<","value":-2.0},"template
# | _id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.
# | 0.0","type":"CONDITION"},{"id":"holdings","label":"Holdings","parameters":{"max_positions":1
# | 0,"rebalance_days":0},"template_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"
# | equal_weight","template_version":"1.0.0","type":"POSITION"},{"id":"leave","label":"Leave","p
# | arameters":{},"template_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","t
# | emplate_version":"1.0.0","type":"SIGNAL"},{"id":"stop_loss","label":"Stop\u0020loss","parame
# | ters":{"percent":0.1},"template_id":"9039b93b-bc28-5ad4-87a7-8c7a662be4c3","template_name":"
# | stop_loss_percent","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"time_stop","label":
# | "Time\u0020stop","parameters":{"days":15},"template_id":"7ed30d50-dec0-5aab-b234-e5a756f9c07
# | 2","template_name":"max_holding_days","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"
# | z_score","parameters":{"field":"close","window":20},"template_id":"5629ad42-5aa8-5aa9-b94a-4
# | a006a8bb2cb","template_name":"z_score","template_version":"1.0.0","type":"INDICATOR"}]}
