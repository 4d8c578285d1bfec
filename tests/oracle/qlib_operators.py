"""Qlib's operators as pandas does them, over one instrument's rows, suspended days included.

Fields are float32 and stay so through arithmetic with plain numbers; rolling operators answer float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.regression import r_squared, residual, slope

Values = Any
"""A Series over an instrument's rows, or a number."""

_FLAT = 2e-05
"""Below this deviation a window counts as flat: no correlation, no R squared."""


def _rolling(name: str) -> Callable[[pd.Series, int], pd.Series]:
    def rolled(series: pd.Series, window: int) -> pd.Series:
        found: pd.Series = getattr(series.rolling(window, min_periods=1), name)()
        return found

    return rolled


def _applied(function: Callable[[np.ndarray], float]) -> Callable[[pd.Series, int], pd.Series]:
    def rolled(series: pd.Series, window: int) -> pd.Series:
        return series.rolling(window, min_periods=1).apply(function, raw=True)

    return rolled


def _ema(series: pd.Series, span: float) -> pd.Series:
    if 0 < span < 1:
        return series.ewm(alpha=span, min_periods=1).mean()
    return series.ewm(span=span, min_periods=1).mean()


def _weighted(window: np.ndarray) -> float:
    weights = np.arange(len(window)) + 1
    return float(np.nanmean(weights / weights.sum() * window))


def _deviation(window: np.ndarray) -> float:
    known = window[~np.isnan(window)]
    return float(np.mean(np.abs(known - known.mean())))


def _quantile(series: pd.Series, window: int, fraction: float) -> pd.Series:
    return series.rolling(window, min_periods=1).quantile(fraction)


def _rank(series: pd.Series, window: int) -> pd.Series:
    return series.rolling(window, min_periods=1).rank(pct=True)


def _flat(series: pd.Series, window: int) -> np.ndarray:
    return np.isclose(series.rolling(window, min_periods=1).std(), 0, atol=_FLAT)


def _correlation(left: pd.Series, right: pd.Series, window: int) -> pd.Series:
    found: pd.Series = left.rolling(window, min_periods=1).corr(right)
    return found.mask(_flat(left, window) | _flat(right, window))


def _covariance(left: pd.Series, right: pd.Series, window: int) -> pd.Series:
    found: pd.Series = left.rolling(window, min_periods=1).cov(right)
    return found


def _r_squared(series: pd.Series, window: int) -> pd.Series:
    return pd.Series(r_squared(series.to_numpy(), window), series.index).mask(_flat(series, window))


def _choice(condition: pd.Series, yes: Values, no: Values) -> pd.Series:
    return pd.Series(np.where(condition, yes, no), index=condition.index)


OPERATORS: dict[str, Callable[..., Any]] = {
    "Abs": np.abs,
    "Sign": lambda series: np.sign(series.astype(np.float32)),
    "Log": np.log,
    "Not": np.bitwise_not,
    "Power": np.power,
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Greater": np.maximum,
    "Less": np.minimum,
    "Gt": np.greater,
    "Ge": np.greater_equal,
    "Lt": np.less,
    "Le": np.less_equal,
    "Eq": np.equal,
    "Ne": np.not_equal,
    "And": np.bitwise_and,
    "Or": np.bitwise_or,
    "If": _choice,
    "Ref": lambda series, days: series.shift(days),
    "Delta": lambda series, days: series - series.shift(days),
    "Mean": _rolling("mean"),
    "Sum": _rolling("sum"),
    "Std": _rolling("std"),
    "Var": _rolling("var"),
    "Skew": _rolling("skew"),
    "Kurt": _rolling("kurt"),
    "Max": _rolling("max"),
    "Min": _rolling("min"),
    "Med": _rolling("median"),
    "Count": _rolling("count"),
    "Mad": _applied(_deviation),
    "IdxMax": _applied(lambda window: float(window.argmax() + 1)),
    "IdxMin": _applied(lambda window: float(window.argmin() + 1)),
    "WMA": _applied(_weighted),
    "Quantile": _quantile,
    "Rank": _rank,
    "EMA": _ema,
    "Slope": lambda series, window: pd.Series(slope(series.to_numpy(), window), series.index),
    "Rsquare": _r_squared,
    "Resi": lambda series, window: pd.Series(residual(series.to_numpy(), window), series.index),
    "Corr": _correlation,
    "Cov": _covariance,
}
