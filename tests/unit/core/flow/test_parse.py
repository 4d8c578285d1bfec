"""Reading a flow from JSON in all the forms it comes in."""

from __future__ import annotations

from typing import Any

import pytest

from codegen_core.flow.model import Edge, Node
from codegen_core.flow.parse import is_deeper_than, parse_flow, parse_parameters


def _node(**changes: Any) -> dict[str, Any]:
    return {"id": "n", "type": "INDICATOR", "template_id": "t", **changes}


def _parsed_node(**changes: Any) -> Node:
    parsed = parse_flow({"nodes": [_node(**changes)]})
    assert parsed.problems == ()
    return parsed.flow.nodes[0]


def _problems(raw: object) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in parse_flow(raw).problems]


def test_top_level_goes_before_the_editors_data() -> None:
    data = {"template_id": "other", "label": "other", "parameters": {"a": 1}, "color": "red"}
    assert _parsed_node(label="Fast", data=data) == Node("n", "INDICATOR", "t", "Fast", {"a": 1})


@pytest.mark.parametrize("absent", [{}, {"template_id": ""}, {"template_id": None}])
def test_data_is_read_where_the_top_level_lacks_it(absent: dict[str, Any]) -> None:
    node = {"id": "n", "type": "INDICATOR", **absent, "data": {"template_id": "t", "label": "Slow", "parameters": {}}}
    assert parse_flow({"nodes": [node]}).flow.nodes == (Node("n", "INDICATOR", "t", "Slow", {}),)


def test_top_level_parameters_are_read() -> None:
    assert _parsed_node(parameters={"a": 1}, data={"parameters": {"a": 2}}).parameters == {"a": 1}


def test_null_parameters_are_absent() -> None:
    assert _parsed_node(data={"parameters": {"a": None, "b": 0, "c": "", "d": False}}).parameters == {
        "b": 0,
        "c": "",
        "d": False,
    }


@pytest.mark.parametrize("label", [None, "", "  "])
def test_an_empty_label_is_none(label: str | None) -> None:
    assert _parsed_node(label=label).label == ""


def test_an_absent_flow_part_is_empty() -> None:
    parsed = parse_flow({"nodes": None, "edges": ""})
    assert (parsed.flow.nodes, parsed.flow.edges, parsed.problems) == ((), (), ())


@pytest.mark.parametrize(
    "handles",
    [
        {"source_handle": "a", "target_handle": "b"},
        {"sourceHandle": "a", "targetHandle": "b"},
        {"source_handle": "", "sourceHandle": "a", "target_handle": None, "targetHandle": "b"},
    ],
)
def test_handles_by_either_name(handles: dict[str, Any]) -> None:
    edge = {"id": "e", "source": "n", "target": "n", "animated": True, **handles}
    assert parse_flow({"edges": [edge]}).flow.edges == (Edge("e", "n", "n", "a", "b"),)


