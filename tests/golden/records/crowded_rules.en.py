"""A trading strategy, drawn as a logic flow.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- A label that goes on and on, well past what fits a line: A label that goes on and on, well past
  what fits a line

A holding is sold for the first of these reasons:
- A label that goes on and on, well past what fits a line: the account was 20% or more below its
  peak on the day before; nothing is bought for 20 trading days
- A label that goes on and on, well past what fits a line: the account was 20% or more below its
  peak on the day before; nothing is bought for 20 trading days
- A label that goes on and on, well past what fits a line: its close is at least 2.0 ATR(14) of
  the day before its first fill below its average fill price
- A label that goes on and on, well past what fits a line: its close is at least 2.0 ATR(14) of
  the day before its first fill below its average fill price
- A label that goes on and on, well past what fits a line: it has been held for 20 trading days
- A label that goes on and on, well past what fits a line: it has been held for 20 trading days
- A label that goes on and on, well past what fits a line: its close is below the average of its
  last 20 closes
- A label that goes on and on, well past what fits a line: its close is below the average of its
  last 20 closes
- A label that goes on and on, well past what fits a line: at its close it has lost 1000.0 or more
  against its average fill price
- A label that goes on and on, well past what fits a line: at its close it has lost 1000.0 or more
  against its average fill price
- A label that goes on and on, well past what fits a line: its close is at least 10% below the
  highest since it was bought
- A label that goes on and on, well past what fits a line: its close is at least 10% below the
  highest since it was bought
- A label that goes on and on, well past what fits a line: its close is at least 3.0 ATR(14) of
  the day before its first fill above its average fill price
- A label that goes on and on, well past what fits a line: its close is at least 3.0 ATR(14) of
  the day before its first fill above its average fill price
- A label that goes on and on, well past what fits a line: once its close was 10% above its
  average fill price, its close is at least 5% below the highest since it was bought
- A label that goes on and on, well past what fits a line: once its close was 10% above its
  average fill price, its close is at least 5% below the highest since it was bought
- A label that goes on and on, well past what fits a line: A label that goes on and on, well past
  what fits a line
- it has left the pool

Size of a holding:
- A label that goes on and on, well past what fits a line: in proportion to 1 / the deviation of
  the last 20 daily returns, on average 1/10 of the account each, at most 10 holdings, never
  rebalanced

Limits:
- A label that goes on and on, well past what fits a line: what a stop sold isn't bought again for
  5 trading days after the sale
- A label that goes on and on, well past what fits a line: what a stop sold isn't bought again for
  5 trading days after the sale
- A label that goes on and on, well past what fits a line: buys leave the holdings at no more than
  80% of the account
- A label that goes on and on, well past what fits a line: buys leave the holdings at no more than
  80% of the account
- A label that goes on and on, well past what fits a line: signals and dropping out sell a holding
  from 5 trading days after its first fill on
- A label that goes on and on, well past what fits a line: signals and dropping out sell a holding
  from 5 trading days after its first fill on
- A label that goes on and on, well past what fits a line: a day's entries add up to at most 30%
  of the account
- A label that goes on and on, well past what fits a line: a day's entries add up to at most 30%
  of the account
- A label that goes on and on, well past what fits a line: no holding is bought, or kept on
  rebalancing, above 10% of the account
- A label that goes on and on, well past what fits a line: no holding is bought, or kept on
  rebalancing, above 10% of the account

Where:
- A label that goes on and on, well past what fits a line: Price field, $close
- A label that goes on and on, well past what fits a line: Simple moving average, Mean($close,20)
- A label that goes on and on, well past what fits a line: A label that goes on and on, well past
  what fits a line crosses below A label that goes on and on, well past what fits a line
- A label that goes on and on, well past what fits a line: A label that goes on and on, well past
  what fits a line crosses above A label that goes on and on, well past what fits a line
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
    "a_label_that_goes_on_and_3": "down",
    "a_label_that_goes_on_and_4": "leave",
    "a_label_that_goes_on_and_5": "up",
    "a_label_that_goes_on_and_6": "enter",
    "a_label_that_goes_on_and_7": "size",
    "a_label_that_goes_on_and_8": "atr_profit_1",
    "a_label_that_goes_on_and_9": "atr_profit_2",
    "a_label_that_goes_on_and_10": "atr_stop_1",
    "a_label_that_goes_on_and_11": "atr_stop_2",
    "a_label_that_goes_on_and_14": "drawdown_halt_1",
    "a_label_that_goes_on_and_15": "drawdown_halt_2",
    "a_label_that_goes_on_and_18": "max_holding_days_1",
    "a_label_that_goes_on_and_19": "max_holding_days_2",
    "a_label_that_goes_on_and_22": "stop_below_average_1",
    "a_label_that_goes_on_and_23": "stop_below_average_2",
    "a_label_that_goes_on_and_24": "stop_loss_amount_1",
    "a_label_that_goes_on_and_25": "stop_loss_amount_2",
    "a_label_that_goes_on_and_26": "trailing_profit_1",
    "a_label_that_goes_on_and_27": "trailing_profit_2",
    "a_label_that_goes_on_and_28": "trailing_stop_1",
    "a_label_that_goes_on_and_29": "trailing_stop_2",
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
        a_label_that_goes_on_and_2_window: int = 20,
        a_label_that_goes_on_and_7_max_positions: int = 10,
        a_label_that_goes_on_and_7_rebalance_days: int = 0,
        a_label_that_goes_on_and_7_window: int = 20,
        a_label_that_goes_on_and_8_multiple: float = 3.0,
        a_label_that_goes_on_and_8_window: int = 14,
        a_label_that_goes_on_and_9_multiple: float = 3.0,
        a_label_that_goes_on_and_9_window: int = 14,
        a_label_that_goes_on_and_10_multiple: float = 2.0,
        a_label_that_goes_on_and_10_window: int = 14,
        a_label_that_goes_on_and_11_multiple: float = 2.0,
        a_label_that_goes_on_and_11_window: int = 14,
        a_label_that_goes_on_and_12_days: int = 5,
        a_label_that_goes_on_and_13_days: int = 5,
        a_label_that_goes_on_and_14_days: int = 20,
        a_label_that_goes_on_and_14_drawdown: float = 0.2,
        a_label_that_goes_on_and_15_days: int = 20,
        a_label_that_goes_on_and_15_drawdown: float = 0.2,
        a_label_that_goes_on_and_16_cap: float = 0.8,
        a_label_that_goes_on_and_17_cap: float = 0.8,
        a_label_that_goes_on_and_18_days: int = 20,
        a_label_that_goes_on_and_19_days: int = 20,
        a_label_that_goes_on_and_20_days: int = 5,
        a_label_that_goes_on_and_21_days: int = 5,
        a_label_that_goes_on_and_22_window: int = 20,
        a_label_that_goes_on_and_23_window: int = 20,
        a_label_that_goes_on_and_24_amount: float = 1000.0,
        a_label_that_goes_on_and_25_amount: float = 1000.0,
        a_label_that_goes_on_and_26_gain: float = 0.1,
        a_label_that_goes_on_and_26_percent: float = 0.05,
        a_label_that_goes_on_and_27_gain: float = 0.1,
        a_label_that_goes_on_and_27_percent: float = 0.05,
        a_label_that_goes_on_and_28_percent: float = 0.1,
        a_label_that_goes_on_and_29_percent: float = 0.1,
        a_label_that_goes_on_and_30_cap: float = 0.3,
        a_label_that_goes_on_and_31_cap: float = 0.3,
        a_label_that_goes_on_and_32_cap: float = 0.1,
        a_label_that_goes_on_and_33_cap: float = 0.1,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.a_label_that_goes_on_and_2_window = a_label_that_goes_on_and_2_window
        self.a_label_that_goes_on_and_7_max_positions = a_label_that_goes_on_and_7_max_positions
        self.a_label_that_goes_on_and_7_rebalance_days = a_label_that_goes_on_and_7_rebalance_days
        self.a_label_that_goes_on_and_7_window = a_label_that_goes_on_and_7_window
        self.a_label_that_goes_on_and_8_multiple = a_label_that_goes_on_and_8_multiple
        self.a_label_that_goes_on_and_8_window = a_label_that_goes_on_and_8_window
        self.a_label_that_goes_on_and_9_multiple = a_label_that_goes_on_and_9_multiple
        self.a_label_that_goes_on_and_9_window = a_label_that_goes_on_and_9_window
        self.a_label_that_goes_on_and_10_multiple = a_label_that_goes_on_and_10_multiple
        self.a_label_that_goes_on_and_10_window = a_label_that_goes_on_and_10_window
        self.a_label_that_goes_on_and_11_multiple = a_label_that_goes_on_and_11_multiple
        self.a_label_that_goes_on_and_11_window = a_label_that_goes_on_and_11_window
        self.a_label_that_goes_on_and_12_days = a_label_that_goes_on_and_12_days
        self.a_label_that_goes_on_and_13_days = a_label_that_goes_on_and_13_days
        self.a_label_that_goes_on_and_14_days = a_label_that_goes_on_and_14_days
        self.a_label_that_goes_on_and_14_drawdown = a_label_that_goes_on_and_14_drawdown
        self.a_label_that_goes_on_and_15_days = a_label_that_goes_on_and_15_days
        self.a_label_that_goes_on_and_15_drawdown = a_label_that_goes_on_and_15_drawdown
        self.a_label_that_goes_on_and_16_cap = a_label_that_goes_on_and_16_cap
        self.a_label_that_goes_on_and_17_cap = a_label_that_goes_on_and_17_cap
        self.a_label_that_goes_on_and_18_days = a_label_that_goes_on_and_18_days
        self.a_label_that_goes_on_and_19_days = a_label_that_goes_on_and_19_days
        self.a_label_that_goes_on_and_20_days = a_label_that_goes_on_and_20_days
        self.a_label_that_goes_on_and_21_days = a_label_that_goes_on_and_21_days
        self.a_label_that_goes_on_and_22_window = a_label_that_goes_on_and_22_window
        self.a_label_that_goes_on_and_23_window = a_label_that_goes_on_and_23_window
        self.a_label_that_goes_on_and_24_amount = a_label_that_goes_on_and_24_amount
        self.a_label_that_goes_on_and_25_amount = a_label_that_goes_on_and_25_amount
        self.a_label_that_goes_on_and_26_gain = a_label_that_goes_on_and_26_gain
        self.a_label_that_goes_on_and_26_percent = a_label_that_goes_on_and_26_percent
        self.a_label_that_goes_on_and_27_gain = a_label_that_goes_on_and_27_gain
        self.a_label_that_goes_on_and_27_percent = a_label_that_goes_on_and_27_percent
        self.a_label_that_goes_on_and_28_percent = a_label_that_goes_on_and_28_percent
        self.a_label_that_goes_on_and_29_percent = a_label_that_goes_on_and_29_percent
        self.a_label_that_goes_on_and_30_cap = a_label_that_goes_on_and_30_cap
        self.a_label_that_goes_on_and_31_cap = a_label_that_goes_on_and_31_cap
        self.a_label_that_goes_on_and_32_cap = a_label_that_goes_on_and_32_cap
        self.a_label_that_goes_on_and_33_cap = a_label_that_goes_on_and_33_cap

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
        self.stop_row: dict[str, int] = {}  # rows of the days on which stops last sold
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
                f"Mean($close,{self.a_label_that_goes_on_and_2_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "a_label_that_goes_on_and_2",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and = self.close

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_2 = self.panel(features["a_label_that_goes_on_and_2"])

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_3 = crosses_below(
            a_label_that_goes_on_and,
            a_label_that_goes_on_and_2,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_4 = a_label_that_goes_on_and_3 == 1

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_5 = crosses_above(
            a_label_that_goes_on_and,
            a_label_that_goes_on_and_2,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_6 = a_label_that_goes_on_and_5 == 1

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_7 = on_own_bars(
            return_deviation,
            self.close,
            window=self.a_label_that_goes_on_and_7_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_8 = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_8_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_9 = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_9_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_10 = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_10_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_11 = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_11_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_22 = on_own_bars(
            talib.SMA,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_22_window,
        )

        # A label that goes on and on, well past what fits a line
        a_label_that_goes_on_and_23 = on_own_bars(
            talib.SMA,
            self.close,
            timeperiod=self.a_label_that_goes_on_and_23_window,
        )

        self.entry = a_label_that_goes_on_and_6
        self.exit = a_label_that_goes_on_and_4
        self.panels = {
            NODES["a_label_that_goes_on_and_10"]: a_label_that_goes_on_and_10,
            NODES["a_label_that_goes_on_and_11"]: a_label_that_goes_on_and_11,
            NODES["a_label_that_goes_on_and_22"]: a_label_that_goes_on_and_22,
            NODES["a_label_that_goes_on_and_23"]: a_label_that_goes_on_and_23,
            NODES["a_label_that_goes_on_and_8"]: a_label_that_goes_on_and_8,
            NODES["a_label_that_goes_on_and_9"]: a_label_that_goes_on_and_9,
            NODES["a_label_that_goes_on_and_7"]: a_label_that_goes_on_and_7,
        }
        self.marks = {
            NODES["a_label_that_goes_on_and_3"]: a_label_that_goes_on_and_3 == 1,
            NODES["a_label_that_goes_on_and_4"]: a_label_that_goes_on_and_4,
            NODES["a_label_that_goes_on_and_5"]: a_label_that_goes_on_and_5 == 1,
            NODES["a_label_that_goes_on_and_6"]: a_label_that_goes_on_and_6,
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
        slots = self.a_label_that_goes_on_and_7_max_positions - len(held) + len(sells)
        if self.halts:
            slots = 0
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, account)
        targets = self.lowered(targets, account)
        entries = [code for code in entries if targets.get(code, 0) > 0]
        buys = {code: targets[code] / self.price(code) for code in entries}
        buys = self.within_turnover(buys, account)
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["a_label_that_goes_on_and_7"], False)
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
        amount = self.trade_position.get_stock_amount(code)
        first_row = self.entry_row[code]
        top = max(average_price, np.nanmax(self.close[first_row : row + 1, column]))

        # A label that goes on and on, well past what fits a line
        if NODES["a_label_that_goes_on_and_14"] in self.halts:
            return "HALT", NODES["a_label_that_goes_on_and_14"]

        # A label that goes on and on, well past what fits a line
        if NODES["a_label_that_goes_on_and_15"] in self.halts:
            return "HALT", NODES["a_label_that_goes_on_and_15"]

        # A label that goes on and on, well past what fits a line
        atr = self.panels[NODES["a_label_that_goes_on_and_10"]][first_row - 1, column]
        if close <= average_price - self.a_label_that_goes_on_and_10_multiple * atr:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_10"]

        # A label that goes on and on, well past what fits a line
        atr = self.panels[NODES["a_label_that_goes_on_and_11"]][first_row - 1, column]
        if close <= average_price - self.a_label_that_goes_on_and_11_multiple * atr:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_11"]

        # A label that goes on and on, well past what fits a line
        if row + 1 - first_row >= self.a_label_that_goes_on_and_18_days:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_18"]

        # A label that goes on and on, well past what fits a line
        if row + 1 - first_row >= self.a_label_that_goes_on_and_19_days:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_19"]

        # A label that goes on and on, well past what fits a line
        if close < self.panels[NODES["a_label_that_goes_on_and_22"]][row, column]:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_22"]

        # A label that goes on and on, well past what fits a line
        if close < self.panels[NODES["a_label_that_goes_on_and_23"]][row, column]:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_23"]

        # A label that goes on and on, well past what fits a line
        if (average_price - close) * amount >= self.a_label_that_goes_on_and_24_amount:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_24"]

        # A label that goes on and on, well past what fits a line
        if (average_price - close) * amount >= self.a_label_that_goes_on_and_25_amount:
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_25"]

        # A label that goes on and on, well past what fits a line
        if close <= top * (1 - self.a_label_that_goes_on_and_28_percent):
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_28"]

        # A label that goes on and on, well past what fits a line
        if close <= top * (1 - self.a_label_that_goes_on_and_29_percent):
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_29"]

        return self.exit_reason_2(code)

    def exit_reason_2(self, code: str) -> tuple[str, str] | None:
        """Further reasons, tested where none of those before holds."""
        row, column = self.row, self.columns[code]
        close, average_price = self.close[row, column], self.average_price[code]
        first_row = self.entry_row[code]
        top = max(average_price, np.nanmax(self.close[first_row : row + 1, column]))
        armed = self.armed.setdefault(code, set())

        # A label that goes on and on, well past what fits a line
        atr = self.panels[NODES["a_label_that_goes_on_and_8"]][first_row - 1, column]
        if close >= average_price + self.a_label_that_goes_on_and_8_multiple * atr:
            return "STOP_PROFIT", NODES["a_label_that_goes_on_and_8"]

        # A label that goes on and on, well past what fits a line
        atr = self.panels[NODES["a_label_that_goes_on_and_9"]][first_row - 1, column]
        if close >= average_price + self.a_label_that_goes_on_and_9_multiple * atr:
            return "STOP_PROFIT", NODES["a_label_that_goes_on_and_9"]

        # A label that goes on and on, well past what fits a line
        if close >= average_price * (1 + self.a_label_that_goes_on_and_26_gain):
            armed.add(NODES["a_label_that_goes_on_and_26"])
        level = top * (1 - self.a_label_that_goes_on_and_26_percent)
        if NODES["a_label_that_goes_on_and_26"] in armed and close <= level:
            return "STOP_PROFIT", NODES["a_label_that_goes_on_and_26"]

        # A label that goes on and on, well past what fits a line
        if close >= average_price * (1 + self.a_label_that_goes_on_and_27_gain):
            armed.add(NODES["a_label_that_goes_on_and_27"])
        level = top * (1 - self.a_label_that_goes_on_and_27_percent)
        if NODES["a_label_that_goes_on_and_27"] in armed and close <= level:
            return "STOP_PROFIT", NODES["a_label_that_goes_on_and_27"]

        return self.exit_reason_3(code)

    def exit_reason_3(self, code: str) -> tuple[str, str] | None:
        """Further reasons, tested where none of those before holds."""
        row, column = self.row, self.columns[code]

        left_pool = None if self.members[row, column] else ("LEFT_POOL", "")
        if not self.hears_signals(code):
            return left_pool

        # A label that goes on and on, well past what fits a line
        if self.marks[NODES["a_label_that_goes_on_and_4"]][row, column]:
            return "SIGNAL", NODES["a_label_that_goes_on_and_4"]

        return left_pool

    def hears_signals(self, code: str) -> bool:
        """Whether a holding is old enough to be sold by a signal or by dropping out."""
        days_held = self.row + 1 - self.entry_row[code]

        return all(
            (
                # A label that goes on and on, well past what fits a line
                days_held >= self.a_label_that_goes_on_and_20_days,
                # A label that goes on and on, well past what fits a line
                days_held >= self.a_label_that_goes_on_and_21_days,
            )
        )

    def watch(self, account: float) -> None:
        """Halts trading, or lets it go on, by the account's value of the day before."""
        # A label that goes on and on, well past what fits a line
        self.follow_peak(
            NODES["a_label_that_goes_on_and_14"],
            account,
            self.a_label_that_goes_on_and_14_drawdown,
            self.a_label_that_goes_on_and_14_days,
        )

        # A label that goes on and on, well past what fits a line
        self.follow_peak(
            NODES["a_label_that_goes_on_and_15"],
            account,
            self.a_label_that_goes_on_and_15_drawdown,
            self.a_label_that_goes_on_and_15_days,
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
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if not self.may_return(code):
                continue
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["a_label_that_goes_on_and_6"], False)
        return chosen

    def may_return(self, code: str) -> bool:
        """Whether a code may be bought again, should a stop have sold it."""
        if code not in self.stop_row:
            return True
        days = self.row + 1 - self.stop_row[code]

        return all(
            (
                # A label that goes on and on, well past what fits a line
                days > self.a_label_that_goes_on_and_12_days,
                # A label that goes on and on, well past what fits a line
                days > self.a_label_that_goes_on_and_13_days,
            )
        )

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # A label that goes on and on, well past what fits a line
        deviations = self.panels[NODES["a_label_that_goes_on_and_7"]][self.row]
        values = {code: deviations[self.columns[code]] for code in codes}
        calm = {code: 1 / value for code, value in values.items() if value > 0}
        money = account * len(calm) / self.a_label_that_goes_on_and_7_max_positions
        return in_proportion(money, calm)

    def lowered(self, targets: dict[str, float], account: float) -> dict[str, float]:
        """Targets, none above what a holding may be worth at most."""
        # A label that goes on and on, well past what fits a line
        most = account * self.a_label_that_goes_on_and_32_cap
        targets = {code: min(target, most) for code, target in targets.items()}

        # A label that goes on and on, well past what fits a line
        most = account * self.a_label_that_goes_on_and_33_cap
        targets = {code: min(target, most) for code, target in targets.items()}
        return targets

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.a_label_that_goes_on_and_7_rebalance_days
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

    def within_turnover(self, buys: dict[str, float], account: float) -> dict[str, float]:
        """Cuts a day's entries, best first, to what may be bought on one day."""
        # A label that goes on and on, well past what fits a line
        buys = self.trimmed(account * self.a_label_that_goes_on_and_30_cap, buys)

        # A label that goes on and on, well past what fits a line
        buys = self.trimmed(account * self.a_label_that_goes_on_and_31_cap, buys)
        return buys

    def within_exposure(
        self, buys: dict[str, float], account: float, held_value: float
    ) -> dict[str, float]:
        """Cuts buys, entries first, so that holdings stay within a share of the account."""
        # A label that goes on and on, well past what fits a line
        buys = self.trimmed(account * self.a_label_that_goes_on_and_16_cap - held_value, buys)

        # A label that goes on and on, well past what fits a line
        buys = self.trimmed(account * self.a_label_that_goes_on_and_17_cap - held_value, buys)
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
                if reason in ("STOP_LOSS", "STOP_PROFIT"):
                    self.stop_row[order.stock_id] = self.row + 1
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

