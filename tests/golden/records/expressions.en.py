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
- Absolute value: Abs($close)
- Compare: Absolute value > 0.0
- Change: Delta($close,1)
- Compare: Change > 0.0
- Correlation: Corr(Delta($close,1),$volume,20)
- Compare: Correlation > 0.0
- Covariance: Cov(Delta($close,1),$volume,20)
- Compare: Covariance > 0.0
- Exponential moving average: EMA($close,20)
- Compare: Exponential moving average > 0.0
- Highest of days: Max($high,20)
- Compare: Highest of days > 0.0
- Day of the highest: IdxMax(Delta($close,1),20)
- Compare: Day of the highest > 0.0
- Day of the lowest: IdxMin(Delta($close,1),20)
- Compare: Day of the lowest > 0.0
- Kurtosis: Kurt(Delta($close,1),20)
- Compare: Kurtosis > 0.0
- Value days ago: Ref($close,1)
- Compare: Value days ago > 0.0
- Larger of two: Greater($close,$open)
- Compare: Larger of two > 0.0
- Natural logarithm: Log($close)
- Compare: Natural logarithm > 0.0
- Lowest of days: Min($low,20)
- Compare: Lowest of days > 0.0
- Mean absolute deviation: Mad(Delta($close,1),20)
- Compare: Mean absolute deviation > 0.0
- Median: Med(Delta($close,1),20)
- Compare: Median > 0.0
- Return over days: $close/Ref($close,20)-1
- Compare: Return over days > 0.0
- Price field: $close
- Compare: Price field > 0.0
- Quantile of days: Quantile(Delta($close,1),20,0.5)
- Compare: Quantile of days > 0.0
- R squared of regression: Rsquare(Delta($close,1),20)
- Compare: R squared of regression > 0.0
- Change of the change: Return over days,
  ($close/Ref($close,20)-1)/Ref($close/Ref($close,20)-1,5)-1