@pytest.mark.parametrize("handles", [{}, {"sourceHandle": None, "targetHandle": ""}])
def test_absent_handles(handles: dict[str, Any]) -> None:
    edge = {"id": "e", "source": "n", "target": "n", **handles}
    assert parse_flow({"edges": [edge]}).flow.edges == (Edge("e", "n", "n"),)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (None, ("WRONG_TYPE", "logic_flow")),
        ({"nodes": {}}, ("WRONG_TYPE", "logic_flow.nodes")),
        ({"edges": "e"}, ("WRONG_TYPE", "logic_flow.edges")),
        ({"nodes": ["n"]}, ("WRONG_TYPE", "logic_flow.nodes[0]")),
        ({"edges": [1]}, ("WRONG_TYPE", "logic_flow.edges[0]")),
        ({"nodes": [_node(id=7)]}, ("WRONG_TYPE", "logic_flow.nodes[0].id")),
        ({"nodes": [_node(id="")]}, ("MISSING_FIELD", "logic_flow.nodes[0].id")),
        ({"nodes": [_node(id="x" * 129)]}, ("TOO_LONG", "logic_flow.nodes[0].id")),
        ({"nodes": [_node(type=None)]}, ("MISSING_FIELD", "logic_flow.nodes[0].type")),
        ({"nodes": [_node(type="default")]}, ("UNKNOWN_NODE_TYPE", "logic_flow.nodes[0].type")),
        ({"nodes": [_node(template_id="")]}, ("MISSING_FIELD", "logic_flow.nodes[0].template_id")),
        ({"nodes": [_node(template_id="", data=[])]}, ("WRONG_TYPE", "logic_flow.nodes[0].data")),
        ({"nodes": [_node(label="x" * 101)]}, ("TOO_LONG", "logic_flow.nodes[0].label")),
        ({"nodes": [_node(label=5)]}, ("WRONG_TYPE", "logic_flow.nodes[0].label")),
        ({"nodes": [_node(data={"parameters": []})]}, ("WRONG_TYPE", "logic_flow.nodes[0].data.parameters")),
        ({"edges": [{"source": "a", "target": "b"}]}, ("MISSING_FIELD", "logic_flow.edges[0].id")),
        ({"edges": [{"id": "e", "target": "b"}]}, ("MISSING_FIELD", "logic_flow.edges[0].source")),
        ({"edges": [{"id": "e", "source": "a"}]}, ("MISSING_FIELD", "logic_flow.edges[0].target")),
        (
            {"edges": [{"id": "e", "source": "a", "target": "b", "sourceHandle": 1}]},
            ("WRONG_TYPE", "logic_flow.edges[0].sourceHandle"),
        ),
    ],
)
def test_each_fault_is_one_problem_at_its_place(raw: object, found: tuple[str, str]) -> None:
    assert _problems(raw) == [found]


def test_all_faults_are_told_at_once() -> None:
    raw = {"nodes": [_node(type="X", label=1), "n", _node(id="m")], "edges": [{}]}
    assert [code for code, _ in _problems(raw)] == [
        "UNKNOWN_NODE_TYPE",
        "WRONG_TYPE",
        "WRONG_TYPE",
        "MISSING_FIELD",
        "MISSING_FIELD",
        "MISSING_FIELD",
    ]


@pytest.mark.parametrize(("count", "problems"), [(500, []), (501, [("TOO_MANY_NODES", "logic_flow.nodes")])])
def test_the_limit_of_nodes(count: int, problems: list[tuple[str, str]]) -> None:
    assert _problems({"nodes": [_node(id=str(number)) for number in range(count)]}) == problems


@pytest.mark.parametrize(("count", "problems"), [(1000, []), (1001, [("TOO_MANY_EDGES", "logic_flow.edges")])])
def test_the_limit_of_edges(count: int, problems: list[tuple[str, str]]) -> None:
    edges = [{"id": str(number), "source": "a", "target": "b"} for number in range(count)]
    assert _problems({"edges": edges}) == problems


def test_the_longest_texts_are_taken() -> None:
    assert _parsed_node(id="x" * 128, label="标" * 100).label == "标" * 100


def test_a_request_gives_parameters_by_node() -> None:
    entries, problems = parse_parameters({"a": {"x": 5.0, "y": None}, "b": None})
    assert (entries, problems) == ({"a": {"x": 5.0}, "b": {}}, ())


@pytest.mark.parametrize("absent", [None, ""])
def test_absent_parameters(absent: object) -> None:
    assert parse_parameters(absent) == ({}, ())


@pytest.mark.parametrize(("raw", "field"), [([], "parameters"), ({"a": 5}, "parameters.a")])
def test_parameters_of_the_wrong_type(raw: object, field: str) -> None:
    _, problems = parse_parameters(raw)
    assert [(problem.code, problem.field) for problem in problems] == [("WRONG_TYPE", field)]


def test_depth_counts_lists_and_objects() -> None:
    value: Any = 1
    for _ in range(32):
        value = {"a": value}
    assert not is_deeper_than(value, 32)
    assert is_deeper_than([value], 32)


def test_a_flow_deeper_than_pythons_stack_is_read() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    problems = parse_flow({"nodes": [_node(data={"parameters": {"a": value}})]}).problems
    assert [problem.code for problem in problems] == ["TOO_DEEP"]
    while isinstance(value, list):
        value = value.pop()


def test_messages_in_chinese() -> None:
    assert parse_flow([], "zh").problems[0].message == "logic_flow 必须是对象。"