# The flow that this file was made from, as JSON; SHA-256 2e9026e17d4ea52949154867789aa86d357982ae98db509c81cce5176485f80d
# | {"edges":[{"source":"size","source_handle":"position","target":"atr_profit_1","target_handle
# | ":"position"},{"source":"size","source_handle":"position","target":"atr_profit_2","target_ha
# | ndle":"position"},{"source":"size","source_handle":"position","target":"atr_stop_1","target_
# | handle":"position"},{"source":"size","source_handle":"position","target":"atr_stop_2","targe
# | t_handle":"position"},{"source":"size","source_handle":"position","target":"cooldown_1","tar
# | get_handle":"position"},{"source":"size","source_handle":"position","target":"cooldown_2","t
# | arget_handle":"position"},{"source":"close","source_handle":"value","target":"down","target_
# | handle":"left"},{"source":"mean","source_handle":"value","target":"down","target_handle":"ri
# | ght"},{"source":"size","source_handle":"position","target":"drawdown_halt_1","target_handle"
# | :"position"},{"source":"size","source_handle":"position","target":"drawdown_halt_2","target_
# | handle":"position"},{"source":"up","source_handle":"result","target":"enter","target_handle"
# | :"condition"},{"source":"size","source_handle":"position","target":"exposure_cap_1","target_
# | handle":"position"},{"source":"size","source_handle":"position","target":"exposure_cap_2","t
# | arget_handle":"position"},{"source":"down","source_handle":"result","target":"leave","target
# | _handle":"condition"},{"source":"size","source_handle":"position","target":"max_holding_days
# | _1","target_handle":"position"},{"source":"size","source_handle":"position","target":"max_ho
# | lding_days_2","target_handle":"position"},{"source":"size","source_handle":"position","targe
# | t":"min_holding_days_1","target_handle":"position"},{"source":"size","source_handle":"positi
# | on","target":"min_holding_days_2","target_handle":"position"},{"source":"enter","source_hand
# | le":"signal","target":"size","target_handle":"entry"},{"source":"leave","source_handle":"sig
# | nal","target":"size","target_handle":"exit"},{"source":"size","source_handle":"position","ta
# | rget":"stop_below_average_1","target_handle":"position"},{"source":"size","source_handle":"p
# | osition","target":"stop_below_average_2","target_handle":"position"},{"source":"size","sourc
# | e_handle":"position","target":"stop_loss_amount_1","target_handle":"position"},{"source":"si
# | ze","source_handle":"position","target":"stop_loss_amount_2","target_handle":"position"},{"s
# | ource":"size","source_handle":"position","target":"trailing_profit_1","target_handle":"posit
# | ion"},{"source":"size","source_handle":"position","target":"trailing_profit_2","target_handl
# | e":"position"},{"source":"size","source_handle":"position","target":"trailing_stop_1","targe
# | t_handle":"position"},{"source":"size","source_handle":"position","target":"trailing_stop_2"
# | ,"target_handle":"position"},{"source":"size","source_handle":"position","target":"turnover_
# | cap_1","target_handle":"position"},{"source":"size","source_handle":"position","target":"tur
# | nover_cap_2","target_handle":"position"},{"source":"close","source_handle":"value","target":
# | "up","target_handle":"left"},{"source":"mean","source_handle":"value","target":"up","target_
# | handle":"right"},{"source":"size","source_handle":"position","target":"weight_cap_1","target
# | _handle":"position"},{"source":"size","source_handle":"position","target":"weight_cap_2","ta
# | rget_handle":"position"}],"nodes":[{"id":"atr_profit_1","label":"A\u0020label\u0020that\u002
# | 0goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","p
# | arameters":{"multiple":3.0,"window":14},"template_id":"d903fc0e-25e2-5364-9b88-2728a3bb55a2"
# | ,"template_name":"atr_profit","template_version":"1.0.0","type":"STOP_PROFIT"},{"id":"atr_pr
# | ofit_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020p
# | ast\u0020what\u0020fits\u0020a\u0020line","parameters":{"multiple":3.0,"window":14},"templat
# | e_id":"d903fc0e-25e2-5364-9b88-2728a3bb55a2","template_name":"atr_profit","template_version"
# | :"1.0.0","type":"STOP_PROFIT"},{"id":"atr_stop_1","label":"A\u0020label\u0020that\u0020goes\
# | u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","paramet
# | ers":{"multiple":2.0,"window":14},"template_id":"1cdd1454-6d04-5b82-966e-6101aabc2963","temp
# | late_name":"atr_stop","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"atr_stop_2","lab
# | el":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020wha
# | t\u0020fits\u0020a\u0020line","parameters":{"multiple":2.0,"window":14},"template_id":"1cdd1
# | 454-6d04-5b82-966e-6101aabc2963","template_name":"atr_stop","template_version":"1.0.0","type
# | ":"STOP_LOSS"},{"id":"close","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u002
# | 0on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"field":"close"
# | },"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_ver
# | sion":"1.0.0","type":"INDICATOR"},{"id":"cooldown_1","label":"A\u0020label\u0020that\u0020go
# | es\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","para
# | meters":{"days":5},"template_id":"907ce9a5-1c81-568c-a3fa-47088c0025c3","template_name":"coo
# | ldown","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"cooldown_2","label":"A\u0
# | 020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fi
# | ts\u0020a\u0020line","parameters":{"days":5},"template_id":"907ce9a5-1c81-568c-a3fa-47088c00
# | 25c3","template_name":"cooldown","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":
# | "down","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020pa
# | st\u0020what\u0020fits\u0020a\u0020line","parameters":{},"template_id":"b1b6b366-7002-57da-b
# | 783-5f5db389901a","template_name":"crosses_below","template_version":"1.0.0","type":"CONDITI
# | ON"},{"id":"drawdown_halt_1","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u002
# | 0on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"days":20,"draw
# | down":0.2},"template_id":"0584ee3e-b785-570e-a3ae-3638db40a07e","template_name":"drawdown_ha
# | lt","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"drawdown_halt_2","label":"A\
# | u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020
# | fits\u0020a\u0020line","parameters":{"days":20,"drawdown":0.2},"template_id":"0584ee3e-b785-
# | 570e-a3ae-3638db40a07e","template_name":"drawdown_halt","template_version":"1.0.0","type":"R
# | ISK_MANAGEMENT"},{"id":"enter","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0
# | 020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{},"template_i
# | d":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","
# | type":"SIGNAL"},{"id":"exposure_cap_1","label":"A\u0020label\u0020that\u0020goes\u0020on\u00
# | 20and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"cap"
# | :0.8},"template_id":"3ae29c99-21ba-5486-8ba1-330d20b81974","template_name":"exposure_cap","t
# | emplate_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"exposure_cap_2","label":"A\u0020la
# | bel\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0
# | 020a\u0020line","parameters":{"cap":0.8},"template_id":"3ae29c99-21ba-5486-8ba1-330d20b81974
# | ","template_name":"exposure_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":
# | "leave","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020p
# | ast\u0020what\u0020fits\u0020a\u0020line","parameters":{},"template_id":"9521559d-029f-52b8-
# | b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0.0","type":"SIGNAL"},{"id":
# | "max_holding_days_1","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u00
# | 20well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"days":20},"template_id
# | ":"7ed30d50-dec0-5aab-b234-e5a756f9c072","template_name":"max_holding_days","template_versio
# | n":"1.0.0","type":"STOP_LOSS"},{"id":"max_holding_days_2","label":"A\u0020label\u0020that\u0
# | 020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line",
# | "parameters":{"days":20},"template_id":"7ed30d50-dec0-5aab-b234-e5a756f9c072","template_name
# | ":"max_holding_days","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"mean","label":"A\
# | u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020
# | fits\u0020a\u0020line","parameters":{"field":"close","window":20},"template_id":"e1e40fa6-4d
# | ad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","type":"INDICATO
# | R"},{"id":"min_holding_days_1","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0
# | 020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"days":5},"te
# | mplate_id":"d7bcd392-4266-5746-b127-a25a0353ff5c","template_name":"min_holding_days","templa
# | te_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"min_holding_days_2","label":"A\u0020lab
# | el\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u00
# | 20a\u0020line","parameters":{"days":5},"template_id":"d7bcd392-4266-5746-b127-a25a0353ff5c",
# | "template_name":"min_holding_days","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id
# | ":"size","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020
# | past\u0020what\u0020fits\u0020a\u0020line","parameters":{"max_positions":10,"rebalance_days"
# | :0,"window":20},"template_id":"533b6da8-b643-54d5-bd27-3e411f7c14c3","template_name":"invers
# | e_volatility","template_version":"1.0.0","type":"POSITION"},{"id":"stop_below_average_1","la
# | bel":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020wh
# | at\u0020fits\u0020a\u0020line","parameters":{"window":20},"template_id":"1c011f4d-df0d-5e29-
# | a514-dceb1348a09a","template_name":"stop_below_average","template_version":"1.0.0","type":"S
# | TOP_LOSS"},{"id":"stop_below_average_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0
# | 020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"win
# | dow":20},"template_id":"1c011f4d-df0d-5e29-a514-dceb1348a09a","template_name":"stop_below_av
# | erage","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"stop_loss_amount_1","label":"A\
# | u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020
# | fits\u0020a\u0020line","parameters":{"amount":1000.0},"template_id":"c30a13b5-22d0-5a7c-9c3f
# | -4679eb2e64a7","template_name":"stop_loss_amount","template_version":"1.0.0","type":"STOP_LO
# | SS"},{"id":"stop_loss_amount_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u
# | 0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"amount":100
# | 0.0},"template_id":"c30a13b5-22d0-5a7c-9c3f-4679eb2e64a7","template_name":"stop_loss_amount"
# | ,"template_version":"1.0.0","type":"STOP_LOSS"},{"id":"trailing_profit_1","label":"A\u0020la
# | bel\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0
# | 020a\u0020line","parameters":{"gain":0.1,"percent":0.05},"template_id":"c1e3c5ae-b712-57ef-8
# | 0e9-cb49c4f0d531","template_name":"trailing_profit","template_version":"1.0.0","type":"STOP_
# | PROFIT"},{"id":"trailing_profit_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020an
# | d\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"gain":0.
# | 1,"percent":0.05},"template_id":"c1e3c5ae-b712-57ef-80e9-cb49c4f0d531","template_name":"trai
# | ling_profit","template_version":"1.0.0","type":"STOP_PROFIT"},{"id":"trailing_stop_1","label
# | ":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\
# | u0020fits\u0020a\u0020line","parameters":{"percent":0.1},"template_id":"dc2e5694-1f5b-5fa0-a
# | 624-d522013d2ad8","template_name":"trailing_stop","template_version":"1.0.0","type":"STOP_LO
# | SS"},{"id":"trailing_stop_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u002
# | 0on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{"percent":0.1},
# | "template_id":"dc2e5694-1f5b-5fa0-a624-d522013d2ad8","template_name":"trailing_stop","templa
# | te_version":"1.0.0","type":"STOP_LOSS"},{"id":"turnover_cap_1","label":"A\u0020label\u0020th
# | at\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020l
# | ine","parameters":{"cap":0.3},"template_id":"572cbe1d-ff6e-5d1f-8bfa-7091faad7ea3","template
# | _name":"turnover_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"turnover_c
# | ap_2","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020pas
# | t\u0020what\u0020fits\u0020a\u0020line","parameters":{"cap":0.3},"template_id":"572cbe1d-ff6
# | e-5d1f-8bfa-7091faad7ea3","template_name":"turnover_cap","template_version":"1.0.0","type":"
# | RISK_MANAGEMENT"},{"id":"up","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u002
# | 0on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameters":{},"template_id"
# | :"21d660d4-420f-564f-a0a7-57b304eda396","template_name":"crosses_above","template_version":"
# | 1.0.0","type":"CONDITION"},{"id":"weight_cap_1","label":"A\u0020label\u0020that\u0020goes\u0
# | 020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fits\u0020a\u0020line","parameter
# | s":{"cap":0.1},"template_id":"3d5fc133-2931-543f-ba1e-50294d14e03e","template_name":"weight_
# | cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"weight_cap_2","label":"A\u0
# | 020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020well\u0020past\u0020what\u0020fi
# | ts\u0020a\u0020line","parameters":{"cap":0.1},"template_id":"3d5fc133-2931-543f-ba1e-50294d1
# | 4e03e","template_name":"weight_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"}]}
