"""Signals: what marks an instrument for entry or exit."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Side, Text
from codegen_core.nodes.schema import declare

BUY: NodeTemplate = declare(
    name="buy",
    node_type=NodeType.SIGNAL,
    category="ENTRY",
    display_name=Text("Buy", "买入"),
    description=Text(
        "Marks an instrument for entry where the condition is true; unknown reads as false. The optional score "
        "ranks the entries of a day, highest first, ties by code; of several buys the highest score counts.",
        "条件为真时标记买入；未知视为假。可选的得分用于当日买入排序：高者优先，同分按代码升序；"
        "多个买入节点取最高得分。",
    ),
    jinja_template="nodes/buy.py.j2",
    inputs=(InputPort("condition", (PortType.BOOL,)), InputPort("score", (PortType.SERIES,), required=False)),
    outputs=(OutputPort("signal", PortType.SIGNAL, Side.BUY),),
    icon="log-in",
    color="#2E7D32",
)

SELL: NodeTemplate = declare(
    name="sell",
    node_type=NodeType.SIGNAL,
    category="EXIT",
    display_name=Text("Sell", "卖出"),
    description=Text(
        "Marks an instrument for exit where the condition is true; unknown reads as false. An instrument that is "
        "marked is not bought that day either.",
        "条件为真时标记卖出；未知视为假。被标记的标的当日也不会买入。",
    ),
    jinja_template="nodes/sell.py.j2",
    inputs=(InputPort("condition", (PortType.BOOL,)),),
    outputs=(OutputPort("signal", PortType.SIGNAL, Side.SELL),),
    icon="log-out",
    color="#C62828",
)

TEMPLATES: tuple[NodeTemplate, ...] = (BUY, SELL)
