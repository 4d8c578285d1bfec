"""Sizing rules: which share of the account an entry gets."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Side, Text
from codegen_core.nodes.schema import Parameter, declare

_SIGNALS = (
    InputPort("entry", (PortType.SIGNAL,), multiple=True, side=Side.BUY),
    InputPort("exit", (PortType.SIGNAL,), required=False, multiple=True, side=Side.SELL),
)

_MAX_POSITIONS = Parameter(
    "max_positions",
    Text("Most holdings", "最大持仓数"),
    Text("How many instruments are held at most at one time.", "同时持有的标的数上限。"),
    {"type": "integer", "minimum": 1, "maximum": 500},
    10,
)
_REBALANCE_DAYS = Parameter(
    "rebalance_days",
    Text("Rebalance every (days)", "再平衡间隔（天）"),
    Text(
        "Every how many trading days holdings are brought back to their target; 0 is never.",
        "每隔多少个交易日将持仓调回目标权重；0 表示不调仓。",
    ),
    {"type": "integer", "minimum": 0, "maximum": 1000},
    0,
)

EQUAL_WEIGHT: NodeTemplate = declare(
    name="equal_weight",
    node_type=NodeType.POSITION,
    category="SIZING",
    display_name=Text("Equal weight", "等权持仓"),
    description=Text(
        "Each entry gets 1 / max_positions of the account's value of the day before, at most max_positions holdings "
        "at a time.",
        "每次买入占前一日账户价值的 1 / max_positions，同时最多持有 max_positions 只。",
    ),
    jinja_template="nodes/equal_weight.py.j2",
    inputs=_SIGNALS,
    outputs=(OutputPort("position", PortType.POSITION),),
    parameters=(_MAX_POSITIONS, _REBALANCE_DAYS),
    icon="pie-chart",
    color="#6A1B9A",
)

TEMPLATES: tuple[NodeTemplate, ...] = (EQUAL_WEIGHT,)
