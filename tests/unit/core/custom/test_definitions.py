"""Which templates of users' can be stored, and what checks and generation make of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from codegen_core.custom import CustomDefinition, check_definition, declaration_of
from codegen_core.nodes.declaration import NodeTemplate, PortType
from codegen_core.resolve import Level
from tests.unit.core.drawing import Json, check, codes, edge, node, only, with_nodes

CHINESE = re.compile("[\u4e00-\u9fff]")


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


N = {"type": "integer", "minimum": 0, "maximum": 50}
A, B = {"name": "a", "type": "SERIES"}, {"name": "b", "type": "SERIES|BOOL"}
OUT = {"name": "value", "type": "SERIES"}

SOUND = CustomDefinition(
    id="0f7f1f2a-0000-4000-8000-000000000001",
    name="strength",
    display_name="Relative strength",
    node_type="INDICATOR",
    parameter_schema=_schema(n=N),
    default_parameters={"n": 20.0},
    input_ports=(A,),
    output_ports=(OUT,),
    execution_hints={"language": "PYTHON", "expression": "{a} / {a}.shift({n}) - 1"},
    version="1.2.0",
    user_id="alice",
)


def _hints(expression: Any, language: Any = "PYTHON") -> dict[str, Any]:
    return {"execution_hints": {"language": language, "expression": expression}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        _hints("{a}/Ref({a}, {n})-1", "QLIB"),
        {"execution_hints": {"expression": "{a}/Ref({a}, {n})-1"}},
        {"execution_hints": {}},
        {"execution_hints": {"expression": ""}},
        {"node_type": "CUSTOM"},
        {"node_type": "CUSTOM", "output_ports": ({"name": "yes", "type": "BOOL"},)},
        {"node_type": "CONDITION", "output_ports": ({"name": "yes", "type": "BOOL"},), **_hints("{a} > {n}")},
        {"input_ports": (A, B), **_hints("{a}.where({b}, {n})")},
        {"input_ports": (A, {"name": "in", "type": "SERIES"}), **_hints("{a} + {in} + {n}")},
        {"parameter_schema": {}, "default_parameters": {}, **_hints("{a} + 1")},
        {"parameter_schema": _schema(n=N | {"default": 5}), "default_parameters": {}},
        {"parameter_schema": _schema(n=N), "default_parameters": {}},
        {"parameter_schema": _schema(n={"type": "number"}), "default_parameters": {"n": 5}, **_hints("{a} * {n}")},
        {"input_ports": ({**A, "required": True, "multiple": False},)},
    ],
)
def test_what_can_be_stored(changes: dict[str, Any]) -> None:
    definition = replace(SOUND, **changes)
    assert check_definition(definition) == ()
    assert declaration_of(definition).id == SOUND.id


_REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"node_type": "SIGNAL"}, "UNSUPPORTED_NODE_TYPE", "node_type"),
    ({"node_type": "SERIES"}, "UNSUPPORTED_NODE_TYPE", "node_type"),
    ({"output_ports": ()}, "ONE_OUTPUT_REQUIRED", "output_ports"),
    ({"output_ports": (OUT, OUT | {"name": "other"})}, "ONE_OUTPUT_REQUIRED", "output_ports"),
    ({"output_ports": ({"name": "value", "type": "BOOL"},)}, "UNKNOWN_VALUE", "output_ports[0].type"),
    ({"output_ports": ({"name": "value"},)}, "UNKNOWN_VALUE", "output_ports[0].type"),
    ({"output_ports": ({"name": "Value", "type": "SERIES"},)}, "INVALID_NAME", "output_ports[0].name"),
    ({"input_ports": ({"name": "a" * 25, "type": "SERIES"},)}, "INVALID_NAME", "input_ports[0].name"),
    ({"input_ports": ({"name": 5, "type": "SERIES"},)}, "INVALID_NAME", "input_ports[0].name"),
    ({"input_ports": ({"name": "a", "type": "SIGNAL"},)}, "UNKNOWN_VALUE", "input_ports[0].type"),
    ({"input_ports": ({"name": "a", "type": ["SERIES"]},)}, "UNKNOWN_VALUE", "input_ports[0].type"),
    ({"input_ports": (A, A)}, "DUPLICATE_NAME", "input_ports[1].name"),
    ({"input_ports": ({"name": "n", "type": "SERIES"},)}, "DUPLICATE_NAME", "parameter_schema.properties.n"),
    ({"input_ports": (A | {"required": False},)}, "UNSUPPORTED_PORT", "input_ports[0].required"),
    ({"input_ports": (A | {"multiple": True},)}, "UNSUPPORTED_PORT", "input_ports[0].multiple"),
    ({"parameter_schema": {"type": "array"}}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": {"properties": {}}}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": {"type": "object", "properties": []}}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n=True)}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n={"type": "whole"})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n={"$ref": "https://example.org/n"})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n={"$ref": "#"})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n={"allOf": [{"$dynamicRef": "#x"}]})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n={"type": "string", "pattern": "(a+)+$"})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n=N | {"title": "x" * 40_000})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(**{f"n{x}": N for x in range(65)})}, "INVALID_SCHEMA", "parameter_schema"),
    ({"parameter_schema": _schema(n=N, N=N)}, "INVALID_NAME", "parameter_schema.properties.N"),
    ({"default_parameters": {"n": 51}}, "INVALID_DEFAULT", "default_parameters.n"),
    ({"default_parameters": {"n": "5"}}, "INVALID_DEFAULT", "default_parameters.n"),
    ({"default_parameters": {"n": float("nan")}}, "INVALID_DEFAULT", "default_parameters.n"),
    ({"default_parameters": {"m": 5}}, "INVALID_DEFAULT", "default_parameters.m"),
    (_hints("{a}", "RUBY"), "UNKNOWN_VALUE", "execution_hints.language"),
    (_hints(5), "WRONG_TYPE", "execution_hints.expression"),
    (_hints("{a} +"), "EXPRESSION_INVALID", "execution_hints.expression"),
    (_hints("{a}.shift({n}) + {c}"), "EXPRESSION_INVALID", "execution_hints.expression"),
    (_hints("{a}.shift(-1) * {n}"), "LOOK_AHEAD", "execution_hints.expression"),
    (_hints("{a}.shift(-{n})"), "LOOK_AHEAD", "default_parameters.n"),
    (_hints("Ref({a}, -1)*{n}", "QLIB"), "LOOK_AHEAD", "execution_hints.expression"),
    ({**_hints("Ref({a}, {n})", "QLIB"), "default_parameters": {"n": 0}}, "LOOK_AHEAD", "default_parameters.n"),
    (_hints("{a} + 1"), "UNUSED_PARAMETER", "parameter_schema.properties.n"),
    ({"input_ports": (A, B)}, "UNUSED_INPUT", "input_ports[1].name"),
    ({"input_ports": (A, B), **_hints("Ref({a},{n})+{b}", "QLIB")}, "UNSUPPORTED_PORT", "input_ports[1].type"),
    (
        {"parameter_schema": _schema(n={"type": "string"}), "default_parameters": {}},
        "EXPRESSION_INVALID",
        "execution_hints.expression",
    ),
]


@pytest.mark.parametrize(("changes", "code", "field"), _REFUSED)
def test_what_can_not(changes: dict[str, Any], code: str, field: str) -> None:
    definition = replace(SOUND, **changes)
    (english,), (chinese,) = check_definition(definition), check_definition(definition, "zh")
    assert (english.code, english.field) == (chinese.code, chinese.field) == (code, field)
    assert CHINESE.search(chinese.message)
    assert not CHINESE.search(english.message)
    assert "None" not in english.message
    with pytest.raises(ValueError, match="is not sound"):
        declaration_of(definition)


def test_everything_is_told_at_once() -> None:
    wrong = replace(SOUND, node_type="SIGNAL", input_ports=(A, A), default_parameters={"n": 99})
    assert [each.code for each in check_definition(wrong)] == [
        "UNSUPPORTED_NODE_TYPE",
        "INVALID_DEFAULT",
        "DUPLICATE_NAME",
    ]


def test_what_a_declaration_says() -> None:
    template = declaration_of(SOUND)
    assert (template.name, template.version, template.user_id, template.is_system) == (
        "strength",
        "1.2.0",
        "alice",
        False,
    )
    assert [(port.name, port.types, port.required) for port in template.inputs] == [("a", (PortType.SERIES,), True)]
    assert [(port.name, port.type) for port in template.outputs] == [("value", PortType.SERIES)]
    assert template.default_parameters == {"n": 20}
    assert template.parameter_schema["required"] == ["n"]
    assert template.look_back({"n": 7}) == 7
    assert template.display_name.in_language("zh") == "Relative strength"


def _drawn(**parameters: Any) -> Json:
    nodes = [node("own", declaration_of(SOUND), **parameters)]
    return with_nodes(nodes, [edge("fast_average.value", "own.a"), edge("own.value", "enter.score")])


def _extra(**changes: Any) -> list[NodeTemplate]:
    return [declaration_of(replace(SOUND, **changes))]


def test_a_flow_uses_it() -> None:
    report = check(_drawn(n=30.0), extra=_extra())
    assert report.resolved is not None
    assert next(each for each in report.resolved.nodes if each.id == "own").parameters == {"n": 30}
    assert report.warmup_bars == 34


def test_a_number_may_make_it_look_ahead_in_a_flow() -> None:
    changes = {**_hints("Ref({a},{n})", "QLIB")}
    problem = only(check(_drawn(n=0), extra=_extra(**changes)))
    assert (problem.code, problem.node_id, problem.field) == (
        "LOOK_AHEAD",
        "own",
        "logic_flow.nodes[9].data.parameters.n",
    )
    assert only(check(_drawn(n=51), extra=_extra(**changes))).code == "PARAMETER_RANGE"


def test_qlib_takes_only_qlibs_series() -> None:
    drawn = with_nodes(
        [node("rsi", "rsi"), node("own", declaration_of(SOUND))],
        [edge("rsi", "own.a"), edge("own.value", "enter.score")],
    )
    assert codes(check(drawn, extra=_extra(**_hints("Ref({a},{n})", "QLIB")))) == ["QLIB_INPUT_REQUIRED"]
    assert check(drawn, extra=_extra()).is_valid


def test_without_an_expression_it_can_be_drawn_but_not_run() -> None:
    extra = _extra(execution_hints={})
    assert codes(check(_drawn(), extra=extra)) == ["NO_EXPRESSION"]
    assert codes(check(_drawn(), level=Level.DRAFT, extra=extra)) == []


def test_a_value_is_missing_where_there_is_no_default() -> None:
    assert codes(check(_drawn(), extra=_extra(default_parameters={}))) == ["MISSING_PARAMETER"]
