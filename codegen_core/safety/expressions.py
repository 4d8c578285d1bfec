"""The grammar of Qlib field expressions: operators, ``$fields`` and numbers, and nothing else.

Qlib hands a field's text to ``eval``. So a text is let through only if it parses here, under a grammar that is a small
part of Python's: names occur only as operators of a fixed table, called with the right number of arguments.

    comparison = or [("<" | "<=" | ">" | ">=" | "==" | "!=") or]        (once: Python would chain them)
    or = and {"|" and};   and = sum {"&" sum};   sum = product {("+" | "-") product}
    product = unary {("*" | "/") unary};   unary = ["-"] power;   power = atom ["**" unary]
    atom = number | "$" name | "{" name "}" | operator "(" comparison {"," comparison} ")" | "(" comparison ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from codegen_core.safety.operators import OPERATORS, REFUSED_OPERATORS, Operator, Slot

HOLE = "\x00"
"""Stands for a number that is only known when the expression is built."""

MAX_LENGTH = 8_000
MAX_DEPTH = 40
MAX_BARS = 10_000
_MAX_EXPONENT = 64

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?)(?![\w.$])
    |(?P<field>\$[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)(?![\w$@])
    |(?P<placeholder>\{[A-Za-z_]\w*\})(?![\w.$])
    |(?P<hole>\x00)(?![\w.$\x00])
    |(?P<name>[A-Za-z][A-Za-z0-9]*)(?![\w$])
    |(?P<operator>\*\*|[<>=!]=|[-+*/()<>,&|])
    |(?P<end>\Z))""",
    re.ASCII | re.VERBOSE,
)
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """What is wrong with an expression.

    Attributes:
        code: SYNTAX, LENGTH, DEPTH, OPERATOR, ARITY, ARGUMENT, LOOK_AHEAD, PLACEHOLDER or NO_FIELD.
        position: Characters before the place.
    """

    code: str
    message: str
    position: int


@dataclass(frozen=True, slots=True)
class Expression:
    """A field expression that has been let through.

    Attributes:
        look_back: Bars before the current one that it reads; an unknown number of bars counts as one.
    """

    text: str
    fields: tuple[str, ...]
    operators: tuple[str, ...]
    placeholders: tuple[str, ...]
    look_back: int


@dataclass(frozen=True, slots=True)
class _Value:
    """A parsed part: how far it reads back, and its number where it is one (NaN: a number not yet known)."""

    position: int
    look_back: int = 0
    number: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Stop(Exception):  # noqa: N818 - control flow inside this module
    pass


def parse_expression(
    text: str, *, inputs: Collection[str] = (), numbers: Collection[str] = (), holes: bool = False
) -> Expression | list[ExpressionProblem]:
    """Parses a field expression.

    Args:
        text: The expression, such as ``Mean($close, 5) / Ref($close, 1)``.
        inputs: Names that ``{name}`` may stand for a series with.
        numbers: Names that ``{name}`` may stand for a number with.
        holes: Whether ``HOLE`` may stand for a number.

    Returns:
        The expression, or every problem found (at least one).
    """
    if len(text) > MAX_LENGTH:
        return [ExpressionProblem("LENGTH", f"The expression is longer than {MAX_LENGTH} characters.", MAX_LENGTH)]
    parser = _Parser(text, frozenset(inputs), frozenset(numbers), holes)
    try:
        return parser.parse()
    except _Stop:
        return parser.problems