- Compare: Change of the change > 0.0
- Residual of regression: Resi(Delta($close,1),20)
- Compare: Residual of regression > 0.0
- Rolling sum: Sum(Delta($close,1),20)
- Compare: Rolling sum > 0.0
- Sign: Sign($close)
- Compare: Sign > 0.0
- Skewness: Skew(Delta($close,1),20)
- Compare: Skewness > 0.0
- Slope of regression: Slope(Delta($close,1),20)
- Compare: Slope of regression > 0.0
- Simple moving average: Mean($close,20)
- Compare: Simple moving average > 0.0
- Smaller of two: Less($close,$open)
- Compare: Smaller of two > 0.0
- Standard deviation: Std(Delta($close,1),20)
- Compare: Standard deviation > 0.0
- Time-series rank: Rank(Delta($close,1),20)
- Compare: Time-series rank > 0.0
- Variance: Var(Delta($close,1),20)
- Compare: Variance > 0.0
- Volatility: Std(Delta($close,1)/Ref(Delta($close,1),1)-1,20)
- Compare: Volatility > 0.0
- Weighted moving average: WMA($close,20)/WMA($close*0+1,20)
- Compare: Weighted moving average > 0.0
- Z-score: (Delta($close,1)-Mean(Delta($close,1),20))/Std(Delta($close,1),20)
- Compare: Z-score > 0.0
- Any of (or): Compare or Compare or Compare or Compare or Compare or Compare or Compare or
  Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare
  or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or
  Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare or Compare
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "compare": "absolute value above",
    "compare_2": "change value above",
    "compare_3": "correlation value above",
    "compare_4": "covariance value above",
    "compare_5": "ema value above",
    "compare_6": "highest value above",
    "compare_7": "index_of_highest value above",
    "compare_8": "index_of_lowest value above",
    "compare_9": "kurtosis value above",
    "compare_10": "lag value above",
    "compare_11": "larger_of value above",
    "compare_12": "logarithm value above",
    "compare_13": "lowest value above",
    "compare_14": "mean_absolute_deviation value above",
    "compare_15": "median value above",
    "compare_16": "period_return value above",
    "compare_17": "price value above",
    "compare_18": "quantile value above",
    "compare_19": "r_squared value above",
    "compare_20": "ratio value above",
    "compare_21": "residual value above",
    "compare_22": "rolling_sum value above",
    "compare_23": "sign value above",
    "compare_24": "skewness value above",
    "compare_25": "slope value above",
    "compare_26": "sma value above",
    "compare_27": "smaller_of value above",
    "compare_28": "standard_deviation value above",
    "compare_29": "time_series_rank value above",
    "compare_30": "variance value above",
    "compare_31": "volatility value above",
    "compare_32": "wma value above",
    "compare_33": "z_score value above",
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
        change_days: int = 1,
        compare_2_value: float = 0.0,
        correlation_window: int = 20,
        compare_3_value: float = 0.0,
        covariance_window: int = 20,
        compare_4_value: float = 0.0,
        ema_window: int = 20,
        compare_5_value: float = 0.0,
        highest_window: int = 20,
        compare_6_value: float = 0.0,
        index_of_highest_window: int = 20,
        compare_7_value: float = 0.0,
        index_of_lowest_window: int = 20,
        compare_8_value: float = 0.0,
        kurtosis_window: int = 20,
        compare_9_value: float = 0.0,
        lag_days: int = 1,
        compare_10_value: float = 0.0,
        compare_11_value: float = 0.0,
        compare_12_value: float = 0.0,
        lowest_window: int = 20,
        compare_13_value: float = 0.0,
        mean_absolute_deviation_window: int = 20,
        compare_14_value: float = 0.0,
        median_window: int = 20,
        compare_15_value: float = 0.0,
        period_return_days: int = 20,
        compare_16_value: float = 0.0,
        compare_17_value: float = 0.0,
        quantile_fraction: float = 0.5,
        quantile_window: int = 20,
        compare_18_value: float = 0.0,
        r_squared_window: int = 20,
        compare_19_value: float = 0.0,
        change_of_the_change_days: int = 5,
        compare_20_value: float = 0.0,
        residual_window: int = 20,
        compare_21_value: float = 0.0,
        rolling_sum_window: int = 20,
        compare_22_value: float = 0.0,
        compare_23_value: float = 0.0,
        skewness_window: int = 20,
        compare_24_value: float = 0.0,
        slope_window: int = 20,
        compare_25_value: float = 0.0,
        sma_window: int = 20,
        compare_26_value: float = 0.0,
        compare_27_value: float = 0.0,
        standard_deviation_window: int = 20,
        compare_28_value: float = 0.0,
        time_series_rank_window: int = 20,
        compare_29_value: float = 0.0,
        variance_window: int = 20,
        compare_30_value: float = 0.0,
        volatility_window: int = 20,
        compare_31_value: float = 0.0,
        wma_window: int = 20,
        compare_32_value: float = 0.0,
        z_score_window: int = 20,
        compare_33_value: float = 0.0,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.compare_value = compare_value
        self.change_days = change_days
        self.compare_2_value = compare_2_value
        self.correlation_window = correlation_window
        self.compare_3_value = compare_3_value
        self.covariance_window = covariance_window
        self.compare_4_value = compare_4_value
        self.ema_window = ema_window
        self.compare_5_value = compare_5_value
        self.highest_window = highest_window
        self.compare_6_value = compare_6_value
        self.index_of_highest_window = index_of_highest_window
        self.compare_7_value = compare_7_value
        self.index_of_lowest_window = index_of_lowest_window
        self.compare_8_value = compare_8_value
        self.kurtosis_window = kurtosis_window
        self.compare_9_value = compare_9_value
        self.lag_days = lag_days
        self.compare_10_value = compare_10_value
        self.compare_11_value = compare_11_value
        self.compare_12_value = compare_12_value
        self.lowest_window = lowest_window
        self.compare_13_value = compare_13_value
        self.mean_absolute_deviation_window = mean_absolute_deviation_window
        self.compare_14_value = compare_14_value
        self.median_window = median_window
        self.compare_15_value = compare_15_value
        self.period_return_days = period_return_days
        self.compare_16_value = compare_16_value
        self.compare_17_value = compare_17_value
        self.quantile_fraction = quantile_fraction
        self.quantile_window = quantile_window
        self.compare_18_value = compare_18_value
        self.r_squared_window = r_squared_window
        self.compare_19_value = compare_19_value
        self.change_of_the_change_days = change_of_the_change_days
        self.compare_20_value = compare_20_value
        self.residual_window = residual_window
        self.compare_21_value = compare_21_value
        self.rolling_sum_window = rolling_sum_window
        self.compare_22_value = compare_22_value
        self.compare_23_value = compare_23_value
        self.skewness_window = skewness_window
        self.compare_24_value = compare_24_value
        self.slope_window = slope_window
        self.compare_25_value = compare_25_value
        self.sma_window = sma_window
        self.compare_26_value = compare_26_value
        self.compare_27_value = compare_27_value
        self.standard_deviation_window = standard_deviation_window
        self.compare_28_value = compare_28_value
        self.time_series_rank_window = time_series_rank_window
        self.compare_29_value = compare_29_value
        self.variance_window = variance_window
        self.compare_30_value = compare_30_value
        self.volatility_window = volatility_window
        self.compare_31_value = compare_31_value
        self.wma_window = wma_window
        self.compare_32_value = compare_32_value
        self.z_score_window = z_score_window
        self.compare_33_value = compare_33_value
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
                "Abs($close)",
                f"Delta($close,{self.change_days:d})",
                # Change
                f"Corr(Delta($close,{self.change_days:d}),$volume,{self.correlation_window:d})",
                # Change
                f"Cov(Delta($close,{self.change_days:d}),$volume,{self.covariance_window:d})",
                f"EMA($close,{self.ema_window:d})",
                f"Max($high,{self.highest_window:d})",
                # Change
                f"IdxMax(Delta($close,{self.change_days:d}),{self.index_of_highest_window:d})",
                # Change
                f"IdxMin(Delta($close,{self.change_days:d}),{self.index_of_lowest_window:d})",
                # Change
                f"Kurt(Delta($close,{self.change_days:d}),{self.kurtosis_window:d})",
                f"Ref($close,{self.lag_days:d})",
                "Greater($close,$open)",
                "Log($close)",
                f"Min($low,{self.lowest_window:d})",
                # Change
                f"Mad(Delta($close,{self.change_days:d}),{self.mean_absolute_deviation_window:d})",
                # Change
                f"Med(Delta($close,{self.change_days:d}),{self.median_window:d})",
                f"$close/Ref($close,{self.period_return_days:d})-1",
                # Change
                f"Quantile(Delta($close,{self.change_days:d}),{self.quantile_window:d},{self.quantile_fraction:.17g})",
                # Change
                f"Rsquare(Delta($close,{self.change_days:d}),{self.r_squared_window:d})",
                # Return over days
                f"($close/Ref($close,{self.period_return_days:d})-1)/Ref($close/Ref($close,{self.period_return_days:d})-1,{self.change_of_the_change_days:d})-1",
                # Change
                f"Resi(Delta($close,{self.change_days:d}),{self.residual_window:d})",
                # Change
                f"Sum(Delta($close,{self.change_days:d}),{self.rolling_sum_window:d})",
                "Sign($close)",
                # Change
                f"Skew(Delta($close,{self.change_days:d}),{self.skewness_window:d})",
                # Change
                f"Slope(Delta($close,{self.change_days:d}),{self.slope_window:d})",
                f"Mean($close,{self.sma_window:d})",
                "Less($close,$open)",
                # Change
                f"Std(Delta($close,{self.change_days:d}),{self.standard_deviation_window:d})",
                # Change
                f"Rank(Delta($close,{self.change_days:d}),{self.time_series_rank_window:d})",
                # Change
                f"Var(Delta($close,{self.change_days:d}),{self.variance_window:d})",
                # Change
                f"Std(Delta($close,{self.change_days:d})/Ref(Delta($close,{self.change_days:d}),1)-1,{self.volatility_window:d})",
                f"WMA($close,{self.wma_window:d})/WMA($close*0+1,{self.wma_window:d})",
                # Change
                f"(Delta($close,{self.change_days:d})-Mean(Delta($close,{self.change_days:d}),{self.z_score_window:d}))/Std(Delta($close,{self.change_days:d}),{self.z_score_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "absolute",
            "change",
            "correlation",
            "covariance",
            "ema",
            "highest",
            "index_of_highest",
            "index_of_lowest",
            "kurtosis",
            "lag",
            "larger_of",
            "logarithm",
            "lowest",
            "mean_absolute_deviation",
            "median",
            "period_return",
            "quantile",
            "r_squared",
            "change_of_the_change",
            "residual",
            "rolling_sum",
            "sign",
            "skewness",
            "slope",
            "sma",
            "smaller_of",
            "standard_deviation",
            "time_series_rank",
            "variance",
            "volatility",
            "wma",
            "z_score",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Absolute value
        absolute = self.panel(features["absolute"])

        # Compare
        compare = known(absolute > self.compare_value, absolute)

        # Change
        change = self.panel(features["change"])

        # Compare
        compare_2 = known(change > self.compare_2_value, change)

        # Correlation
        correlation = self.panel(features["correlation"])

        # Compare
        compare_3 = known(correlation > self.compare_3_value, correlation)

        # Covariance
        covariance = self.panel(features["covariance"])

        # Compare
        compare_4 = known(covariance > self.compare_4_value, covariance)

        # Exponential moving average
        ema = self.panel(features["ema"])

        # Compare
        compare_5 = known(ema > self.compare_5_value, ema)

        # Highest of days
        highest = self.panel(features["highest"])

        # Compare
        compare_6 = known(highest > self.compare_6_value, highest)

        # Day of the highest
        index_of_highest = self.panel(features["index_of_highest"])

        # Compare
        compare_7 = known(index_of_highest > self.compare_7_value, index_of_highest)

        # Day of the lowest
        index_of_lowest = self.panel(features["index_of_lowest"])

        # Compare
        compare_8 = known(index_of_lowest > self.compare_8_value, index_of_lowest)

        # Kurtosis
        kurtosis = self.panel(features["kurtosis"])

        # Compare
        compare_9 = known(kurtosis > self.compare_9_value, kurtosis)

        # Value days ago
        lag = self.panel(features["lag"])

        # Compare
        compare_10 = known(lag > self.compare_10_value, lag)

        # Larger of two
        larger_of = self.panel(features["larger_of"])

        # Compare
        compare_11 = known(larger_of > self.compare_11_value, larger_of)

        # Natural logarithm
        logarithm = self.panel(features["logarithm"])

        # Compare
        compare_12 = known(logarithm > self.compare_12_value, logarithm)

        # Lowest of days
        lowest = self.panel(features["lowest"])

        # Compare
        compare_13 = known(lowest > self.compare_13_value, lowest)

        # Mean absolute deviation
        mean_absolute_deviation = self.panel(features["mean_absolute_deviation"])

        # Compare
        compare_14 = known(mean_absolute_deviation > self.compare_14_value, mean_absolute_deviation)

        # Median
        median = self.panel(features["median"])

        # Compare
        compare_15 = known(median > self.compare_15_value, median)

        # Return over days
        period_return = self.panel(features["period_return"])

        # Compare
        compare_16 = known(period_return > self.compare_16_value, period_return)

        # Price field
        price = self.close

        # Compare
        compare_17 = known(price > self.compare_17_value, price)

        # Quantile of days
        quantile = self.panel(features["quantile"])

        # Compare
        compare_18 = known(quantile > self.compare_18_value, quantile)

        # R squared of regression
        r_squared = self.panel(features["r_squared"])

        # Compare
        compare_19 = known(r_squared > self.compare_19_value, r_squared)

        # Change of the change
        change_of_the_change = self.panel(features["change_of_the_change"])

        # Compare
        compare_20 = known(change_of_the_change > self.compare_20_value, change_of_the_change)

        # Residual of regression
        residual = self.panel(features["residual"])

        # Compare
        compare_21 = known(residual > self.compare_21_value, residual)

        # Rolling sum
        rolling_sum = self.panel(features["rolling_sum"])

        # Compare
        compare_22 = known(rolling_sum > self.compare_22_value, rolling_sum)

        # Sign
        sign = self.panel(features["sign"])

        # Compare
        compare_23 = known(sign > self.compare_23_value, sign)

        # Skewness
        skewness = self.panel(features["skewness"])

        # Compare
        compare_24 = known(skewness > self.compare_24_value, skewness)

        # Slope of regression
        slope = self.panel(features["slope"])

        # Compare
        compare_25 = known(slope > self.compare_25_value, slope)

        # Simple moving average
        sma = self.panel(features["sma"])

        # Compare
        compare_26 = known(sma > self.compare_26_value, sma)

        # Smaller of two
        smaller_of = self.panel(features["smaller_of"])

        # Compare
        compare_27 = known(smaller_of > self.compare_27_value, smaller_of)

        # Standard deviation
        standard_deviation = self.panel(features["standard_deviation"])

        # Compare
        compare_28 = known(standard_deviation > self.compare_28_value, standard_deviation)

        # Time-series rank
        time_series_rank = self.panel(features["time_series_rank"])

        # Compare
        compare_29 = known(time_series_rank > self.compare_29_value, time_series_rank)

        # Variance
        variance = self.panel(features["variance"])

        # Compare
        compare_30 = known(variance > self.compare_30_value, variance)

        # Volatility
        volatility = self.panel(features["volatility"])

        # Compare
        compare_31 = known(volatility > self.compare_31_value, volatility)

        # Weighted moving average
        wma = self.panel(features["wma"])

        # Compare
        compare_32 = known(wma > self.compare_32_value, wma)

        # Z-score
        z_score = self.panel(features["z_score"])

        # Compare
        compare_33 = known(z_score > self.compare_33_value, z_score)

        # Any of (or)
        any_of_2 = any_of(
            compare,
            compare_2,
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
            compare_23,
            compare_24,
            compare_25,
            compare_26,
            compare_27,
            compare_28,
            compare_29,
            compare_30,
            compare_31,
            compare_32,
            compare_33,
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
            NODES["compare_32"]: compare_32 == 1,
            NODES["compare_33"]: compare_33 == 1,
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

# The flow that this file was made from, as JSON; SHA-256 e114c998c4055edfe81dc2f4ea93d4a4cfb89799d74750b9eda4e56642ef582d
# | {"edges":[{"source":"absolute","source_handle":"value","target":"absolute\u0020value\u0020ab
# | ove","target_handle":"left"},{"source":"absolute\u0020value\u0020above","source_handle":"res
# | ult","target":"any","target_handle":"conditions"},{"source":"change\u0020value\u0020above","
# | source_handle":"result","target":"any","target_handle":"conditions"},{"source":"correlation\
# | u0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"}
# | ,{"source":"covariance\u0020value\u0020above","source_handle":"result","target":"any","targe
# | t_handle":"conditions"},{"source":"ema\u0020value\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"highest\u0020value\u0020above","source_ha
# | ndle":"result","target":"any","target_handle":"conditions"},{"source":"index_of_highest\u002
# | 0value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"s
# | ource":"index_of_lowest\u0020value\u0020above","source_handle":"result","target":"any","targ
# | et_handle":"conditions"},{"source":"kurtosis\u0020value\u0020above","source_handle":"result"
# | ,"target":"any","target_handle":"conditions"},{"source":"lag\u0020value\u0020above","source_
# | handle":"result","target":"any","target_handle":"conditions"},{"source":"larger_of\u0020valu
# | e\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"source
# | ":"logarithm\u0020value\u0020above","source_handle":"result","target":"any","target_handle":
# | "conditions"},{"source":"lowest\u0020value\u0020above","source_handle":"result","target":"an
# | y","target_handle":"conditions"},{"source":"mean_absolute_deviation\u0020value\u0020above","
# | source_handle":"result","target":"any","target_handle":"conditions"},{"source":"median\u0020
# | value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"so
# | urce":"period_return\u0020value\u0020above","source_handle":"result","target":"any","target_
# | handle":"conditions"},{"source":"price\u0020value\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"quantile\u0020value\u0020above","source_h
# | andle":"result","target":"any","target_handle":"conditions"},{"source":"r_squared\u0020value
# | \u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"source"
# | :"ratio\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"cond
# | itions"},{"source":"residual\u0020value\u0020above","source_handle":"result","target":"any",
# | "target_handle":"conditions"},{"source":"rolling_sum\u0020value\u0020above","source_handle":
# | "result","target":"any","target_handle":"conditions"},{"source":"sign\u0020value\u0020above"
# | ,"source_handle":"result","target":"any","target_handle":"conditions"},{"source":"skewness\u
# | 0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},
# | {"source":"slope\u0020value\u0020above","source_handle":"result","target":"any","target_hand
# | le":"conditions"},{"source":"sma\u0020value\u0020above","source_handle":"result","target":"a
# | ny","target_handle":"conditions"},{"source":"smaller_of\u0020value\u0020above","source_handl
# | e":"result","target":"any","target_handle":"conditions"},{"source":"standard_deviation\u0020
# | value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"so
# | urce":"time_series_rank\u0020value\u0020above","source_handle":"result","target":"any","targ
# | et_handle":"conditions"},{"source":"variance\u0020value\u0020above","source_handle":"result"
# | ,"target":"any","target_handle":"conditions"},{"source":"volatility\u0020value\u0020above","
# | source_handle":"result","target":"any","target_handle":"conditions"},{"source":"wma\u0020val
# | ue\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"sourc
# | e":"z_score\u0020value\u0020above","source_handle":"result","target":"any","target_handle":"
# | conditions"},{"source":"change","source_handle":"value","target":"change\u0020value\u0020abo
# | ve","target_handle":"left"},{"source":"change","source_handle":"value","target":"correlation
# | ","target_handle":"input"},{"source":"correlation","source_handle":"value","target":"correla
# | tion\u0020value\u0020above","target_handle":"left"},{"source":"change","source_handle":"valu
# | e","target":"covariance","target_handle":"input"},{"source":"covariance","source_handle":"va
# | lue","target":"covariance\u0020value\u0020above","target_handle":"left"},{"source":"ema","so
# | urce_handle":"value","target":"ema\u0020value\u0020above","target_handle":"left"},{"source":
# | "any","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"high
# | est","source_handle":"value","target":"highest\u0020value\u0020above","target_handle":"left"
# | },{"source":"change","source_handle":"value","target":"index_of_highest","target_handle":"in
# | put"},{"source":"index_of_highest","source_handle":"value","target":"index_of_highest\u0020v
# | alue\u0020above","target_handle":"left"},{"source":"change","source_handle":"value","target"
# | :"index_of_lowest","target_handle":"input"},{"source":"index_of_lowest","source_handle":"val
# | ue","target":"index_of_lowest\u0020value\u0020above","target_handle":"left"},{"source":"chan
# | ge","source_handle":"value","target":"kurtosis","target_handle":"input"},{"source":"kurtosis
# | ","source_handle":"value","target":"kurtosis\u0020value\u0020above","target_handle":"left"},
# | {"source":"lag","source_handle":"value","target":"lag\u0020value\u0020above","target_handle"
# | :"left"},{"source":"larger_of","source_handle":"value","target":"larger_of\u0020value\u0020a
# | bove","target_handle":"left"},{"source":"logarithm","source_handle":"value","target":"logari
# | thm\u0020value\u0020above","target_handle":"left"},{"source":"lowest","source_handle":"value
# | ","target":"lowest\u0020value\u0020above","target_handle":"left"},{"source":"change","source
# | _handle":"value","target":"mean_absolute_deviation","target_handle":"input"},{"source":"mean
# | _absolute_deviation","source_handle":"value","target":"mean_absolute_deviation\u0020value\u0
# | 020above","target_handle":"left"},{"source":"change","source_handle":"value","target":"media
# | n","target_handle":"input"},{"source":"median","source_handle":"value","target":"median\u002
# | 0value\u0020above","target_handle":"left"},{"source":"period_return","source_handle":"value"
# | ,"target":"period_return\u0020value\u0020above","target_handle":"left"},{"source":"price","s
# | ource_handle":"value","target":"price\u0020value\u0020above","target_handle":"left"},{"sourc
# | e":"change","source_handle":"value","target":"quantile","target_handle":"input"},{"source":"
# | quantile","source_handle":"value","target":"quantile\u0020value\u0020above","target_handle":
# | "left"},{"source":"change","source_handle":"value","target":"r_squared","target_handle":"inp
# | ut"},{"source":"r_squared","source_handle":"value","target":"r_squared\u0020value\u0020above
# | ","target_handle":"left"},{"source":"period_return","source_handle":"value","target":"ratio"
# | ,"target_handle":"input"},{"source":"ratio","source_handle":"value","target":"ratio\u0020val
# | ue\u0020above","target_handle":"left"},{"source":"change","source_handle":"value","target":"
# | residual","target_handle":"input"},{"source":"residual","source_handle":"value","target":"re
# | sidual\u0020value\u0020above","target_handle":"left"},{"source":"change","source_handle":"va
# | lue","target":"rolling_sum","target_handle":"input"},{"source":"rolling_sum","source_handle"
# | :"value","target":"rolling_sum\u0020value\u0020above","target_handle":"left"},{"source":"sig
# | n","source_handle":"value","target":"sign\u0020value\u0020above","target_handle":"left"},{"s
# | ource":"enter","source_handle":"signal","target":"size","target_handle":"entry"},{"source":"
# | change","source_handle":"value","target":"skewness","target_handle":"input"},{"source":"skew
# | ness","source_handle":"value","target":"skewness\u0020value\u0020above","target_handle":"lef
# | t"},{"source":"change","source_handle":"value","target":"slope","target_handle":"input"},{"s
# | ource":"slope","source_handle":"value","target":"slope\u0020value\u0020above","target_handle
# | ":"left"},{"source":"sma","source_handle":"value","target":"sma\u0020value\u0020above","targ
# | et_handle":"left"},{"source":"smaller_of","source_handle":"value","target":"smaller_of\u0020
# | value\u0020above","target_handle":"left"},{"source":"change","source_handle":"value","target
# | ":"standard_deviation","target_handle":"input"},{"source":"standard_deviation","source_handl
# | e":"value","target":"standard_deviation\u0020value\u0020above","target_handle":"left"},{"sou
# | rce":"size","source_handle":"position","target":"stop","target_handle":"position"},{"source"
# | :"change","source_handle":"value","target":"time_series_rank","target_handle":"input"},{"sou
# | rce":"time_series_rank","source_handle":"value","target":"time_series_rank\u0020value\u0020a
# | bove","target_handle":"left"},{"source":"change","source_handle":"value","target":"variance"
# | ,"target_handle":"input"},{"source":"variance","source_handle":"value","target":"variance\u0
# | 020value\u0020above","target_handle":"left"},{"source":"change","source_handle":"value","tar
# | get":"volatility","target_handle":"input"},{"source":"volatility","source_handle":"value","t
# | arget":"volatility\u0020value\u0020above","target_handle":"left"},{"source":"wma","source_ha
# | ndle":"value","target":"wma\u0020value\u0020above","target_handle":"left"},{"source":"change
# | ","source_handle":"value","target":"z_score","target_handle":"input"},{"source":"z_score","s
# | ource_handle":"value","target":"z_score\u0020value\u0020above","target_handle":"left"}],"nod
# | es":[{"id":"absolute","parameters":{"field":"close"},"template_id":"832c656a-e14d-5294-bc52-
# | 55e217043ccd","template_name":"absolute","template_version":"1.0.0","type":"INDICATOR"},{"id
# | ":"absolute\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"
# | 21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","
# | type":"CONDITION"},{"id":"any","parameters":{},"template_id":"e4b8a9d4-fd29-5fa7-9f3a-a2c2fa
# | 82cb2e","template_name":"any_of","template_version":"1.0.0","type":"CONDITION"},{"id":"chang
# | e","parameters":{"days":1,"field":"close"},"template_id":"cb8ca894-bf08-52cf-8560-b674b13dc9
# | 85","template_name":"change","template_version":"1.0.0","type":"INDICATOR"},{"id":"change\u0
# | 020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-
# | 5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITI
# | ON"},{"id":"correlation","parameters":{"field":"close","other_field":"volume","window":20},"
# | template_id":"c7e0a366-5241-56e3-be75-cded718ace2e","template_name":"correlation","template_
# | version":"1.0.0","type":"INDICATOR"},{"id":"correlation\u0020value\u0020above","parameters":
# | {"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_
# | name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"covariance","parameter
# | s":{"field":"close","other_field":"volume","window":20},"template_id":"072f8f0b-9015-5a46-81
# | d5-a45fda194a0a","template_name":"covariance","template_version":"1.0.0","type":"INDICATOR"}
# | ,{"id":"covariance\u0020value\u0020above","parameters":{"operator":">","value":0.0},"templat
# | e_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1
# | .0.0","type":"CONDITION"},{"id":"ema","parameters":{"field":"close","window":20},"template_i
# | d":"6e649cc5-204e-5775-b0b0-1e7643dc1488","template_name":"ema","template_version":"1.0.0","
# | type":"INDICATOR"},{"id":"ema\u0020value\u0020above","parameters":{"operator":">","value":0.
# | 0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"enter","parameters":{},"template_id":"ea80bf4d-2
# | cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type":"SIGNAL"
# | },{"id":"highest","parameters":{"field":"high","window":20},"template_id":"99beadd7-5e51-518
# | 2-80da-fe2bcf372a3f","template_name":"highest","template_version":"1.0.0","type":"INDICATOR"
# | },{"id":"highest\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_
# | id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0
# | .0","type":"CONDITION"},{"id":"index_of_highest","parameters":{"field":"high","window":20},"
# | template_id":"fb2dd503-71e8-53ac-af51-3f87a2a9b82e","template_name":"index_of_highest","temp
# | late_version":"1.0.0","type":"INDICATOR"},{"id":"index_of_highest\u0020value\u0020above","pa
# | rameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0",
# | "template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"index_of_low
# | est","parameters":{"field":"low","window":20},"template_id":"b7bcd50e-8c21-597c-9d1d-0f91106
# | 9e654","template_name":"index_of_lowest","template_version":"1.0.0","type":"INDICATOR"},{"id
# | ":"index_of_lowest\u0020value\u0020above","parameters":{"operator":">","value":0.0},"templat
# | e_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1
# | .0.0","type":"CONDITION"},{"id":"kurtosis","parameters":{"field":"close","window":20},"templ
# | ate_id":"42322d6e-12a7-5a0d-8388-97936bc58bec","template_name":"kurtosis","template_version"
# | :"1.0.0","type":"INDICATOR"},{"id":"kurtosis\u0020value\u0020above","parameters":{"operator"
# | :">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"comp
# | are","template_version":"1.0.0","type":"CONDITION"},{"id":"lag","parameters":{"days":1,"fiel
# | d":"close"},"template_id":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag","temp
# | late_version":"1.0.0","type":"INDICATOR"},{"id":"lag\u0020value\u0020above","parameters":{"o
# | perator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_nam
# | e":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"larger_of","parameters":{
# | "field":"close","other_field":"open"},"template_id":"06a810b6-543d-5830-ae52-0bdcf92440be","
# | template_name":"larger_of","template_version":"1.0.0","type":"INDICATOR"},{"id":"larger_of\u
# | 0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9
# | -5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDIT
# | ION"},{"id":"logarithm","parameters":{"field":"close"},"template_id":"c399270d-e913-511f-b16
# | d-85df4a8ffe0e","template_name":"logarithm","template_version":"1.0.0","type":"INDICATOR"},{
# | "id":"logarithm\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_i
# | d":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.
# | 0","type":"CONDITION"},{"id":"lowest","parameters":{"field":"low","window":20},"template_id"
# | :"4f1636c4-d681-559c-ae69-d2acd2be313d","template_name":"lowest","template_version":"1.0.0",
# | "type":"INDICATOR"},{"id":"lowest\u0020value\u0020above","parameters":{"operator":">","value
# | ":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","templ
# | ate_version":"1.0.0","type":"CONDITION"},{"id":"mean_absolute_deviation","parameters":{"fiel
# | d":"close","window":20},"template_id":"25df814a-3947-5b27-b592-90c9a1a56c36","template_name"
# | :"mean_absolute_deviation","template_version":"1.0.0","type":"INDICATOR"},{"id":"mean_absolu
# | te_deviation\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":
# | "21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0",
# | "type":"CONDITION"},{"id":"median","parameters":{"field":"close","window":20},"template_id":
# | "5183a469-fcc1-5689-92a4-d7f14a2e6752","template_name":"median","template_version":"1.0.0","
# | type":"INDICATOR"},{"id":"median\u0020value\u0020above","parameters":{"operator":">","value"
# | :0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","templa
# | te_version":"1.0.0","type":"CONDITION"},{"id":"period_return","parameters":{"days":20,"field
# | ":"close"},"template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_name":"period_retu
# | rn","template_version":"1.0.0","type":"INDICATOR"},{"id":"period_return\u0020value\u0020abov
# | e","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba0
# | 08b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"price"
# | ,"parameters":{"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","templa
# | te_name":"price","template_version":"1.0.0","type":"INDICATOR"},{"id":"price\u0020value\u002
# | 0above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5
# | f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"q
# | uantile","parameters":{"field":"close","fraction":0.5,"window":20},"template_id":"bb115389-3
# | f91-572c-bcf8-9b289d4c410d","template_name":"quantile","template_version":"1.0.0","type":"IN
# | DICATOR"},{"id":"quantile\u0020value\u0020above","parameters":{"operator":">","value":0.0},"
# | template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_vers
# | ion":"1.0.0","type":"CONDITION"},{"id":"r_squared","parameters":{"field":"close","window":20
# | },"template_id":"7c176bd0-067b-51b3-b735-d8fddef6f18a","template_name":"r_squared","template
# | _version":"1.0.0","type":"INDICATOR"},{"id":"r_squared\u0020value\u0020above","parameters":{
# | "operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_n
# | ame":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"ratio","label":"Change\
# | u0020of\u0020the\u0020change","parameters":{"days":5,"field":"close"},"template_id":"a96d7ed
# | 5-4944-5450-8e46-598c3076a5be","template_name":"period_return","template_version":"1.0.0","t
# | ype":"INDICATOR"},{"id":"ratio\u0020value\u0020above","parameters":{"operator":">","value":0
# | .0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template
# | _version":"1.0.0","type":"CONDITION"},{"id":"residual","parameters":{"field":"close","window
# | ":20},"template_id":"094b4a7f-7b3c-5cb3-ba3e-a104d32827f6","template_name":"residual","templ
# | ate_version":"1.0.0","type":"INDICATOR"},{"id":"residual\u0020value\u0020above","parameters"
# | :{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template
# | _name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"rolling_sum","paramet
# | ers":{"field":"close","window":20},"template_id":"e9336199-7928-504b-9f89-8f4460c75c78","tem
# | plate_name":"rolling_sum","template_version":"1.0.0","type":"INDICATOR"},{"id":"rolling_sum\
# | u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc
# | 9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDI
# | TION"},{"id":"sign","parameters":{"field":"close"},"template_id":"5196b6b8-89c1-5e61-9ddd-f9
# | 999241c3da","template_name":"sign","template_version":"1.0.0","type":"INDICATOR"},{"id":"sig
# | n\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5
# | fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CON
# | DITION"},{"id":"size","parameters":{"max_positions":10,"rebalance_days":0},"template_id":"d9
# | 12b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","template_version":"1.0.0
# | ","type":"POSITION"},{"id":"skewness","parameters":{"field":"close","window":20},"template_i
# | d":"8bb37166-842a-5556-a177-2535889d74a9","template_name":"skewness","template_version":"1.0
# | .0","type":"INDICATOR"},{"id":"skewness\u0020value\u0020above","parameters":{"operator":">",
# | "value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare",
# | "template_version":"1.0.0","type":"CONDITION"},{"id":"slope","parameters":{"field":"close","
# | window":20},"template_id":"dcb7cbd2-147b-517a-86a3-7a3eec932672","template_name":"slope","te
# | mplate_version":"1.0.0","type":"INDICATOR"},{"id":"slope\u0020value\u0020above","parameters"
# | :{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template
# | _name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"sma","parameters":{"f
# | ield":"close","window":20},"template_id":"e1e40fa6-4dad-551e-b502-4b23952cb9c9","template_na
# | me":"sma","template_version":"1.0.0","type":"INDICATOR"},{"id":"sma\u0020value\u0020above","
# | parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0
# | ","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"smaller_of
# | ","parameters":{"field":"close","other_field":"open"},"template_id":"3e988689-9502-51c3-be78
# | -9051a743722f","template_name":"smaller_of","template_version":"1.0.0","type":"INDICATOR"},{
# | "id":"smaller_of\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_
# | id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0
# | .0","type":"CONDITION"},{"id":"standard_deviation","parameters":{"field":"close","window":20
# | },"template_id":"c17b0aae-d3c9-5f25-b8ac-167e9de372ae","template_name":"standard_deviation",
# | "template_version":"1.0.0","type":"INDICATOR"},{"id":"standard_deviation\u0020value\u0020abo
# | ve","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba
# | 008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"stop"
# | ,"parameters":{"percent":0.05},"template_id":"9039b93b-bc28-5ad4-87a7-8c7a662be4c3","templat
# | e_name":"stop_loss_percent","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"time_serie
# | s_rank","parameters":{"field":"close","window":20},"template_id":"70af5208-3245-56fc-ab67-b9
# | 8c7326c0fb","template_name":"time_series_rank","template_version":"1.0.0","type":"INDICATOR"
# | },{"id":"time_series_rank\u0020value\u0020above","parameters":{"operator":">","value":0.0},"
# | template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_vers
# | ion":"1.0.0","type":"CONDITION"},{"id":"variance","parameters":{"field":"close","window":20}
# | ,"template_id":"45d2c075-5d1f-51ae-817e-ad279ed788ca","template_name":"variance","template_v
# | ersion":"1.0.0","type":"INDICATOR"},{"id":"variance\u0020value\u0020above","parameters":{"op
# | erator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name
# | ":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"volatility","parameters":{
# | "field":"close","window":20},"template_id":"533de06f-6206-5836-ae83-c5f99f481a8b","template_
# | name":"volatility","template_version":"1.0.0","type":"INDICATOR"},{"id":"volatility\u0020val
# | ue\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-b
# | e7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{
# | "id":"wma","parameters":{"field":"close","window":20},"template_id":"56666df5-8764-53a1-aaf9
# | -18f7e5f3f22d","template_name":"wma","template_version":"1.0.0","type":"INDICATOR"},{"id":"w
# | ma\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c91-
# | 5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CO
# | NDITION"},{"id":"z_score","parameters":{"field":"close","window":20},"template_id":"5629ad42
# | -5aa8-5aa9-b94a-4a006a8bb2cb","template_name":"z_score","template_version":"1.0.0","type":"I
# | NDICATOR"},{"id":"z_score\u0020value\u0020above","parameters":{"operator":">","value":0.0},"
# | template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_vers
# | ion":"1.0.0","type":"CONDITION"}]}
