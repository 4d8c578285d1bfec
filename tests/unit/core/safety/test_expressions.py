"""The grammar of field expressions, held against Qlib's own parser and operators."""

from __future__ import annotations

import pytest

from codegen_core.safety import Expression, ExpressionProblem, parse_expression
from codegen_core.safety.expressions import HOLE


def parsed(text: str, **names: tuple[str, ...]) -> Expression:
    found = parse_expression(text, **names)  # type: ignore[arg-type]
    assert isinstance(found, Expression), found
    return found


def codes(text: str) -> list[str]:
    found = parse_expression(text)
    assert isinstance(found, list), found
    return [problem.code for problem in found]


@pytest.mark.parametrize(
    ("text", "look_back"),
    [
        ("$close", 0),
        ("Ref($close, 1)", 1),
        ("Delta($close, 5)", 5),
        ("Mean($close, 5)", 4),
        ("EMA($close, 12) - EMA($close, 26)", 25),
        ("EMA($close, 0.3)", 0),
        ("Mean(Ref($close, 3), 20)", 22),
        ("Corr($close/Ref($close,1), Log($volume/Ref($volume, 1)+1), 5)", 5),
        ("Quantile($close, 10, 0.8)/$close", 9),
        ("If(Gt($volume, 0), Less(Greater($vwap/$close, 0.5), 2), 1)", 0),
        ("Mean($close>Ref($close, 1), 5)-Mean($close<Ref($close, 1), 5)", 5),
        ("-1 * $close + .5e-3 * ($open ** 2)", 0),
        ("($high > $low) & ($close != $open) | Not($volume == 0)", 0),
    ],
)
def test_what_passes_and_how_far_back_it_reads(text: str, look_back: int) -> None:
    assert parsed(text).look_back == look_back


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ref($close, -1)", "LOOK_AHEAD"),
        ("Ref($close, 0)", "LOOK_AHEAD"),
        ("Delta($close, -1)", "LOOK_AHEAD"),
        ("Mean($close, 0)", "LOOK_AHEAD"),
        ("$$roewa_q", "LOOK_AHEAD"),
        ("P($$roewa_q)", "LOOK_AHEAD"),
        ("ChangeInstrument('SH000300', $close)", "OPERATOR"),
        ("Ref($close, 1-3)", "ARGUMENT"),
        ("Mean($close, 5.0)", "ARGUMENT"),
        ("Mean($close, 99999)", "ARGUMENT"),
        ("Mean($close)", "ARITY"),
        ("Mean($close, 5, 6)", "ARITY"),
        ("Mean(5, 5)", "ARGUMENT"),
        ("Quantile($close, 5, 2)", "ARGUMENT"),
        ("eval($close)", "OPERATOR"),
        ("Feature('close')", "OPERATOR"),
        ("Rolling($close, 5)", "OPERATOR"),
        ("Mask($close, 'SH000300')", "OPERATOR"),
        ("TResample($close, '1d', 'last')", "OPERATOR"),
        ("1 + 1", "NO_FIELD"),
        ("-$close", "SYNTAX"),
        ("$close < $open < $high", "SYNTAX"),
        ("$close.__class__", "SYNTAX"),
        ("$close[0]", "SYNTAX"),
        ("$close if 1 else 2", "SYNTAX"),
        ("$close; 1", "SYNTAX"),
        ("$close, $open", "SYNTAX"),
        ("'x'", "SYNTAX"),
        ("$__class__", "SYNTAX"),
        ("$close@5min", "SYNTAX"),
        ("$closе", "SYNTAX"),
        ("", "SYNTAX"),
        ("Mean($close, 5", "SYNTAX"),
        ("$close)", "SYNTAX"),
        ("007 * $close", "SYNTAX"),
        ("$close ** 999", "ARGUMENT"),
        ("9 ** 9 ** 9 + $close", "ARGUMENT"),
        ("Abs(" * 50 + "$close" + ")" * 50, "DEPTH"),
        ("$close+" * 2000 + "$close", "LENGTH"),
        ("{x} + $close", "PLACEHOLDER"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    assert code in codes(text)


def test_all_problems_of_meaning_come_at_once_with_their_places() -> None:
    text = "Ref($close, 0) + Mean($close, -1)"
    found = parse_expression(text)
    assert isinstance(found, list)
    assert [(p.code, text[p.position]) for p in found] == [("LOOK_AHEAD", "0"), ("LOOK_AHEAD", "-")]


def test_what_it_reads_is_told_in_order() -> None:
    expression = parsed("Corr($volume, $close, 5) + Abs($close)")
    assert (expression.fields, expression.operators) == (("$close", "$volume"), ("Abs", "Corr"))


def test_placeholders_stand_for_inputs_and_numbers() -> None:
    expression = parsed("Mean({price}, {window}) / {price}", inputs=("price",), numbers=("window",))
    assert expression.placeholders == ("price", "window")
    found = parse_expression("Mean({price}, {price})", inputs=("price",))
    assert isinstance(found, list)
    assert isinstance(found[0], ExpressionProblem)


def test_a_hole_is_a_number_and_its_negative_looks_ahead() -> None:
    assert isinstance(parse_expression(f"Ref($close, {HOLE})", holes=True), Expression)
    negative = parse_expression(f"Ref($close, -{HOLE})", holes=True)
    assert isinstance(negative, list)
    assert negative[0].code == "LOOK_AHEAD"
    assert isinstance(parse_expression(f"Mean($close{HOLE}, 5)", holes=True), list)
    assert isinstance(parse_expression(f"Mean($close, {HOLE}5)", holes=True), list)
    assert isinstance(parse_expression(f"Mean($close, {HOLE})"), list)
