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
- Absolute price oscillator (APO): talib.APO($close, fastperiod=12, slowperiod=26, matype=0)
- Compare: Absolute price oscillator (APO) > 0.0
- Balance of power (BOP): talib.BOP($open, $high, $low, $close)
- Compare: Balance of power (BOP) > 0.0
- Commodity channel index (CCI): talib.CCI($high, $low, $close, timeperiod=14)
- Compare: Commodity channel index (CCI) > 0.0
- Chande momentum oscillator (CMO): talib.CMO($close, timeperiod=14)
- Compare: Chande momentum oscillator (CMO) > 0.0
- KDJ: kdj_lines($high, $low, $close, window=9, k_smoothing=3, d_smoothing=3)
- Half of K: KDJ (k) / 2.0
- Compare: Half of K > 0.0
- Compare: KDJ (d) > 0.0
- Compare: KDJ (j) > 0.0
- Compare: KDJ (k) > 0.0
- Momentum: talib.MOM($close, timeperiod=10)
- Compare: Momentum > 0.0
- Percentage price oscillator (PPO): talib.PPO($close, fastperiod=12, slowperiod=26, matype=0)
- Compare: Percentage price oscillator (PPO) > 0.0
- Rate of change (ROC): talib.ROC($close, timeperiod=10)
- Compare: Rate of change (ROC) > 0.0
- Relative strength index (RSI): talib.RSI($close, timeperiod=14)
- Arithmetic: KDJ (j) - Relative strength index (RSI)
- Compare: Arithmetic > 0.0
- Arithmetic: KDJ (j) * Relative strength index (RSI)
- Compare: Arithmetic > 0.0
- Arithmetic: KDJ (j) / Relative strength index (RSI)
- Compare: Arithmetic > 0.0
- Compare: Relative strength index (RSI) > 0.0
- Stochastic oscillator: talib.STOCH($high, $low, $close, fastk_period=5, slowk_period=3,
  slowd_period=3)
- Compare: Stochastic oscillator (d) > 0.0
- Compare: Stochastic oscillator (k) > 0.0
- Stochastic RSI: talib.STOCHRSI($close, timeperiod=14, fastk_period=5, fastd_period=3)
- Compare: Stochastic RSI (d) > 0.0
- Compare: Stochastic RSI (k) > 0.0
- Arithmetic: KDJ (j) + Relative strength index (RSI)
- Compare: Arithmetic > 0.0
- TRIX: talib.TRIX($close, timeperiod=15)
- Compare: TRIX > 0.0
- Ultimate oscillator: talib.ULTOSC($high, $low, $close, timeperiod1=7, timeperiod2=14,
  timeperiod3=28)
- Compare: Ultimate oscillator > 0.0
- Williams %R: talib.WILLR($high, $low, $close, timeperiod=14)
- Compare: Williams %R > 0.0
- Any of (or): Compare or Compare or Compare or Compare or Compare or Compare or Compare or
  Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare
  or Compare or Compare or Compare or Compare or Compare or Compare or Compare
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
    "compare": "apo value above",
    "compare_2": "balance_of_power value above",
    "compare_3": "cci value above",
    "compare_4": "cmo value above",
    "compare_5": "half value above",
    "compare_6": "kdj d above",
    "compare_7": "kdj j above",
    "compare_8": "kdj k above",
    "compare_9": "momentum value above",
    "compare_10": "ppo value above",
    "compare_11": "roc value above",
    "compare_12": "difference value above",
    "compare_13": "product value above",
    "compare_14": "quotient value above",
    "compare_15": "rsi value above",
    "compare_16": "stochastic d above",
    "compare_17": "stochastic k above",
    "compare_18": "stochastic_rsi d above",
    "compare_19": "stochastic_rsi k above",
    "compare_20": "sum value above",
    "compare_21": "trix value above",
    "compare_22": "ultimate_oscillator value above",
    "compare_23": "williams_r value above",
    "any_of_2": "any",
    "buy": "enter",
    "equal_weight": "size",
    "stop_loss_percent": "stop",
}


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """True where any is true, else unknown where any is unknown, else false."""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def divided(left: np.ndarray, right: np.ndarray | float) -> np.ndarray:
    """Left divided by right; NaN where right is zero."""
    return left / np.where(right == 0, np.nan, right)


