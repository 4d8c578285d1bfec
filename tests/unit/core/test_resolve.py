"""What a sound flow resolves to, and which layers look at one that isn't."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from codegen_core.flow.model import ResolvedFlow, ResolvedNode, Source
from codegen_core.nodes.declaration import InputPort, OutputPort, PortType
from codegen_core.nodes.positions import EQUAL_WEIGHT
from codegen_core.nodes.signals import BUY
from codegen_core.resolve import Level
from tests.unit.core.checks.cases import OWN_SERIES
from tests.unit.core.drawing import Json, check, codes, double_average, edge, find, flow, node, only, with_nodes


def _resolved(drawn: object, parameters: object = None) -> ResolvedFlow:
    resolved = check(drawn, parameters).resolved
    assert resolved is not None
    return resolved


def _node(resolved: ResolvedFlow, node_id: str) -> ResolvedNode:
    return next(each for each in resolved.nodes if each.id == node_id)


def test_order_is_topological_with_ties_by_id() -> None:
    report = check(double_average())
    assert report.order == (
        "fast_average",
        "slow_average",
        "death_cross",
        "golden_cross",
        "enter",
        "leave",
        "holdings",
        "stop_loss",
        "take_profit",
    )
    assert report.resolved is not None
    assert tuple(each.id for each in report.resolved.nodes) == report.order


def test_inputs_by_port_with_sorted_sources() -> None:
    drawn = with_nodes(
        [node("again", "buy")], [edge("death_cross", "again", "1"), edge("again", "holdings.entry", "0")]
    )
    holdings = _node(_resolved(drawn), "holdings")
    assert holdings.inputs == {
        "entry": (Source("again", "signal"), Source("enter", "signal")),
        "exit": (Source("leave", "signal"),),
    }
    assert _node(_resolved(drawn), "fast_average").inputs == {}


def test_many_sources_are_sorted() -> None:
    names = [f"buy_{number}" for number in range(20, 40)]
    edges = [edge("golden_cross", name) for name in names] + [edge(name, "holdings") for name in names]
    entry = _node(_resolved(with_nodes([node(name, "buy") for name in names], edges)), "holdings").inputs["entry"]
    assert [source.node_id for source in entry] == [*names, "enter"]


def test_neither_the_order_of_the_json_nor_places_matter() -> None:
    drawn = double_average()
    expected = check(drawn)
    for seed in range(10):
        shuffler = random.Random(seed)
        shuffler.shuffle(drawn["nodes"])
        shuffler.shuffle(drawn["edges"])
        for each in drawn["nodes"]:
            each["position"] = {"x": shuffler.random(), "y": 0}
        assert check(drawn) == expected


def test_problems_do_not_depend_on_the_order_of_the_json() -> None:
    drawn = with_nodes(
        [node("x", "negate"), node("y", "negate"), node("lost", "sma", window=0)],
        [edge("x", "y", "1"), edge("y", "x", "2"), edge("slow_average.value", "golden_cross.left", "0")],
    )
    told = {(each.code, each.node_id, each.edge_id) for each in check(drawn).problems}
    assert told == {
        ("CYCLE", "x", None),
        ("INPUT_TAKEN", "golden_cross", "fast_average-golden_cross-left"),
        ("PARAMETER_RANGE", "lost", None),
    }
    drawn["nodes"].reverse()
    drawn["edges"].reverse()
    assert {(each.code, each.node_id, each.edge_id) for each in check(drawn).problems} == told


def test_problems_come_by_layer_then_node() -> None:
    drawn = with_nodes([node("z", "sma", window=0), node("a", "sma", window=0)], [edge("ghost", "enter.score", "e")])
    report = check(drawn, {"a": 5})
    assert [(each.code, each.node_id) for each in report.problems] == [
        ("WRONG_TYPE", "a"),
        ("UNKNOWN_NODE", None),
        ("PARAMETER_RANGE", "a"),
        ("PARAMETER_RANGE", "z"),
    ]


def test_an_unlabelled_node_is_called_as_its_template() -> None:
    drawn = double_average()
    del find(drawn, "enter")["label"]
    assert _node(_resolved(drawn), "enter").label == "Buy"
    chinese = check(drawn, language="zh").resolved
    assert chinese is not None
    assert _node(chinese, "enter").label == "买入"
    assert _node(chinese, "leave").label == "Leave"


def test_precedence_of_parameters() -> None:
    drawn = double_average()
    find(drawn, "fast_average")["data"] = {"parameters": {"window": 7}}
    find(drawn, "slow_average")["data"] = {}
    resolved = _resolved(drawn, {"fast_average": {"field": "open"}})
    assert _node(resolved, "fast_average").parameters == {"window": 7, "field": "open"}
    assert _node(resolved, "slow_average").parameters == {"window": 20, "field": "close"}
    again = _resolved(drawn, {"fast_average": {"window": 3}, "slow_average": {"window": None}})
    assert _node(again, "fast_average").parameters["window"] == 3
    assert _node(again, "slow_average").parameters["window"] == 20


def test_numbers_are_canonical_by_the_schema() -> None:
    drawn = with_nodes(
        [node("more", "compare", value=5), node("again", "buy")],
        [edge("fast_average.value", "more.left"), edge("more", "again"), edge("again", "holdings")],
    )
    resolved = _resolved(drawn, {"fast_average": {"window": 6.0}, "holdings": {"max_positions": 20.0}})
    window, value = _node(resolved, "fast_average").parameters["window"], _node(resolved, "more").parameters["value"]
    assert (window, type(window)) == (6, int)
    assert (value, type(value)) == (5.0, float)
    assert type(_node(resolved, "holdings").parameters["max_positions"]) is int


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (5.5, "PARAMETER_TYPE"),
        (True, "PARAMETER_TYPE"),
        ([5], "PARAMETER_TYPE"),
        (float("inf"), "PARAMETER_NOT_FINITE"),
        (10**400, "PARAMETER_NOT_FINITE"),
        ([float("nan")], "PARAMETER_NOT_FINITE"),
        (1001, "PARAMETER_RANGE"),
        (1e300, "PARAMETER_RANGE"),
    ],
)
def test_wrong_numbers(window: Any, code: str) -> None:
    assert only(check(double_average(), {"fast_average": {"window": window}})).code == code


def test_an_integer_too_long_to_print() -> None:
    problem = only(check(double_average(), {"fast_average": {"window": 10**5000}}))
    assert (problem.code, problem.received) == ("PARAMETER_NOT_FINITE", "an integer of 16610 bits")


@pytest.mark.parametrize(
    ("node_id", "percent", "is_valid"),
    [
        ("stop_loss", 0, False),
        ("stop_loss", 0.99, True),
        ("stop_loss", 1, False),
        ("take_profit", 0, False),
        ("take_profit", 3, True),
    ],
)
def test_the_bounds_of_stops(node_id: str, percent: float, is_valid: bool) -> None:
    assert check(double_average(), {node_id: {"percent": percent}}).is_valid is is_valid


def test_a_wrong_value_in_the_nodes_own_data_is_shown_there() -> None:
    drawn = double_average()
    find(drawn, "slow_average")["data"]["parameters"]["window"] = 0
    assert only(check(drawn)).field == "logic_flow.nodes[1].data.parameters.window"


def test_warm_up_is_the_longest_chain() -> None:
    drawn = with_nodes(
        [node("smooth", "ema", window=10), node("again", "sma", window=5)],
        [edge("slow_average", "smooth"), edge("smooth", "again"), edge("again.value", "enter.score")],
    )
    assert check(drawn).warmup_bars == 19 + 9 + 4


def test_a_rule_s_own_bars_count_from_the_data() -> None:
    drawn = with_nodes([node("range", "atr_stop", window=30)], [edge("holdings.position", "range")])
    assert check(drawn).warmup_bars == 30
    assert check(drawn, {"range": {"window": 3}}).warmup_bars == 20


ROTATION = flow(
    [node("close", "price"), node("mean", "sma", window=7), node("best", "top_k_dropout")],
    [edge("close", "mean.input"), edge("mean", "best.score")],
)


def test_a_score_is_an_entry_and_dropping_is_a_way_out() -> None:
    assert check(ROTATION).problems == ()
    assert check(ROTATION).warmup_bars == 6
    assert codes(check(ROTATION, {"best": {"n_drop": 0}})) == ["NO_EXIT"]


def test_a_halt_is_a_way_out() -> None:
    drawn = flow([*ROTATION["nodes"], node("halt", "drawdown_halt")], [*ROTATION["edges"], edge("best", "halt")])
    assert check(drawn, {"best": {"n_drop": 0}}).problems == ()


@pytest.mark.parametrize(("n_drop", "found"), [(1, []), (0, ["NO_EXIT", "RULE_WITHOUT_EFFECT"])])
def test_a_shortest_holding_time_binds_dropouts(n_drop: int, found: list[str]) -> None:
    drawn = flow([*ROTATION["nodes"], node("young", "min_holding_days")], [*ROTATION["edges"], edge("best", "young")])
    assert codes(check(drawn, {"best": {"n_drop": n_drop}})) == found


def test_what_takes_no_part_is_not_rendered_and_does_not_count() -> None:
    report = check(with_nodes([node("alone", "sma", window=500)], []))
    assert codes(report) == ["DISCONNECTED_NODE"]
    assert "alone" in report.order
    assert report.resolved is not None
    assert "alone" not in {each.id for each in report.resolved.nodes}
    assert report.warmup_bars == 20


def test_a_dead_branch_is_told_at_its_end_alone() -> None:
    drawn = with_nodes(
        [node("a", "sma", window=3), node("b", "compare", value=1), node("c", "buy")],
        [edge("a.value", "b.left"), edge("b", "c")],
    )
    assert [(each.code, each.node_id) for each in check(drawn).problems] == [("SIGNAL_NOT_USED", "c")]


def test_react_flows_own_export() -> None:
    drawn = double_average()
    nodes = [
        {
            "id": each["id"],
            "type": each["type"],
            "position": each["position"],
            "width": 180,
            "selected": False,
            "data": {**each["data"], "template_id": each["template_id"], "label": each["label"], "icon": "x"},
        }
        for each in drawn["nodes"]
    ]
    edges = [
        {
            "id": each["id"],
            "source": each["source"],
            "target": each["target"],
            "sourceHandle": each["source_handle"],
            "targetHandle": each["target_handle"],
            "animated": True,
            "style": {"stroke": "#888"},
        }
        for each in drawn["edges"]
    ]
    exported = {"nodes": nodes, "edges": edges, "viewport": {"x": 0, "y": 0, "zoom": 1}}
    assert check(exported) == check(drawn)


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        flow([node("a", "sma")], []),
        flow([node("a", "compare")], []),
        flow([node("a", "buy"), node("b", "equal_weight")], [edge("a", "b")]),
        flow([node("a", "equal_weight"), node("b", "equal_weight")], []),
        flow([node("own", OWN_SERIES)], []),
    ],
)
def test_a_draft_may_lack_anything(drawn: Json) -> None:
    report = check(drawn, level=Level.DRAFT, extra=[OWN_SERIES])
    assert (report.problems, report.is_valid, report.resolved) == ((), True, None)
    assert report.warmup_bars is not None


def test_a_draft_must_be_right_in_what_it_has() -> None:
    drawn = flow(
        [node("a", "sma", window=0), node("b", "negate"), node("c", "buy", speed=1)],
        [edge("a", "b", "1"), edge("b", "b", "2"), edge("b", "d", "3")],
    )
    assert codes(check(drawn, level=Level.DRAFT)) == [
        "UNKNOWN_NODE",
        "SELF_LOOP",
        "TYPE_MISMATCH",
        "PARAMETER_RANGE",
        "UNKNOWN_PARAMETER",
    ]


def test_a_missing_operand_counts_only_when_complete() -> None:
    drawn = flow([node("a", "sma"), node("b", "compare")], [edge("a.value", "b.left")])
    assert check(drawn, level=Level.DRAFT).is_valid
    assert codes(check(drawn)) == ["INPUT_OR_PARAMETER_REQUIRED"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda drawn: drawn.update(nodes="x"), ["WRONG_TYPE"]),
        (lambda drawn: drawn.update(edges="x"), ["WRONG_TYPE"]),
        (lambda drawn: drawn["nodes"].__setitem__(0, 5), ["WRONG_TYPE"]),
        (lambda drawn: drawn["edges"].__setitem__(0, 5), ["WRONG_TYPE"]),
        (lambda drawn: drawn["nodes"][0].update(id=5), ["WRONG_TYPE"]),
        (lambda drawn: drawn["nodes"][0].update(template_id="none"), ["UNKNOWN_TEMPLATE"]),
        (lambda drawn: drawn["nodes"][6].update(type="SIGNAL"), ["NODE_TYPE_MISMATCH"]),
        (lambda drawn: drawn["edges"][4].update(id=""), ["MISSING_FIELD"]),
        (lambda drawn: drawn["edges"][4].update(source=None), ["MISSING_FIELD"]),
        (lambda drawn: drawn["edges"][4].update(target=None), ["MISSING_FIELD"]),
        (lambda drawn: drawn["edges"][4].update(source="ghost"), ["UNKNOWN_NODE"]),
        (lambda drawn: drawn["edges"][4].update(target_handle="score"), ["TYPE_MISMATCH"]),
        (lambda drawn: drawn["edges"][4].update(source="enter"), ["SELF_LOOP"]),
    ],
)
def test_only_the_root_cause_is_told(change: Any, expected: list[str]) -> None:
    drawn = double_average()
    change(drawn)
    assert codes(check(drawn)) == expected


def test_parameters_of_a_node_that_could_not_be_read_are_not_unknown() -> None:
    drawn = double_average()
    drawn["nodes"][0]["id"] = None
    assert codes(check(drawn, {"fast_average": {"window": 5}})) == ["MISSING_FIELD"]


def test_an_order_is_given_wherever_the_graph_is_sound() -> None:
    drawn = double_average()
    assert len(check(drawn, {"fast_average": {"window": 0}}).order) == 9
    drawn["nodes"][0]["template_id"] = "none"
    assert check(drawn).order == ()


def test_a_cycle_leaves_no_order() -> None:
    nodes = [node("a", "negate"), node("b", "negate"), node("c", "price")]
    report = check(flow(nodes, [edge("a", "b"), edge("b", "a")]))
    assert (codes(report), report.order) == (["CYCLE"], ())


def test_an_edge_repeated_into_a_single_input_is_only_repeated() -> None:
    repeated = edge("fast_average.value", "golden_cross.left", "z")
    assert codes(check(with_nodes([], [repeated]))) == ["DUPLICATE_EDGE"]


def test_two_loops_at_one_node_are_two_loops() -> None:
    loops = [edge("holdings", "holdings", "1"), edge("holdings", "holdings", "2")]
    assert codes(check(with_nodes([], loops))) == ["SELF_LOOP", "SELF_LOOP"]


def test_a_score_is_an_entry_where_the_position_picks_by_it() -> None:
    picking = replace(
        EQUAL_WEIGHT,
        name="picking",
        stored_id="picking",
        inputs=(InputPort("score", (PortType.SERIES,), required=False),),
    )
    nodes = [node("mean", "sma"), node("picks", picking), node("stop", "stop_loss_percent")]
    report = check(flow(nodes, [edge("mean", "picks"), edge("picks", "stop")]), extra=[picking])
    assert report.problems == ()


def test_a_signal_of_unknown_side_must_name_its_input() -> None:
    own = replace(BUY, name="own", stored_id="own", outputs=(OutputPort("signal", PortType.SIGNAL),))
    nodes, joined = [node("own", own)], edge("golden_cross", "own")
    unnamed = with_nodes(nodes, [joined, edge("own", "holdings")])
    named = with_nodes(nodes, [joined, edge("own", "holdings.exit")])
    assert codes(check(unnamed, extra=[own])) == ["AMBIGUOUS_EDGE"]
    assert check(named, extra=[own]).is_valid


def test_independent_mistakes_are_told_at_once() -> None:
    drawn = double_average()
    drawn["nodes"][0]["template_id"] = "none"
    drawn["edges"][8]["target_handle"] = "holding"
    assert codes(check(drawn, {"holdings": {"max_positions": 0}})) == [
        "UNKNOWN_TEMPLATE",
        "UNKNOWN_HANDLE",
        "PARAMETER_RANGE",
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        {"fast_average": {"field": "x" * 10_000}},
        {"fast_average": {"x" * 10_000: 1}},
        {"x" * 10_000: {}},
        {"x" * 10_000: 5},
    ],
)
def test_long_values_are_cut(parameters: Json) -> None:
    for problem in check(double_average(), parameters).problems:
        texts = (problem.message, problem.node_id, problem.field, problem.received)
        assert all(len(text or "") < 400 for text in texts)
