"""Conditions that never change, and those that exclude each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from codegen_core.nodes.declaration import NodeType, OutputPort, PortType
from tests.unit.core.checks.cases import OWN_SERIES
from tests.unit.core.drawing import Json, check, edge, flow, node, with_nodes

OWN_CONDITION = replace(
    OWN_SERIES,
    node_type=NodeType.CONDITION,
    outputs=(OutputPort("result", PortType.BOOL),),
    parameter_schema={},
    default_parameters={},
)


def _warnings(nodes: list[Json], edges: list[Json], last: str) -> list[tuple[str, str | None]]:
    """Checks a flow whose entry is the condition ``last``, and tells its warnings."""
    tail = [node("enter", "buy"), node("hold", "equal_weight"), node("stop", "stop_loss_percent")]
    joined = [edge(last, "enter.condition"), edge("enter", "hold"), edge("hold", "stop")]
    sources = [node("a", "sma", window=5), node("b", "sma", window=20), node("a_again", "sma", window=5.0)]
    used = {each["source"] for each in edges}
    report = check(flow([*(each for each in sources if each["id"] in used), *nodes, *tail], [*edges, *joined]))
    assert report.is_valid, report.problems
    return [(problem.code, problem.node_id) for problem in report.problems]


def _pair(first: tuple[str, str, str], second: tuple[str, str, str], join: str = "all_of") -> list[str]:
    """Joins two comparisons, each given as left, operator or template, and right."""
    nodes, edges = [node("join", join)], []
    for name, (left, operator, right) in (("one", first), ("two", second)):
        is_crossing = operator.startswith("crosses")
        nodes.append(node(name, operator) if is_crossing else node(name, "compare", operator=operator))
        edges += [edge(f"{left}.value", f"{name}.left"), edge(f"{right}.value", f"{name}.right")]
        edges.append(edge(name, "join"))
    return [code for code, _ in _warnings(nodes, edges, "join")]


@pytest.mark.parametrize(
    ("first", "second", "is_contradiction"),
    [
        (">", "<", True),
        (">", "<=", True),
        (">=", "<", True),
        ("==", "!=", True),
        (">", "==", True),
        (">=", "<=", False),
        (">", ">=", False),
        ("!=", "<", False),
        ("crosses_above", "crosses_below", True),
        ("crosses_above", "<=", True),
        ("crosses_above", ">", False),
    ],
)
def test_comparisons_of_the_same_operands(first: str, second: str, is_contradiction: bool) -> None:
    found = ["CONTRADICTORY_CONDITIONS"] if is_contradiction else []
    assert _pair(("a", first, "b"), ("a", second, "b")) == found
    assert _pair(("a_again", second, "b"), ("a", first, "b")) == found


@pytest.mark.parametrize(("first", "second", "is_contradiction"), [(">", ">", True), (">", "<", False)])
def test_operands_turned_around(first: str, second: str, is_contradiction: bool) -> None:
    found = ["CONTRADICTORY_CONDITIONS"] if is_contradiction else []
    assert _pair(("a", first, "b"), ("b", second, "a")) == found


def test_any_of_may_hold_opposites_of_a_comparison() -> None:
    assert _pair(("a", ">", "b"), ("a", "<", "b"), "any_of") == []


@pytest.mark.parametrize(("join", "code"), [("any_of", "CONSTANT_CONDITION"), ("all_of", "CONTRADICTORY_CONDITIONS")])
def test_a_condition_and_its_negation(join: str, code: str) -> None:
    nodes = [
        node("one", "compare", value=1),
        node("same", "compare", value=1.0),
        node("not", "negate"),
        node("join", join),
    ]
    edges = [
        edge("a.value", "one.left"),
        edge("a_again.value", "same.left"),
        edge("same", "not"),
        edge("not", "join"),
        edge("one", "join"),
    ]
    assert _warnings(nodes, edges, "join") == [(code, "join")]


@pytest.mark.parametrize("template", ["compare", "crosses_above", "crosses_below"])
def test_a_series_compared_with_itself(template: str) -> None:
    edges = [edge("a.value", "c.left"), edge("a_again.value", "c.right")]
    assert _warnings([node("c", template)], edges, "c") == [("CONSTANT_CONDITION", "c")]


def test_a_different_field_is_a_different_series() -> None:
    nodes = [node("other", "sma", window=5, field="open"), node("c", "crosses_above")]
    assert _warnings(nodes, [edge("a.value", "c.left"), edge("other.value", "c.right")], "c") == []


def test_a_field_that_an_input_replaces_makes_no_difference() -> None:
    nodes = [
        node("price", "price"),
        node("x", "sma", window=5, field="open"),
        node("y", "sma", window=5, field="high"),
        node("c", "crosses_above"),
    ]
    edges = [edge("price", "x"), edge("price", "y"), edge("x.value", "c.left"), edge("y.value", "c.right")]
    assert _warnings(nodes, edges, "c") == [("CONSTANT_CONDITION", "c")]


def test_different_constants_exclude_nothing() -> None:
    nodes: list[Any] = [
        node("low", "compare", operator=">", value=1),
        node("high", "compare", operator="<", value=2),
        node("join", "all_of"),
    ]
    edges = [edge("a.value", "low.left"), edge("a.value", "high.left"), edge("low", "join"), edge("high", "join")]
    assert _warnings(nodes, edges, "join") == []


def _joined(*conditions: tuple[str, dict[str, Any]]) -> list[str]:
    """Joins conditions on one series by "and", each given as template and parameters, and tells the warnings."""
    nodes, edges = [node("join", "all_of")], []
    for number, (template, parameters) in enumerate(conditions):
        name, port = f"c{number}", "left" if template in {"compare", "crosses_above", "crosses_below"} else "input"
        nodes.append(node(name, template, **parameters))
        edges += [edge("a.value", f"{name}.{port}"), edge(name, "join")]
    return [code for code, _ in _warnings(nodes, edges, "join")]


def _above(value: float) -> tuple[str, dict[str, Any]]:
    return "compare", {"operator": ">", "value": value}


def _below(value: float) -> tuple[str, dict[str, Any]]:
    return "compare", {"operator": "<", "value": value}


def _within(low: float, high: float) -> tuple[str, dict[str, Any]]:
    return "between", {"low_value": low, "high_value": high}


@pytest.mark.parametrize(
    ("conditions", "contradictions"),
    [
        ([_above(70), _below(30)], 1),
        ([_below(30), _above(70)], 1),
        ([_above(30), _below(70)], 0),
        ([_above(30), _below(30)], 1),
        ([_above(30), ("compare", {"operator": "==", "value": 30})], 1),
        ([_above(30), ("compare", {"operator": "==", "value": 31})], 0),
        ([("compare", {"operator": ">=", "value": 30}), ("compare", {"operator": "<=", "value": 30})], 0),
        ([("crosses_above", {"value": 70}), _below(30)], 1),
        ([_within(1, 2), _within(3, 4)], 1),
        ([_within(1, 2), _within(2, 3)], 0),
        ([_within(1, 2), _above(2)], 1),
        ([_above(5), _above(70), _below(30)], 1),
        ([_above(70), _above(70), _below(30)], 1),
        ([_above(1), _below(0), _below(-1)], 2),
        ([("rising", {"days": 3}), ("falling", {"days": 1})], 1),
        ([("rising", {"days": 3}), ("rising", {"days": 1})], 0),
        ([("rising", {"days": 3}), _above(3)], 0),
    ],
)
def test_constants_that_leave_nothing_between(
    conditions: list[tuple[str, dict[str, Any]]], contradictions: int
) -> None:
    assert _joined(*conditions) == ["CONTRADICTORY_CONDITIONS"] * contradictions


@pytest.mark.parametrize(
    ("condition", "is_constant"),
    [
        (_within(2, 1), True),
        (_within(1, 1), False),
        (("top_quantile", {"fraction": 1}), True),
        (("bottom_quantile", {"fraction": 1.0}), True),
        (("top_quantile", {"fraction": 0.5}), False),
    ],
)
def test_a_single_condition_that_never_changes(condition: tuple[str, dict[str, Any]], is_constant: bool) -> None:
    assert _joined(condition) == ["CONSTANT_CONDITION"] * is_constant


def test_a_series_between_itself_and_itself() -> None:
    edges = [edge("a.value", "c.input"), edge("a_again.value", "c.low"), edge("a.value", "c.high")]
    assert _warnings([node("c", "between")], edges, "c") == [("CONSTANT_CONDITION", "c")]


def test_a_series_as_one_bound_leaves_the_other() -> None:
    edges = [edge("a.value", "c.input"), edge("b.value", "c.low")]
    assert _warnings([node("c", "between", high_value=3)], edges, "c") == []


@pytest.mark.parametrize("name", ["compare", "between", "top_quantile", "rising", "all_of"])
def test_a_users_template_may_bear_a_system_templates_name(name: str) -> None:
    own = replace(OWN_CONDITION, name=name)
    drawn = with_nodes(
        [node("own", own), node("more", "buy")], [edge("own", "more.condition"), edge("more", "holdings")]
    )
    assert check(drawn, extra=[own]).problems == ()
