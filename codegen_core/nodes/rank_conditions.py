"""Conditions on where an instrument stands among the members of the pool on that day."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.parts import whole_number
from codegen_core.nodes.schema import Parameter, declare

_MEMBERS = Text(
    " Ranked are the pool's members of the day that have a value; for all others it is unknown. Ties go by code, "
    "ascending.",
    "仅对当日有值的股票池成分排名，其余标的为未知；并列时按代码升序。",
)
_COUNT = whole_number("count", Text("Number", "数量"), Text("How many are chosen a day.", "每日选取的数量。"), 10)
_FRACTION = Parameter(
    "fraction",
    Text("Share", "比例"),
    Text(
        "As a fraction of the members ranked, rounded up to whole instruments: 0.1 of 34 is 4.",
        "占参与排名成分的比例，向上取整：34 只的 0.1 为 4 只。",
    ),
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    0.1,
)


def _rank_condition(name: str, display_name: Text, description: Text, parameter: Parameter, icon: str) -> NodeTemplate:
    return declare(
        name=name,
        node_type=NodeType.CONDITION,
        category="RANKING",
        display_name=display_name,
        description=Text(description.en + _MEMBERS.en, description.zh + _MEMBERS.zh),
        jinja_template=f"nodes/{name}.py.j2",
        inputs=(InputPort("input", (PortType.SERIES,)),),
        outputs=(OutputPort("result", PortType.BOOL),),
        parameters=(parameter,),
        icon=icon,
        color="#EF6C00",
    )


TOP_N: NodeTemplate = _rank_condition(
    "top_n",
    Text("Top n", "前 n 名"),
    Text("True for the n instruments with the highest values of the day.", "当日取值最高的 n 只标的为真。"),
    _COUNT,
    "arrow-up-wide-narrow",
)

BOTTOM_N: NodeTemplate = _rank_condition(
    "bottom_n",
    Text("Bottom n", "后 n 名"),
    Text("True for the n instruments with the lowest values of the day.", "当日取值最低的 n 只标的为真。"),
    _COUNT,
    "arrow-down-wide-narrow",
)

TOP_QUANTILE: NodeTemplate = _rank_condition(
    "top_quantile",
    Text("Top quantile", "前百分比"),
    Text("True for the share q of instruments with the highest values of the day.", "当日取值最高的 q 比例标的为真。"),
    _FRACTION,
    "arrow-up-wide-narrow",
)

BOTTOM_QUANTILE: NodeTemplate = _rank_condition(
    "bottom_quantile",
    Text("Bottom quantile", "后百分比"),
    Text("True for the share q of instruments with the lowest values of the day.", "当日取值最低的 q 比例标的为真。"),
    _FRACTION,
    "arrow-down-wide-narrow",
)

TEMPLATES: tuple[NodeTemplate, ...] = (TOP_N, BOTTOM_N, TOP_QUANTILE, BOTTOM_QUANTILE)