class _Parser:
    def __init__(self, text: str, inputs: frozenset[str], numbers: frozenset[str], holes: bool) -> None:
        self._text, self._inputs, self._numbers, self._holes = text, inputs, numbers, holes
        self.problems: list[ExpressionProblem] = []
        self._fields: set[str] = set()
        self._operators: set[str] = set()
        self._placeholders: set[str] = set()
        self._depth = 0
        self._token = _Token("start", "", 0)

    def parse(self) -> Expression | list[ExpressionProblem]:
        self._next()
        value = self._comparison()
        if self._token.kind != "end":
            self._fail("SYNTAX", f"{self._shown()} isn't expected here.")
        if value.number is not None or not (self._fields or self._placeholders & self._inputs):
            self._problem("NO_FIELD", "The expression reads no field.", 0)
        names = (tuple(sorted(s)) for s in (self._fields, self._operators, self._placeholders))
        fields, operators, placeholders = names
        return self.problems or Expression(self._text, fields, operators, placeholders, value.look_back)

    # Tokens

    def _read(self, position: int) -> _Token:
        match = _TOKEN.match(self._text, position)
        if match is None or match.lastgroup is None:
            while position < len(self._text) and self._text[position].isspace():
                position += 1
            rest = self._text[position : position + 2]
            code = "LOOK_AHEAD" if rest == "$$" else "SYNTAX"
            shown = "$$ (data by publication date)" if rest == "$$" else repr(rest[:1])
            self._problem(code, f"{shown} is not part of the grammar.", position)
            raise _Stop
        kind = match.lastgroup
        return _Token(kind, match[kind], match.start(kind))

    def _next(self) -> _Token:
        token = self._token
        self._token = self._read(token.position + len(token.text))
        return token

    def _accept(self, *texts: str) -> _Token | None:
        return self._next() if self._token.kind == "operator" and self._token.text in texts else None

    def _shown(self) -> str:
        return "The end" if self._token.kind == "end" else repr(self._token.text)

    def _problem(self, code: str, message: str, position: int) -> None:
        self.problems.append(ExpressionProblem(code, message, position))

    def _fail(self, code: str, message: str) -> None:
        self._problem(code, message, self._token.position)
        raise _Stop

    # Grammar

    def _comparison(self) -> _Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail("DEPTH", f"The expression is nested more than {MAX_DEPTH} deep.")
        left = self._chain(("|",), ("&",), ("+", "-"), ("*", "/"))
        if self._accept(*_COMPARISONS):
            left = _joined(left, self._chain(("|",), ("&",), ("+", "-"), ("*", "/")))
            if self._token.text in _COMPARISONS:
                self._fail("SYNTAX", "Comparisons can't be chained.")
        self._depth -= 1
        return left

    def _chain(self, *levels: tuple[str, ...]) -> _Value:
        if not levels:
            return self._unary()
        value = self._chain(*levels[1:])
        while self._accept(*levels[0]):
            value = _joined(value, self._chain(*levels[1:]))
        return value

    def _unary(self) -> _Value:
        minus = self._accept("-")
        value = self._power()
        if minus is None:
            return value
        if value.number is None:
            self._problem("SYNTAX", "Qlib can't negate a series; write 0 - ... or -1 * ...", minus.position)
            return value
        number = -math.inf if math.isnan(value.number) else -value.number
        return _Value(minus.position, 0, number, value.whole)

    def _power(self) -> _Value:
        base = self._atom()
        if self._accept("**") is None:
            return base
        exponent = self._unary()
        if base.number is not None:
            self._problem("ARGUMENT", "A number can't be raised to a power.", base.position)
        if exponent.number is not None and abs(exponent.number) > _MAX_EXPONENT:
            self._problem("ARGUMENT", f"An exponent may be {_MAX_EXPONENT} at most.", exponent.position)
        return _joined(base, exponent)

    def _atom(self) -> _Value:
        token = self._token
        if token.kind == "operator" and token.text == "(":
            self._next()
            value = self._comparison()
            self._close()
            return value
        match token.kind:
            case "number":
                return self._number(self._next())
            case "field":
                self._fields.add(self._next().text)
                return _Value(token.position)
            case "placeholder":
                return self._placeholder(self._next())
            case "hole" if self._holes:
                self._next()
                return _Value(token.position, 0, math.nan, whole=True)
            case "name":
                return self._call(self._next())
        self._fail("SYNTAX", f"{self._shown()} isn't expected here.")
        raise AssertionError

    def _number(self, token: _Token) -> _Value:
        whole = token.text.isdigit()
        if whole and len(token.text) > 1 and token.text.startswith("0"):
            self._problem("SYNTAX", "A number may not start with 0.", token.position)
        return _Value(token.position, 0, float(token.text), whole)

    def _placeholder(self, token: _Token) -> _Value:
        name = token.text[1:-1]
        self._placeholders.add(name)
        if name in self._numbers:
            return _Value(token.position, 0, math.nan, whole=True)
        if name not in self._inputs:
            self._problem("PLACEHOLDER", f"{token.text} is neither an input nor a parameter.", token.position)
        return _Value(token.position)

    def _close(self) -> None:
        if self._accept(")") is None:
            self._fail("SYNTAX", f"A closing bracket is expected, not {self._shown()}.")

    # Operators

    def _call(self, name: _Token) -> _Value:
        operator = OPERATORS.get(name.text)
        if operator is None:
            reason = REFUSED_OPERATORS.get(name.text)
            why = f"{name.text} {reason}." if reason else f"{name.text} is not an operator."
            self._problem("LOOK_AHEAD" if reason and "ahead" in reason else "OPERATOR", why, name.position)
        if self._accept("(") is None:
            self._fail("SYNTAX", f"{name.text} must be followed by its arguments in brackets.")
        arguments = [self._comparison()]
        while self._accept(","):
            arguments.append(self._comparison())
        self._close()
        return self._applied(operator, name, arguments) if operator else _joined(*arguments)

    def _applied(self, operator: Operator, name: _Token, arguments: list[_Value]) -> _Value:
        self._operators.add(operator.name)
        if len(arguments) != len(operator.slots):
            message = f"{operator.name} takes {len(operator.slots)} arguments, not {len(arguments)}."
            self._problem("ARITY", message, name.position)
            return _Value(name.position)
        for slot, argument in zip(operator.slots, arguments, strict=True):
            self._check_slot(operator, slot, argument)
        if all(argument.number is not None for argument in arguments):
            self._problem("ARGUMENT", f"{operator.name} needs a series.", name.position)
        return _Value(name.position, _look_back(operator, arguments))

    def _check_slot(self, operator: Operator, slot: Slot, argument: _Value) -> None:
        number = argument.number
        if slot is Slot.VALUE or (slot is Slot.SERIES and number is None):
            return
        if number is not None and slot is not Slot.SERIES:
            if _fits(slot, argument):
                return
            if slot in (Slot.LAG, Slot.WINDOW, Slot.SPAN) and number <= 0:
                shown = "a negative number" if math.isinf(number) else f"{number:g}"
                message = f"{operator.name} with {shown} reads the future."
                self._problem("LOOK_AHEAD", message, argument.position)
                return
        self._problem("ARGUMENT", f"{operator.name} takes {slot.value} here.", argument.position)


def _fits(slot: Slot, argument: _Value) -> bool:
    number = argument.number or 0.0
    if math.isnan(number):
        return argument.whole
    if slot is Slot.FRACTION:
        return 0 <= number <= 1
    return (argument.whole and 1 <= number <= MAX_BARS) or (slot is Slot.SPAN and 0 < number < 1)


def _look_back(operator: Operator, arguments: list[_Value]) -> int:
    own = 0
    for slot, argument in zip(operator.slots, arguments, strict=True):
        if slot in (Slot.LAG, Slot.WINDOW, Slot.SPAN) and argument.number is not None:
            bars = max(int(argument.number), 1) if math.isfinite(argument.number) else 1
            own = bars if operator.lag else bars - 1
    return own + max(argument.look_back for argument in arguments)


def _joined(*values: _Value) -> _Value:
    """A part made of others: still a number if all are, though its value no longer counts."""
    number = math.nan if all(v.number is not None for v in values) else None
    return _Value(values[0].position, max(v.look_back for v in values), number)
