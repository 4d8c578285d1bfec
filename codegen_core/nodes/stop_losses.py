"""Exit rules against losses, bound to the position."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.schema import Parameter, declare

_POSITION = (InputPort("position", (PortType.POSITION,)),)
_RULE = (OutputPort("rule", PortType.RULE),)

STOP_LOSS_PERCENT: NodeTemplate = declare(
    name="stop_loss_percent",
    node_type=NodeType.STOP_LOSS,
    category="PRICE_STOP",
    display_name=Text("Stop loss by percentage", "百分比止损"),
    description=Text(
        "Sells the whole holding once the day's close <= average fill price x (1 - p), costs left out; the sale is "
        "made on the next day.",
        "当日收盘价 <= 平均成交价 ×（1 - p）时卖出全部持仓，不计费用；次日成交。",
    ),
    jinja_template="nodes/stop_loss_percent.py.j2",
    inputs=_POSITION,
    outputs=_RULE,
    parameters=(
        Parameter(
            "percent",
            Text("Loss", "亏损比例"),
            Text("As a fraction: 0.05 is five per cent.", "以小数表示：0.05 即 5%。"),
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            0.05,
        ),
    ),
    icon="shield",
    color="#AD1457",
)

TEMPLATES: tuple[NodeTemplate, ...] = (STOP_LOSS_PERCENT,)
