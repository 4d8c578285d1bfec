"""Exit rules that take gains, bound to the position."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.schema import Parameter, declare

_POSITION = (InputPort("position", (PortType.POSITION,)),)
_RULE = (OutputPort("rule", PortType.RULE),)

STOP_PROFIT_PERCENT: NodeTemplate = declare(
    name="stop_profit_percent",
    node_type=NodeType.STOP_PROFIT,
    category="PRICE_STOP",
    display_name=Text("Stop profit by percentage", "百分比止盈"),
    description=Text(
        "Sells the whole holding once the day's close >= average fill price x (1 + p), costs left out; the sale is "
        "made on the next day.",
        "当日收盘价 >= 平均成交价 ×（1 + p）时卖出全部持仓，不计费用；次日成交。",
    ),
    jinja_template="nodes/stop_profit_percent.py.j2",
    inputs=_POSITION,
    outputs=_RULE,
    parameters=(
        Parameter(
            "percent",
            Text("Gain", "盈利比例"),
            Text("As a fraction: 0.1 is ten per cent.", "以小数表示：0.1 即 10%。"),
            {"type": "number", "exclusiveMinimum": 0},
            0.1,
        ),
    ),
    icon="target",
    color="#00838F",
)

TEMPLATES: tuple[NodeTemplate, ...] = (STOP_PROFIT_PERCENT,)
