"""Buys on All agree, ranked by Trend strength.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by score, then by code:
- Enter: All agree, ranked by Trend strength

A holding is sold for the first of these reasons:
- Pause after losses: the account was 20% or more below its peak on the day before; nothing is
  bought for 20 trading days
- Trailing stop: its close is at least 10% below the highest since it was bought
- Lock gains: once its close was 20% above its average fill price, its close is at least 5% below
  the highest since it was bought
- it has left the pool

Size of a holding:
- Holdings: 1/10 of the account each, at most 10 holdings, never rebalanced

Limits:
- Keep some cash: buys leave the holdings at no more than 90% of the account

Where:
- Fast EMA: Exponential moving average, EMA($close,20)
- Slow EMA: Exponential moving average, EMA($close,60)
- Still rising: Fast EMA has risen 3 days running
- Trend strength: Average directional index (ADX), talib.ADX($high, $low, $close, timeperiod=14)
- Strong trend: Trend strength > 25.0
- Uptrend: Fast EMA > Slow EMA
- All agree: Still rising and Strong trend and Uptrend
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
    "still_rising": "still_rising",
    "strong_trend": "strong",
    "uptrend": "uptrend",
    "all_agree": "all_agree",
    "enter": "enter",
    "holdings": "holdings",
    "pause_after_losses": "halt",
    "lock_gains": "lock_gains",
    "trailing_stop": "trailing_stop",
}


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """False where any is false, else unknown where any is unknown, else true."""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def all_days(condition: np.ndarray, days: int) -> np.ndarray:
    """False where any of the last days is false, else unknown where any is unknown, else true."""
    table = pd.DataFrame(condition)
    least_known = table.rolling(days, min_periods=1).min()
    return table.rolling(days).min().where(least_known != 0, 0.0).to_numpy()


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def previous(panel: np.ndarray) -> np.ndarray:
    """The values of the day before; NaN on the first day."""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def has_risen(panel: np.ndarray, days: int) -> np.ndarray:
    """Where a panel has risen from day to day for a number of days running."""
    before = previous(panel)
    return all_days(known(panel > before, panel, before), days)


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


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        fast_ema_window: int = 20,
        slow_ema_window: int = 60,
        still_rising_days: int = 3,
        trend_strength_window: int = 14,
        strong_trend_value: float = 25.0,
        holdings_max_positions: int = 10,
        holdings_rebalance_days: int = 0,
        pause_after_losses_days: int = 20,
        pause_after_losses_drawdown: float = 0.2,
        keep_some_cash_cap: float = 0.9,
        lock_gains_gain: float = 0.2,
        lock_gains_percent: float = 0.05,
        trailing_stop_percent: float = 0.1,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.fast_ema_window = fast_ema_window
        self.slow_ema_window = slow_ema_window
        self.still_rising_days = still_rising_days
        self.trend_strength_window = trend_strength_window
        self.strong_trend_value = strong_trend_value
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.pause_after_losses_days = pause_after_losses_days
        self.pause_after_losses_drawdown = pause_after_losses_drawdown
        self.keep_some_cash_cap = keep_some_cash_cap
        self.lock_gains_gain = lock_gains_gain
        self.lock_gains_percent = lock_gains_percent
        self.trailing_stop_percent = trailing_stop_percent

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
        self.entry_row: dict[str, int] = {}  # rows of the days of first fills
        self.armed: dict[str, set[str]] = {}  # by code, the nodes that trail its price now
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
                "$high",
                "$low",
                f"EMA($close,{self.fast_ema_window:d})",
                f"EMA($close,{self.slow_ema_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "fast_ema",
            "slow_ema",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Fast EMA
        fast_ema = self.panel(features["fast_ema"])

        # Slow EMA
        slow_ema = self.panel(features["slow_ema"])

        # Still rising
        still_rising = has_risen(fast_ema, self.still_rising_days)

        # Trend strength
        trend_strength = on_own_bars(
            talib.ADX,
            self.high,
            self.low,
            self.close,
            timeperiod=self.trend_strength_window,
        )

        # Strong trend
        strong_trend = known(trend_strength > self.strong_trend_value, trend_strength)

        # Uptrend
        uptrend = known(fast_ema > slow_ema, fast_ema, slow_ema)

        # All agree
        all_agree = all_of(still_rising, strong_trend, uptrend)

        # Enter
        enter = all_agree == 1

        self.entry = enter
        self.score = trend_strength
        self.marks = {
            NODES["still_rising"]: still_rising == 1,
            NODES["strong_trend"]: strong_trend == 1,
            NODES["uptrend"]: uptrend == 1,
            NODES["all_agree"]: all_agree == 1,
            NODES["enter"]: enter,
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
        slots = self.holdings_max_positions - len(held) + len(sells)
        if self.halts:
            slots = 0
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, account)
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["holdings"], False)
        buys = self.within_exposure(buys, account, self.value_left(held, sells))
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
        top = max(average_price, np.nanmax(self.close[first_row : row + 1, column]))
        armed = self.armed.setdefault(code, set())

        # Pause after losses
        if NODES["pause_after_losses"] in self.halts:
            return "HALT", NODES["pause_after_losses"]

        # Trailing stop
        if close <= top * (1 - self.trailing_stop_percent):
            return "STOP_LOSS", NODES["trailing_stop"]

        # Lock gains
        if close >= average_price * (1 + self.lock_gains_gain):
            armed.add(NODES["lock_gains"])
        level = top * (1 - self.lock_gains_percent)
        if NODES["lock_gains"] in armed and close <= level:
            return "STOP_PROFIT", NODES["lock_gains"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def watch(self, account: float) -> None:
        """Halts trading, or lets it go on, by the account's value of the day before."""
        # Pause after losses
        self.follow_peak(
            NODES["pause_after_losses"],
            account,
            self.pause_after_losses_drawdown,
            self.pause_after_losses_days,
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
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
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

    def within_exposure(
        self, buys: dict[str, float], account: float, held_value: float
    ) -> dict[str, float]:
        """Cuts buys, entries first, so that holdings stay within a share of the account."""
        # Keep some cash
        buys = self.trimmed(account * self.keep_some_cash_cap - held_value, buys)
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

    def value_left(self, held: list[str], sells: dict[str, float]) -> float:
        """What the holdings are worth at their last closes after the day's sells."""
        position = self.trade_position
        amounts = {code: position.get_stock_amount(code) - sells.get(code, 0) for code in held}
        return sum(amount * self.price(code) for code, amount in amounts.items())

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
                self.armed.pop(order.stock_id, None)

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

# The flow that this file was made from, as JSON; SHA-256 368468858332a5ac39ad8c64856bf898983ba5a7b4a4eff1e491c43a0872b31a
# | {"edges":[{"source":"still_rising","source_handle":"result","target":"all_agree","target_han
# | dle":"conditions"},{"source":"strong","source_handle":"result","target":"all_agree","target_
# | handle":"conditions"},{"source":"uptrend","source_handle":"result","target":"all_agree","tar
# | get_handle":"conditions"},{"source":"all_agree","source_handle":"result","target":"enter","t
# | arget_handle":"condition"},{"source":"strength","source_handle":"value","target":"enter","ta
# | rget_handle":"score"},{"source":"holdings","source_handle":"position","target":"halt","targe
# | t_handle":"position"},{"source":"enter","source_handle":"signal","target":"holdings","target
# | _handle":"entry"},{"source":"holdings","source_handle":"position","target":"keep_cash","targ
# | et_handle":"position"},{"source":"holdings","source_handle":"position","target":"lock_gains"
# | ,"target_handle":"position"},{"source":"fast_ema","source_handle":"value","target":"still_ri
# | sing","target_handle":"input"},{"source":"strength","source_handle":"value","target":"strong
# | ","target_handle":"left"},{"source":"holdings","source_handle":"position","target":"trailing
# | _stop","target_handle":"position"},{"source":"fast_ema","source_handle":"value","target":"up
# | trend","target_handle":"left"},{"source":"slow_ema","source_handle":"value","target":"uptren
# | d","target_handle":"right"}],"nodes":[{"id":"all_agree","label":"All\u0020agree","parameters
# | ":{},"template_id":"a3876253-7ba7-5473-bc98-7ab8dfcce0f1","template_name":"all_of","template
# | _version":"1.0.0","type":"CONDITION"},{"id":"enter","label":"Enter","parameters":{},"templat
# | e_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0
# | ","type":"SIGNAL"},{"id":"fast_ema","label":"Fast\u0020EMA","parameters":{"field":"close","w
# | indow":20},"template_id":"6e649cc5-204e-5775-b0b0-1e7643dc1488","template_name":"ema","templ
# | ate_version":"1.0.0","type":"INDICATOR"},{"id":"halt","label":"Pause\u0020after\u0020losses"
# | ,"parameters":{"days":20,"drawdown":0.2},"template_id":"0584ee3e-b785-570e-a3ae-3638db40a07e
# | ","template_name":"drawdown_halt","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id"
# | :"holdings","label":"Holdings","parameters":{"max_positions":10,"rebalance_days":0},"templat
# | e_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","template_versio
# | n":"1.0.0","type":"POSITION"},{"id":"keep_cash","label":"Keep\u0020some\u0020cash","paramete
# | rs":{"cap":0.9},"template_id":"3ae29c99-21ba-5486-8ba1-330d20b81974","template_name":"exposu
# | re_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"lock_gains","label":"Loc
# | k\u0020gains","parameters":{"gain":0.2,"percent":0.05},"template_id":"c1e3c5ae-b712-57ef-80e
# | 9-cb49c4f0d531","template_name":"trailing_profit","template_version":"1.0.0","type":"STOP_PR
# | OFIT"},{"id":"slow_ema","label":"Slow\u0020EMA","parameters":{"field":"close","window":60},"
# | template_id":"6e649cc5-204e-5775-b0b0-1e7643dc1488","template_name":"ema","template_version"
# | :"1.0.0","type":"INDICATOR"},{"id":"still_rising","label":"Still\u0020rising","parameters":{
# | "days":3},"template_id":"3d8a9870-4623-5725-8fa8-2d3084e18b6c","template_name":"rising","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"strength","label":"Trend\u0020strength","p
# | arameters":{"window":14},"template_id":"d3520d22-3b96-57ba-b629-17bc04a89f2d","template_name
# | ":"adx","template_version":"1.0.0","type":"INDICATOR"},{"id":"strong","label":"Strong\u0020t
# | rend","parameters":{"operator":">","value":25.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f
# | 1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"tr
# | ailing_stop","parameters":{"percent":0.1},"template_id":"dc2e5694-1f5b-5fa0-a624-d522013d2ad
# | 8","template_name":"trailing_stop","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"upt
# | rend","label":"Uptrend","parameters":{"operator":">"},"template_id":"21698c91-5fc9-5016-be7b
# | -0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"}]}
