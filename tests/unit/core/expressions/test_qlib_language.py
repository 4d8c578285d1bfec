"""Users' expressions in Qlib's syntax: canonical texts, numbers that make them wrong, three-valued conditions."""

from __future__ import annotations

from typing import Any

import pytest

from codegen_core.expressions.qlib import QlibExpression, read_qlib
from codegen_core.nodes.declaration import NodeTemplate, Parameters
from codegen_core.nodes.general.expressions import CUSTOM_CONDITION


def _read(text: str, *numbers: str) -> QlibExpression:
    found = read_qlib(text, frozenset({"a", "b"}), frozenset(numbers))
    assert isinstance(found, QlibExpression), found
    return found


@pytest.mark.parametrize("text", ["Mean({a},5)-$close", " Mean( {a} , 5 )\n- $close ", "Mean({a},\t5) -$close"])
def test_spaces_mean_nothing(text: str) -> None:
    expression = _read(text)
    assert expression.text == "Mean({a},5)-$close"
    assert (expression.names, expression.numbers, expression.fields) == (("a",), (), ("$close",))


@pytest.mark.parametrize(
    ("text", "values", "bars"),
    [
        ("Ref({a},{n})", {"n": 3}, 3),
        ("Mean(Ref({a},{n}),{n})", {"n": 3}, 5),
        ("Mean(Ref({a},{n}),{n})", {}, 1),
        ("Mean(Mean($close,20),10)", {}, 28),
        ("{a}*{n}", {"n": -2.5}, 0),
        ("{a}*{n}", {"n": 1e-30}, 0),
    ],
)
def test_look_back(text: str, values: dict[str, Any], bars: int) -> None:
    assert _read(text, "n").measure(values) == bars


@pytest.mark.parametrize(
    ("text", "values", "code", "number"),
    [
        ("Ref({a},{n})", {"n": 0, "m": 1}, "LOOK_AHEAD", "n"),
        ("Ref({a},{n})", {"n": -5, "m": 1}, "LOOK_AHEAD", "n"),
        ("Mean({a},{m})+Ref({a},{n})", {"n": 1, "m": 0}, "LOOK_AHEAD", "m"),
        ("Mean({a},{m})+Ref({a},{n})", {"n": 2.5, "m": 3}, "EXPRESSION_INVALID", "n"),
        ("Quantile({a},{m},{n})", {"n": 1.5, "m": 3}, "EXPRESSION_INVALID", "n"),
    ],
)
def test_a_number_that_makes_it_wrong_is_named(text: str, values: dict[str, Any], code: str, number: str) -> None:
    found = _read(text, "n", "m").measure(values)
    assert isinstance(found, tuple)
    assert [(each.code, each.number) for each in found] == [(code, number)]


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("Ref($close, -1)", "LOOK_AHEAD", 12),
        ("Ref($close, 0)", "LOOK_AHEAD", 12),
        ("Mean($close, 0)", "LOOK_AHEAD", 13),
        ("$$roe", "LOOK_AHEAD", 0),
        ("ChangeInstrument($close, 1)", "EXPRESSION_INVALID", 0),
        ("Mean($close", "EXPRESSION_INVALID", 11),
        ("{c}", "EXPRESSION_INVALID", 0),
        ("5", "EXPRESSION_INVALID", 0),
        ("__import__('os')", "EXPRESSION_INVALID", 0),
        ("-$close", "EXPRESSION_INVALID", 0),
    ],
)
def test_what_is_refused(text: str, code: str, position: int) -> None:
    found = read_qlib(text, frozenset({"a"}), frozenset())
    assert isinstance(found, tuple)
    assert [(each.code, each.position) for each in found] == [(code, position)]
    assert found[0].reason.zh != found[0].reason.en


def _condition(text: str) -> str | None:
    kind = CUSTOM_CONDITION.specialising
    assert kind is not None
    parameters: Parameters = {"language": "QLIB", "expression": text}
    made = kind.make(parameters, {})
    assert isinstance(made, NodeTemplate)
    return made.expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("{a} > 5", "If({a}=={a},({a}>5)*1,{a})"),
        ("Gt($close, {b})", "If({b}=={b},If($close==$close,(Gt($close,{b}))*1,$close),{b})"),
        ("And({a} > 1, {b} > 1)", "If({a}=={a},If({b}=={b},(And({a}>1,{b}>1))*1,{b}),{a})"),
        ("({a} > 1) & ({b} > 1)", "If({a}=={a},If({b}=={b},(({a}>1)&({b}>1))*1,{b}),{a})"),
        (
            "If({a} > 1, 1, 0)",
            "If({a}=={a},If((If({a}>1,1,0))==(If({a}>1,1,0)),Eq(If({a}>1,1,0),1)*1,(If({a}>1,1,0))),{a})",
        ),
        (
            "Ref({a}, 1) + 1",
            "If({a}=={a},If((Ref({a},1)+1)==(Ref({a},1)+1),Eq(Ref({a},1)+1,1)*1,(Ref({a},1)+1)),{a})",
        ),
    ],
)
def test_a_condition_is_one_zero_or_missing(text: str, expression: str) -> None:
    assert _condition(text) == expression
