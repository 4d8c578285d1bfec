"""What the general node kinds become by a node's parameters, and TA-Lib's table against TA-Lib itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import talib
from jsonschema import Draft202012Validator
from talib import abstract

from codegen_core.factors import Factor, known_factors
from codegen_core.nodes.declaration import NodeTemplate, PortType, Text
from codegen_core.nodes.general.factor import FACTOR, factor_parameters
from codegen_core.nodes.general.talib_function import TALIB_FUNCTION
from codegen_core.nodes.general.talib_table import talib_functions
from codegen_core.nodes.registry import by_name, system_templates
from codegen_core.nodes.schema import localised_schema, schemas_of
from codegen_core.resolve import Level
from tests.golden import talib_table
from tests.unit.core.drawing import Json, check, codes, edge, node, only, with_nodes

described: Any = abstract
library: Any = talib  # left out of their stubs

every_function = pytest.mark.parametrize("name", talib_functions())


def _made(name: str, **parameters: Any) -> NodeTemplate:
    kind = by_name(name).specialising
    assert kind is not None
    made = kind.make({**by_name(name).default_parameters, **parameters}, known_factors())
    assert isinstance(made, NodeTemplate), made
    return made


def test_the_table_is_what_talib_says() -> None:
    assert talib_table.TABLE.read_text("utf-8") == talib_table.written()


def test_every_function_is_offered_or_known_to_be_without_sense() -> None:
    assert set(talib_functions()) | talib_table.WITHOUT_SENSE == set(library.get_functions())


@every_function
def test_ports_and_options(name: str) -> None:
    template, info = _made("talib_function", function=name), described.Function(name).info
    assert template.id == TALIB_FUNCTION.id
    assert set(schemas_of(template)) - {"function", "output", "field", "field_2"} == set(info["parameters"])
    Draft202012Validator(template.parameter_schema).validate(template.default_parameters)
    Draft202012Validator(TALIB_FUNCTION.parameter_schema).validate(template.default_parameters)
    assert [port.name for port in template.outputs] == ["value"]
    function = template.bar_function
    assert function is not None
    assert len(function.results) == len(info["output_names"])
    assert {port.name for port in template.inputs} == {each for each in function.inputs if each.startswith("input")}
    assert set(template.reads) == set(function.inputs) - {port.name for port in template.inputs}


@every_function
def test_look_back_is_talibs(name: str) -> None:
    template = _made("talib_function", function=name)
    assert template.look_back(template.default_parameters) == described.Function(name).lookback
    options = {each: 40 for each, schema in schemas_of(template).items() if _is_period(schema)}
    values = {**template.default_parameters, **options}
    assert template.look_back(values) == described.Function(name, **options).lookback


def _is_period(schema: Any) -> bool:
    return schema["type"] == "integer" and "enum" not in schema


@every_function
def test_a_function_does_not_look_ahead(name: str) -> None:
    """Its values up to a bar are those that it gives where later bars are missing."""
    whole = _run(name, 140)
    for count in range(100, 140, 3):
        for result, part in zip(whole, _run(name, count), strict=True):
            np.testing.assert_allclose(part, result[:count], rtol=1e-9, atol=1e-12, equal_nan=True)


def _run(name: str, count: int) -> list[Any]:
    chance = np.random.default_rng(11)
    close = 20 + np.cumsum(chance.normal(0, 0.5, 140))
    spread = chance.random((3, 140))
    bars = {"open": close + spread[0] - 0.5, "high": close + spread[1], "low": close - spread[2], "close": close}
    bars |= {"volume": 1e6 * chance.random(140), "periods": 2 + 20 * chance.random(140)}
    results = described.Function(name).run({field: values[:count].copy() for field, values in bars.items()})
    return results if isinstance(results, list) else [results]


def test_a_result_is_chosen_by_its_name() -> None:
    names = ("", "macd", "macdsignal", "macdhist")
    functions = [_made("talib_function", function="MACD", output=name).bar_function for name in names]
    assert [function and function.results for function in functions] == [
        ("value", None, None),
        ("value", None, None),
        (None, "value", None),
        (None, None, "value"),
    ]


def test_two_inputs_have_fallbacks_of_their_own() -> None:
    template = _made("talib_function", function="BETA")
    assert [(port.name, port.fallback, port.required) for port in template.inputs] == [
        ("input", "field", False),
        ("input_2", "field_2", False),
    ]
    assert (template.default_parameters["field"], template.default_parameters["field_2"]) == ("high", "low")
    assert [(port.name, port.required) for port in _made("talib_function", function="MAVP").inputs] == [
        ("input", False),
        ("input_2", True),
    ]


def test_one_schema_serves_an_editor() -> None:
    rules: Any = TALIB_FUNCTION.parameter_schema["allOf"]
    named = [name for rule in rules for name in rule["if"]["properties"]["function"]["enum"]]
    assert sorted(named) == sorted(talib_functions())
    for name in ("RSI", "MACD", "CDLDOJI", "OBV", "MAVP"):
        template = _made("talib_function", function=name)
        (rule,) = (each["then"] for each in rules if name in each["if"]["properties"]["function"]["enum"])
        assert rule["propertyNames"]["enum"] == list(schemas_of(template))
        told = {key: schema["default"] for key, schema in rule["properties"].items()}
        assert {"function": name} | told == template.default_parameters
    chinese: Any = localised_schema(TALIB_FUNCTION, "zh")["properties"]
    assert chinese["nbdevup"]["title"] == "上轨标准差倍数"


def _drawn(template: str, **parameters: Any) -> Json:
    return with_nodes([node("own", template, **parameters)], [edge("own.value", "enter.score")])


@pytest.mark.parametrize(
    ("template", "parameters", "code", "field"),
    [
        ("talib_function", {"function": "RSII"}, "PARAMETER_CHOICE", "function"),
        ("talib_function", {"function": 5}, "PARAMETER_TYPE", "function"),
        ("talib_function", {"function": "MAXINDEX", "timeperiod": 5}, "PARAMETER_CHOICE", "function"),
        ("talib_function", {"function": "RSI", "timeperiod": 1}, "PARAMETER_RANGE", "timeperiod"),
        ("talib_function", {"function": "RSI", "fastperiod": 5}, "UNKNOWN_PARAMETER", "fastperiod"),
        ("talib_function", {"function": "RSI", "output": "macd"}, "PARAMETER_CHOICE", "output"),
        ("talib_function", {"function": "CDLDOJI", "field": "close"}, "UNKNOWN_PARAMETER", "field"),
        ("talib_function", {"function": "MA", "matype": 99}, "PARAMETER_CHOICE", "matype"),
        ("factor", {"source": "TALIB", "factor": "RSI"}, "PARAMETER_CHOICE", "source"),
        ("factor", {"factor": "CLOSE5"}, "UNKNOWN_FACTOR", "factor"),
        ("factor", {"source": "CUSTOM", "factor": "Mine"}, "UNKNOWN_FACTOR", "factor"),
        ("factor", {"days": 5}, "UNKNOWN_PARAMETER", "days"),
        ("qlib_expression", {"expression": ""}, "PARAMETER_LENGTH", "expression"),
        ("qlib_expression", {"expression": 5}, "PARAMETER_TYPE", "expression"),
        ("qlib_expression", {"expression": "{d}+$close"}, "EXPRESSION_INVALID", "expression"),
        ("custom_series", {"expression": "{a}.shift(-1)"}, "LOOK_AHEAD", "expression"),
        ("custom_series", {"expression": "{a}.shift(1)", "language": "R"}, "PARAMETER_CHOICE", "language"),
    ],
)
@pytest.mark.parametrize("level", Level)
def test_a_wrong_choice_is_the_only_problem(
    template: str, parameters: dict[str, Any], code: str, field: str, level: Level
) -> None:
    problem = only(check(_drawn(template, **parameters), level=level))
    assert (problem.code, problem.node_id) == (code, "own")
    assert problem.field == f"logic_flow.nodes[9].data.parameters.{field}"


def test_a_wrong_choice_brings_no_problem_of_its_neighbours() -> None:
    drawn = _drawn("qlib_expression", expression="Mean({a}")
    drawn["nodes"] += [node("after", "sma"), node("before", "rsi")]
    drawn["edges"] += [edge("own.value", "after.input"), edge("before.value", "own.a"), edge("own.other", "after.x")]
    assert codes(check(drawn)) == ["EXPRESSION_INVALID"]


def test_an_expression_is_missed_where_a_flow_is_complete() -> None:
    assert codes(check(_drawn("custom_series"))) == ["MISSING_PARAMETER"]
    assert codes(check(_drawn("custom_series"), level=Level.DRAFT)) == []


def test_only_the_inputs_that_an_expression_names_are_there() -> None:
    template = _made("custom_series", expression="{b} + {d}.where({b} > 0, 1)")
    assert [(port.name, port.types, port.required) for port in template.inputs] == [
        ("b", (PortType.SERIES, PortType.BOOL), True),
        ("d", (PortType.SERIES, PortType.BOOL), True),
    ]
    assert [port.types for port in _made("custom_series", language="QLIB", expression="Ref({a},1)").inputs] == [
        (PortType.SERIES,)
    ]
    assert codes(check(_drawn("qlib_expression", expression="{a}+$open"))) == ["MISSING_INPUT"]


def test_published_factors_bring_their_parameters() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "default": 5}}}
    text = Text("", "")
    factor = Factor("Mine", "CUSTOM", text, text, "MOMENTUM", "$close/Ref($close,{days})-1", schema)
    kind = FACTOR.specialising
    assert kind is not None
    made = kind.make({"source": "CUSTOM", "factor": "Mine"}, {factor.key: factor})
    assert isinstance(made, NodeTemplate)
    assert made.default_parameters == {"source": "CUSTOM", "factor": "Mine", "days": 5}
    assert factor_parameters(made.parameter_schema) == schema
    assert (made.look_back({"days": 9}), made.expression) == (9, "$close/Ref($close,{days})-1")
    assert kind.make({"source": "CUSTOM", "factor": "Mine"}, {factor.key: factor}) is made


@pytest.mark.parametrize(
    "template", [each for each in system_templates() if each.specialising], ids=lambda template: template.name
)
def test_a_general_kind_is_made_by_parameters_that_it_declares(template: NodeTemplate) -> None:
    kind = template.specialising
    assert kind is not None
    assert {*kind.by, *kind.also} <= set(schemas_of(template))
