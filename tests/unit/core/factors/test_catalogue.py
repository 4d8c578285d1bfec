"""The built-in factors against Qlib's own, and what a published one must keep."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import talib
from jsonschema import Draft202012Validator
from qlib.contrib.data.loader import Alpha158DL, Alpha360DL

from codegen_core.factors import (
    Factor,
    FactorSource,
    built_in_factors,
    check_factor,
    factor_id,
    known_factors,
    referenced_factors,
)
from codegen_core.safety import Expression, parse_expression
from codegen_core.safety.operators import OPERATORS
from tests.unit.core.drawing import flow, node

library: Any = talib  # its stubs leave get_functions out

CHINESE = re.compile("[\u4e00-\u9fff]")


def _of(source: str) -> list[Factor]:
    return [factor for factor in built_in_factors() if factor.source == source]


@pytest.mark.parametrize(("source", "loader"), [("ALPHA158", Alpha158DL), ("ALPHA360", Alpha360DL)])
def test_names_and_expressions_are_qlibs(source: str, loader: Any) -> None:
    expressions, names = loader.get_feature_config()
    assert [(factor.name, factor.expression) for factor in _of(source)] == list(zip(names, expressions, strict=True))


def test_every_function_and_operator_is_listed() -> None:
    left_out = {"MAXINDEX", "MININDEX", "MINMAXINDEX"}
    assert {factor.name for factor in _of("TALIB")} == set(library.get_functions()) - left_out
    assert {factor.name for factor in _of("QLIB")} == set(OPERATORS)


def test_operators_show_how_they_are_written() -> None:
    for factor in _of("QLIB"):
        schema: Any = factor.parameters
        numbers = list(schema.get("properties", {}))
        parsed = parse_expression(factor.expression or "", inputs=("a", "b", "c"), numbers=numbers)
        assert isinstance(parsed, Expression), factor
        assert parsed.operators == (factor.name,)
        assert set(numbers) <= set(parsed.placeholders)


def test_ids_are_fixed_and_keys_unique() -> None:
    assert factor_id("ALPHA158", "KMID") == "d6ffb90a-3b72-598e-85c1-8a38c4694d31"
    ids = Counter(factor.id for factor in built_in_factors())
    assert max(ids.values()) == 1
    assert len(known_factors()) == len(built_in_factors())


@pytest.mark.parametrize("factor", built_in_factors(), ids=lambda factor: f"{factor.source}-{factor.name}")
def test_texts_and_parameters(factor: Factor) -> None:
    for text in (factor.display_name, factor.description):
        assert text.en
        assert not CHINESE.search(text.en)
        assert CHINESE.search(text.zh)
        assert factor.expression is None or "{" not in text.en.replace(factor.expression, "")
    assert re.fullmatch("[A-Z]+", factor.category)
    if factor.parameters:
        Draft202012Validator.check_schema(factor.parameters)


_DAYS = {"type": "object", "properties": {"days": {"type": "integer", "default": 5}}}


@pytest.mark.parametrize(
    ("expression", "output_type", "parameters"),
    [
        ("Mean($close, 5)", "SERIES", {}),
        ("$close > $open", "BOOL", {}),
        ("Ref($close, {days})/$close", "SERIES", _DAYS),
    ],
)
def test_what_may_be_published(expression: str, output_type: str, parameters: dict[str, Any]) -> None:
    assert check_factor("Mine", expression, output_type, parameters) == ()


@pytest.mark.parametrize(
    ("expression", "output_type", "parameters", "code", "field"),
    [
        ("Ref($close, -1)", "SERIES", {}, "LOOK_AHEAD", "expression"),
        ("Mean($close", "SERIES", {}, "EXPRESSION_INVALID", "expression"),
        ("{a}+$close", "SERIES", {}, "EXPRESSION_INVALID", "expression"),
        ("$close", "SIGNAL", {}, "UNKNOWN_VALUE", "output_type"),
        ("$close", "SERIES", _DAYS, "UNUSED_PARAMETER", "parameters.properties.days"),
        ("$close", "SERIES", {"type": "array"}, "INVALID_SCHEMA", "parameters"),
        (
            "Ref($close,{days})",
            "SERIES",
            {"type": "object", "properties": {"days": {"type": "integer", "default": 0}}},
            "LOOK_AHEAD",
            "parameters.properties.days",
        ),
        (
            "Ref($close,{source})",
            "SERIES",
            {"type": "object", "properties": {"source": {"type": "integer"}}},
            "DUPLICATE_NAME",
            "parameters.properties.source",
        ),
    ],
)
def test_what_may_not(expression: str, output_type: str, parameters: dict[str, Any], code: str, field: str) -> None:
    (english,) = check_factor("Mine", expression, output_type, parameters)
    (chinese,) = check_factor("Mine", expression, output_type, parameters, "zh")
    assert (english.code, english.field) == (chinese.code, chinese.field) == (code, field)
    assert CHINESE.search(chinese.message)
    assert not CHINESE.search(english.message)
    assert "output_ports" not in english.message + chinese.message


def test_the_published_factors_that_a_flow_names() -> None:
    nodes = [
        node("a", "factor", source="CUSTOM", factor="Mine"),
        node("b", "factor", source="CUSTOM", factor="Other"),
        node("c", "factor", source="ALPHA158", factor="KMID"),
        node("d", "factor"),
        node("e", "sma"),
        node("f", "factor", source=5, factor=["x"]),
    ]
    drawn = flow(nodes, [])
    wanted = {("CUSTOM", "Mine"), ("CUSTOM", "Other")}
    assert referenced_factors(drawn, None) == wanted
    assert referenced_factors(drawn, {"b": {"source": "ALPHA360"}}) == {("CUSTOM", "Mine")}
    assert referenced_factors(drawn, {"d": {"source": "CUSTOM"}}) == wanted | {("CUSTOM", "KMID")}
    assert referenced_factors("nothing", []) == frozenset()


def test_sources() -> None:
    assert {factor.source for factor in built_in_factors()} == set(FactorSource) - {FactorSource.CUSTOM}
