"""What the Python expression language lets through, how far back it reads, and what it says of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from codegen_core.expressions.faults import ExpressionFault
from codegen_core.expressions.formula import Formula
from codegen_core.expressions.reading import Language, read_expression

INPUTS, NUMBERS = ("a", "b", "in"), ("n", "k")


def _read(text: str) -> Formula | tuple[ExpressionFault, ...]:
    found = read_expression(Language.PYTHON, text, INPUTS, NUMBERS)
    assert isinstance(found, Formula | tuple)
    return found


def _bars(text: str, **values: Any) -> int | tuple[ExpressionFault, ...]:
    formula = _read(text)
    assert isinstance(formula, Formula), formula
    return formula.measure(values)


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("{a}", 0),
        ("{in} + 1", 0),
        ("{ a } * 2", 0),
        ("{a}.shift()", 1),
        ("{a}.shift(0)", 0),
        ("{a}.shift(3).rolling(5).mean()", 7),
        ("{a}.rolling(5).mean() - {b}.rolling(20).mean()", 19),
        ("{a}.diff(2).pct_change(3)", 5),
        ("{a}.ewm(span=12).mean()", 11),
        ("{a}.ewm(com=4).mean()", 8),
        ("{a}.ewm(alpha=0.5).mean()", 2),
        ("{a}.ewm(halflife=1).mean()", 2),
        ("{a}.expanding().max()", 0),
        ("{a}.ffill().cumsum()", 0),
        ("{a}.rank(axis=1)", 0),
        ("{a}.sub({a}.mean(axis=1).shift(2), axis=0)", 2),
        ("({a} > {b}.shift(1)) & ~({a} < 5)", 1),
        ("where({a} > 0, {a}.shift(4), 0)", 4),
        ("np.where({a} > 0, 1, -1) * {b}", 0),
        ("{a}.rolling(2 * 5 + 1).std() * sqrt(252)", 10),
        ("{a}.rolling(\n  5\n).mean()", 4),
    ],
)
def test_look_back(text: str, bars: int) -> None:
    assert _bars(text) == bars


def test_look_back_follows_the_numbers() -> None:
    assert _bars("{a}.rolling({n}).mean().shift({n} // 2)", n=20) == 29
    assert _bars("{a}.rolling({n}).mean().shift({n} // 2)") == 1


@pytest.mark.parametrize(
    ("text", "position", "told"),
    [
        ("{a}.shift(-1)", 10, "reads later days"),
        ("{a}.shift(1 - 3)", 10, "reads later days"),
        ("{a}.diff(-2)", 9, "reads later days"),
        ("{a}.pct_change(-2)", 15, "reads later days"),
        ("{a} / {a}.mean()", 6, "write .mean(axis=1)"),
        ("{a}.rank()", 0, "axis=1"),
        ("{a}.rank(axis=0)", 0, "axis=1"),
        ("{a}.rank(axis=True)", 0, "axis=1"),
        ("{a}.bfill()", 0, ".ffill()"),
        ("{a}.interpolate()", 0, ".ffill()"),
        ("{a}.rolling(5, center=True).mean()", 0, "centred"),
        ("1 + {a}.iloc(3)", 4, ".shift(n)"),
    ],
)
def test_looking_ahead_is_refused(text: str, position: int, told: str) -> None:
    (fault,) = _found(text)
    assert (fault.code, fault.position) == ("LOOK_AHEAD", position)
    assert told in fault.reason.en


def _found(text: str) -> tuple[ExpressionFault, ...]:
    found = _read(text)
    assert isinstance(found, tuple), found
    return found


@pytest.mark.parametrize(
    ("text", "position", "told"),
    [
        ("{a}, {b}", 0, "not part"),
        ("{c}", 0, "{c} is neither"),
        ("{a} + a", 6, "in braces"),
        ("1 + 2", 0, "a number"),
        ("{n} + 1", 0, "a number"),
        ("{a}.rolling(5)", 0, "a window"),
        ("{a}.mean(axis=1)", 0, "one value a day"),
        ("{a} - {a}.mean(axis=1)", 0, "axis=0"),
        ("{a} > {a}.mean(axis=1)", 0, "axis=0"),
        ("{a}.rolling(5) + 1", 0, "needs a method"),
        ("{a} > 1 and {b} > 1", 0, "&"),
        ("not {a}", 0, "~"),
        ("{a} if {b} else 1", 0, "where"),
        ("0 < {a} < 1", 0, "chained"),
        ("{a}[0]", 0, ".shift(n)"),
        ("{a}.values", 0, "listed methods"),
        ("{a}.apply(abs)", 0, "no method apply"),
        ("{a}.rolling(5).apply(abs)", 0, "no method apply"),
        ("{a}.ewm(span=5).sum()", 0, "no method sum"),
        ("{a}.__class__()", 0, "no method"),
        ("eval({a})", 0, "functions are"),
        ("np.load({a})", 0, "functions are"),
        ("pd.DataFrame({a})", 0, "in braces"),
        ("log({a}, {b})", 0, "takes 1"),
        ("(lambda: {a})()", 0, "not part"),
        ("[x for x in {a}]", 0, "not part"),
        ("f'{a}'", 0, "Texts"),
        ("'x'", 0, "not part"),
        ("{a} @ {b}", 0, "not part"),
        ("{a} is {b}", 0, "not part"),
        ("{a}.shift(*{b})", 0, "not part"),
        ("{a}.shift(**{b})", 0, "not part"),
        ("{a}.shift(1, 2)", 0, "shift takes"),
        ("{a}.shift(1, periods=2)", 0, "twice"),
        ("{a}.shift(freq=1)", 0, "shift takes"),
        ("{a}.rolling()", 0, "needs: window"),
        ("{a}.ewm(adjust=True).mean()", 0, "needs"),
        ("{a}.ewm(span=5, com=2).mean()", 0, "needs"),
        ("{a}.rolling({b}).mean()", 12, "whole number of days"),
        ("{a}.rolling(0).mean()", 12, "whole number of days"),
        ("{a}.rolling(2.5).mean()", 12, "whole number of days"),
        ("{a}.rolling(10001).mean()", 12, "whole number of days"),
        ("{a}.rolling(5, min_periods=6).mean()", 27, "to the window"),
        ("{a}.rolling(5).quantile(1.5)", 24, "from 0 to 1"),
        ("{a}.ewm(alpha=0).mean()", 14, "above 0"),
        ("{a}.rolling(1 // 0).mean()", 12, "no number"),
        ("{a} * sqrt(-1)", 6, "no number"),
        ("{a} * 9 ** 99", 11, "at most 64"),
        ("{a} * {k} ** {n}", 13, "at most 64"),
        ("{a} * 1e999", 6, "too large"),
        ("{a} * " + "9" * 40, 6, "too large"),
        ("{a} * " + "9" * 3900, 6, "too large"),
        ("{a} + True", 6, "not part"),
        ("{a} + 1j", 6, "not part"),
        ("{a}.rank(axis=1, pct=1)", 21, "True or False"),
        ("{a}.shift(1, axis=0)", 18, "axis"),
        ("{a}.add({b}, axis=0)", 0, "axis=0"),
        ("{a} ＋ 1", 4, "character"),
        ("{a} # a comment", 4, "character"),
        ("{a}\x00", 3, "character"),
        ("{a}" + " + {a}" * 500, 0, "too large"),
        ("{a}" + " " * 5000 + "+ 1", 4000, "longer"),
    ],
)
def test_what_is_not_part_of_the_language(text: str, position: int, told: str) -> None:
    (fault,) = _found(text)
    assert (fault.code, fault.position) == ("EXPRESSION_INVALID", position)
    assert told in fault.reason.en
    assert fault.reason.zh != fault.reason.en


@pytest.mark.parametrize(
    "text", ["", " ", "{a} +", "{a} {b}", "x = {a}", "(" * 300 + "{a}" + ")" * 300, "~" * 90 + "{a}"]
)
def test_what_is_no_expression(text: str) -> None:
    (fault,) = _found(text)
    assert fault.code == "EXPRESSION_INVALID"
    assert 0 <= fault.position <= len(text)


@pytest.mark.parametrize(
    ("text", "values", "code"),
    [
        ("{a}.shift({n})", {"n": -1}, "LOOK_AHEAD"),
        ("{a}.diff({n} - 5)", {"n": 3}, "LOOK_AHEAD"),
        ("{a}.rolling({n}).mean()", {"n": 0}, "EXPRESSION_INVALID"),
        ("{a}.rolling({n}).mean()", {"n": 5.0}, "EXPRESSION_INVALID"),
        ("{a}.rolling({n} / 2).mean()", {"n": 4}, "EXPRESSION_INVALID"),
        ("{a}.rolling(5, min_periods={n}).mean()", {"n": 6}, "EXPRESSION_INVALID"),
        ("{a} * (1 / {n})", {"n": 0}, "EXPRESSION_INVALID"),
        ("{a} * {n} ** 64", {"n": 10**9}, "EXPRESSION_INVALID"),
    ],
)
def test_a_number_that_makes_it_wrong_is_named(text: str, values: dict[str, Any], code: str) -> None:
    found = _bars(text, **values)
    assert isinstance(found, tuple)
    assert [(each.code, each.number) for each in found] == [(code, "n")]


def test_names_are_told_and_text_is_one_line() -> None:
    formula = _read(" {b}.rolling({n})\n  .mean() - {in}")
    assert isinstance(formula, Formula)
    assert formula.names == ("b", "in", "n")
    assert formula.text == "{b}.rolling({n}) .mean() - {in}"


def test_equal_questions_have_equal_answers() -> None:
    assert _read("{a} + 1") is _read("{a} + 1")
