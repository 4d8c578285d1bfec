"""TA-Lib's functions, called one instrument at a time, with the named indicators written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import talib
from talib.abstract import Function  # type: ignore[attr-defined]  # made at import

from tests.oracle.own_bars import Arrays

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """A named indicator: TA-Lib's function, what it reads, its options by TA-Lib's names, and its outputs' names.

    Attributes:
        fields: Fields of the market; empty: the node's own input.
        options: TA-Lib's option to the node's parameter, or to a fixed number.
        outputs: In TA-Lib's order.
    """

    function: str
    fields: tuple[str, ...] = ()
    options: Mapping[str, str | int] | None = None
    outputs: tuple[str, ...] = ("value",)

    def arguments(self, parameters: Parameters) -> dict[str, Any]:
        """Returns the keyword arguments of the call."""
        wanted = {"timeperiod": "window"} if self.options is None else self.options
        return {option: parameters[name] if isinstance(name, str) else name for option, name in wanted.items()}


BARS = ("high", "low", "close")
NAMED: dict[str, Named] = {
    "dema": Named("DEMA"),
    "tema": Named("TEMA"),
    "trima": Named("TRIMA"),
    "kama": Named("KAMA"),
    "t3": Named("T3", options={"timeperiod": "window", "vfactor": "volume_factor"}),
    "macd": Named(
        "MACD",
        options={"fastperiod": "fast", "slowperiod": "slow", "signalperiod": "signal"},
        outputs=("macd", "signal", "histogram"),
    ),
    "rsi": Named("RSI"),
    "bollinger": Named(
        "BBANDS",
        options={"timeperiod": "window", "nbdevup": "deviations", "nbdevdn": "deviations", "matype": 0},
        outputs=("upper", "middle", "lower"),
    ),
    "atr": Named("ATR", BARS),
    "natr": Named("NATR", BARS),
    "true_range": Named("TRANGE", BARS, {}),
    "cci": Named("CCI", BARS),
    "adx": Named("ADX", BARS),
    "plus_di": Named("PLUS_DI", BARS),
    "minus_di": Named("MINUS_DI", BARS),
    "aroon": Named("AROON", ("high", "low"), outputs=("down", "up")),
    "aroon_oscillator": Named("AROONOSC", ("high", "low")),
    "obv": Named("OBV", ("close", "volume"), {}),
    "accumulation_distribution": Named("AD", (*BARS, "volume"), {}),
    "chaikin_oscillator": Named("ADOSC", (*BARS, "volume"), {"fastperiod": "fast", "slowperiod": "slow"}),
    "mfi": Named("MFI", (*BARS, "volume")),
    "momentum": Named("MOM"),
    "roc": Named("ROC"),
    "ppo": Named("PPO", options={"fastperiod": "fast", "slowperiod": "slow", "matype": 0}),
    "apo": Named("APO", options={"fastperiod": "fast", "slowperiod": "slow", "matype": 0}),
    "trix": Named("TRIX"),
    "stochastic": Named(
        "STOCH",
        BARS,
        {
            "fastk_period": "fast_k",
            "slowk_period": "slow_k",
            "slowk_matype": 0,
            "slowd_period": "slow_d",
            "slowd_matype": 0,
        },
        ("k", "d"),
    ),
    "stochastic_rsi": Named(
        "STOCHRSI",
        options={"timeperiod": "window", "fastk_period": "fast_k", "fastd_period": "fast_d", "fastd_matype": 0},
        outputs=("k", "d"),
    ),
    "williams_r": Named("WILLR", BARS),
    "ultimate_oscillator": Named(
        "ULTOSC", BARS, {"timeperiod1": "short", "timeperiod2": "medium", "timeperiod3": "long"}
    ),
    "parabolic_sar": Named("SAR", ("high", "low"), {"acceleration": "acceleration", "maximum": "maximum"}),
    "linear_regression": Named("LINEARREG"),
    "cmo": Named("CMO"),
    "balance_of_power": Named("BOP", ("open", *BARS), {}),
    "typical_price": Named("TYPPRICE", BARS, {}),
}


def caller(function: str, options: Parameters) -> Callable[..., Arrays]:
    """Returns a function of float64 columns that gives every output; whole numbers say nothing before the look-back."""
    compute = getattr(talib, function)
    look_back = Function(function, **options).lookback

    def call(*columns: np.ndarray) -> Arrays:
        found = compute(*columns, **options)
        outputs = found if isinstance(found, tuple | list) else (found,)
        return [_from(values, look_back) for values in outputs]

    return call


def _from(values: np.ndarray, look_back: int) -> np.ndarray:
    if values.dtype.kind != "i":
        return values
    whole = values.astype(float)
    whole[:look_back] = np.nan
    return whole


def inputs_of(function: str) -> list[tuple[str, str]]:
    """Returns what a function reads, in order: ``input``, ``input_2`` or "", with the field that is meant."""
    found: list[tuple[str, str]] = []
    for name, meant in Function(function).info["input_names"].items():
        if name == "prices":
            found += [("", field) for field in meant]
        else:
            found.append(("input_2" if any(port == "input" for port, _ in found) else "input", meant))
    return found


def options_of(function: str) -> dict[str, Any]:
    """Returns a function's options with TA-Lib's defaults."""
    return dict(Function(function).info["parameters"])


def outputs_of(function: str) -> list[str]:
    """Returns the names of a function's outputs."""
    return list(Function(function).info["output_names"])
