"""Buys on Breaks out; sells on Breaks down.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Enter: Breaks out

A holding is sold for the first of these reasons:
- Two ATRs: its close is at least 2.0 ATR(20) of the day before its first fill below its average
  fill price
- Leave: Breaks down
- it has left the pool

Size of a holding:
- Holdings: in proportion to 1 / the deviation of the last 20 daily returns, on average 1/10 of
  the account each, at most 10 holdings, never rebalanced

Where:
- Close: Price field, $close
- Highest of 20 days: Highest of days, Max($high,20)
- Channel top: Value days ago, Ref(Max($high,20),1)
- Breaks out: Close > Channel top
- Lowest of 10 days: Lowest of days, Min($low,10)
- Channel floor: Value days ago, Ref(Min($low,10),1)
- Breaks down: Close < Channel floor
"""

from typing import Any

import numpy as np
import pandas as pd
import talib
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "breaks_out": "breaks_out",
    "enter": "enter",
    "breaks_down": "breaks_down",
    "leave": "leave",
    "holdings": "holdings",
    "two_atrs": "atr_stop",
}


def in_proportion(money: float, values: dict[str, float]) -> dict[str, float]:
    """Money split in proportion to values; to nobody where they don't add up to a number above 0."""
    total = sum(values.values())
    if not 0 < total < float("inf"):
        return {}
    return {code: money * value / total for code, value in values.items()}


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def on_own_bars(function: Any, *inputs: np.ndarray, **options: Any) -> np.ndarray:
    """A function of one instrument's bars, applied to each: days that lack any input are left out.

    Those days are NaN in the result; several results come as several panels.
    """
    complete = ~np.isnan(np.stack(inputs)).any(axis=0)
    panels = []
    for column, bars in enumerate(complete.T):
        values = np.asarray(function(*(panel[bars, column] for panel in inputs), **options))
        spread = np.full((*values.shape[:-1], len(bars)), np.nan)
        spread[..., bars] = values
        panels.append(spread)
    return np.stack(panels, axis=-1)


