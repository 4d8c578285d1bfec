"""Buys on Any of (or).

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Buy: Any of (or)

A holding is sold for the first of these reasons:
- Stop loss by percentage: its close is at least 5% below its average fill price
- it has left the pool

Size of a holding:
- Equal weight: 1/10 of the account each, at most 10 holdings, never rebalanced

Where:
- Price field: $close
- Compare: Price field > 0.0
- 十字星: TA-Lib CDLDOJI, talib.CDLDOJI($open, $high, $low, $close)
- Compare: 十字星 > 0.0
- Factor KMID: ($close-$open)/$open
- Compare: Factor KMID > 0.0
- Qlib expression: $close/Mean($close,20)-(($close-$open)/$open)
- Compare: Qlib expression > 0.0
- Score: Custom series, ({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()
- Compare: Score > 0.0
- Signal line: TA-Lib MACD, talib.MACD($close, fastperiod=12, slowperiod=26, signalperiod=9)
- TA-Lib CORREL: talib.CORREL($high, Signal line, timeperiod=10)
- Compare: TA-Lib CORREL > 0.0
- Compare: Signal line > 0.0
- Rises less falls: Factor VSUMD20,
  (Sum(Greater($volume-Ref($volume,1),0),20)-Sum(Greater(Ref($volume,1)-$volume,0),20))/(Sum(Abs($volume-Ref($volume,1)),20)+1e-12)
- Compare: Rises less falls > 0.0
- Swing high: TA-Lib FRACTAL, talib.FRACTAL($high, $low, leftbars=2, rightbars=2)
- Compare: Swing high > 0.0
- Custom condition: If($close==$close,($close>Ref($close,1))*1,$close)
- Calm: Custom condition, {a} & ~({b}.abs() > 2.5) & ({b} >= {b}.shift())
- Custom series: Custom series, where({c}.rolling(3).min() == 1, log({a} /
  {a}.shift(1)).ewm(span=12, adjust=False).mean(), {b} ** 2) + {a}.pct_change(5).rank(axis=1,
  pct=True) * {a}.sub({a}.mean(axis=1), axis=0).div({a}.std(axis=1), axis=0)
- Compare: Custom series > 0.0
- Any of (or): Calm or Compare or Compare or Compare or Compare or Compare or Compare or Compare
  or Compare or Compare or Compare or Custom condition
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
    "compare": "close value above",
    "compare_2": "doji value above",
    "compare_3": "kmid value above",
    "compare_4": "ratio value above",
    "compare_5": "score value above",
    "compare_6": "pair value above",
    "compare_7": "signal value above",
    "compare_8": "sum value above",
    "compare_9": "swing value above",
    "custom_condition": "up",
    "calm": "calm",
    "compare_10": "lines value above",
    "any_of_2": "any",
    "buy": "enter",
    "equal_weight": "size",
    "stop_loss_percent": "stop",
}


def after_look_back(panel: np.ndarray, bars: int) -> np.ndarray:
    """NaN on an instrument's first bars, where TA-Lib's whole numbers are 0 for not known."""
    return np.where(np.cumsum(~np.isnan(panel), axis=0) > bars, panel, np.nan)


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """True where any is true, else unknown where any is unknown, else false."""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def as_condition(truth: pd.DataFrame, *inputs: pd.DataFrame) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where it or an input is missing."""
    values = truth.to_numpy(dtype=float)
    missing = np.isnan(np.stack([values, *inputs])).any(axis=0)
    return np.where(missing, np.nan, values == 1)


def as_series(frame: pd.DataFrame) -> np.ndarray:
    """The values of a table in float64; NaN where they are not finite."""
    values = frame.to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


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


def score_formula(a: pd.DataFrame) -> np.ndarray:
    """({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()"""
    part_1 = a.rolling(20)
    return as_series((a - part_1.mean()) / part_1.std())


