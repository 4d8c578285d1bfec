"""Indicators that are Qlib expressions: composed into one expression wherever they are chained."""

from __future__ import annotations

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, Parameters, PortType, Text
from codegen_core.nodes.schema import Parameter, declare

FIELDS: tuple[str, ...] = ("open", "high", "low", "close", "volume", "vwap")

_COLOR = "#1976D2"
_QLIB_TEMPLATE = "nodes/qlib_indicator.py.j2"
_OUTPUT = (OutputPort("value", PortType.SERIES),)
_INPUT = (InputPort("input", (PortType.SERIES,), required=False, fallback="field"),)


def _field(explanation: Text) -> Parameter:
    choices: list[JsonValue] = list(FIELDS)
    return Parameter("field", Text("Field", "字段"), explanation, {"type": "string", "enum": choices}, "close")


def _window(default: int) -> Parameter:
    return Parameter(
        "window",
        Text("Window (days)", "窗口（天）"),
        Text("How many trading days are averaged, today included.", "参与平均的交易日数，含当日。"),
        {"type": "integer", "minimum": 1, "maximum": 1000},
        default,
    )


_INPUT_FIELD = _field(
    Text(
        "The daily field that is averaged while no input is connected; prices are adjusted.",
        "未连接输入时用于平均的日线字段；价格为复权价。",
    )
)


def window_look_back(parameters: Parameters) -> int:
    """Returns n - 1 bars for a window of n.

    For a rolling mean that is exact. For an exponential one, which never forgets, it is the convention of TA-Lib's
    look-back without an unstable period: after it the first n bars all have their weight.
    """
    window = parameters["window"]
    if not isinstance(window, int):
        raise TypeError("the window of a resolved node is an int")
    return window - 1


PRICE: NodeTemplate = declare(
    name="price",
    node_type=NodeType.INDICATOR,
    category="PRICE",
    display_name=Text("Price field", "行情字段"),
    description=Text(
        "A daily field of the market data, as Qlib stores it: prices are adjusted, so splits change nothing, and a "
        "constant compared with one is compared with the adjusted price; volume is in adjusted shares.",
        "行情数据中的日线字段，与 Qlib 存储一致：价格为复权价，不受拆股影响，与常数比较时用的也是复权价；"
        "成交量为复权后的股数。",
    ),
    jinja_template=_QLIB_TEMPLATE,
    outputs=_OUTPUT,
    parameters=(_field(Text("Which field of the day.", "取当日的哪个字段。")),),
    expression="${field}",
    icon="candlestick",
    color=_COLOR,
)

SMA: NodeTemplate = declare(
    name="sma",
    node_type=NodeType.INDICATOR,
    category="TREND",
    display_name=Text("Simple moving average", "简单移动平均"),
    description=Text(
        "Qlib's Mean(x, n): the arithmetic mean of the last n days, skipping days without a value; it has values from "
        "the first day on, over the days there are.",
        "Qlib 的 Mean(x, n)：最近 n 日的算术平均，跳过缺失值；自首日起即有值，按已有天数计算。",
    ),
    jinja_template=_QLIB_TEMPLATE,
    inputs=_INPUT,
    outputs=_OUTPUT,
    parameters=(_window(20), _INPUT_FIELD),
    look_back=window_look_back,
    expression="Mean({input},{window})",
    icon="chart-line",
    color=_COLOR,
)

EMA: NodeTemplate = declare(
    name="ema",
    node_type=NodeType.INDICATOR,
    category="TREND",
    display_name=Text("Exponential moving average", "指数移动平均"),
    description=Text(
        "Qlib's EMA(x, n): weights fall by 1 - 2/(n+1) a day and are normalised over the days there are (pandas' "
        "ewm with span n, adjusted), from the instrument's first day on. Its warm-up counts as n - 1 days, as TA-Lib "
        "counts it.",
        "Qlib 的 EMA(x, n)：权重每日按 1 - 2/(n+1) 衰减，并按已有天数归一化（即 pandas 的 ewm，span=n，adjust=True），"
        "自该标的首日起计算。预热期按 TA-Lib 惯例计为 n - 1 日。",
    ),
    jinja_template=_QLIB_TEMPLATE,
    inputs=_INPUT,
    outputs=_OUTPUT,
    parameters=(_window(20), _INPUT_FIELD),
    look_back=window_look_back,
    expression="EMA({input},{window})",
    icon="chart-line",
    color=_COLOR,
)

TEMPLATES: tuple[NodeTemplate, ...] = (PRICE, SMA, EMA)
