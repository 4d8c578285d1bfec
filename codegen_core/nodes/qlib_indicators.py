"""Indicators that are Qlib expressions: composed into one expression wherever they are chained. Prices and averages."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, Text, no_look_back
from codegen_core.nodes.parts import INPUT, LESS_ONE, VALUE, LookBack, field, window
from codegen_core.nodes.schema import Parameter, declare

_AVERAGED_FIELD = field(
    explanation=Text(
        "The daily field that is averaged while no input is connected; prices are adjusted.",
        "未连接输入时用于平均的日线字段；价格为复权价。",
    )
)
_AVERAGED = window(
    explanation=Text("How many trading days are averaged, today included.", "参与平均的交易日数，含当日。")
)


def qlib_indicator(
    name: str,
    category: str,
    display_name: Text,
    description: Text,
    expression: str,
    *parameters: Parameter,
    inputs: tuple[InputPort, ...] = (INPUT,),
    look_back: LookBack = no_look_back,
    icon: str = "function",
) -> NodeTemplate:
    """Returns an indicator that is an expression over ``{input}`` (and ``{other}``) and its parameters."""
    return declare(
        name=name,
        node_type=NodeType.INDICATOR,
        category=category,
        display_name=display_name,
        description=description,
        jinja_template="nodes/qlib_indicator.py.j2",
        inputs=inputs,
        outputs=VALUE,
        parameters=parameters,
        look_back=look_back,
        expression=expression,
        icon=icon,
        color="#1976D2",
    )


PRICE: NodeTemplate = qlib_indicator(
    "price",
    "PRICE",
    Text("Price field", "行情字段"),
    Text(
        "A daily field of the market data, as Qlib stores it: prices are adjusted, so splits change nothing, and a "
        "constant compared with one is compared with the adjusted price; volume is in adjusted shares.",
        "行情数据中的日线字段，与 Qlib 存储一致：价格为复权价，不受拆股影响，与常数比较时用的也是复权价；"
        "成交量为复权后的股数。",
    ),
    "${field}",
    field(explanation=Text("Which field of the day.", "取当日的哪个字段。")),
    inputs=(),
    icon="candlestick",
)

SMA: NodeTemplate = qlib_indicator(
    "sma",
    "TREND",
    Text("Simple moving average", "简单移动平均"),
    Text(
        "Qlib's Mean(x, n): the arithmetic mean of the last n days, skipping days without a value; it has values from "
        "the first day on, over the days there are.",
        "Qlib 的 Mean(x, n)：最近 n 日的算术平均，跳过缺失值；自首日起即有值，按已有天数计算。",
    ),
    "Mean({input},{window})",
    _AVERAGED,
    _AVERAGED_FIELD,
    look_back=LESS_ONE,
    icon="chart-line",
)

EMA: NodeTemplate = qlib_indicator(
    "ema",
    "TREND",
    Text("Exponential moving average", "指数移动平均"),
    Text(
        "Qlib's EMA(x, n): weights fall by 1 - 2/(n+1) a day and are normalised over the days there are (pandas' "
        "ewm with span n, adjusted), from the instrument's first day on. Its warm-up counts as n - 1 days, as TA-Lib "
        "counts it.",
        "Qlib 的 EMA(x, n)：权重每日按 1 - 2/(n+1) 衰减，并按已有天数归一化（即 pandas 的 ewm，span=n，adjust=True），"
        "自该标的首日起计算。预热期按 TA-Lib 惯例计为 n - 1 日。",
    ),
    "EMA({input},{window})",
    _AVERAGED,
    _AVERAGED_FIELD,
    look_back=LESS_ONE,
    icon="chart-line",
)

WMA: NodeTemplate = qlib_indicator(
    "wma",
    "TREND",
    Text("Weighted moving average", "加权移动平均"),
    Text(
        "WMA(x, n) / WMA(x*0+1, n) in Qlib's terms: weights 1 to n, the current day the heaviest, over the days that "
        "have a value. Qlib's own WMA divides the weighted mean by the number of days once more than it should; "
        "the ratio takes that out again.",
        "以 Qlib 表示为 WMA(x, n) / WMA(x*0+1, n)：权重由 1 递增至 n，当日最重，只计有值的交易日。"
        "Qlib 自带的 WMA 会多除一次天数，此比值将其抵消。",
    ),
    "WMA({input},{window})/WMA({input}*0+1,{window})",
    _AVERAGED,
    _AVERAGED_FIELD,
    look_back=LESS_ONE,
    icon="chart-line",
)

TEMPLATES: tuple[NodeTemplate, ...] = (PRICE, SMA, EMA)
LATER_TEMPLATES: tuple[NodeTemplate, ...] = (WMA,)