def smoothed(values: np.ndarray, bars: int) -> np.ndarray:
    """Starts at 50 and moves by 1 / bars of the distance to each value; NaN where there is none."""
    series = pd.Series(np.append(50.0, values))
    line = series.ewm(alpha=1 / bars, adjust=False, ignore_na=True).mean()
    return line.where(series.notna()).to_numpy()[1:]


def kdj_lines(
    high: np.ndarray,
    low: np.ndarray,
    close: np.ndarray,
    window: int,
    k_smoothing: int,
    d_smoothing: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """K, D and J of one instrument's bars, as Chinese charting software has them."""
    top = pd.Series(high).rolling(window).max().to_numpy()
    bottom = pd.Series(low).rolling(window).min().to_numpy()
    flat = top == bottom
    rsv = np.where(flat, 50.0, 100 * (close - bottom) / np.where(flat, 1.0, top - bottom))
    k = smoothed(rsv, k_smoothing)
    d = smoothed(k, d_smoothing)
    return k, d, 3 * k - 2 * d


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


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        apo_fast: int = 12,
        apo_slow: int = 26,
        compare_value: float = 0.0,
        compare_2_value: float = 0.0,
        cci_window: int = 14,
        compare_3_value: float = 0.0,
        cmo_window: int = 14,
        compare_4_value: float = 0.0,
        kdj_d_smoothing: int = 3,
        kdj_k_smoothing: int = 3,
        kdj_window: int = 9,
        half_of_k_value: float = 2.0,
        compare_5_value: float = 0.0,
        compare_6_value: float = 0.0,
        compare_7_value: float = 0.0,
        compare_8_value: float = 0.0,
        momentum_window: int = 10,
        compare_9_value: float = 0.0,
        ppo_fast: int = 12,
        ppo_slow: int = 26,
        compare_10_value: float = 0.0,
        roc_window: int = 10,
        compare_11_value: float = 0.0,
        rsi_window: int = 14,
        compare_12_value: float = 0.0,
        compare_13_value: float = 0.0,
        compare_14_value: float = 0.0,
        compare_15_value: float = 0.0,
        stochastic_fast_k: int = 5,
        stochastic_slow_d: int = 3,
        stochastic_slow_k: int = 3,
        compare_16_value: float = 0.0,
        compare_17_value: float = 0.0,
        stochastic_rsi_fast_d: int = 3,
        stochastic_rsi_fast_k: int = 5,
        stochastic_rsi_window: int = 14,
        compare_18_value: float = 0.0,
        compare_19_value: float = 0.0,
        compare_20_value: float = 0.0,
        trix_window: int = 15,
        compare_21_value: float = 0.0,
        ultimate_oscillator_long: int = 28,
        ultimate_oscillator_medium: int = 14,
        ultimate_oscillator_short: int = 7,
        compare_22_value: float = 0.0,
        williams_r_window: int = 14,
        compare_23_value: float = 0.0,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.apo_fast = apo_fast
        self.apo_slow = apo_slow
        self.compare_value = compare_value
        self.compare_2_value = compare_2_value
        self.cci_window = cci_window
        self.compare_3_value = compare_3_value
        self.cmo_window = cmo_window
        self.compare_4_value = compare_4_value
        self.kdj_d_smoothing = kdj_d_smoothing
        self.kdj_k_smoothing = kdj_k_smoothing
        self.kdj_window = kdj_window
        self.half_of_k_value = half_of_k_value
        self.compare_5_value = compare_5_value
        self.compare_6_value = compare_6_value
        self.compare_7_value = compare_7_value
        self.compare_8_value = compare_8_value
        self.momentum_window = momentum_window
        self.compare_9_value = compare_9_value
        self.ppo_fast = ppo_fast
        self.ppo_slow = ppo_slow
        self.compare_10_value = compare_10_value
        self.roc_window = roc_window
        self.compare_11_value = compare_11_value
        self.rsi_window = rsi_window
        self.compare_12_value = compare_12_value
        self.compare_13_value = compare_13_value
        self.compare_14_value = compare_14_value
        self.compare_15_value = compare_15_value
        self.stochastic_fast_k = stochastic_fast_k
        self.stochastic_slow_d = stochastic_slow_d
        self.stochastic_slow_k = stochastic_slow_k
        self.compare_16_value = compare_16_value
        self.compare_17_value = compare_17_value
        self.stochastic_rsi_fast_d = stochastic_rsi_fast_d
        self.stochastic_rsi_fast_k = stochastic_rsi_fast_k
        self.stochastic_rsi_window = stochastic_rsi_window
        self.compare_18_value = compare_18_value
        self.compare_19_value = compare_19_value
        self.compare_20_value = compare_20_value
        self.trix_window = trix_window
        self.compare_21_value = compare_21_value
        self.ultimate_oscillator_long = ultimate_oscillator_long
        self.ultimate_oscillator_medium = ultimate_oscillator_medium
        self.ultimate_oscillator_short = ultimate_oscillator_short
        self.compare_22_value = compare_22_value
        self.williams_r_window = williams_r_window
        self.compare_23_value = compare_23_value
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
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$open",
            "$high",
            "$low",
        ]
        self.close = self.panel(features["$close"])
        self.open = self.panel(features["$open"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Absolute price oscillator (APO)
        apo = on_own_bars(
            talib.APO,
            self.close,
            fastperiod=self.apo_fast,
            slowperiod=self.apo_slow,
            matype=0,
        )

        # Compare
        compare = known(apo > self.compare_value, apo)

        # Balance of power (BOP)
        balance_of_power = on_own_bars(talib.BOP, self.open, self.high, self.low, self.close)

        # Compare
        compare_2 = known(balance_of_power > self.compare_2_value, balance_of_power)

        # Commodity channel index (CCI)
        cci = on_own_bars(talib.CCI, self.high, self.low, self.close, timeperiod=self.cci_window)

        # Compare
        compare_3 = known(cci > self.compare_3_value, cci)

        # Chande momentum oscillator (CMO)
        cmo = on_own_bars(talib.CMO, self.close, timeperiod=self.cmo_window)

        # Compare
        compare_4 = known(cmo > self.compare_4_value, cmo)

        # KDJ
        kdj_k, kdj_d, kdj_j = on_own_bars(
            kdj_lines,
            self.high,
            self.low,
            self.close,
            window=self.kdj_window,
            k_smoothing=self.kdj_k_smoothing,
            d_smoothing=self.kdj_d_smoothing,
        )

        # Half of K
        half_of_k = divided(kdj_k, self.half_of_k_value)

        # Compare
        compare_5 = known(half_of_k > self.compare_5_value, half_of_k)

        # Compare
        compare_6 = known(kdj_d > self.compare_6_value, kdj_d)

        # Compare
        compare_7 = known(kdj_j > self.compare_7_value, kdj_j)

        # Compare
        compare_8 = known(kdj_k > self.compare_8_value, kdj_k)

        # Momentum
        momentum = on_own_bars(talib.MOM, self.close, timeperiod=self.momentum_window)

        # Compare
        compare_9 = known(momentum > self.compare_9_value, momentum)

        # Percentage price oscillator (PPO)
        ppo = on_own_bars(
            talib.PPO,
            self.close,
            fastperiod=self.ppo_fast,
            slowperiod=self.ppo_slow,
            matype=0,
        )

        # Compare
        compare_10 = known(ppo > self.compare_10_value, ppo)

        # Rate of change (ROC)
        roc = on_own_bars(talib.ROC, self.close, timeperiod=self.roc_window)

        # Compare
        compare_11 = known(roc > self.compare_11_value, roc)

        # Relative strength index (RSI)
        rsi = on_own_bars(talib.RSI, self.close, timeperiod=self.rsi_window)

        # Arithmetic
        arithmetic = kdj_j - rsi

        # Compare
        compare_12 = known(arithmetic > self.compare_12_value, arithmetic)

        # Arithmetic
        arithmetic_2 = kdj_j * rsi

        # Compare
        compare_13 = known(arithmetic_2 > self.compare_13_value, arithmetic_2)

        # Arithmetic
        arithmetic_3 = divided(kdj_j, rsi)

        # Compare
        compare_14 = known(arithmetic_3 > self.compare_14_value, arithmetic_3)

        # Compare
        compare_15 = known(rsi > self.compare_15_value, rsi)

        # Stochastic oscillator
        stochastic_k, stochastic_d = on_own_bars(
            talib.STOCH,
            self.high,
            self.low,
            self.close,
            fastk_period=self.stochastic_fast_k,
            slowk_period=self.stochastic_slow_k,
            slowd_period=self.stochastic_slow_d,
        )

        # Compare
        compare_16 = known(stochastic_d > self.compare_16_value, stochastic_d)

        # Compare
        compare_17 = known(stochastic_k > self.compare_17_value, stochastic_k)

        # Stochastic RSI
        stochastic_rsi_k, stochastic_rsi_d = on_own_bars(
            talib.STOCHRSI,
            self.close,
            timeperiod=self.stochastic_rsi_window,
            fastk_period=self.stochastic_rsi_fast_k,
            fastd_period=self.stochastic_rsi_fast_d,
        )

        # Compare
        compare_18 = known(stochastic_rsi_d > self.compare_18_value, stochastic_rsi_d)

        # Compare
        compare_19 = known(stochastic_rsi_k > self.compare_19_value, stochastic_rsi_k)

        # Arithmetic
        arithmetic_4 = kdj_j + rsi

        # Compare
        compare_20 = known(arithmetic_4 > self.compare_20_value, arithmetic_4)

        # TRIX
        trix = on_own_bars(talib.TRIX, self.close, timeperiod=self.trix_window)

        # Compare
        compare_21 = known(trix > self.compare_21_value, trix)

        # Ultimate oscillator
        ultimate_oscillator = on_own_bars(
            talib.ULTOSC,
            self.high,
            self.low,
            self.close,
            timeperiod1=self.ultimate_oscillator_short,
            timeperiod2=self.ultimate_oscillator_medium,
            timeperiod3=self.ultimate_oscillator_long,
        )

        # Compare
        compare_22 = known(ultimate_oscillator > self.compare_22_value, ultimate_oscillator)

        # Williams %R
        williams_r = on_own_bars(
            talib.WILLR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.williams_r_window,
        )

        # Compare
        compare_23 = known(williams_r > self.compare_23_value, williams_r)

        # Any of (or)
        any_of_2 = any_of(
            compare,
            compare_2,
            compare_3,
            compare_4,
            compare_12,
            compare_5,
            compare_6,
            compare_7,
            compare_8,
            compare_9,
            compare_10,
            compare_13,
            compare_14,
            compare_11,
            compare_15,
            compare_16,
            compare_17,
            compare_18,
            compare_19,
            compare_20,
            compare_21,
            compare_22,
            compare_23,
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
            NODES["compare_10"]: compare_10 == 1,
            NODES["compare_11"]: compare_11 == 1,
            NODES["compare_12"]: compare_12 == 1,
            NODES["compare_13"]: compare_13 == 1,
            NODES["compare_14"]: compare_14 == 1,
            NODES["compare_15"]: compare_15 == 1,
            NODES["compare_16"]: compare_16 == 1,
            NODES["compare_17"]: compare_17 == 1,
            NODES["compare_18"]: compare_18 == 1,
            NODES["compare_19"]: compare_19 == 1,
            NODES["compare_20"]: compare_20 == 1,
            NODES["compare_21"]: compare_21 == 1,
            NODES["compare_22"]: compare_22 == 1,
            NODES["compare_23"]: compare_23 == 1,
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

# The flow that this file was made from, as JSON; SHA-256 b397a841984523a3ecbd97b6538e2f22431a85dc357104b9f01d7253c26a74c7
# | {"edges":[{"source":"apo\u0020value\u0020above","source_handle":"result","target":"any","tar
# | get_handle":"conditions"},{"source":"balance_of_power\u0020value\u0020above","source_handle"
# | :"result","target":"any","target_handle":"conditions"},{"source":"cci\u0020value\u0020above"
# | ,"source_handle":"result","target":"any","target_handle":"conditions"},{"source":"cmo\u0020v
# | alue\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"sou
# | rce":"difference\u0020value\u0020above","source_handle":"result","target":"any","target_hand
# | le":"conditions"},{"source":"half\u0020value\u0020above","source_handle":"result","target":"
# | any","target_handle":"conditions"},{"source":"kdj\u0020d\u0020above","source_handle":"result
# | ","target":"any","target_handle":"conditions"},{"source":"kdj\u0020j\u0020above","source_han
# | dle":"result","target":"any","target_handle":"conditions"},{"source":"kdj\u0020k\u0020above"
# | ,"source_handle":"result","target":"any","target_handle":"conditions"},{"source":"momentum\u
# | 0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},
# | {"source":"ppo\u0020value\u0020above","source_handle":"result","target":"any","target_handle
# | ":"conditions"},{"source":"product\u0020value\u0020above","source_handle":"result","target":
# | "any","target_handle":"conditions"},{"source":"quotient\u0020value\u0020above","source_handl
# | e":"result","target":"any","target_handle":"conditions"},{"source":"roc\u0020value\u0020abov
# | e","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"rsi\u002
# | 0value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"s
# | ource":"stochastic\u0020d\u0020above","source_handle":"result","target":"any","target_handle
# | ":"conditions"},{"source":"stochastic\u0020k\u0020above","source_handle":"result","target":"
# | any","target_handle":"conditions"},{"source":"stochastic_rsi\u0020d\u0020above","source_hand
# | le":"result","target":"any","target_handle":"conditions"},{"source":"stochastic_rsi\u0020k\u
# | 0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"
# | sum\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditio
# | ns"},{"source":"trix\u0020value\u0020above","source_handle":"result","target":"any","target_
# | handle":"conditions"},{"source":"ultimate_oscillator\u0020value\u0020above","source_handle":
# | "result","target":"any","target_handle":"conditions"},{"source":"williams_r\u0020value\u0020
# | above","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"apo"
# | ,"source_handle":"value","target":"apo\u0020value\u0020above","target_handle":"left"},{"sour
# | ce":"balance_of_power","source_handle":"value","target":"balance_of_power\u0020value\u0020ab
# | ove","target_handle":"left"},{"source":"cci","source_handle":"value","target":"cci\u0020valu
# | e\u0020above","target_handle":"left"},{"source":"cmo","source_handle":"value","target":"cmo\
# | u0020value\u0020above","target_handle":"left"},{"source":"kdj","source_handle":"j","target":
# | "difference","target_handle":"left"},{"source":"rsi","source_handle":"value","target":"diffe
# | rence","target_handle":"right"},{"source":"difference","source_handle":"value","target":"dif
# | ference\u0020value\u0020above","target_handle":"left"},{"source":"any","source_handle":"resu
# | lt","target":"enter","target_handle":"condition"},{"source":"kdj","source_handle":"k","targe
# | t":"half","target_handle":"left"},{"source":"half","source_handle":"value","target":"half\u0
# | 020value\u0020above","target_handle":"left"},{"source":"kdj","source_handle":"d","target":"k
# | dj\u0020d\u0020above","target_handle":"left"},{"source":"kdj","source_handle":"j","target":"
# | kdj\u0020j\u0020above","target_handle":"left"},{"source":"kdj","source_handle":"k","target":
# | "kdj\u0020k\u0020above","target_handle":"left"},{"source":"momentum","source_handle":"value"
# | ,"target":"momentum\u0020value\u0020above","target_handle":"left"},{"source":"ppo","source_h
# | andle":"value","target":"ppo\u0020value\u0020above","target_handle":"left"},{"source":"kdj",
# | "source_handle":"j","target":"product","target_handle":"left"},{"source":"rsi","source_handl
# | e":"value","target":"product","target_handle":"right"},{"source":"product","source_handle":"
# | value","target":"product\u0020value\u0020above","target_handle":"left"},{"source":"kdj","sou
# | rce_handle":"j","target":"quotient","target_handle":"left"},{"source":"rsi","source_handle":
# | "value","target":"quotient","target_handle":"right"},{"source":"quotient","source_handle":"v
# | alue","target":"quotient\u0020value\u0020above","target_handle":"left"},{"source":"roc","sou
# | rce_handle":"value","target":"roc\u0020value\u0020above","target_handle":"left"},{"source":"
# | rsi","source_handle":"value","target":"rsi\u0020value\u0020above","target_handle":"left"},{"
# | source":"enter","source_handle":"signal","target":"size","target_handle":"entry"},{"source":
# | "stochastic","source_handle":"d","target":"stochastic\u0020d\u0020above","target_handle":"le
# | ft"},{"source":"stochastic","source_handle":"k","target":"stochastic\u0020k\u0020above","tar
# | get_handle":"left"},{"source":"stochastic_rsi","source_handle":"d","target":"stochastic_rsi\
# | u0020d\u0020above","target_handle":"left"},{"source":"stochastic_rsi","source_handle":"k","t
# | arget":"stochastic_rsi\u0020k\u0020above","target_handle":"left"},{"source":"size","source_h
# | andle":"position","target":"stop","target_handle":"position"},{"source":"kdj","source_handle
# | ":"j","target":"sum","target_handle":"left"},{"source":"rsi","source_handle":"value","target
# | ":"sum","target_handle":"right"},{"source":"sum","source_handle":"value","target":"sum\u0020
# | value\u0020above","target_handle":"left"},{"source":"trix","source_handle":"value","target":
# | "trix\u0020value\u0020above","target_handle":"left"},{"source":"ultimate_oscillator","source
# | _handle":"value","target":"ultimate_oscillator\u0020value\u0020above","target_handle":"left"
# | },{"source":"williams_r","source_handle":"value","target":"williams_r\u0020value\u0020above"
# | ,"target_handle":"left"}],"nodes":[{"id":"any","parameters":{},"template_id":"e4b8a9d4-fd29-
# | 5fa7-9f3a-a2c2fa82cb2e","template_name":"any_of","template_version":"1.0.0","type":"CONDITIO
# | N"},{"id":"apo","parameters":{"fast":12,"field":"close","slow":26},"template_id":"9c7ffff9-1
# | b28-5964-bbbc-072bb816a150","template_name":"apo","template_version":"1.0.0","type":"INDICAT
# | OR"},{"id":"apo\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_i
# | d":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.
# | 0","type":"CONDITION"},{"id":"balance_of_power","parameters":{},"template_id":"5dcb1f08-21db
# | -5421-9100-ba43bd87f721","template_name":"balance_of_power","template_version":"1.0.0","type
# | ":"INDICATOR"},{"id":"balance_of_power\u0020value\u0020above","parameters":{"operator":">","
# | value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","
# | template_version":"1.0.0","type":"CONDITION"},{"id":"cci","parameters":{"window":14},"templa
# | te_id":"01ba09e1-3628-55d9-a039-0538cfb04a0c","template_name":"cci","template_version":"1.0.
# | 0","type":"INDICATOR"},{"id":"cci\u0020value\u0020above","parameters":{"operator":">","value
# | ":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","templ
# | ate_version":"1.0.0","type":"CONDITION"},{"id":"cmo","parameters":{"field":"close","window":
# | 14},"template_id":"c20a1b94-77dc-5a5e-9349-149b7463ac30","template_name":"cmo","template_ver
# | sion":"1.0.0","type":"INDICATOR"},{"id":"cmo\u0020value\u0020above","parameters":{"operator"
# | :">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"comp
# | are","template_version":"1.0.0","type":"CONDITION"},{"id":"difference","parameters":{"operat
# | or":"-"},"template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a5","template_name":"arithmetic","
# | template_version":"1.0.0","type":"INDICATOR"},{"id":"difference\u0020value\u0020above","para
# | meters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","t
# | emplate_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"enter","parame
# | ters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","templat
# | e_version":"1.0.0","type":"SIGNAL"},{"id":"half","label":"Half\u0020of\u0020K","parameters":
# | {"operator":"/","value":2.0},"template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a5","template_
# | name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"},{"id":"half\u0020value\u00
# | 20above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b
# | 5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | kdj","parameters":{"d_smoothing":3,"k_smoothing":3,"window":9},"template_id":"32b54cf3-cf17-
# | 5078-9547-7cfee31c0e63","template_name":"kdj","template_version":"1.0.0","type":"INDICATOR"}
# | ,{"id":"kdj\u0020d\u0020above","parameters":{"operator":">","value":0.0},"template_id":"2169
# | 8c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type
# | ":"CONDITION"},{"id":"kdj\u0020j\u0020above","parameters":{"operator":">","value":0.0},"temp
# | late_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version"
# | :"1.0.0","type":"CONDITION"},{"id":"kdj\u0020k\u0020above","parameters":{"operator":">","val
# | ue":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"momentum","parameters":{"field":"close","w
# | indow":10},"template_id":"4952fc0b-2b1f-5ee3-be7d-b1fd8eecadbc","template_name":"momentum","
# | template_version":"1.0.0","type":"INDICATOR"},{"id":"momentum\u0020value\u0020above","parame
# | ters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","tem
# | plate_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"ppo","parameters
# | ":{"fast":12,"field":"close","slow":26},"template_id":"096d2f2a-2624-5e46-9663-58c8101685c2"
# | ,"template_name":"ppo","template_version":"1.0.0","type":"INDICATOR"},{"id":"ppo\u0020value\
# | u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b
# | -0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id
# | ":"product","parameters":{"operator":"*"},"template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a
# | 5","template_name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"},{"id":"produc
# | t\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5
# | fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CON
# | DITION"},{"id":"quotient","parameters":{"operator":"/"},"template_id":"7dd971e6-85ca-59dc-8a
# | 39-910d8d2582a5","template_name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"}
# | ,{"id":"quotient\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_
# | id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0
# | .0","type":"CONDITION"},{"id":"roc","parameters":{"field":"close","window":10},"template_id"
# | :"71416a75-4986-5681-93e9-fcb22cd40974","template_name":"roc","template_version":"1.0.0","ty
# | pe":"INDICATOR"},{"id":"roc\u0020value\u0020above","parameters":{"operator":">","value":0.0}
# | ,"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_ve
# | rsion":"1.0.0","type":"CONDITION"},{"id":"rsi","parameters":{"field":"close","window":14},"t
# | emplate_id":"15b1d1c1-df45-5241-9f18-14d177554bed","template_name":"rsi","template_version":
# | "1.0.0","type":"INDICATOR"},{"id":"rsi\u0020value\u0020above","parameters":{"operator":">","
# | value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","
# | template_version":"1.0.0","type":"CONDITION"},{"id":"size","parameters":{"max_positions":10,
# | "rebalance_days":0},"template_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"eq
# | ual_weight","template_version":"1.0.0","type":"POSITION"},{"id":"stochastic","parameters":{"
# | fast_k":5,"slow_d":3,"slow_k":3},"template_id":"be54dcbe-ea97-5638-9afc-66c3f1ddb953","templ
# | ate_name":"stochastic","template_version":"1.0.0","type":"INDICATOR"},{"id":"stochastic\u002
# | 0d\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-b
# | e7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{
# | "id":"stochastic\u0020k\u0020above","parameters":{"operator":">","value":0.0},"template_id":
# | "21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0",
# | "type":"CONDITION"},{"id":"stochastic_rsi","parameters":{"fast_d":3,"fast_k":5,"field":"clos
# | e","window":14},"template_id":"98c5bc5d-c3b5-508f-be74-094d82b08368","template_name":"stocha
# | stic_rsi","template_version":"1.0.0","type":"INDICATOR"},{"id":"stochastic_rsi\u0020d\u0020a
# | bove","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1
# | ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"sto
# | chastic_rsi\u0020k\u0020above","parameters":{"operator":">","value":0.0},"template_id":"2169
# | 8c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type
# | ":"CONDITION"},{"id":"stop","parameters":{"percent":0.05},"template_id":"9039b93b-bc28-5ad4-
# | 87a7-8c7a662be4c3","template_name":"stop_loss_percent","template_version":"1.0.0","type":"ST
# | OP_LOSS"},{"id":"sum","parameters":{"operator":"+"},"template_id":"7dd971e6-85ca-59dc-8a39-9
# | 10d8d2582a5","template_name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"},{"i
# | d":"sum\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"2169
# | 8c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type
# | ":"CONDITION"},{"id":"trix","parameters":{"field":"close","window":15},"template_id":"370498
# | 48-b7a5-5567-9067-691d26c2cc23","template_name":"trix","template_version":"1.0.0","type":"IN
# | DICATOR"},{"id":"trix\u0020value\u0020above","parameters":{"operator":">","value":0.0},"temp
# | late_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version"
# | :"1.0.0","type":"CONDITION"},{"id":"ultimate_oscillator","parameters":{"long":28,"medium":14
# | ,"short":7},"template_id":"c2bfa5ea-b9fe-5c0a-87c0-88316726b499","template_name":"ultimate_o
# | scillator","template_version":"1.0.0","type":"INDICATOR"},{"id":"ultimate_oscillator\u0020va
# | lue\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-
# | be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},
# | {"id":"williams_r","parameters":{"window":14},"template_id":"e4188d4d-87c9-55c5-bfda-90a2c15
# | 47393","template_name":"williams_r","template_version":"1.0.0","type":"INDICATOR"},{"id":"wi
# | lliams_r\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"216
# | 98c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","typ
# | e":"CONDITION"}]}
