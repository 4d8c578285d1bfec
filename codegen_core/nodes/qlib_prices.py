"""Qlib expressions that compare a series with its own past, and arithmetic of single values."""

from __future__ import annotations

from codegen_core.nodes.declaration import NodeTemplate, Text
from codegen_core.nodes.parts import (
    INPUT,
    LESS_ONE,
    OTHER,
    WHOLE_DAYS,
    days,
    field,
    other_field,
    window,
)
from codegen_core.nodes.qlib_indicators import qlib_indicator
from codegen_core.nodes.schema import Parameter


def _back(default: int) -> Parameter:
    return days(
        Text("Days back", "回看天数"),
        Text("How many trading days ago the earlier value is.", "较早的值是多少个交易日之前的。"),
        default,
    )


LAG: NodeTemplate = qlib_indicator(
    "lag",
    "PRICE",
    Text("Value days ago", "若干日前的值"),
    Text(
        "Qlib's Ref(x, n): the value n trading days ago; none before the n-th day or where that day has none.",
        "Qlib 的 Ref(x, n)：n 个交易日之前的值；前 n 日或当时无值时缺失。",
    ),
    "Ref({input},{days})",
    _back(1),
    field(),
    look_back=WHOLE_DAYS,
    icon="history",
)

CHANGE: NodeTemplate = qlib_indicator(
    "change",
    "MOMENTUM",
    Text("Change", "变动值"),
    Text(
        "Qlib's Delta(x, n): the value less that of n trading days ago, in the units of x (adjusted prices).",
        "Qlib 的 Delta(x, n)：当前值减去 n 个交易日前的值，单位与 x 相同（价格为复权价）。",
    ),
    "Delta({input},{days})",
    _back(1),
    field(),
    look_back=WHOLE_DAYS,
    icon="delta",
)

PERIOD_RETURN: NodeTemplate = qlib_indicator(
    "period_return",
    "MOMENTUM",
    Text("Return over days", "区间收益率"),
    Text(
        "x / Ref(x, n) - 1 in Qlib's terms: the return over n trading days as a fraction, 0.1 being ten per cent; "
        "prices are adjusted, so splits and dividends are in it.",
        "以 Qlib 表示为 x / Ref(x, n) - 1：n 个交易日的收益率，以小数表示，0.1 即 10%；价格为复权价，已含拆股与分红。",
    ),
    "{input}/Ref({input},{days})-1",
    _back(20),
    field(),
    look_back=WHOLE_DAYS,
    icon="percent",
)

HIGHEST: NodeTemplate = qlib_indicator(
    "highest",
    "TREND",
    Text("Highest of days", "区间最高值"),
    Text(
        "Qlib's Max(x, n): the highest value of the last n days, today included, skipping days without one; of the "
        "daily high it is Donchian's upper channel. For a breakout compare with the value one day ago.",
        "Qlib 的 Max(x, n)：最近 n 日（含当日）的最大值，跳过缺失值；用于最高价即唐奇安通道上轨。"
        "判断突破时应与一日前的值比较。",
    ),
    "Max({input},{window})",
    window(),
    field("high"),
    look_back=LESS_ONE,
    icon="arrow-up-to-line",
)

LOWEST: NodeTemplate = qlib_indicator(
    "lowest",
    "TREND",
    Text("Lowest of days", "区间最低值"),
    Text(
        "Qlib's Min(x, n): the lowest value of the last n days, today included, skipping days without one; of the "
        "daily low it is Donchian's lower channel. For a breakout compare with the value one day ago.",
        "Qlib 的 Min(x, n)：最近 n 日（含当日）的最小值，跳过缺失值；用于最低价即唐奇安通道下轨。"
        "判断跌破时应与一日前的值比较。",
    ),
    "Min({input},{window})",
    window(),
    field("low"),
    look_back=LESS_ONE,
    icon="arrow-down-to-line",
)

ABSOLUTE: NodeTemplate = qlib_indicator(
    "absolute",
    "MATH",
    Text("Absolute value", "绝对值"),
    Text("Qlib's Abs(x): the value without its sign.", "Qlib 的 Abs(x)：去掉正负号的值。"),
    "Abs({input})",
    field(),
    icon="math-function",
)

LOGARITHM: NodeTemplate = qlib_indicator(
    "logarithm",
    "MATH",
    Text("Natural logarithm", "自然对数"),
    Text(
        "Qlib's Log(x): the natural logarithm; minus infinity at zero, none below.",
        "Qlib 的 Log(x)：自然对数；为零时是负无穷，为负时缺失。",
    ),
    "Log({input})",
    field(),
    icon="math-function",
)

SIGN: NodeTemplate = qlib_indicator(
    "sign",
    "MATH",
    Text("Sign", "符号"),
    Text("Qlib's Sign(x): 1 above zero, 0 at zero, -1 below.", "Qlib 的 Sign(x)：为正取 1，为零取 0，为负取 -1。"),
    "Sign({input})",
    field(),
    icon="plus-minus",
)

LARGER_OF: NodeTemplate = qlib_indicator(
    "larger_of",
    "MATH",
    Text("Larger of two", "两者较大值"),
    Text(
        "Qlib's Greater(x, y): the larger of two values of the same day; none where either is missing.",
        "Qlib 的 Greater(x, y)：同日两值中的较大者；任一缺失则缺失。",
    ),
    "Greater({input},{other})",
    field(),
    other_field("open"),
    inputs=(INPUT, OTHER),
    icon="chevron-up",
)

SMALLER_OF: NodeTemplate = qlib_indicator(
    "smaller_of",
    "MATH",
    Text("Smaller of two", "两者较小值"),
    Text(
        "Qlib's Less(x, y): the smaller of two values of the same day; none where either is missing.",
        "Qlib 的 Less(x, y)：同日两值中的较小者；任一缺失则缺失。",
    ),
    "Less({input},{other})",
    field(),
    other_field("open"),
    inputs=(INPUT, OTHER),
    icon="chevron-down",
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    LAG,
    CHANGE,
    PERIOD_RETURN,
    HIGHEST,
    LOWEST,
    ABSOLUTE,
    LOGARITHM,
    SIGN,
    LARGER_OF,
    SMALLER_OF,
)
