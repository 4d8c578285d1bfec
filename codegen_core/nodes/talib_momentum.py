"""TA-Lib's oscillators and measures of momentum."""

from __future__ import annotations

from collections.abc import Mapping

from codegen_core.nodes.bar_indicators import talib_indicator
from codegen_core.nodes.declaration import NodeTemplate, Text
from codegen_core.nodes.parts import LESS_ONE, WHOLE_WINDOW, bars, bars_before, own_window
from codegen_core.nodes.schema import Parameter

_HIGH_LOW_CLOSE = ("high", "low", "close")
_LONGER_LESS_ONE = bars_before(lambda fast, slow: max(fast, slow) - 1, "fast", "slow")
_SIMPLE_AVERAGE: Mapping[str, str | int] = {"fastperiod": "fast", "slowperiod": "slow", "matype": 0}
"""TA-Lib's versions differ in which average they take by default."""


def _fast_and_slow() -> tuple[Parameter, Parameter]:
    return (
        bars("fast", Text("Fast (bars)", "快线（K 线数）"), 12, 2),
        bars("slow", Text("Slow (bars)", "慢线（K 线数）"), 26, 2),
    )


RSI: NodeTemplate = talib_indicator(
    "rsi",
    "MOMENTUM",
    Text("Relative strength index (RSI)", "相对强弱指标（RSI）"),
    Text(
        "TA-Lib's RSI by Wilder: average gain of n bars as a share of average gain and loss, from 0 to 100, smoothed "
        "with 1/n.",
        "TA-Lib 的 RSI（Wilder）：n 期平均涨幅占平均涨跌幅之和的百分比，0 至 100，按 1/n 平滑。",
    ),
    "RSI",
    own_window(14, 2),
    look_back=WHOLE_WINDOW,
    icon="gauge",
)

STOCHASTIC_RSI: NodeTemplate = talib_indicator(
    "stochastic_rsi",
    "MOMENTUM",
    Text("Stochastic RSI", "随机相对强弱（StochRSI）"),
    Text(
        "TA-Lib's STOCHRSI with a simple average: where the RSI stands in its range of the last bars, from 0 to 100 "
        "(k), and the average of that (d).",
        "TA-Lib 的 STOCHRSI（简单平均）：RSI 在其近期区间中的位置，0 至 100（k），及其平均（d）。",
    ),
    "STOCHRSI",
    own_window(14, 2),
    bars("fast_k", Text("Range of K (bars)", "K 区间（K 线数）"), 5),
    bars("fast_d", Text("Average of D (bars)", "D 平均（K 线数）"), 3),
    options={"timeperiod": "window", "fastk_period": "fast_k", "fastd_period": "fast_d"},
    results=("k", "d"),
    look_back=bars_before(lambda window, k, d: window + k + d - 2, "window", "fast_k", "fast_d"),
    icon="gauge",
)

STOCHASTIC: NodeTemplate = talib_indicator(
    "stochastic",
    "MOMENTUM",
    Text("Stochastic oscillator", "随机指标（STOCH）"),
    Text(
        "TA-Lib's STOCH with simple averages: where the close stands between the lowest low and the highest high, "
        "from 0 to 100, averaged once (k) and twice (d). For Chinese charts' formula see KDJ.",
        "TA-Lib 的 STOCH（简单平均）：收盘价在区间最低价与最高价之间的位置，0 至 100，平均一次为 k，两次为 d。"
        "国内软件的算法见 KDJ。",
    ),
    "STOCH",
    bars("fast_k", Text("Range (bars)", "区间（K 线数）"), 5),
    bars("slow_k", Text("Average of K (bars)", "K 平均（K 线数）"), 3),
    bars("slow_d", Text("Average of D (bars)", "D 平均（K 线数）"), 3),
    reads=_HIGH_LOW_CLOSE,
    options={"fastk_period": "fast_k", "slowk_period": "slow_k", "slowd_period": "slow_d"},
    results=("k", "d"),
    look_back=bars_before(lambda fast, slow, last: fast + slow + last - 3, "fast_k", "slow_k", "slow_d"),
    icon="gauge",
)

WILLIAMS_R: NodeTemplate = talib_indicator(
    "williams_r",
    "MOMENTUM",
    Text("Williams %R", "威廉指标（%R）"),
    Text(
        "TA-Lib's WILLR: where the close stands in the range of n bars, from -100 (lowest) to 0 (highest).",
        "TA-Lib 的 WILLR：收盘价在 n 期高低区间中的位置，-100（最低）至 0（最高）。",
    ),
    "WILLR",
    own_window(14, 2),
    reads=_HIGH_LOW_CLOSE,
    look_back=LESS_ONE,
    icon="gauge",
)

