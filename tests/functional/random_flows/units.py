"""What the numbers of a series are like, so that a constant beside them makes sense."""

from __future__ import annotations

from collections.abc import Mapping

RANGES: Mapping[str, tuple[float, float]] = {
    "price": (5.0, 40.0),
    "volume": (2e6, 2e7),
    "percent": (10.0, 90.0),
    "balanced": (-60.0, 60.0),
    "part": (0.05, 0.95),
    "return": (-0.06, 0.06),
    "noise": (0.005, 0.05),
    "move": (-1.0, 1.0),
    "score": (-2.0, 2.0),
    "index": (1.0, 20.0),
    "log": (1.0, 4.0),
}
"""Where constants are drawn from, by unit; units that aren't here are compared with series only."""

KEPT = frozenset(
    {
        "sma", "ema", "wma", "lag", "highest", "lowest", "median", "quantile", "larger_of", "smaller_of", "dema",
        "tema", "trima", "kama", "t3", "bollinger", "linear_regression",
    }
)  # fmt: skip
"""Nodes whose output is like their input."""

UNITS: Mapping[str, str] = {
    "parabolic_sar": "price", "typical_price": "price",
    **dict.fromkeys(("rsi", "stochastic_rsi", "stochastic", "ultimate_oscillator", "mfi"), "percent"),
    **dict.fromkeys(("adx", "plus_di", "minus_di", "aroon", "kdj"), "percent"),
    **dict.fromkeys(("williams_r", "cmo", "aroon_oscillator", "cci"), "balanced"),
    **dict.fromkeys(("time_series_rank", "r_squared"), "part"),
    **dict.fromkeys(("period_return", "trix"), "return"),
    **dict.fromkeys(("volatility",), "noise"),
    **dict.fromkeys(("change", "momentum", "macd", "apo", "residual", "slope", "sign", "balance_of_power"), "move"),
    **dict.fromkeys(("correlation", "z_score", "skewness", "kurtosis", "ppo", "roc"), "score"),
    **dict.fromkeys(("index_of_highest", "index_of_lowest"), "index"),
    "logarithm": "log",
}  # fmt: skip


def unit_of(name: str, given: str) -> str:
    """Returns the unit of a node's output, from that of its input."""
    return given if name in KEPT else UNITS.get(name, name)


def field_unit(field: str) -> str:
    """Returns the unit of a field of the market."""
    return "volume" if field == "volume" else "price"
