"""Values made canonical, and what is told of those that are wrong."""

from __future__ import annotations

from math import copysign, inf, nan
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codegen_core.checks.rules import expectation
from codegen_core.checks.values import canonical, canonical_parameters, is_finite
from codegen_core.checks.wording import LONGEST, shortened, type_name
from codegen_core.nodes.registry import by_name


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (5.0, {"type": "integer"}, 5),
        (5, {"type": "number"}, 5.0),
        (5.5, {"type": "integer"}, 5.5),
        (5.0, {"type": ["integer", "null"]}, 5),
        (5, {"type": ["integer", "number"]}, 5.0),
        (5.0, {}, 5.0),
        (5, None, 5),
        (True, {"type": "number"}, True),
        ("5", {"type": "integer"}, "5"),
        ([1.0, 2.5], {"type": "array", "items": {"type": "integer"}}, [1, 2.5]),
        ([1.0], {"type": "array"}, [1.0]),
        ({"a": 1.0, "b": 1.0}, {"properties": {"a": {"type": "integer"}}}, {"a": 1, "b": 1.0}),
        ({"a": 1.0}, {"type": "object"}, {"a": 1.0}),
    ],
)
def test_canonical(value: Any, schema: Any, expected: Any) -> None:
    result = canonical(value, schema)
    assert (result, repr(result)) == (expected, repr(expected))


def test_minus_zero_is_zero() -> None:
    result = canonical(-0.0, {"type": "number"})
    assert isinstance(result, float)
    assert copysign(1, result) == 1


def test_canonical_parameters_are_those_of_the_schema_in_its_order() -> None:
    values = canonical_parameters(by_name("sma"), {"field": "open", "window": 5.0, "more": 1})
    assert list(values.items()) == [("window", 5), ("field", "open")]


@pytest.mark.parametrize("value", [nan, inf, -inf, 10**400, [1, nan], {"a": [inf]}])
def test_not_finite(value: Any) -> None:
    assert not is_finite(value)


@pytest.mark.parametrize("value", [None, True, "nan", 1e308, -(10**308), [1, "x"], {"a": [0.5]}, [], {}])
def test_finite(value: Any) -> None:
    assert is_finite(value)


@pytest.mark.parametrize(
    ("schema", "value", "english", "chinese"),
    [
        ({"type": ["integer", "null"]}, "x", "an integer | null", "整数 | 空值"),
        ({"enum": [1, "a"]}, 2, '1, "a"', '1, "a"'),
        ({"const": True}, 2, "true", "true"),
        ({"multipleOf": 5}, 7, "a multiple of 5", "为 5 的倍数"),
        ({"minimum": 1, "multipleOf": 5}, 0, ">= 1 and a multiple of 5", ">= 1 且 为 5 的倍数"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, 1, "> 0 and < 1", "> 0 且 < 1"),
        ({"minLength": 2, "maxLength": 3}, "x", ">= 2 and <= 3 characters", ">= 2 且 <= 3 个字符"),
        ({"minItems": 1}, [], ">= 1 items", ">= 1 项"),
        ({"uniqueItems": True}, [1, 1], None, None),
    ],
)
def test_expectation(schema: Any, value: Any, english: str | None, chinese: str | None) -> None:
    error = next(Draft202012Validator(schema).iter_errors(value))
    assert (expectation(error, "en"), expectation(error, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("标签", '"标签"'),
        (None, "null"),
        (5.0, "5.0"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object of 1"),
        ({1, 2}, "set"),
        (2**2000, "an integer of 2001 bits"),
    ],
)
def test_shortened(value: object, text: str) -> None:
    assert shortened(value) == text


def test_long_texts_are_cut() -> None:
    assert len(shortened("x" * 1000)) == LONGEST
    assert shortened("x" * 1000).endswith("x…")


def test_an_unknown_type_is_told_as_it_is() -> None:
    assert type_name("decimal", "zh") == "decimal"