def calm_formula(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """{a} & ~({b}.abs() > 2.5) & ({b} >= {b}.shift())"""
    return as_condition((a == 1) & ~(b.abs() > 2.5) & (b >= b.shift(1)), a, b)


def custom_series_formula(a: pd.DataFrame, b: pd.DataFrame, c: pd.DataFrame) -> np.ndarray:
    """Custom series"""
    part_1 = (a / a.shift(1)).apply(np.log).ewm(span=12, adjust=False).mean()
    part_2 = a.pct_change(5, fill_method=None).rank(pct=True, axis=1)
    part_3 = part_2 * a.sub(a.mean(axis=1), axis=0).div(a.std(axis=1), axis=0)
    return as_series(part_1.where(c.rolling(3).min() == 1, b**2) + part_3)


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        compare_value: float = 0.0,
        compare_2_value: float = 0.0,
        compare_3_value: float = 0.0,
        compare_4_value: float = 0.0,
        compare_5_value: float = 0.0,
        signal_line_fastperiod: int = 12,
        signal_line_signalperiod: int = 9,
        signal_line_slowperiod: int = 26,
        talib_function_2_timeperiod: int = 10,
        compare_6_value: float = 0.0,
        compare_7_value: float = 0.0,
        compare_8_value: float = 0.0,
        swing_high_leftbars: int = 2,
        swing_high_rightbars: int = 2,
        compare_9_value: float = 0.0,
        compare_10_value: float = 0.0,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.compare_value = compare_value
        self.compare_2_value = compare_2_value
        self.compare_3_value = compare_3_value
        self.compare_4_value = compare_4_value
        self.compare_5_value = compare_5_value
        self.signal_line_fastperiod = signal_line_fastperiod
        self.signal_line_signalperiod = signal_line_signalperiod
        self.signal_line_slowperiod = signal_line_slowperiod
        self.talib_function_2_timeperiod = talib_function_2_timeperiod
        self.compare_6_value = compare_6_value
        self.compare_7_value = compare_7_value
        self.compare_8_value = compare_8_value
        self.swing_high_leftbars = swing_high_leftbars
        self.swing_high_rightbars = swing_high_rightbars
        self.compare_9_value = compare_9_value
        self.compare_10_value = compare_10_value
        self.equal_weight_max_positions = equal_weight_max_positions
        self.equal_weight_rebalance_days = equal_weight_rebalance_days
        self.stop_loss_percent_percent = stop_loss_percent_percent

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
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
                "$open",
                "$high",
                "$low",
                "($close-$open)/$open",
                # Factor KMID
                # Price field
                "$close/Mean($close,20)-(($close-$open)/$open)",
                "(Sum(Greater($volume-Ref($volume,1),0),20)-Sum(Greater(Ref($volume,1)-$volume,0),20))/(Sum(Abs($volume-Ref($volume,1)),20)+1e-12)",
                # Price field
                "If($close==$close,($close>Ref($close,1))*1,$close)",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$open",
            "$high",
            "$low",
            "factor",
            "qlib_expression",
            "rises_less_falls",
            "custom_condition",
        ]
        self.close = self.panel(features["$close"])
        self.open = self.panel(features["$open"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Price field
        price = self.close

        # Compare
        compare = known(price > self.compare_value, price)

        # 十字星
        talib_function = on_own_bars(talib.CDLDOJI, self.open, self.high, self.low, self.close)
        talib_function = after_look_back(talib_function, 10)

        # Compare
        compare_2 = known(talib_function > self.compare_2_value, talib_function)

        # Factor KMID
        factor = self.panel(features["factor"])

        # Compare
        compare_3 = known(factor > self.compare_3_value, factor)

        # Qlib expression
        qlib_expression = self.panel(features["qlib_expression"])

        # Compare
        compare_4 = known(qlib_expression > self.compare_4_value, qlib_expression)

        # Score
        score = score_formula(pd.DataFrame(qlib_expression))

        # Compare
        compare_5 = known(score > self.compare_5_value, score)

        # Signal line
        _, signal_line, _ = on_own_bars(
            talib.MACD,
            self.close,
            fastperiod=self.signal_line_fastperiod,
            slowperiod=self.signal_line_slowperiod,
            signalperiod=self.signal_line_signalperiod,
        )

        # TA-Lib CORREL
        talib_function_2 = on_own_bars(
            talib.CORREL,
            self.high,
            signal_line,
            timeperiod=self.talib_function_2_timeperiod,
        )

        # Compare
        compare_6 = known(talib_function_2 > self.compare_6_value, talib_function_2)

        # Compare
        compare_7 = known(signal_line > self.compare_7_value, signal_line)

        # Rises less falls
        rises_less_falls = self.panel(features["rises_less_falls"])

        # Compare
        compare_8 = known(rises_less_falls > self.compare_8_value, rises_less_falls)

        # Swing high
        swing_high, _ = on_own_bars(
            talib.FRACTAL,
            self.high,
            self.low,
            leftbars=self.swing_high_leftbars,
            rightbars=self.swing_high_rightbars,
        )
        swing_high = after_look_back(
            swing_high,
            self.swing_high_leftbars + self.swing_high_rightbars,
        )

        # Compare
        compare_9 = known(swing_high > self.compare_9_value, swing_high)

        # Custom condition
        custom_condition = self.panel(features["custom_condition"])

        # Calm
        calm = calm_formula(pd.DataFrame(custom_condition), pd.DataFrame(score))

        # Custom series
        custom_series = custom_series_formula(
            pd.DataFrame(price),
            pd.DataFrame(signal_line),
            pd.DataFrame(custom_condition),
        )

        # Compare
        compare_10 = known(custom_series > self.compare_10_value, custom_series)

        # Any of (or)
        any_of_2 = any_of(
            calm,
            compare,
            compare_2,
            compare_3,
            compare_10,
            compare_6,
            compare_4,
            compare_5,
            compare_7,
            compare_8,
            compare_9,
            custom_condition,
        )

        # Buy
        buy = any_of_2 == 1

        self.entry = buy
        self.marks = {
            NODES["compare"]: compare == 1,
            NODES["compare_2"]: compare_2 == 1,
            NODES["compare_3"]: compare_3 == 1,
            NODES["compare_4"]: compare_4 == 1,
            NODES["compare_5"]: compare_5 == 1,
            NODES["compare_6"]: compare_6 == 1,
            NODES["compare_7"]: compare_7 == 1,
            NODES["compare_8"]: compare_8 == 1,
            NODES["compare_9"]: compare_9 == 1,
            NODES["custom_condition"]: custom_condition == 1,
            NODES["calm"]: calm == 1,
            NODES["compare_10"]: compare_10 == 1,
            NODES["any_of_2"]: any_of_2 == 1,
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
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.equal_weight_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, self.account_value(held))
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["equal_weight"], False)
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

        # Stop loss by percentage
        if close <= average_price * (1 - self.stop_loss_percent_percent):
            return "STOP_LOSS", NODES["stop_loss_percent"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Equal weight
        return {code: account / self.equal_weight_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.equal_weight_rebalance_days
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
                self.update_average_price(fill)
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)

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

# The flow that this file was made from, as JSON; SHA-256 8dca7c64622018dbd0c69490d69d434acccf46b94e1a44181e7c587fbf827f98
# | {"edges":[{"source":"calm","source_handle":"result","target":"any","target_handle":"conditio
# | ns"},{"source":"close\u0020value\u0020above","source_handle":"result","target":"any","target
# | _handle":"conditions"},{"source":"doji\u0020value\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"kmid\u0020value\u0020above","source_handl
# | e":"result","target":"any","target_handle":"conditions"},{"source":"lines\u0020value\u0020ab
# | ove","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"pair\u
# | 0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},
# | {"source":"ratio\u0020value\u0020above","source_handle":"result","target":"any","target_hand
# | le":"conditions"},{"source":"score\u0020value\u0020above","source_handle":"result","target":
# | "any","target_handle":"conditions"},{"source":"signal\u0020value\u0020above","source_handle"
# | :"result","target":"any","target_handle":"conditions"},{"source":"sum\u0020value\u0020above"
# | ,"source_handle":"result","target":"any","target_handle":"conditions"},{"source":"swing\u002
# | 0value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"s
# | ource":"up","source_handle":"result","target":"any","target_handle":"conditions"},{"source":
# | "up","source_handle":"result","target":"calm","target_handle":"a"},{"source":"score","source
# | _handle":"value","target":"calm","target_handle":"b"},{"source":"close","source_handle":"val
# | ue","target":"close\u0020value\u0020above","target_handle":"left"},{"source":"doji","source_
# | handle":"value","target":"doji\u0020value\u0020above","target_handle":"left"},{"source":"any
# | ","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"kmid","s
# | ource_handle":"value","target":"kmid\u0020value\u0020above","target_handle":"left"},{"source
# | ":"close","source_handle":"value","target":"lines","target_handle":"a"},{"source":"signal","
# | source_handle":"value","target":"lines","target_handle":"b"},{"source":"up","source_handle":
# | "result","target":"lines","target_handle":"c"},{"source":"lines","source_handle":"value","ta
# | rget":"lines\u0020value\u0020above","target_handle":"left"},{"source":"signal","source_handl
# | e":"value","target":"pair","target_handle":"input_2"},{"source":"pair","source_handle":"valu
# | e","target":"pair\u0020value\u0020above","target_handle":"left"},{"source":"close","source_h
# | andle":"value","target":"ratio","target_handle":"a"},{"source":"kmid","source_handle":"value
# | ","target":"ratio","target_handle":"b"},{"source":"ratio","source_handle":"value","target":"
# | ratio\u0020value\u0020above","target_handle":"left"},{"source":"ratio","source_handle":"valu
# | e","target":"score","target_handle":"a"},{"source":"score","source_handle":"value","target":
# | "score\u0020value\u0020above","target_handle":"left"},{"source":"signal","source_handle":"va
# | lue","target":"signal\u0020value\u0020above","target_handle":"left"},{"source":"enter","sour
# | ce_handle":"signal","target":"size","target_handle":"entry"},{"source":"size","source_handle
# | ":"position","target":"stop","target_handle":"position"},{"source":"sum","source_handle":"va
# | lue","target":"sum\u0020value\u0020above","target_handle":"left"},{"source":"swing","source_
# | handle":"value","target":"swing\u0020value\u0020above","target_handle":"left"},{"source":"cl
# | ose","source_handle":"value","target":"up","target_handle":"a"}],"nodes":[{"id":"any","param
# | eters":{},"template_id":"e4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e","template_name":"any_of","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"calm","label":"Calm","parameters":{"expres
# | sion":"{a}\u0020&\u0020~({b}.abs()\u0020>\u00202.5)\u0020&\u0020({b}\u0020>=\u0020{b}.shift(
# | ))","language":"PYTHON"},"template_id":"f3e26a45-784f-5dd0-b66a-1f81ecaa4d22","template_name
# | ":"custom_condition","template_version":"1.0.0","type":"CUSTOM"},{"id":"close","parameters":
# | {"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"pric
# | e","template_version":"1.0.0","type":"INDICATOR"},{"id":"close\u0020value\u0020above","param
# | eters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","te
# | mplate_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"doji","label":"
# | \u5341\u5b57\u661f","parameters":{"function":"CDLDOJI","output":"integer"},"template_id":"f6
# | 51ab3a-1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","template_version":"1.0
# | .0","type":"INDICATOR"},{"id":"doji\u0020value\u0020above","parameters":{"operator":">","val
# | ue":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"enter","parameters":{},"template_id":"ea80
# | bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type":"S
# | IGNAL"},{"execution_hints":{"expression":"($close-$open)/$open","language":"QLIB"},"id":"kmi
# | d","parameters":{"factor":"KMID","source":"ALPHA158"},"template_id":"2f47e5d8-8106-55db-a9c0
# | -b10b964d3d71","template_name":"factor","template_version":"1.0.0","type":"INDICATOR"},{"id"
# | :"kmid\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698
# | c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type"
# | :"CONDITION"},{"id":"lines","parameters":{"expression":"where({c}.rolling(3).min()\u0020==\u
# | 00201,\u0020log({a}\u0020/\u0020{a}.shift(1)).ewm(span=12,\u0020adjust=False).mean(),\u0020{
# | b}\u0020**\u00202)\n\u0020\u0020\u0020\u0020+\u0020{a}.pct_change(5).rank(axis=1,\u0020pct=T
# | rue)\u0020*\u0020{a}.sub({a}.mean(axis=1),\u0020axis=0).div({a}.std(axis=1),\u0020axis=0)","
# | language":"PYTHON"},"template_id":"ae900526-bd32-5ad4-8c79-be88d01b6ba8","template_name":"cu
# | stom_series","template_version":"1.0.0","type":"CUSTOM"},{"id":"lines\u0020value\u0020above"
# | ,"parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008
# | b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"pair","p
# | arameters":{"field":"high","field_2":"low","function":"CORREL","output":"real","timeperiod":
# | 10},"template_id":"f651ab3a-1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","t
# | emplate_version":"1.0.0","type":"INDICATOR"},{"id":"pair\u0020value\u0020above","parameters"
# | :{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template
# | _name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"ratio","parameters":{
# | "expression":"{a}\u0020/\u0020Mean({a},\u002020)\u0020-\u0020{b}"},"template_id":"148b5505-0
# | bb0-5bdb-93cd-9e76f6e002a1","template_name":"qlib_expression","template_version":"1.0.0","ty
# | pe":"INDICATOR"},{"id":"ratio\u0020value\u0020above","parameters":{"operator":">","value":0.
# | 0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"score","label":"Score","parameters":{"expression
# | ":"({a}\u0020-\u0020{a}.rolling(20).mean())\u0020/\u0020{a}.rolling(20).std()","language":"P
# | YTHON"},"template_id":"ae900526-bd32-5ad4-8c79-be88d01b6ba8","template_name":"custom_series"
# | ,"template_version":"1.0.0","type":"CUSTOM"},{"id":"score\u0020value\u0020above","parameters
# | ":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","templat
# | e_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"signal","label":"Sig
# | nal\u0020line","parameters":{"fastperiod":12,"field":"close","function":"MACD","output":"mac
# | dsignal","signalperiod":9,"slowperiod":26},"template_id":"f651ab3a-1a78-5bff-b31c-e94d23a097
# | 5c","template_name":"talib_function","template_version":"1.0.0","type":"INDICATOR"},{"id":"s
# | ignal\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c
# | 91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":
# | "CONDITION"},{"id":"size","parameters":{"max_positions":10,"rebalance_days":0},"template_id"
# | :"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","template_version":"1
# | .0.0","type":"POSITION"},{"id":"stop","parameters":{"percent":0.05},"template_id":"9039b93b-
# | bc28-5ad4-87a7-8c7a662be4c3","template_name":"stop_loss_percent","template_version":"1.0.0",
# | "type":"STOP_LOSS"},{"execution_hints":{"expression":"(Sum(Greater($volume-Ref($volume,\u002
# | 01),\u00200),\u002020)-Sum(Greater(Ref($volume,\u00201)-$volume,\u00200),\u002020))/(Sum(Abs
# | ($volume-Ref($volume,\u00201)),\u002020)+1e-12)","language":"QLIB"},"id":"sum","label":"Rise
# | s\u0020less\u0020falls","parameters":{"factor":"VSUMD20","source":"ALPHA158"},"template_id":
# | "2f47e5d8-8106-55db-a9c0-b10b964d3d71","template_name":"factor","template_version":"1.0.0","
# | type":"INDICATOR"},{"id":"sum\u0020value\u0020above","parameters":{"operator":">","value":0.
# | 0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"swing","label":"Swing\u0020high","parameters":{"
# | function":"FRACTAL","leftbars":2,"output":"swinghigh","rightbars":2},"template_id":"f651ab3a
# | -1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","template_version":"1.0.0","t
# | ype":"INDICATOR"},{"id":"swing\u0020value\u0020above","parameters":{"operator":">","value":0
# | .0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template
# | _version":"1.0.0","type":"CONDITION"},{"id":"up","parameters":{"expression":"{a}\u0020>\u002
# | 0Ref({a},\u00201)","language":"QLIB"},"template_id":"f3e26a45-784f-5dd0-b66a-1f81ecaa4d22","
# | template_name":"custom_condition","template_version":"1.0.0","type":"CUSTOM"}]}
