"""For every problem code, a flow that has exactly that problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import nan
from typing import Any

from codegen_core.custom import CustomDefinition, declaration_of
from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Side, Text
from codegen_core.nodes.positions import EQUAL_WEIGHT
from codegen_core.nodes.registry import by_name
from tests.unit.core.drawing import Json, double_average, edge, find, flow, node, with_nodes

LIMITED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 3, "pattern": "^[a-z]+$", "default": "abc"},
        "days": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "minItems": 1},
        "must": {"type": "integer", "multipleOf": 5},
    },
    "required": ["must"],
}

OWN_SERIES = NodeTemplate(
    name="own_series",
    node_type=NodeType.CUSTOM,
    category="CUSTOM",
    display_name=Text("Own", "自定义"),
    description=Text("", ""),
    inputs=(),
    outputs=(OutputPort("value", PortType.SERIES),),
    jinja_template="",
    parameter_schema=LIMITED,
    default_parameters={"name": "abc"},
    is_system=False,
    stored_id="own-series",
)

WITHOUT_EXPRESSION = declaration_of(
    CustomDefinition(
        id="without-expression",
        name="without_expression",
        node_type="INDICATOR",
        output_ports=({"name": "value", "type": "SERIES"},),
    )
)

OPEN_ENTRY = replace(
    EQUAL_WEIGHT,
    name="open_entry",
    stored_id="open-entry",
    inputs=(
        InputPort("entry", (PortType.SIGNAL,), required=False, side=Side.BUY),
        InputPort("exit", (PortType.SIGNAL,), required=False, side=Side.SELL),
    ),
)


@dataclass(frozen=True)
class Case:
    """A flow, the parameters sent with it, and where its one problem lies."""

    drawn: object
    parameters: object = None
    node_id: str | None = None
    edge_id: str | None = None
    field: str | None = None
    expected: str | None = None
    received: str | None = None
    extra: tuple[NodeTemplate, ...] = (OWN_SERIES, OPEN_ENTRY)


def _changed(change: Callable[[Json], object]) -> Json:
    drawn = double_average()
    change(drawn)
    return drawn


def _without_edges(*ids: str) -> Json:
    drawn = double_average()
    return flow(drawn["nodes"], [each for each in drawn["edges"] if each["id"] not in ids])


def _with_edge(drawn_edge: Json) -> Json:
    return with_nodes([], [drawn_edge])


def _own(**parameters: Any) -> Json:
    return with_nodes([node("own", OWN_SERIES, **parameters)], [edge("own.value", "enter.score", "score")])


def _nested(depth: int) -> Any:
    return {"a": _nested(depth - 1)} if depth else 1


def _part(drawn: Json, *left_out: str) -> Json:
    """Returns a flow without some of its nodes and their edges."""
    return flow(
        [each for each in drawn["nodes"] if each["id"] not in left_out],
        [each for each in drawn["edges"] if not {each["source"], each["target"]} & set(left_out)],
    )


_FIRST = "logic_flow.nodes[0]"
_CROSS = "fast_average-golden_cross-left"


def _rules() -> dict[str, Case]:
    data = "logic_flow.nodes[9].data.parameters"
    long, upper, twice = _own(must=5, name="abcd"), _own(must=5, name="A"), _own(must=5, days=[1, 1])
    return {
        "PARAMETER_LENGTH": Case(long, None, "own", None, f"{data}.name", "<= 3 characters", '"abcd"'),
        "PARAMETER_PATTERN": Case(upper, None, "own", None, f"{data}.name", "^[a-z]+$", '"A"'),
        "PARAMETER_INVALID": Case(twice, None, "own", None, f"{data}.days", None, "a list of 2"),
        "MISSING_PARAMETER": Case(_own(), None, "own", None, "parameters.own.must"),
    }


def _cases() -> dict[str, Case]:
    return {
        **_schema(),
        **_graph(),
        **_type(),
        **_parameter(),
        **_rules(),
        **_expressions(),
        **_semantic(),
        **_warnings(),
    }


def _schema() -> dict[str, Case]:
    twice = [*double_average()["nodes"], find(double_average(), "stop_loss")]
    many = [node(str(number), "price") for number in range(501)]
    return {
        "WRONG_TYPE": Case("flow", field="logic_flow", expected="an object", received='"flow"'),
        "MISSING_FIELD": Case(
            _changed(lambda drawn: drawn["nodes"][0].pop("template_id")),
            node_id="fast_average",
            field=f"{_FIRST}.template_id",
        ),
        "TOO_LONG": Case(
            _changed(lambda drawn: drawn["nodes"][0].update(label="x" * 101)),
            node_id="fast_average",
            field=f"{_FIRST}.label",
            received="101",
        ),
        "TOO_DEEP": Case(double_average(), {"enter": _nested(33)}, "enter", field="parameters.enter"),
        "TOO_MANY_NODES": Case(flow(many, []), field="logic_flow.nodes", expected="<= 500", received="501"),
        "TOO_MANY_EDGES": Case(
            _changed(lambda drawn: drawn.update(edges=[edge("a", "b", str(each)) for each in range(1001)])),
            field="logic_flow.edges",
            expected="<= 1000",
            received="1001",
        ),
        "DUPLICATE_NODE_ID": Case(
            flow(twice, double_average()["edges"]), node_id="stop_loss", field="logic_flow.nodes[9].id"
        ),
        "DUPLICATE_EDGE_ID": Case(
            _with_edge(edge("fast_average.value", "enter.score", _CROSS)),
            edge_id=_CROSS,
            field="logic_flow.edges[10].id",
        ),
        "UNKNOWN_NODE_TYPE": Case(
            _changed(lambda drawn: drawn["nodes"][0].update(type="default")),
            node_id="fast_average",
            field=f"{_FIRST}.type",
            expected="INDICATOR, CONDITION, SIGNAL, POSITION, STOP_LOSS, STOP_PROFIT, RISK_MANAGEMENT, CUSTOM",
            received='"default"',
        ),
        "UNKNOWN_TEMPLATE": Case(
            _changed(lambda drawn: drawn["nodes"][0].update(template_id="sma")),
            node_id="fast_average",
            field=f"{_FIRST}.template_id",
            expected="e1e40fa6-4dad-551e-b502-4b23952cb9c9",
            received='"sma"',
        ),
        "NODE_TYPE_MISMATCH": Case(
            _changed(lambda drawn: drawn["nodes"][0].update(type="SIGNAL")),
            node_id="fast_average",
            field=f"{_FIRST}.type",
            expected="INDICATOR",
            received="SIGNAL",
        ),
    }


def _graph() -> dict[str, Case]:
    ring = [node("x", "negate"), node("y", "negate"), node("z", "negate")]
    return {
        "UNKNOWN_NODE": Case(
            _with_edge(edge("ghost.value", "enter.score", "e")),
            edge_id="e",
            field="logic_flow.edges[10].source",
            received='"ghost"',
        ),
        "SELF_LOOP": Case(
            _with_edge(edge("fast_average.value", "fast_average.input", "e")),
            node_id="fast_average",
            edge_id="e",
            field="logic_flow.edges[10].target",
        ),
        "DUPLICATE_EDGE": Case(_with_edge(edge("enter", "holdings", "z")), edge_id="z", field="logic_flow.edges[10]"),
        "CYCLE": Case(
            with_nodes(ring, [edge("z", "x", "1"), edge("x", "y", "2"), edge("y", "z", "3")]),
            node_id="x",
            field="logic_flow.edges",
            received="x -> y -> z -> x",
        ),
        "INPUT_TAKEN": Case(
            _with_edge(edge("slow_average.value", "golden_cross.left", "z")),
            node_id="golden_cross",
            edge_id="z",
            field="logic_flow.edges[10].target_handle",
        ),
        "MISSING_INPUT": Case(
            _without_edges("golden_cross-enter-condition"),
            node_id="enter",
            field="logic_flow.nodes[4].inputs.condition",
            expected="BOOL",
        ),
    }


def _type() -> dict[str, Case]:
    where = "logic_flow.edges[10]"
    own = [node("own", OWN_SERIES, must=5), node("mean", "sma")]
    return {
        "UNKNOWN_HANDLE": Case(
            _with_edge(edge("fast_average.values", "enter.score", "e")),
            node_id="fast_average",
            edge_id="e",
            field=f"{where}.source_handle",
            expected="value",
            received='"values"',
        ),
        "TYPE_MISMATCH": Case(
            _with_edge(edge("death_cross.result", "enter.score", "e")),
            node_id="enter",
            edge_id="e",
            field=where,
            expected="score: SERIES",
            received="result: BOOL",
        ),
        "AMBIGUOUS_EDGE": Case(
            with_nodes([node("more", "compare")], [edge("fast_average", "more", "e")]),
            node_id="more",
            edge_id="e",
            field=where,
            expected="value -> left, value -> right",
            received="- -> -",
        ),
        "QLIB_INPUT_REQUIRED": Case(
            with_nodes(own, [edge("own.value", "mean.input", "e"), edge("mean.value", "enter.score", "f")]),
            node_id="mean",
            edge_id="e",
            field=where,
            received="own_series",
        ),
    }


def _parameter() -> dict[str, Case]:
    fast, where = "fast_average", "parameters.fast_average"
    fields = '"open", "high", "low", "close", "volume", "vwap"'
    lonely = with_nodes([node("more", "compare")], [edge("fast_average.value", "more.left", "e")])
    return {
        "UNKNOWN_PARAMETER_NODE": Case(double_average(), {"ghost": {}}, "ghost", field="parameters.ghost"),
        "UNKNOWN_PARAMETER": Case(
            double_average(), {fast: {"period": 5}}, fast, field=f"{where}.period", expected="window, field"
        ),
        "INPUT_OR_PARAMETER_REQUIRED": Case(
            lonely,
            None,
            "more",
            field="parameters.more.value",
        ),
        "PARAMETER_TYPE": Case(
            double_average(), {fast: {"window": "5"}}, fast, None, f"{where}.window", "an integer", '"5"'
        ),
        "PARAMETER_CHOICE": Case(
            double_average(), {fast: {"field": "price"}}, fast, None, f"{where}.field", fields, '"price"'
        ),
        "PARAMETER_RANGE": Case(
            double_average(), {fast: {"window": 0.0}}, fast, None, f"{where}.window", ">= 1 and <= 1000", "0"
        ),
        "PARAMETER_NOT_FINITE": Case(
            double_average(), {fast: {"window": nan}}, fast, None, f"{where}.window", None, "NaN"
        ),
    }


def _general(template: str | NodeTemplate, **parameters: Any) -> Json:
    """Returns the double moving average with a node that nothing keeps from being looked at."""
    known = template if isinstance(template, NodeTemplate) else by_name(template)
    port = known.outputs[0].name
    return with_nodes([node("own", template, **parameters)], [edge(f"own.{port}", "enter.score")])


def _expressions() -> dict[str, Case]:
    data = "logic_flow.nodes[9].data.parameters"
    ahead, wrong = "Ref($close, -1)", "Mean($close, 5"
    periods = "minperiod, maxperiod, matype"
    crossed = _general("talib_function", function="MAVP", minperiod=40)
    crossed["edges"].append(edge("fast_average.value", "own.input_2"))
    return {
        "EXPRESSION_INVALID": Case(
            _general("qlib_expression", expression=wrong), None, "own", None, f"{data}.expression", None, f'"{wrong}"'
        ),
        "LOOK_AHEAD": Case(
            _general("qlib_expression", expression=ahead), None, "own", None, f"{data}.expression", None, f'"{ahead}"'
        ),
        "UNKNOWN_FACTOR": Case(
            _general("factor", factor="KMID9"), None, "own", None, f"{data}.factor", None, '"KMID9"'
        ),
        "OPTIONS_REFUSED": Case(crossed, None, "own", None, f"{data}.function", periods, None),
        "NO_EXPRESSION": Case(
            _general(WITHOUT_EXPRESSION), None, "own", field="logic_flow.nodes[9]", extra=(WITHOUT_EXPRESSION,)
        ),
    }


def _semantic() -> dict[str, Case]:
    second = [node("second", "equal_weight")]
    lone = flow([node("p", OPEN_ENTRY), node("s", "stop_loss_percent")], [edge("p", "s", "e")])
    return {
        "EMPTY_FLOW": Case({}, field="logic_flow.nodes"),
        "NO_POSITION": Case(flow([node("x", "price")], []), field="logic_flow.nodes", expected="1", received="0"),
        "MANY_POSITIONS": Case(
            with_nodes(second, [edge("enter.signal", "second.entry", "e")]),
            field="logic_flow.nodes",
            expected="1",
            received="holdings, second",
        ),
        "NO_ENTRY": Case(lone, node_id="p", field=_FIRST),
        "EXPRESSION_TOO_LARGE": Case(
            _chain_of_scores(6),
            node_id="z5",
            field="logic_flow.nodes[14]",
            expected="<= 8000, <= 39",
            received="12988, 12",
        ),
    }


def _rotation() -> Json:
    nodes = [
        node("close", "price"),
        node("dear", "compare", value=5),
        node("enter", "buy"),
        node("best", "top_k_dropout"),
    ]
    edges = [
        edge("close", "dear.left", "1"),
        edge("dear", "enter.condition", "2"),
        edge("close", "enter.score", "3"),
        edge("close", "best.score", "4"),
        edge("enter", "best.entry", "5"),
    ]
    return flow(nodes, edges)


def _chain_of_scores(length: int) -> Json:
    """Returns a flow with z-scores of z-scores, each of which reads the one before three times."""
    nodes = [node(f"z{each}", "z_score") for each in range(length)]
    edges = [edge(f"z{each}", f"z{each + 1}.input") for each in range(length - 1)]
    return with_nodes(nodes, [*edges, edge(f"z{length - 1}", "enter.score")])


def _warnings() -> dict[str, Case]:
    both = [node("both", "all_of"), node("opposite", "negate"), node("extra", "buy")]
    joined = [
        edge("golden_cross.result", "opposite.condition", "1"),
        edge("golden_cross.result", "both.conditions", "2"),
        edge("opposite.result", "both.conditions", "3"),
        edge("both.result", "extra.condition", "4"),
        edge("extra.signal", "holdings.entry", "5"),
    ]
    same = _part(double_average(), "death_cross")
    same["edges"].append(edge("golden_cross.result", "leave.condition", "e"))
    buying = _part(double_average(), "death_cross", "leave", "stop_loss", "take_profit")
    waiting = _part(double_average(), "stop_loss", "take_profit")
    waiting["nodes"].append(node("wait", "cooldown"))
    waiting["edges"].append(edge("holdings.position", "wait.position", "e"))
    return {
        "NO_EXIT": Case(buying, node_id="holdings", field="logic_flow.nodes[4]"),
        "DISCONNECTED_NODE": Case(with_nodes([node("more", "price")], []), node_id="more", field="logic_flow.nodes[9]"),
        "SIGNAL_NOT_USED": Case(_without_edges("leave-holdings-exit"), node_id="leave", field="logic_flow.nodes[5]"),
        "RULE_WITHOUT_EFFECT": Case(waiting, node_id="wait", field="logic_flow.nodes[7]"),
        "SCORE_NOT_READ": Case(_rotation(), node_id="enter", field="logic_flow.nodes[2]"),
        "CONSTANT_CONDITION": Case(
            _part(double_average(), "death_cross", "leave"),
            {"fast_average": {"window": 20}},
            node_id="golden_cross",
            field="logic_flow.nodes[2]",
        ),
        "CONTRADICTORY_CONDITIONS": Case(with_nodes(both, joined), node_id="both", field="logic_flow.nodes[9]"),
        "ENTRY_EQUALS_EXIT": Case(same, node_id="leave", field="logic_flow.nodes[4]"),
    }


CASES = _cases()