def return_deviation(close: np.ndarray, window: int) -> np.ndarray:
    """The sample deviation of the last returns from close to close; NaN until there are enough."""
    returns = pd.Series(close) / pd.Series(close).shift(1) - 1
    rolling = returns.rolling(window)
    # Sums that roll leave a rest where nothing moves.
    return rolling.std().mask(rolling.max() == rolling.min(), 0.0).to_numpy()


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        highest_of_20_days_window: int = 20,
        channel_top_days: int = 1,
        lowest_of_10_days_window: int = 10,
        channel_floor_days: int = 1,
        holdings_max_positions: int = 10,
        holdings_rebalance_days: int = 0,
        holdings_window: int = 20,
        two_atrs_multiple: float = 2.0,
        two_atrs_window: int = 20,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.highest_of_20_days_window = highest_of_20_days_window
        self.channel_top_days = channel_top_days
        self.lowest_of_10_days_window = lowest_of_10_days_window
        self.channel_floor_days = channel_floor_days
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.holdings_window = holdings_window
        self.two_atrs_multiple = two_atrs_multiple
        self.two_atrs_window = two_atrs_window

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
                "$high",
                "$low",
                # Highest of 20 days
                f"Ref(Max($high,{self.highest_of_20_days_window:d}),{self.channel_top_days:d})",
                # Lowest of 10 days
                f"Ref(Min($low,{self.lowest_of_10_days_window:d}),{self.channel_floor_days:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "channel_top",
            "channel_floor",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Close
        close = self.close

        # Channel top
        channel_top = self.panel(features["channel_top"])

        # Breaks out
        breaks_out = known(close > channel_top, close, channel_top)

        # Enter
        enter = breaks_out == 1

        # Channel floor
        channel_floor = self.panel(features["channel_floor"])

        # Breaks down
        breaks_down = known(close < channel_floor, close, channel_floor)

        # Leave
        leave = breaks_down == 1

        # Holdings
        holdings = on_own_bars(return_deviation, self.close, window=self.holdings_window)

        # Two ATRs
        two_atrs = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.two_atrs_window,
        )

        self.entry = enter
        self.exit = leave
        self.panels = {
            NODES["two_atrs"]: two_atrs,
            NODES["holdings"]: holdings,
        }
        self.marks = {
            NODES["breaks_out"]: breaks_out == 1,
            NODES["enter"]: enter,
            NODES["breaks_down"]: breaks_down == 1,
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
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.holdings_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, self.account_value(held))
        entries = [code for code in entries if targets.get(code, 0) > 0]
        buys = {code: targets[code] / self.price(code) for code in entries}
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

        # Two ATRs
        atr = self.panels[NODES["two_atrs"]][first_row - 1, column]
        if close <= average_price - self.two_atrs_multiple * atr:
            return "STOP_LOSS", NODES["two_atrs"]

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
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["enter"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Holdings
        deviations = self.panels[NODES["holdings"]][self.row]
        values = {code: deviations[self.columns[code]] for code in codes}
        calm = {code: 1 / value for code, value in values.items() if value > 0}
        money = account * len(calm) / self.holdings_max_positions
        return in_proportion(money, calm)

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.holdings_rebalance_days
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

# The flow that this file was made from, as JSON; SHA-256 2ffcd5149e13ff02347952dcadc544e45078ec8ec4ef3a834166fe98cd57b6bd
# | {"edges":[{"source":"holdings","source_handle":"position","target":"atr_stop","target_handle
# | ":"position"},{"source":"close","source_handle":"value","target":"breaks_down","target_handl
# | e":"left"},{"source":"channel_floor","source_handle":"value","target":"breaks_down","target_
# | handle":"right"},{"source":"close","source_handle":"value","target":"breaks_out","target_han
# | dle":"left"},{"source":"channel_top","source_handle":"value","target":"breaks_out","target_h
# | andle":"right"},{"source":"low_10","source_handle":"value","target":"channel_floor","target_
# | handle":"input"},{"source":"high_20","source_handle":"value","target":"channel_top","target_
# | handle":"input"},{"source":"breaks_out","source_handle":"result","target":"enter","target_ha
# | ndle":"condition"},{"source":"enter","source_handle":"signal","target":"holdings","target_ha
# | ndle":"entry"},{"source":"leave","source_handle":"signal","target":"holdings","target_handle
# | ":"exit"},{"source":"breaks_down","source_handle":"result","target":"leave","target_handle":
# | "condition"}],"nodes":[{"id":"atr_stop","label":"Two\u0020ATRs","parameters":{"multiple":2.0
# | ,"window":20},"template_id":"1cdd1454-6d04-5b82-966e-6101aabc2963","template_name":"atr_stop
# | ","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"breaks_down","label":"Breaks\u0020do
# | wn","parameters":{"operator":"<"},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","temp
# | late_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"breaks_out","labe
# | l":"Breaks\u0020out","parameters":{"operator":">"},"template_id":"21698c91-5fc9-5016-be7b-0b
# | 5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | channel_floor","label":"Channel\u0020floor","parameters":{"days":1,"field":"close"},"templat
# | e_id":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag","template_version":"1.0.0
# | ","type":"INDICATOR"},{"id":"channel_top","label":"Channel\u0020top","parameters":{"days":1,
# | "field":"close"},"template_id":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag",
# | "template_version":"1.0.0","type":"INDICATOR"},{"id":"close","label":"Close","parameters":{"
# | field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price"
# | ,"template_version":"1.0.0","type":"INDICATOR"},{"id":"enter","label":"Enter","parameters":{
# | },"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_versi
# | on":"1.0.0","type":"SIGNAL"},{"id":"high_20","label":"Highest\u0020of\u002020\u0020days","pa
# | rameters":{"field":"high","window":20},"template_id":"99beadd7-5e51-5182-80da-fe2bcf372a3f",
# | "template_name":"highest","template_version":"1.0.0","type":"INDICATOR"},{"id":"holdings","l
# | abel":"Holdings","parameters":{"max_positions":10,"rebalance_days":0,"window":20},"template_
# | id":"533b6da8-b643-54d5-bd27-3e411f7c14c3","template_name":"inverse_volatility","template_ve
# | rsion":"1.0.0","type":"POSITION"},{"id":"leave","label":"Leave","parameters":{},"template_id
# | ":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0.0","
# | type":"SIGNAL"},{"id":"low_10","label":"Lowest\u0020of\u002010\u0020days","parameters":{"fie
# | ld":"low","window":10},"template_id":"4f1636c4-d681-559c-ae69-d2acd2be313d","template_name":
# | "lowest","template_version":"1.0.0","type":"INDICATOR"}]}