ULTIMATE_OSCILLATOR: NodeTemplate = talib_indicator(
    "ultimate_oscillator",
    "MOMENTUM",
    Text("Ultimate oscillator", "终极指标（UOS）"),
    Text(
        "TA-Lib's ULTOSC by Williams: buying pressure over three windows, weighted 4 : 2 : 1, from 0 to 100.",
        "TA-Lib 的 ULTOSC（Williams）：三个窗口的买盘压力按 4 : 2 : 1 加权，0 至 100。",
    ),
    "ULTOSC",
    bars("short", Text("Short (bars)", "短期（K 线数）"), 7),
    bars("medium", Text("Medium (bars)", "中期（K 线数）"), 14),
    bars("long", Text("Long (bars)", "长期（K 线数）"), 28),
    reads=_HIGH_LOW_CLOSE,
    options={"timeperiod1": "short", "timeperiod2": "medium", "timeperiod3": "long"},
    look_back=bars_before(max, "short", "medium", "long"),
    icon="gauge",
)

CCI: NodeTemplate = talib_indicator(
    "cci",
    "MOMENTUM",
    Text("Commodity channel index (CCI)", "顺势指标（CCI）"),
    Text(
        "TA-Lib's CCI: the typical price's distance from its mean of n bars, over 0.015 times the mean absolute "
        "deviation.",
        "TA-Lib 的 CCI：典型价与其 n 期均值之差，除以 0.015 倍平均绝对偏差。",
    ),
    "CCI",
    own_window(14, 2),
    reads=_HIGH_LOW_CLOSE,
    look_back=LESS_ONE,
    icon="gauge",
)

CMO: NodeTemplate = talib_indicator(
    "cmo",
    "MOMENTUM",
    Text("Chande momentum oscillator (CMO)", "钱德动量指标（CMO）"),
    Text(
        "TA-Lib's CMO: smoothed gains less losses of n bars over their sum, from -100 to 100.",
        "TA-Lib 的 CMO：n 期平滑涨幅与跌幅之差除以两者之和，-100 至 100。",
    ),
    "CMO",
    own_window(14, 2),
    look_back=WHOLE_WINDOW,
    icon="gauge",
)

MOMENTUM: NodeTemplate = talib_indicator(
    "momentum",
    "MOMENTUM",
    Text("Momentum", "动量（MOM）"),
    Text(
        "TA-Lib's MOM: the value less that of n bars ago, in the units of the input.",
        "TA-Lib 的 MOM：当前值减去 n 根 K 线之前的值，单位与输入相同。",
    ),
    "MOM",
    own_window(10),
    look_back=WHOLE_WINDOW,
    icon="zap",
)

ROC: NodeTemplate = talib_indicator(
    "roc",
    "MOMENTUM",
    Text("Rate of change (ROC)", "变动率（ROC）"),
    Text(
        "TA-Lib's ROC: the change over n bars in per cent, 10 being ten per cent.",
        "TA-Lib 的 ROC：n 根 K 线的变动百分比，10 即 10%。",
    ),
    "ROC",
    own_window(10),
    look_back=WHOLE_WINDOW,
    icon="zap",
)

APO: NodeTemplate = talib_indicator(
    "apo",
    "MOMENTUM",
    Text("Absolute price oscillator (APO)", "绝对价格振荡指标（APO）"),
    Text(
        "TA-Lib's APO: the fast simple average less the slow one.",
        "TA-Lib 的 APO：快线简单平均减慢线简单平均。",
    ),
    "APO",
    *_fast_and_slow(),
    options=_SIMPLE_AVERAGE,
    look_back=_LONGER_LESS_ONE,
    icon="chart-bar",
)

PPO: NodeTemplate = talib_indicator(
    "ppo",
    "MOMENTUM",
    Text("Percentage price oscillator (PPO)", "百分比价格振荡指标（PPO）"),
    Text(
        "TA-Lib's PPO: the fast simple average less the slow one, in per cent of the slow one.",
        "TA-Lib 的 PPO：快慢简单平均之差占慢线的百分比。",
    ),
    "PPO",
    *_fast_and_slow(),
    options=_SIMPLE_AVERAGE,
    look_back=_LONGER_LESS_ONE,
    icon="chart-bar",
)

TRIX: NodeTemplate = talib_indicator(
    "trix",
    "MOMENTUM",
    Text("TRIX", "三重平滑变动率（TRIX）"),
    Text(
        "TA-Lib's TRIX: the change in per cent over one bar of a threefold exponential average of n bars.",
        "TA-Lib 的 TRIX：n 期三重指数平均一根 K 线的变动百分比。",
    ),
    "TRIX",
    own_window(15),
    look_back=bars_before(lambda window: 3 * (window - 1) + 1, "window"),
    icon="zap",
)

BALANCE_OF_POWER: NodeTemplate = talib_indicator(
    "balance_of_power",
    "MOMENTUM",
    Text("Balance of power (BOP)", "均势指标（BOP）"),
    Text(
        "TA-Lib's BOP: (close - open) / (high - low) of the day, from -1 to 1; 0 where the day has no range.",
        "TA-Lib 的 BOP：当日 (收盘 - 开盘) / (最高 - 最低)，-1 至 1；当日无振幅时为 0。",
    ),
    "BOP",
    reads=("open", "high", "low", "close"),
    look_back=bars_before(lambda: 0),
    icon="gauge",
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    RSI,
    STOCHASTIC_RSI,
    STOCHASTIC,
    WILLIAMS_R,
    ULTIMATE_OSCILLATOR,
    CCI,
    CMO,
    MOMENTUM,
    ROC,
    APO,
    PPO,
    TRIX,
    BALANCE_OF_POWER,
)
