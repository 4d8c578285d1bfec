"""Conditions on how a series runs: within bounds, rising, falling, and conditions that hold for days."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.parts import WHOLE_DAYS, LookBack, bars_before, days
from codegen_core.nodes.schema import Parameter, declare

_COLOR = "#F9A825"
_RESULT = (OutputPort("result", PortType.BOOL),)
_SERIES = (PortType.SERIES,)


def _bound(name: str, title: Text) -> Parameter:
    explanation = Text(
        "Stands in while the bound is not connected. Prices are adjusted prices.",
        "该边界未连接时使用的常数。价格均为复权价。",
    )
    return Parameter(name, title, explanation, {"type": "number"})


def _over_days(
    name: str, category: str, display_name: Text, description: Text, port: InputPort, look_back: LookBack, icon: str
) -> NodeTemplate:
    """Returns a condition over a number of days."""
    return declare(
        name=name,
        node_type=NodeType.CONDITION,
        category=category,
        display_name=display_name,
        description=description,
        jinja_template=f"nodes/{name}.py.j2",
        inputs=(port,),
        outputs=_RESULT,
        parameters=(days(Text("Days", "天数"), Text("How many trading days running.", "连续多少个交易日。"), 3),),
        look_back=look_back,
        icon=icon,
        color=_COLOR,
    )


BETWEEN: NodeTemplate = declare(
    name="between",
    node_type=NodeType.CONDITION,
    category="COMPARISON",
    display_name=Text("Between", "介于"),
    description=Text(
        "True where low <= x and x <= high, bounds included, each bound a series or a constant. Three-valued and: "
        "false where one side is known to fail, else unknown where a value is missing.",
        "low <= x 且 x <= high 时为真，含边界；每个边界为序列或常数。三值逻辑“与”：任一侧已知不满足则为假，"
        "否则有缺失值时为未知。",
    ),
    jinja_template="nodes/between.py.j2",
    inputs=(
        InputPort("input", _SERIES),
        InputPort("low", _SERIES, required=False, fallback="low_value"),
        InputPort("high", _SERIES, required=False, fallback="high_value"),
    ),
    outputs=_RESULT,
    parameters=(_bound("low_value", Text("Lower bound", "下界")), _bound("high_value", Text("Upper bound", "上界"))),
    icon="brackets",
    color=_COLOR,
)

RISING: NodeTemplate = _over_days(
    "rising",
    "COMPARISON",
    Text("Rising", "连续上升"),
    Text(
        "True where the series has risen n days running: n strict comparisons of n + 1 neighbouring trading days. One "
        "that is known to fail makes it false; else a missing value (a suspended day, or before the first) unknown.",
        "序列连续 n 日上升时为真：n + 1 个相邻交易日的 n 次严格比较。任一次已知不成立则为假；"
        "否则有缺失值（停牌或首日之前）时为未知。",
    ),
    InputPort("input", _SERIES),
    WHOLE_DAYS,
    "trending-up",
)

FALLING: NodeTemplate = _over_days(
    "falling",
    "COMPARISON",
    Text("Falling", "连续下降"),
    Text(
        "True where the series has fallen n days running: n strict comparisons of n + 1 neighbouring trading days. "
        "One that is known to fail makes it false; else a missing value (a suspended day, or before the first) "
        "unknown.",
        "序列连续 n 日下降时为真：n + 1 个相邻交易日的 n 次严格比较。任一次已知不成立则为假；"
        "否则有缺失值（停牌或首日之前）时为未知。",
    ),
    InputPort("input", _SERIES),
    WHOLE_DAYS,
    "trending-down",
)

TRUE_FOR_DAYS: NodeTemplate = _over_days(
    "true_for_days",
    "LOGIC",
    Text("True for days", "连续多日成立"),
    Text(
        "True where the condition has been true n trading days running, today included. Three-valued and: false where "
        "one of the days is known to be false, else unknown where one is unknown or lies before the first day.",
        "条件连续 n 个交易日（含当日）为真时为真。三值逻辑“与”：任一日已知为假则为假；"
        "否则任一日未知或早于首日时为未知。",
    ),
    InputPort("condition", (PortType.BOOL,)),
    bars_before(lambda days: days - 1, "days"),
    "calendar-check",
)

TEMPLATES: tuple[NodeTemplate, ...] = (BETWEEN, RISING, FALLING, TRUE_FOR_DAYS)
