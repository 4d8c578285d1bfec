"""Every indicator and condition as a node, beside what it should compute, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import talib

from tests.functional.indicators.bars import Bars

Parameters = dict[str, Any]

ta: Any = talib
"""Without its stubs, which want an enumeration for every number of an average's kind."""


@dataclass(frozen=True)
class Case:
    """A node; its variables in the generated code begin with ``node_id``."""

    node_id: str
    template: str
    parameters: Parameters = field(default_factory=dict)
    connect: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expressed(Case):
    """A node that is a Qlib expression."""

    expression: str = ""


@dataclass(frozen=True)
class Computed(Case):
    """A node whose outputs, by variable, ``function`` computes from its ``inputs``: fields, or other panels."""

    inputs: tuple[str, ...] = ("close",)
    function: Callable[..., Any] = lambda *_: ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided(Case):
    """A condition; ``decide`` gives the panel."""

    decide: Callable[[Bars], pd.DataFrame] = lambda _: pd.DataFrame()


def _expressed(template: str, expression: str, node_id: str = "", connect: Any = None, **parameters: Any) -> Expressed:
    return Expressed(node_id or f"x_{template}", template, parameters, connect or {}, expression)


EXPRESSIONS: tuple[Expressed, ...] = (
    _expressed("price", "$vwap", field="vwap"),
    _expressed("price", "$high", "x_high", field="high"),
    _expressed("sma", "Mean($close,20)"),
    _expressed("ema", "EMA($volume,12)", field="volume", window=12),
    _expressed("wma", "WMA($close,10)/WMA($close*0+1,10)", window=10),
    _expressed("lag", "Ref($close,3)", days=3),
    _expressed("change", "Delta($open,2)", field="open", days=2),
    _expressed("period_return", "$close/Ref($close,20)-1"),
    _expressed("highest", "Max($high,20)"),
    _expressed("lowest", "Min($low,20)"),
    _expressed("rolling_sum", "Sum($volume,5)", field="volume", window=5),
    _expressed("volatility", "Std($close/Ref($close,1)-1,20)"),
    _expressed("standard_deviation", "Std($close,20)"),
    _expressed("variance", "Var($close,15)", window=15),
    _expressed("skewness", "Skew($close,20)"),
    _expressed("kurtosis", "Kurt($close,20)"),
    _expressed("median", "Med($close,9)", window=9),
    _expressed("quantile", "Quantile($close,20,0.25)", fraction=0.25),
    _expressed("mean_absolute_deviation", "Mad($close,20)", "x_mad"),
    _expressed("time_series_rank", "Rank($close,20)"),
    _expressed("slope", "Slope($close,20)"),
    _expressed("r_squared", "Rsquare($close,20)"),
    _expressed("residual", "Resi($close,20)"),
    _expressed("index_of_highest", "IdxMax($high,20)"),
    _expressed("index_of_lowest", "IdxMin($low,20)"),
    _expressed("z_score", "($close-Mean($close,20))/Std($close,20)"),
    _expressed("correlation", "Corr($close,$volume,20)"),
    _expressed("covariance", "Cov($close,$volume,20)"),
    _expressed("absolute", "Abs($close/Ref($close,20)-1)", connect={"input": "x_period_return"}),
    _expressed("logarithm", "Log($close)"),
    _expressed("sign", "Sign(Delta($open,2))", connect={"input": "x_change"}),
    _expressed("larger_of", "Greater($close,$open)"),
    _expressed("smaller_of", "Less($close,Mean($close,20))", connect={"other": "x_sma"}),
    # Composed in brackets where an operator follows; one source read twice; nothing rounded in between.
    _expressed(
        "period_return",
        "($close/Ref($close,20)-1)/Ref(($close/Ref($close,20)-1),2)-1",
        "x_twice",
        {"input": "x_period_return"},
        days=2,
    ),
    _expressed(
        "z_score",
        "((Delta($open,2))-Mean(Delta($open,2),30))/Std(Delta($open,2),30)",
        "x_surprise",
        {"input": "x_change"},
        window=30,
    ),
    _expressed(
        "correlation",
        "Corr(Mean($close,20),Mean($close,20),5)",
        "x_self",
        {"input": "x_sma", "other": "x_sma"},
        window=5,
    ),
)


def _kdj(high: np.ndarray, low: np.ndarray, close: np.ndarray) -> tuple[list[float], list[float], list[float]]:
    """KDJ(9, 3, 5), bar by bar."""
    lines: tuple[list[float], list[float], list[float]] = ([], [], [])
    k = d = 50.0
    for bar in range(len(close)):
        values = (np.nan, np.nan, np.nan)
        if bar >= 8:
            top, bottom = max(high[bar - 8 : bar + 1]), min(low[bar - 8 : bar + 1])
            rsv = 50.0 if top == bottom else (close[bar] - bottom) / (top - bottom) * 100
            k = (2 * k + rsv) / 3
            d = (4 * d + k) / 5
            values = (k, d, 3 * k - 2 * d)
        for line, value in zip(lines, values, strict=True):
            line.append(value)
    return lines


