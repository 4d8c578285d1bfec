"""Conditions: from series to a three-valued truth (true, false, unknown) per day and instrument."""

from __future__ import annotations

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, Parameters, PortType, Text
from codegen_core.nodes.schema import Parameter, declare

OPERATORS: tuple[str, ...] = (">", ">=", "<", "<=", "==", "!=")

_COLOR = "#F9A825"
_OUTPUT = (OutputPort("result", PortType.BOOL),)
_OPERANDS = (
    InputPort("left", (PortType.SERIES,)),
    InputPort("right", (PortType.SERIES,), required=False, fallback="value"),
)
_SEVERAL = (InputPort("conditions", (PortType.BOOL,), multiple=True),)

_VALUE = Parameter(
    "value",
    Text("Constant", "常数"),
    Text(
        "What the left side is compared with while nothing is connected to the right. Prices are adjusted prices.",
        "右侧未连接时与左侧比较的常数。价格均为复权价。",
    ),
    {"type": "number"},
)
_CHOICES: list[JsonValue] = list(OPERATORS)
_OPERATOR = Parameter(
    "operator",
    Text("Operator", "运算符"),
    Text("How left and right are compared.", "左右两侧的比较方式。"),
    {"type": "string", "enum": _CHOICES},
    ">",
)


def _one_bar(_parameters: Parameters) -> int:
    return 1


COMPARE: NodeTemplate = declare(
    name="compare",
    node_type=NodeType.CONDITION,
    category="COMPARISON",
    display_name=Text("Compare", "比较"),
    description=Text(
        "True where left stands in the chosen relation to right, or to a constant; unknown where a side has no value.",
        "左侧与右侧（或常数）满足所选关系时为真；任一侧无值时为未知。",
    ),
    jinja_template="nodes/compare.py.j2",
    inputs=_OPERANDS,
    outputs=_OUTPUT,
    parameters=(_OPERATOR, _VALUE),
    icon="scale",
    color=_COLOR,
)

CROSSES_ABOVE: NodeTemplate = declare(
    name="crosses_above",
    node_type=NodeType.CONDITION,
    category="CROSSING",
    display_name=Text("Crosses above", "上穿"),
    description=Text(
        "True on the day left rises above right: left[t-1] <= right[t-1] and left[t] > right[t]; t-1 is the previous "
        "calendar day, and over a suspended day the answer is unknown.",
        "左侧由下向上穿过右侧当日为真：left[t-1] <= right[t-1] 且 left[t] > right[t]；t-1 为上一个交易日，"
        "跨越停牌日时为未知。",
    ),
    jinja_template="nodes/crosses_above.py.j2",
    inputs=_OPERANDS,
    outputs=_OUTPUT,
    parameters=(_VALUE,),
    look_back=_one_bar,
    icon="trending-up",
    color=_COLOR,
)

CROSSES_BELOW: NodeTemplate = declare(
    name="crosses_below",
    node_type=NodeType.CONDITION,
    category="CROSSING",
    display_name=Text("Crosses below", "下穿"),
    description=Text(
        "True on the day left falls below right: left[t-1] >= right[t-1] and left[t] < right[t]; t-1 is the previous "
        "calendar day, and over a suspended day the answer is unknown.",
        "左侧由上向下穿过右侧当日为真：left[t-1] >= right[t-1] 且 left[t] < right[t]；t-1 为上一个交易日，"
        "跨越停牌日时为未知。",
    ),
    jinja_template="nodes/crosses_below.py.j2",
    inputs=_OPERANDS,
    outputs=_OUTPUT,
    parameters=(_VALUE,),
    look_back=_one_bar,
    icon="trending-down",
    color=_COLOR,
)

ALL_OF: NodeTemplate = declare(
    name="all_of",
    node_type=NodeType.CONDITION,
    category="LOGIC",
    display_name=Text("All of (and)", "全部满足（与）"),
    description=Text(
        "Three-valued and, as in SQL: false where any condition is false, else unknown where any is unknown, else "
        "true.",
        "三值逻辑“与”，同 SQL：任一条件为假则为假；否则任一未知则为未知；否则为真。",
    ),
    jinja_template="nodes/all_of.py.j2",
    inputs=_SEVERAL,
    outputs=_OUTPUT,
    icon="logic-and",
    color=_COLOR,
)

ANY_OF: NodeTemplate = declare(
    name="any_of",
    node_type=NodeType.CONDITION,
    category="LOGIC",
    display_name=Text("Any of (or)", "任一满足（或）"),
    description=Text(
        "Three-valued or, as in SQL: true where any condition is true, else unknown where any is unknown, else false.",
        "三值逻辑“或”，同 SQL：任一条件为真则为真；否则任一未知则为未知；否则为假。",
    ),
    jinja_template="nodes/any_of.py.j2",
    inputs=_SEVERAL,
    outputs=_OUTPUT,
    icon="logic-or",
    color=_COLOR,
)

NEGATE: NodeTemplate = declare(
    name="negate",
    node_type=NodeType.CONDITION,
    category="LOGIC",
    display_name=Text("Not", "取反（非）"),
    description=Text(
        "Three-valued not, as in SQL: true becomes false, false becomes true, unknown stays unknown.",
        "三值逻辑“非”，同 SQL：真变假，假变真，未知仍为未知。",
    ),
    jinja_template="nodes/negate.py.j2",
    inputs=(InputPort("condition", (PortType.BOOL,)),),
    outputs=_OUTPUT,
    icon="logic-not",
    color=_COLOR,
)

TEMPLATES: tuple[NodeTemplate, ...] = (COMPARE, CROSSES_ABOVE, CROSSES_BELOW, ALL_OF, ANY_OF, NEGATE)
