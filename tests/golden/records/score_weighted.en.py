"""Buys on Crosses above; sells on Crosses below.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by Return over days, then by code:
- Buy: Crosses above

A holding is sold for the first of these reasons:
- Halt on drawdown: the account was 15% or more below its peak on the day before; nothing is
  bought for 10 trading days
- Sell: Crosses below
- it has left the pool

Size of a holding:
- Score-weighted: in proportion to Return over days where it is above 0, on average 1/10 of the
  account each, at most 10 holdings, never rebalanced

Where:
- Price field: $close
- Return over days: $close/Ref($close,20)-1
- Simple moving average: Mean($close,20)
- Crosses below: Price field crosses below Simple moving average
- Crosses above: Price field crosses above Simple moving average
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "crosses_below_2": "down",
    "sell": "leave",
    "crosses_above_2": "up",
    "buy": "enter",
    "score_weighted": "size",
    "drawdown_halt": "halt",
}


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def previous(panel: np.ndarray) -> np.ndarray:
    """The values of the day before; NaN on the first day."""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def crosses_above(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Where left rises above right, from not being above it the day before."""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before <= right_before) & (left > right)
    return known(crossed, left, right, left_before, right_before)


def crosses_below(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Where left falls below right, from not being below it the day before."""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before >= right_before) & (left < right)
    return known(crossed, left, right, left_before, right_before)


def in_proportion(money: float, values: dict[str, float]) -> dict[str, float]:
    """Money split in proportion to values; to nobody where they don't add up to a number above 0."""
    total = sum(values.values())
    if not 0 < total < float("inf"):
        return {}
    return {code: money * value / total for code, value in values.items()}


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        period_return_days: int = 20,
        sma_window: int = 20,
        score_weighted_max_positions: int = 10,
        score_weighted_rebalance_days: int = 0,
        drawdown_halt_days: int = 10,
        drawdown_halt_drawdown: float = 0.15,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.period_return_days = period_return_days
        self.sma_window = sma_window
        self.score_weighted_max_positions = score_weighted_max_positions
        self.score_weighted_rebalance_days = score_weighted_rebalance_days
        self.drawdown_halt_days = drawdown_halt_days
        self.drawdown_halt_drawdown = drawdown_halt_drawdown

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.peaks: dict[str, float] = {}  # the account's peak, by the node that follows it
        self.halts: dict[str, float] = {}  # the test days on which halts end, by node
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
                f"$close/Ref($close,{self.period_return_days:d})-1",
                f"Mean($close,{self.sma_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "period_return",
            "sma",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Price field
        price = self.close

        # Return over days
        period_return = self.panel(features["period_return"])

        # Simple moving average
        sma = self.panel(features["sma"])

        # Crosses below
        crosses_below_2 = crosses_below(price, sma)

        # Sell
        sell = crosses_below_2 == 1

        # Crosses above
        crosses_above_2 = crosses_above(price, sma)

        # Buy
        buy = crosses_above_2 == 1

        self.entry = buy
        self.exit = sell
        self.score = period_return
        self.panels = {
            NODES["score_weighted"]: period_return,
        }
        self.marks = {
            NODES["crosses_below_2"]: crosses_below_2 == 1,
            NODES["sell"]: sell,
            NODES["crosses_above_2"]: crosses_above_2 == 1,
            NODES["buy"]: buy,
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
        self.watch(account)
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.score_weighted_max_positions - len(held) + len(sells)
        if self.halts:
            slots = 0
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, account)
        entries = [code for code in entries if targets.get(code, 0) > 0]
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["score_weighted"], False)
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

        # Halt on drawdown
        if NODES["drawdown_halt"] in self.halts:
            return "HALT", NODES["drawdown_halt"]

        # Sell
        if self.marks[NODES["sell"]][row, column]:
            return "SIGNAL", NODES["sell"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def watch(self, account: float) -> None:
        """Halts trading, or lets it go on, by the account's value of the day before."""
        # Halt on drawdown
        self.follow_peak(
            NODES["drawdown_halt"],
            account,
            self.drawdown_halt_drawdown,
            self.drawdown_halt_days,
        )

    def follow_peak(self, node: str, account: float, drawdown: float, days: int) -> None:
        """Halts for so many days (0: to the end) after a drawdown; the peak starts anew after them."""
        step = self.trade_calendar.get_trade_step()
        if step < self.halts.get(node, 0):
            return
        self.halts.pop(node, None)
        peak = max(account, self.peaks.pop(node, account))
        if account > peak * (1 - drawdown):
            self.peaks[node] = peak
        else:
            self.halts[node] = step + days if days > 0 else float("inf")

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
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Score-weighted
        scores = self.panels[NODES["score_weighted"]][self.row]
        values = {code: scores[self.columns[code]] for code in codes}
        known = {code: max(value, 0.0) for code, value in values.items() if not np.isnan(value)}
        money = account * len(known) / self.score_weighted_max_positions
        return in_proportion(money, known)

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.score_weighted_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            if code not in targets:
                continue
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

    def post_upper_level_exe_step(self) -> None:
        """Reports the holdings that have no close on the last day."""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 0153a525d62853f59f7a8d78aab8104e2f712c64aa1c006dcb98bf7916b2c508
# | {"edges":[{"source":"close","source_handle":"value","target":"down","target_handle":"left"},
# | {"source":"mean","source_handle":"value","target":"down","target_handle":"right"},{"source":
# | "up","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"size"
# | ,"source_handle":"position","target":"halt","target_handle":"position"},{"source":"down","so
# | urce_handle":"result","target":"leave","target_handle":"condition"},{"source":"enter","sourc
# | e_handle":"signal","target":"size","target_handle":"entry"},{"source":"leave","source_handle
# | ":"signal","target":"size","target_handle":"exit"},{"source":"gain","source_handle":"value",
# | "target":"size","target_handle":"score"},{"source":"close","source_handle":"value","target":
# | "up","target_handle":"left"},{"source":"mean","source_handle":"value","target":"up","target_
# | handle":"right"}],"nodes":[{"id":"close","parameters":{"field":"close"},"template_id":"d91c5
# | 3c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_version":"1.0.0","type":"
# | INDICATOR"},{"id":"down","parameters":{},"template_id":"b1b6b366-7002-57da-b783-5f5db389901a
# | ","template_name":"crosses_below","template_version":"1.0.0","type":"CONDITION"},{"id":"ente
# | r","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy
# | ","template_version":"1.0.0","type":"SIGNAL"},{"id":"gain","parameters":{"days":20,"field":"
# | close"},"template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_name":"period_return"
# | ,"template_version":"1.0.0","type":"INDICATOR"},{"id":"halt","parameters":{"days":10,"drawdo
# | wn":0.15},"template_id":"0584ee3e-b785-570e-a3ae-3638db40a07e","template_name":"drawdown_hal
# | t","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"leave","parameters":{},"templ
# | ate_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.
# | 0.0","type":"SIGNAL"},{"id":"mean","parameters":{"field":"close","window":20},"template_id":
# | "e1e40fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","typ
# | e":"INDICATOR"},{"id":"size","parameters":{"max_positions":10,"rebalance_days":0},"template_
# | id":"47b87196-93cf-576b-be41-13c70c1d18f7","template_name":"score_weighted","template_versio
# | n":"1.0.0","type":"POSITION"},{"id":"up","parameters":{},"template_id":"21d660d4-420f-564f-a
# | 0a7-57b304eda396","template_name":"crosses_above","template_version":"1.0.0","type":"CONDITI
# | ON"}]}