HLC = ("high", "low", "close")
HLCV = (*HLC, "volume")


def _own(
    template: str,
    function: Callable[..., Any],
    inputs: tuple[str, ...] = ("close",),
    outputs: str = "",
    **parameters: Any,
) -> Computed:
    name = f"x_{template}"
    variables = tuple(f"{name}_{port}" for port in outputs.split()) or (name,)
    return Computed(name, template, parameters, {}, inputs, function, variables)


def _over(
    node_id: str,
    template: str,
    connect: dict[str, str],
    inputs: tuple[str, ...],
    function: Callable[..., Any],
    **parameters: Any,
) -> Computed:
    return Computed(node_id, template, parameters, connect, inputs, function, (node_id,))


def _quotient(left: np.ndarray, right: np.ndarray) -> list[float]:
    return [a / b if b != 0 else np.nan for a, b in zip(left, right, strict=True)]


OWN_BARS: tuple[Computed, ...] = (
    _own("dema", lambda x: ta.DEMA(x, 20)),
    _own("tema", lambda x: ta.TEMA(x, 20)),
    _own("trima", lambda x: ta.TRIMA(x, 20)),
    _own("kama", lambda x: ta.KAMA(x, 10), field="close", window=10),
    _own("t3", lambda x: ta.T3(x, 5, 0.7)),
    Computed("x_macd", "macd", {}, {}, ("close",), lambda x: ta.MACD(x, 12, 26, 9),
             ("x_macd", "x_macd_signal", "x_macd_histogram")),
    _own("bollinger", lambda x: ta.BBANDS(x, 20, 1.5, 1.5, 0), outputs="upper middle lower", deviations=1.5),
    _own("adx", lambda *x: ta.ADX(*x, 14), HLC),
    _own("plus_di", lambda *x: ta.PLUS_DI(*x, 14), HLC),
    _own("minus_di", lambda *x: ta.MINUS_DI(*x, 14), HLC),
    _own("aroon", lambda *x: ta.AROON(*x, 14), ("high", "low"), "down up"),
    _own("aroon_oscillator", lambda *x: ta.AROONOSC(*x, 14), ("high", "low")),
    _own("parabolic_sar", lambda *x: ta.SAR(*x, 0.02, 0.2), ("high", "low")),
    _own("linear_regression", lambda x: ta.LINEARREG(x, 14)),
    _own("rsi", lambda x: ta.RSI(x, 14)),
    _own("stochastic_rsi", lambda x: ta.STOCHRSI(x, 14, 5, 3, 0), outputs="k d"),
    _own("stochastic", lambda *x: ta.STOCH(*x, 5, 3, 0, 3, 0), HLC, "k d"),
    _own("williams_r", lambda *x: ta.WILLR(*x, 14), HLC),
    _own("ultimate_oscillator", lambda *x: ta.ULTOSC(*x, 7, 14, 28), HLC),
    _own("cci", lambda *x: ta.CCI(*x, 14), HLC),
    _own("cmo", lambda x: ta.CMO(x, 14), ("open",), field="open"),
    _own("momentum", lambda x: ta.MOM(x, 10)),
    _own("roc", lambda x: ta.ROC(x, 10)),
    _own("apo", lambda x: ta.APO(x, 12, 26, 0)),
    _own("ppo", lambda x: ta.PPO(x, 12, 26, 0)),
    _own("trix", lambda x: ta.TRIX(x, 15)),
    _own("balance_of_power", ta.BOP, ("open", *HLC)),
    _own("true_range", ta.TRANGE, HLC),
    _own("atr", lambda *x: ta.ATR(*x, 14), HLC),
    _own("natr", lambda *x: ta.NATR(*x, 7), HLC, window=7),
    _own("typical_price", ta.TYPPRICE, HLC),
    _own("obv", ta.OBV, ("close", "volume")),
    Computed("x_line", "accumulation_distribution", {}, {}, HLCV, ta.AD, ("x_line",)),
    _own("chaikin_oscillator", lambda *x: ta.ADOSC(*x, 3, 10), HLCV),
    _own("mfi", lambda *x: ta.MFI(*x, 14), HLCV),
    _own("kdj", _kdj, HLC, "k d j", d_smoothing=5),
    # Over other nodes: a Qlib series (float32, then float64), one of several outputs, a condition's neighbour.
    _over("x_smooth_rsi", "rsi", {"input": "x_sma"}, ("Mean($close,20)",), lambda x: ta.RSI(x, 14)),
    _over("x_average_of_k", "trima", {"input": "x_kdj.k"}, ("x_kdj_k",), lambda x: ta.TRIMA(x, 5), window=5),
    _over("x_sum", "arithmetic", {"left": "x_high", "right": "x_rsi"}, ("high", "x_rsi"), lambda a, b: a + b),
    _over("x_difference", "arithmetic", {"left": "x_macd.macd", "right": "x_macd.signal"}, ("x_macd", "x_macd_signal"),
          lambda a, b: a - b, operator="-"),
    _over("x_product", "arithmetic", {"left": "x_high"}, ("high",), lambda a: a * 1.5, operator="*", value=1.5),
    _over("x_quotient", "arithmetic", {"left": "x_high", "right": "x_sign"}, ("high", "Sign(Delta($open,2))"),
          _quotient, operator="/"),
    _over("x_by_zero", "arithmetic", {"left": "x_high"}, ("high",), lambda a: a * np.nan, operator="/", value=0),
)  # fmt: skip


