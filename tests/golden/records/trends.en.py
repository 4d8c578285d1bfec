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
- Accumulation / distribution line: talib.AD($high, $low, $close, $volume)
- Compare: Accumulation / distribution line > 0.0
- Average directional index (ADX): talib.ADX($high, $low, $close, timeperiod=14)
- Compare: Average directional index (ADX) > 0.0
- Aroon: talib.AROON($high, $low, timeperiod=14)
- Compare: Aroon (down) > 0.0
- Compare: Aroon (up) > 0.0
- Aroon oscillator: talib.AROONOSC($high, $low, timeperiod=14)
- Compare: Aroon oscillator > 0.0
- Average true range (ATR): talib.ATR($high, $low, $close, timeperiod=14)
- Compare: Average true range (ATR) > 0.0
- Bollinger bands: talib.BBANDS($close, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
- Compare: Bollinger bands (lower) > 0.0
- Compare: Bollinger bands (middle) > 0.0
- Compare: Bollinger bands (upper) > 0.0
- Chaikin oscillator: talib.ADOSC($high, $low, $close, $volume, fastperiod=3, slowperiod=10)
- Compare: Chaikin oscillator > 0.0
- Double exponential moving average: talib.DEMA($close, timeperiod=20)
- Compare: Double exponential moving average > 0.0
- Kaufman adaptive moving average: talib.KAMA($close, timeperiod=20)
- Compare: Kaufman adaptive moving average > 0.0
- Linear regression: talib.LINEARREG($close, timeperiod=14)
- Compare: Linear regression > 0.0
- MACD: talib.MACD($close, fastperiod=12, slowperiod=26, signalperiod=9)
- Compare: MACD (histogram) > 0.0
- Compare: MACD > 0.0
- Compare: MACD (signal) > 0.0
- Money flow index (MFI): talib.MFI($high, $low, $close, $volume, timeperiod=14)
- Compare: Money flow index (MFI) > 0.0
- Minus directional indicator (-DI): talib.MINUS_DI($high, $low, $close, timeperiod=14)
- Compare: Minus directional indicator (-DI) > 0.0
- Normalised average true range (NATR): talib.NATR($high, $low, $close, timeperiod=14)
- Compare: Normalised average true range (NATR) > 0.0
- On-balance volume (OBV): talib.OBV($close, $volume)
- Compare: On-balance volume (OBV) > 0.0
- Parabolic SAR: talib.SAR($high, $low, acceleration=0.02, maximum=0.2)
- Compare: Parabolic SAR > 0.0
- Plus directional indicator (+DI): talib.PLUS_DI($high, $low, $close, timeperiod=14)
- Compare: Plus directional indicator (+DI) > 0.0
- Smooth histogram: Triple exponential moving average, talib.TEMA(MACD (histogram), timeperiod=20)
- Histogram of the smooth histogram: MACD, talib.MACD(Smooth histogram, fastperiod=12,
  slowperiod=26, signalperiod=9)
- Compare: Histogram of the smooth histogram (histogram) > 0.0
- Compare: Histogram of the smooth histogram > 0.0
- Compare: Histogram of the smooth histogram (signal) > 0.0
- Compare: Smooth histogram > 0.0
- T3 moving average: talib.T3($close, timeperiod=5, vfactor=0.7)
- Compare: T3 moving average > 0.0
- Triple exponential moving average: talib.TEMA($close, timeperiod=20)
- Compare: Triple exponential moving average > 0.0
- Triangular moving average: talib.TRIMA($close, timeperiod=20)
- Compare: Triangular moving average > 0.0
- True range: talib.TRANGE($high, $low, $close)
- Compare: True range > 0.0
- Typical price: talib.TYPPRICE($high, $low, $close)
- Compare: Typical price > 0.0
- Any of (or): Compare or Compare or Compare or Compare or Compare or Compare or Compare or
  Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare
  or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or
  Compare or Compare or Compare or Compare or Compare or Compare or Compare
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
    "compare": "accumulation_distribution value above",
    "compare_2": "adx value above",
    "compare_3": "aroon down above",
    "compare_4": "aroon up above",
    "compare_5": "aroon_oscillator value above",
    "compare_6": "atr value above",
    "compare_7": "bollinger lower above",
    "compare_8": "bollinger middle above",
    "compare_9": "bollinger upper above",
    "compare_10": "chaikin_oscillator value above",
    "compare_11": "dema value above",
    "compare_12": "kama value above",
    "compare_13": "linear_regression value above",
    "compare_14": "macd histogram above",
    "compare_15": "macd macd above",
    "compare_16": "macd signal above",
    "compare_17": "mfi value above",
    "compare_18": "minus_di value above",
    "compare_19": "natr value above",
    "compare_20": "obv value above",
    "compare_21": "parabolic_sar value above",
    "compare_22": "plus_di value above",
    "compare_23": "again histogram above",
    "compare_24": "again macd above",
    "compare_25": "again signal above",
    "compare_26": "smooth value above",
    "compare_27": "t3 value above",
    "compare_28": "tema value above",
    "compare_29": "trima value above",
    "compare_30": "true_range value above",
    "compare_31": "typical_price value above",
    "any_of_2": "any",
    "buy": "enter",
    "equal_weight": "size",
    "stop_loss_percent": "stop",
}


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """True where any is true, else unknown where any is unknown, else false."""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


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
        compare_value: float = 0.0,
        adx_window: int = 14,
        compare_2_value: float = 0.0,
        aroon_window: int = 14,
        compare_3_value: float = 0.0,
        compare_4_value: float = 0.0,
        aroon_oscillator_window: int = 14,
        compare_5_value: float = 0.0,
        atr_window: int = 14,
        compare_6_value: float = 0.0,
        bollinger_deviations: float = 2.0,
        bollinger_window: int = 20,
        compare_7_value: float = 0.0,
        compare_8_value: float = 0.0,
        compare_9_value: float = 0.0,
        chaikin_oscillator_fast: int = 3,
        chaikin_oscillator_slow: int = 10,
        compare_10_value: float = 0.0,
        dema_window: int = 20,
        compare_11_value: float = 0.0,
        kama_window: int = 20,
        compare_12_value: float = 0.0,
        linear_regression_window: int = 14,
        compare_13_value: float = 0.0,
        macd_fast: int = 12,
        macd_signal: int = 9,
        macd_slow: int = 26,
        compare_14_value: float = 0.0,
        compare_15_value: float = 0.0,
        compare_16_value: float = 0.0,
        mfi_window: int = 14,
        compare_17_value: float = 0.0,
        minus_di_window: int = 14,
        compare_18_value: float = 0.0,
        natr_window: int = 14,
        compare_19_value: float = 0.0,
        compare_20_value: float = 0.0,
        parabolic_sar_acceleration: float = 0.02,
        parabolic_sar_maximum: float = 0.2,
        compare_21_value: float = 0.0,
        plus_di_window: int = 14,
        compare_22_value: float = 0.0,
        smooth_histogram_window: int = 20,
        histogram_of_the_smooth_fast: int = 12,
        histogram_of_the_smooth_signal: int = 9,
        histogram_of_the_smooth_slow: int = 26,
        compare_23_value: float = 0.0,
        compare_24_value: float = 0.0,
        compare_25_value: float = 0.0,
        compare_26_value: float = 0.0,
        t3_volume_factor: float = 0.7,
        t3_window: int = 5,
        compare_27_value: float = 0.0,
        tema_window: int = 20,
        compare_28_value: float = 0.0,
        trima_window: int = 20,
        compare_29_value: float = 0.0,
        compare_30_value: float = 0.0,
        compare_31_value: float = 0.0,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.compare_value = compare_value
        self.adx_window = adx_window
        self.compare_2_value = compare_2_value
        self.aroon_window = aroon_window
        self.compare_3_value = compare_3_value
        self.compare_4_value = compare_4_value
        self.aroon_oscillator_window = aroon_oscillator_window
        self.compare_5_value = compare_5_value
        self.atr_window = atr_window
        self.compare_6_value = compare_6_value
        self.bollinger_deviations = bollinger_deviations
        self.bollinger_window = bollinger_window
        self.compare_7_value = compare_7_value
        self.compare_8_value = compare_8_value
        self.compare_9_value = compare_9_value
        self.chaikin_oscillator_fast = chaikin_oscillator_fast
        self.chaikin_oscillator_slow = chaikin_oscillator_slow
        self.compare_10_value = compare_10_value
        self.dema_window = dema_window
        self.compare_11_value = compare_11_value
        self.kama_window = kama_window
        self.compare_12_value = compare_12_value
        self.linear_regression_window = linear_regression_window
        self.compare_13_value = compare_13_value
        self.macd_fast = macd_fast
        self.macd_signal = macd_signal
        self.macd_slow = macd_slow
        self.compare_14_value = compare_14_value
        self.compare_15_value = compare_15_value
        self.compare_16_value = compare_16_value
        self.mfi_window = mfi_window
        self.compare_17_value = compare_17_value
        self.minus_di_window = minus_di_window
        self.compare_18_value = compare_18_value
        self.natr_window = natr_window
        self.compare_19_value = compare_19_value
        self.compare_20_value = compare_20_value
        self.parabolic_sar_acceleration = parabolic_sar_acceleration
        self.parabolic_sar_maximum = parabolic_sar_maximum
        self.compare_21_value = compare_21_value
        self.plus_di_window = plus_di_window
        self.compare_22_value = compare_22_value
        self.smooth_histogram_window = smooth_histogram_window
        self.histogram_of_the_smooth_fast = histogram_of_the_smooth_fast
        self.histogram_of_the_smooth_signal = histogram_of_the_smooth_signal
        self.histogram_of_the_smooth_slow = histogram_of_the_smooth_slow
        self.compare_23_value = compare_23_value
        self.compare_24_value = compare_24_value
        self.compare_25_value = compare_25_value
        self.compare_26_value = compare_26_value
        self.t3_volume_factor = t3_volume_factor
        self.t3_window = t3_window
        self.compare_27_value = compare_27_value
        self.tema_window = tema_window
        self.compare_28_value = compare_28_value
        self.trima_window = trima_window
        self.compare_29_value = compare_29_value
        self.compare_30_value = compare_30_value
        self.compare_31_value = compare_31_value
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
                "$high",
                "$low",
                "$volume",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "$volume",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.volume = self.panel(features["$volume"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Accumulation / distribution line
        accumulation_distributio = on_own_bars(
            talib.AD,
            self.high,
            self.low,
            self.close,
            self.volume,
        )

        # Compare
        compare = known(accumulation_distributio > self.compare_value, accumulation_distributio)

        # Average directional index (ADX)
        adx = on_own_bars(talib.ADX, self.high, self.low, self.close, timeperiod=self.adx_window)

        # Compare
        compare_2 = known(adx > self.compare_2_value, adx)

        # Aroon
        aroon_down, aroon_up = on_own_bars(
            talib.AROON,
            self.high,
            self.low,
            timeperiod=self.aroon_window,
        )

        # Compare
        compare_3 = known(aroon_down > self.compare_3_value, aroon_down)

        # Compare
        compare_4 = known(aroon_up > self.compare_4_value, aroon_up)

        # Aroon oscillator
        aroon_oscillator = on_own_bars(
            talib.AROONOSC,
            self.high,
            self.low,
            timeperiod=self.aroon_oscillator_window,
        )

        # Compare
        compare_5 = known(aroon_oscillator > self.compare_5_value, aroon_oscillator)

        # Average true range (ATR)
        atr = on_own_bars(talib.ATR, self.high, self.low, self.close, timeperiod=self.atr_window)

        # Compare
        compare_6 = known(atr > self.compare_6_value, atr)

        # Bollinger bands
        bollinger_upper, bollinger_middle, bollinger_lower = on_own_bars(
            talib.BBANDS,
            self.close,
            timeperiod=self.bollinger_window,
            nbdevup=self.bollinger_deviations,
            nbdevdn=self.bollinger_deviations,
        )

        # Compare
        compare_7 = known(bollinger_lower > self.compare_7_value, bollinger_lower)

        # Compare
        compare_8 = known(bollinger_middle > self.compare_8_value, bollinger_middle)

        # Compare
        compare_9 = known(bollinger_upper > self.compare_9_value, bollinger_upper)

        # Chaikin oscillator
        chaikin_oscillator = on_own_bars(
            talib.ADOSC,
            self.high,
            self.low,
            self.close,
            self.volume,
            fastperiod=self.chaikin_oscillator_fast,
            slowperiod=self.chaikin_oscillator_slow,
        )

        # Compare
        compare_10 = known(chaikin_oscillator > self.compare_10_value, chaikin_oscillator)

        # Double exponential moving average
        dema = on_own_bars(talib.DEMA, self.close, timeperiod=self.dema_window)

        # Compare
        compare_11 = known(dema > self.compare_11_value, dema)

        # Kaufman adaptive moving average
        kama = on_own_bars(talib.KAMA, self.close, timeperiod=self.kama_window)

        # Compare
        compare_12 = known(kama > self.compare_12_value, kama)

        # Linear regression
        linear_regression = on_own_bars(
            talib.LINEARREG,
            self.close,
            timeperiod=self.linear_regression_window,
        )

        # Compare
        compare_13 = known(linear_regression > self.compare_13_value, linear_regression)

        # MACD
        macd, macd_signal, macd_histogram = on_own_bars(
            talib.MACD,
            self.close,
            fastperiod=self.macd_fast,
            slowperiod=self.macd_slow,
            signalperiod=self.macd_signal,
        )

        # Compare
        compare_14 = known(macd_histogram > self.compare_14_value, macd_histogram)

        # Compare
        compare_15 = known(macd > self.compare_15_value, macd)

        # Compare
        compare_16 = known(macd_signal > self.compare_16_value, macd_signal)

        # Money flow index (MFI)
        mfi = on_own_bars(
            talib.MFI,
            self.high,
            self.low,
            self.close,
            self.volume,
            timeperiod=self.mfi_window,
        )

        # Compare
        compare_17 = known(mfi > self.compare_17_value, mfi)

        # Minus directional indicator (-DI)
        minus_di = on_own_bars(
            talib.MINUS_DI,
            self.high,
            self.low,
            self.close,
            timeperiod=self.minus_di_window,
        )

        # Compare
        compare_18 = known(minus_di > self.compare_18_value, minus_di)

        # Normalised average true range (NATR)
        natr = on_own_bars(talib.NATR, self.high, self.low, self.close, timeperiod=self.natr_window)

        # Compare
        compare_19 = known(natr > self.compare_19_value, natr)

        # On-balance volume (OBV)
        obv = on_own_bars(talib.OBV, self.close, self.volume)

        # Compare
        compare_20 = known(obv > self.compare_20_value, obv)

        # Parabolic SAR
        parabolic_sar = on_own_bars(
            talib.SAR,
            self.high,
            self.low,
            acceleration=self.parabolic_sar_acceleration,
            maximum=self.parabolic_sar_maximum,
        )

        # Compare
        compare_21 = known(parabolic_sar > self.compare_21_value, parabolic_sar)

        # Plus directional indicator (+DI)
        plus_di = on_own_bars(
            talib.PLUS_DI,
            self.high,
            self.low,
            self.close,
            timeperiod=self.plus_di_window,
        )

        # Compare
        compare_22 = known(plus_di > self.compare_22_value, plus_di)

        # Smooth histogram
        smooth_histogram = on_own_bars(
            talib.TEMA,
            macd_histogram,
            timeperiod=self.smooth_histogram_window,
        )

        # Histogram of the smooth histogram
        (
            histogram_of_the_smooth,
            histogram_of_the_smooth_signal,
            histogram_of_the_smooth_histogram,
        ) = on_own_bars(
            talib.MACD,
            smooth_histogram,
            fastperiod=self.histogram_of_the_smooth_fast,
            slowperiod=self.histogram_of_the_smooth_slow,
            signalperiod=self.histogram_of_the_smooth_signal,
        )

        # Compare
        compare_23 = known(
            histogram_of_the_smooth_histogram > self.compare_23_value,
            histogram_of_the_smooth_histogram,
        )

        # Compare
        compare_24 = known(histogram_of_the_smooth > self.compare_24_value, histogram_of_the_smooth)

        # Compare
        compare_25 = known(
            histogram_of_the_smooth_signal > self.compare_25_value,
            histogram_of_the_smooth_signal,
        )

        # Compare
        compare_26 = known(smooth_histogram > self.compare_26_value, smooth_histogram)

        # T3 moving average
        t3 = on_own_bars(
            talib.T3,
            self.close,
            timeperiod=self.t3_window,
            vfactor=self.t3_volume_factor,
        )

        # Compare
        compare_27 = known(t3 > self.compare_27_value, t3)

        # Triple exponential moving average
        tema = on_own_bars(talib.TEMA, self.close, timeperiod=self.tema_window)

        # Compare
        compare_28 = known(tema > self.compare_28_value, tema)

        # Triangular moving average
        trima = on_own_bars(talib.TRIMA, self.close, timeperiod=self.trima_window)

        # Compare
        compare_29 = known(trima > self.compare_29_value, trima)

        # True range
        true_range = on_own_bars(talib.TRANGE, self.high, self.low, self.close)

        # Compare
        compare_30 = known(true_range > self.compare_30_value, true_range)

        # Typical price
        typical_price = on_own_bars(talib.TYPPRICE, self.high, self.low, self.close)

        # Compare
        compare_31 = known(typical_price > self.compare_31_value, typical_price)

        # Any of (or)
        any_of_2 = any_of(
            compare,
            compare_2,
            compare_23,
            compare_24,
            compare_25,
            compare_3,
            compare_4,
            compare_5,
            compare_6,
            compare_7,
            compare_8,
            compare_9,
            compare_10,
            compare_11,
            compare_12,
            compare_13,
            compare_14,
            compare_15,
            compare_16,
            compare_17,
            compare_18,
            compare_19,
            compare_20,
            compare_21,
            compare_22,
            compare_26,
            compare_27,
            compare_28,
            compare_29,
            compare_30,
            compare_31,
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
            NODES["compare_24"]: compare_24 == 1,
            NODES["compare_25"]: compare_25 == 1,
            NODES["compare_26"]: compare_26 == 1,
            NODES["compare_27"]: compare_27 == 1,
            NODES["compare_28"]: compare_28 == 1,
            NODES["compare_29"]: compare_29 == 1,
            NODES["compare_30"]: compare_30 == 1,
            NODES["compare_31"]: compare_31 == 1,
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

# The flow that this file was made from, as JSON; SHA-256 09b057a46ed50dda4997b74d4b4c086ddbf014e1cb1c0602783dae60d60e5a5d
# | {"edges":[{"source":"accumulation_distribution","source_handle":"value","target":"accumulati
# | on_distribution\u0020value\u0020above","target_handle":"left"},{"source":"adx","source_handl
# | e":"value","target":"adx\u0020value\u0020above","target_handle":"left"},{"source":"smooth","
# | source_handle":"value","target":"again","target_handle":"input"},{"source":"again","source_h
# | andle":"histogram","target":"again\u0020histogram\u0020above","target_handle":"left"},{"sour
# | ce":"again","source_handle":"macd","target":"again\u0020macd\u0020above","target_handle":"le
# | ft"},{"source":"again","source_handle":"signal","target":"again\u0020signal\u0020above","tar
# | get_handle":"left"},{"source":"accumulation_distribution\u0020value\u0020above","source_hand
# | le":"result","target":"any","target_handle":"conditions"},{"source":"adx\u0020value\u0020abo
# | ve","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"again\u
# | 0020histogram\u0020above","source_handle":"result","target":"any","target_handle":"condition
# | s"},{"source":"again\u0020macd\u0020above","source_handle":"result","target":"any","target_h
# | andle":"conditions"},{"source":"again\u0020signal\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"aroon\u0020down\u0020above","source_handl
# | e":"result","target":"any","target_handle":"conditions"},{"source":"aroon\u0020up\u0020above
# | ","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"aroon_osc
# | illator\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"cond
# | itions"},{"source":"atr\u0020value\u0020above","source_handle":"result","target":"any","targ
# | et_handle":"conditions"},{"source":"bollinger\u0020lower\u0020above","source_handle":"result
# | ","target":"any","target_handle":"conditions"},{"source":"bollinger\u0020middle\u0020above",
# | "source_handle":"result","target":"any","target_handle":"conditions"},{"source":"bollinger\u
# | 0020upper\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},
# | {"source":"chaikin_oscillator\u0020value\u0020above","source_handle":"result","target":"any"
# | ,"target_handle":"conditions"},{"source":"dema\u0020value\u0020above","source_handle":"resul
# | t","target":"any","target_handle":"conditions"},{"source":"kama\u0020value\u0020above","sour
# | ce_handle":"result","target":"any","target_handle":"conditions"},{"source":"linear_regressio
# | n\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions
# | "},{"source":"macd\u0020histogram\u0020above","source_handle":"result","target":"any","targe
# | t_handle":"conditions"},{"source":"macd\u0020macd\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"macd\u0020signal\u0020above","source_hand
# | le":"result","target":"any","target_handle":"conditions"},{"source":"mfi\u0020value\u0020abo
# | ve","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"minus_d
# | i\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions
# | "},{"source":"natr\u0020value\u0020above","source_handle":"result","target":"any","target_ha
# | ndle":"conditions"},{"source":"obv\u0020value\u0020above","source_handle":"result","target":
# | "any","target_handle":"conditions"},{"source":"parabolic_sar\u0020value\u0020above","source_
# | handle":"result","target":"any","target_handle":"conditions"},{"source":"plus_di\u0020value\
# | u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"source":
# | "smooth\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"cond
# | itions"},{"source":"t3\u0020value\u0020above","source_handle":"result","target":"any","targe
# | t_handle":"conditions"},{"source":"tema\u0020value\u0020above","source_handle":"result","tar
# | get":"any","target_handle":"conditions"},{"source":"trima\u0020value\u0020above","source_han
# | dle":"result","target":"any","target_handle":"conditions"},{"source":"true_range\u0020value\
# | u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"source":
# | "typical_price\u0020value\u0020above","source_handle":"result","target":"any","target_handle
# | ":"conditions"},{"source":"aroon","source_handle":"down","target":"aroon\u0020down\u0020abov
# | e","target_handle":"left"},{"source":"aroon","source_handle":"up","target":"aroon\u0020up\u0
# | 020above","target_handle":"left"},{"source":"aroon_oscillator","source_handle":"value","targ
# | et":"aroon_oscillator\u0020value\u0020above","target_handle":"left"},{"source":"atr","source
# | _handle":"value","target":"atr\u0020value\u0020above","target_handle":"left"},{"source":"bol
# | linger","source_handle":"lower","target":"bollinger\u0020lower\u0020above","target_handle":"
# | left"},{"source":"bollinger","source_handle":"middle","target":"bollinger\u0020middle\u0020a
# | bove","target_handle":"left"},{"source":"bollinger","source_handle":"upper","target":"bollin
# | ger\u0020upper\u0020above","target_handle":"left"},{"source":"chaikin_oscillator","source_ha
# | ndle":"value","target":"chaikin_oscillator\u0020value\u0020above","target_handle":"left"},{"
# | source":"dema","source_handle":"value","target":"dema\u0020value\u0020above","target_handle"
# | :"left"},{"source":"any","source_handle":"result","target":"enter","target_handle":"conditio
# | n"},{"source":"kama","source_handle":"value","target":"kama\u0020value\u0020above","target_h
# | andle":"left"},{"source":"linear_regression","source_handle":"value","target":"linear_regres
# | sion\u0020value\u0020above","target_handle":"left"},{"source":"macd","source_handle":"histog
# | ram","target":"macd\u0020histogram\u0020above","target_handle":"left"},{"source":"macd","sou
# | rce_handle":"macd","target":"macd\u0020macd\u0020above","target_handle":"left"},{"source":"m
# | acd","source_handle":"signal","target":"macd\u0020signal\u0020above","target_handle":"left"}
# | ,{"source":"mfi","source_handle":"value","target":"mfi\u0020value\u0020above","target_handle
# | ":"left"},{"source":"minus_di","source_handle":"value","target":"minus_di\u0020value\u0020ab
# | ove","target_handle":"left"},{"source":"natr","source_handle":"value","target":"natr\u0020va
# | lue\u0020above","target_handle":"left"},{"source":"obv","source_handle":"value","target":"ob
# | v\u0020value\u0020above","target_handle":"left"},{"source":"parabolic_sar","source_handle":"
# | value","target":"parabolic_sar\u0020value\u0020above","target_handle":"left"},{"source":"plu
# | s_di","source_handle":"value","target":"plus_di\u0020value\u0020above","target_handle":"left
# | "},{"source":"enter","source_handle":"signal","target":"size","target_handle":"entry"},{"sou
# | rce":"macd","source_handle":"histogram","target":"smooth","target_handle":"input"},{"source"
# | :"smooth","source_handle":"value","target":"smooth\u0020value\u0020above","target_handle":"l
# | eft"},{"source":"size","source_handle":"position","target":"stop","target_handle":"position"
# | },{"source":"t3","source_handle":"value","target":"t3\u0020value\u0020above","target_handle"
# | :"left"},{"source":"tema","source_handle":"value","target":"tema\u0020value\u0020above","tar
# | get_handle":"left"},{"source":"trima","source_handle":"value","target":"trima\u0020value\u00
# | 20above","target_handle":"left"},{"source":"true_range","source_handle":"value","target":"tr
# | ue_range\u0020value\u0020above","target_handle":"left"},{"source":"typical_price","source_ha
# | ndle":"value","target":"typical_price\u0020value\u0020above","target_handle":"left"}],"nodes
# | ":[{"id":"accumulation_distribution","parameters":{},"template_id":"caee4093-2167-56b6-95ff-
# | dfb20de3e68f","template_name":"accumulation_distribution","template_version":"1.0.0","type":
# | "INDICATOR"},{"id":"accumulation_distribution\u0020value\u0020above","parameters":{"operator
# | ":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"com
# | pare","template_version":"1.0.0","type":"CONDITION"},{"id":"adx","parameters":{"window":14},
# | "template_id":"d3520d22-3b96-57ba-b629-17bc04a89f2d","template_name":"adx","template_version
# | ":"1.0.0","type":"INDICATOR"},{"id":"adx\u0020value\u0020above","parameters":{"operator":">"
# | ,"value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare"
# | ,"template_version":"1.0.0","type":"CONDITION"},{"id":"again","label":"Histogram\u0020of\u00
# | 20the\u0020smooth\u0020histogram","parameters":{"fast":12,"field":"close","signal":9,"slow":
# | 26},"template_id":"9522d04c-fae5-5762-a104-6c88048a6b3f","template_name":"macd","template_ve
# | rsion":"1.0.0","type":"INDICATOR"},{"id":"again\u0020histogram\u0020above","parameters":{"op
# | erator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name
# | ":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"again\u0020macd\u0020above
# | ","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba00
# | 8b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"again\u
# | 0020signal\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc
# | 9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDI
# | TION"},{"id":"any","parameters":{},"template_id":"e4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e","tem
# | plate_name":"any_of","template_version":"1.0.0","type":"CONDITION"},{"id":"aroon","parameter
# | s":{"window":14},"template_id":"8ad9724b-cd5e-5ae3-9c4e-9fc3a2e63fed","template_name":"aroon
# | ","template_version":"1.0.0","type":"INDICATOR"},{"id":"aroon\u0020down\u0020above","paramet
# | ers":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","temp
# | late_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"aroon\u0020up\u00
# | 20above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b
# | 5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | aroon_oscillator","parameters":{"window":14},"template_id":"eb19a31f-ef0b-57a1-b058-136a42c3
# | 5e80","template_name":"aroon_oscillator","template_version":"1.0.0","type":"INDICATOR"},{"id
# | ":"aroon_oscillator\u0020value\u0020above","parameters":{"operator":">","value":0.0},"templa
# | te_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"
# | 1.0.0","type":"CONDITION"},{"id":"atr","parameters":{"window":14},"template_id":"d8197c92-6f
# | b0-551b-baa5-344ed73b9061","template_name":"atr","template_version":"1.0.0","type":"INDICATO
# | R"},{"id":"atr\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id
# | ":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0
# | ","type":"CONDITION"},{"id":"bollinger","parameters":{"deviations":2.0,"field":"close","wind
# | ow":20},"template_id":"4e47809b-293a-557d-9767-579e4610fd90","template_name":"bollinger","te
# | mplate_version":"1.0.0","type":"INDICATOR"},{"id":"bollinger\u0020lower\u0020above","paramet
# | ers":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","temp
# | late_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"bollinger\u0020mi
# | ddle\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016
# | -be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"}
# | ,{"id":"bollinger\u0020upper\u0020above","parameters":{"operator":">","value":0.0},"template
# | _id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.
# | 0.0","type":"CONDITION"},{"id":"chaikin_oscillator","parameters":{"fast":3,"slow":10},"templ
# | ate_id":"3d6d8986-2035-5eb7-8c03-fa908a1c7bf8","template_name":"chaikin_oscillator","templat
# | e_version":"1.0.0","type":"INDICATOR"},{"id":"chaikin_oscillator\u0020value\u0020above","par
# | ameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","
# | template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"dema","parame
# | ters":{"field":"close","window":20},"template_id":"eb4f3510-9519-5664-9bb8-34ee610afda6","te
# | mplate_name":"dema","template_version":"1.0.0","type":"INDICATOR"},{"id":"dema\u0020value\u0
# | 020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0
# | b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":
# | "enter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name"
# | :"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"kama","parameters":{"field":"close
# | ","window":20},"template_id":"70c2df16-467f-59ff-b772-020de27ac31f","template_name":"kama","
# | template_version":"1.0.0","type":"INDICATOR"},{"id":"kama\u0020value\u0020above","parameters
# | ":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","templat
# | e_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"linear_regression","
# | parameters":{"field":"close","window":14},"template_id":"87d279ae-0aa3-5163-8694-3dad5f20fcd
# | e","template_name":"linear_regression","template_version":"1.0.0","type":"INDICATOR"},{"id":
# | "linear_regression\u0020value\u0020above","parameters":{"operator":">","value":0.0},"templat
# | e_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1
# | .0.0","type":"CONDITION"},{"id":"macd","parameters":{"fast":12,"field":"close","signal":9,"s
# | low":26},"template_id":"9522d04c-fae5-5762-a104-6c88048a6b3f","template_name":"macd","templa
# | te_version":"1.0.0","type":"INDICATOR"},{"id":"macd\u0020histogram\u0020above","parameters":
# | {"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_
# | name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"macd\u0020macd\u0020ab
# | ove","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1b
# | a008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"macd
# | \u0020signal\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5
# | fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CON
# | DITION"},{"id":"mfi","parameters":{"window":14},"template_id":"45f51692-387a-54e7-8669-12bc7
# | d7d7352","template_name":"mfi","template_version":"1.0.0","type":"INDICATOR"},{"id":"mfi\u00
# | 20value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5
# | 016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITIO
# | N"},{"id":"minus_di","parameters":{"window":14},"template_id":"67ebafcb-3f2c-5ee6-8af8-a96af
# | f5196c5","template_name":"minus_di","template_version":"1.0.0","type":"INDICATOR"},{"id":"mi
# | nus_di\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698
# | c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type"
# | :"CONDITION"},{"id":"natr","parameters":{"window":14},"template_id":"10b1f3c0-6976-5f98-85df
# | -ac331714301e","template_name":"natr","template_version":"1.0.0","type":"INDICATOR"},{"id":"
# | natr\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c9
# | 1-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"
# | CONDITION"},{"id":"obv","parameters":{},"template_id":"b995a357-9153-5c22-a1f6-f56d7d065ffd"
# | ,"template_name":"obv","template_version":"1.0.0","type":"INDICATOR"},{"id":"obv\u0020value\
# | u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b
# | -0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id
# | ":"parabolic_sar","parameters":{"acceleration":0.02,"maximum":0.2},"template_id":"65023995-5
# | 363-5ae2-af1d-907f5ea82172","template_name":"parabolic_sar","template_version":"1.0.0","type
# | ":"INDICATOR"},{"id":"parabolic_sar\u0020value\u0020above","parameters":{"operator":">","val
# | ue":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"plus_di","parameters":{"window":14},"templ
# | ate_id":"30411bc1-0296-5a64-9871-9afc12397d2d","template_name":"plus_di","template_version":
# | "1.0.0","type":"INDICATOR"},{"id":"plus_di\u0020value\u0020above","parameters":{"operator":"
# | >","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compar
# | e","template_version":"1.0.0","type":"CONDITION"},{"id":"size","parameters":{"max_positions"
# | :10,"rebalance_days":0},"template_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name"
# | :"equal_weight","template_version":"1.0.0","type":"POSITION"},{"id":"smooth","label":"Smooth
# | \u0020histogram","parameters":{"field":"close","window":20},"template_id":"f78381c5-e75e-528
# | 8-99a9-055d3e9f2c47","template_name":"tema","template_version":"1.0.0","type":"INDICATOR"},{
# | "id":"smooth\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":
# | "21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0",
# | "type":"CONDITION"},{"id":"stop","parameters":{"percent":0.05},"template_id":"9039b93b-bc28-
# | 5ad4-87a7-8c7a662be4c3","template_name":"stop_loss_percent","template_version":"1.0.0","type
# | ":"STOP_LOSS"},{"id":"t3","parameters":{"field":"close","volume_factor":0.7,"window":5},"tem
# | plate_id":"5ecfe8bc-7f5b-5e7d-8615-6a23701125a6","template_name":"t3","template_version":"1.
# | 0.0","type":"INDICATOR"},{"id":"t3\u0020value\u0020above","parameters":{"operator":">","valu
# | e":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","temp
# | late_version":"1.0.0","type":"CONDITION"},{"id":"tema","parameters":{"field":"close","window
# | ":20},"template_id":"f78381c5-e75e-5288-99a9-055d3e9f2c47","template_name":"tema","template_
# | version":"1.0.0","type":"INDICATOR"},{"id":"tema\u0020value\u0020above","parameters":{"opera
# | tor":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"
# | compare","template_version":"1.0.0","type":"CONDITION"},{"id":"trima","parameters":{"field":
# | "close","window":20},"template_id":"b77bf1a2-35e2-53b7-84d7-1aa3de77f466","template_name":"t
# | rima","template_version":"1.0.0","type":"INDICATOR"},{"id":"trima\u0020value\u0020above","pa
# | rameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0",
# | "template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"true_range",
# | "parameters":{},"template_id":"9f45e285-06fe-5b1b-9880-7a967d4bf5d7","template_name":"true_r
# | ange","template_version":"1.0.0","type":"INDICATOR"},{"id":"true_range\u0020value\u0020above
# | ","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba00
# | 8b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"typical
# | _price","parameters":{},"template_id":"51c83004-a86b-5ae9-a868-1a8be8b471ae","template_name"
# | :"typical_price","template_version":"1.0.0","type":"INDICATOR"},{"id":"typical_price\u0020va
# | lue\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-
# | be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"}]
# | }