def _and(values: list[float]) -> float:
    """Three-valued and."""
    if 0.0 in values:
        return 0.0
    return float("nan") if any(np.isnan(value) for value in values) else 1.0


def _cell_by_cell(like: pd.DataFrame, answer: Callable[[int, int], float]) -> pd.DataFrame:
    rows, columns = like.shape
    cells = [[answer(row, column) for column in range(columns)] for row in range(rows)]
    return pd.DataFrame(cells, like.index, like.columns)


def _known(holds: bool, *values: float) -> float:
    return float("nan") if any(np.isnan(value) for value in values) else float(holds)


def _between(bars: Bars) -> pd.DataFrame:
    value, low = bars.field("high").to_numpy(), bars["Mean($close,20)"].to_numpy()

    def answer(row: int, column: int) -> float:
        x, bound = value[row, column], low[row, column]
        return _and([_known(bound <= x, bound, x), _known(x <= 30.0, x)])

    return _cell_by_cell(bars.field("high"), answer)


def _runs(sign: float) -> Callable[[Bars], pd.DataFrame]:
    def decide(bars: Bars) -> pd.DataFrame:
        values = bars.field("high").to_numpy() * sign

        def answer(row: int, column: int) -> float:
            steps = []
            for end in (row, row - 1):
                now, before = (values[day, column] if day >= 0 else np.nan for day in (end, end - 1))
                steps.append(_known(now > before, now, before))
            return _and(steps)

        return _cell_by_cell(bars.field("high"), answer)

    return decide


def _true_for_days(bars: Bars) -> pd.DataFrame:
    truths = bars["x_between"].to_numpy()
    return _cell_by_cell(
        bars["x_between"],
        lambda row, column: _and([truths[day, column] if day >= 0 else np.nan for day in range(row - 3, row + 1)]),
    )


def _ranked(sign: int, how_many: Callable[[int], int]) -> Callable[[Bars], pd.DataFrame]:
    """The members of the day that have a value, sorted by it and then by code."""

    def decide(bars: Bars) -> pd.DataFrame:
        like = bars["Sign(Delta($open,2))"]
        codes = list(like.columns)
        answer = np.full(like.shape, np.nan)
        for row, (scores, members) in enumerate(zip(like.to_numpy(), bars["members"].to_numpy(bool), strict=True)):
            ranked = [column for column in np.flatnonzero(members) if not np.isnan(scores[column])]
            ranked.sort(key=lambda column: (-sign * scores[column], codes[column]))
            for place, column in enumerate(ranked):
                answer[row, column] = float(place < how_many(len(ranked)))
        return pd.DataFrame(answer, like.index, like.columns)

    return decide


_SIGN = {"input": "x_sign"}
CONDITIONS: tuple[Decided, ...] = (
    Decided("x_between", "between", {"high_value": 30.0}, {"input": "x_high", "low": "x_sma"}, _between),
    Decided("x_rising", "rising", {"days": 2}, {"input": "x_high"}, _runs(1.0)),
    Decided("x_falling", "falling", {"days": 2}, {"input": "x_high"}, _runs(-1.0)),
    Decided("x_true_for_days", "true_for_days", {"days": 4}, {"condition": "x_between"}, _true_for_days),
    Decided("x_top_n", "top_n", {"count": 4}, _SIGN, _ranked(1, lambda _: 4)),
    Decided("x_bottom_n", "bottom_n", {"count": 4}, _SIGN, _ranked(-1, lambda _: 4)),
    Decided("x_top", "top_quantile", {"fraction": 0.3}, _SIGN, _ranked(1, lambda count: int(np.ceil(0.3 * count)))),
    Decided(
        "x_bottom", "bottom_quantile", {"fraction": 0.3}, _SIGN, _ranked(-1, lambda count: int(np.ceil(0.3 * count)))
    ),
)
