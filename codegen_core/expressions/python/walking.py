"""The parts of a Python expression, one by one: names, numbers, operators."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping

from codegen_core.expressions.formula import ATOM, Kind, Limit, Requirement, Term
from codegen_core.expressions.python import refusals
from codegen_core.expressions.python.refusals import invalid
from codegen_core.nodes.declaration import Text

OR, AND, COMPARE, SUM, PRODUCT, SIGN, POWER = 2, 3, 1, 4, 5, 6, 7
"""How strongly operators bind, as Python has it; a comparison least of all."""

_LARGEST = 10**15
_MOST_EXPONENT = 64

_BINARY: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT),
    ast.Mod: ("%", PRODUCT),
}
_LOGICAL: Mapping[type[ast.operator], tuple[str, int]] = {ast.BitAnd: ("&", AND), ast.BitOr: ("|", OR)}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


ReadCall = Callable[["Walker", ast.Call], Term]


class Walker:
    """Reads one expression; ``requirements`` are what its numbers must be."""

    def __init__(self, inputs: frozenset[str], numbers: frozenset[str], call: ReadCall) -> None:
        """Takes the names that may stand in braces, and what reads calls."""
        self._inputs, self._numbers, self._call = inputs, numbers, call
        self.requirements: list[Requirement] = []

    def term(self, node: ast.expr) -> Term:
        """Returns a part of the expression.

        Raises:
            Refused: If it isn't part of the language, or looks ahead.
        """
        match node:
            case ast.Set(elts=[ast.Name(id=name)]):
                return self._named(node, name.lower())
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return _literal(node, value)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(self, node)
        raise invalid(node, refusals.NODES.get(type(node), refusals.OTHERWISE))

    def require(self, node: ast.expr, limit: Limit, most: Term | None = None) -> Term:
        """Returns a number that must keep a limit."""
        number = self.term(node)
        if number.kind is not Kind.NUMBER:
            raise invalid(node, Text(f"This must be {limit.value.en}.", f"此处应为{limit.value.zh}。"))
        self.requirements.append(Requirement(number, limit, node.col_offset, most))
        return number

    def _named(self, node: ast.expr, name: str) -> Term:
        if name in self._inputs:
            return Term(Kind.FRAME, name)
        if name in self._numbers:
            return Term(Kind.NUMBER, name)
        text = "{" + name + "}"
        raise invalid(node, Text(f"{text} is neither an input nor a number.", f"{text} 既不是输入也不是数值参数。"))

    def _unary(self, node: ast.UnaryOp) -> Term:
        if isinstance(node.op, ast.Not):
            raise invalid(node, refusals.NEGATED)
        if isinstance(node.op, ast.Invert):
            return Term(Kind.TRUTH, "~{0}", (condition(node.operand, self.term(node.operand)),), SIGN, (ATOM,))
        operand = number_like(node.operand, self.term(node.operand))
        if isinstance(node.op, ast.UAdd):
            return operand
        if operand.value is not None:
            return _literal(node, -operand.value)
        negative = Term(operand.kind, "-{0}", (operand,), SIGN, (ATOM,), "negative")
        return self.checked(node, negative)

    def _binary(self, node: ast.BinOp) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        if type(node.op) in _LOGICAL:
            sign, binding = _LOGICAL[type(node.op)]
            operands = (condition(node.left, left), condition(node.right, right))
            kind = common_kind(node, *operands)
            return Term(kind, f"{{0}} {sign} {{1}}", operands, binding, (binding, binding + 1))
        operands = (number_like(node.left, left), number_like(node.right, right))
        if isinstance(node.op, ast.Pow):
            return self._power(node, *operands)
        if type(node.op) not in _BINARY:
            raise invalid(node, refusals.OTHERWISE)
        sign, binding = _BINARY[type(node.op)]
        kind = common_kind(node, *operands)
        made = Term(kind, f"{{0}} {sign} {{1}}", operands, binding, (binding, binding + 1), sign)
        return self.checked(node, made)

    def _power(self, node: ast.BinOp, base: Term, exponent: Term) -> Term:
        kind = common_kind(node, base, exponent)
        is_small = exponent.value is not None and abs(exponent.value) <= _MOST_EXPONENT
        if kind is Kind.NUMBER and not is_small:
            most = str(_MOST_EXPONENT)
            raise invalid(
                node.right,
                Text(f"An exponent of a number is a number of at most {most}.", f"数值的指数应为不超过 {most} 的数。"),
            )
        made = Term(kind, "{0}**{1}", (base, exponent), POWER, (ATOM, SIGN), "**")
        return self.checked(node, made)

    def _comparison(self, node: ast.Compare) -> Term:
        if len(node.ops) > 1:
            raise invalid(node, refusals.CHAINED)
        sign = _COMPARISONS.get(type(node.ops[0]))
        if sign is None:
            raise invalid(node, refusals.OTHERWISE)
        operands = tuple(number_like(each, self.term(each)) for each in (node.left, node.comparators[0]))
        if common_kind(node, *operands) is not Kind.FRAME:
            raise invalid(node, Text("A series is compared with a series or a number.", "比较的一侧必须是序列。"))
        return Term(Kind.TRUTH, f"{{0}} {sign} {{1}}", operands, COMPARE, (OR, OR))

    def checked(self, node: ast.expr, made: Term) -> Term:
        """Returns a term; where it is a number made of numbers, it must be one."""
        if made.kind is Kind.NUMBER:
            self.requirements.append(Requirement(made, Limit.ANY, node.col_offset))
        return made


def number_like(node: ast.expr, term: Term) -> Term:
    """Returns what can be reckoned with: a condition as 1 and 0."""
    if term.kind is Kind.WINDOW:
        raise invalid(node, Text("A window needs a method, such as .mean().", "窗口之后需要方法，例如 .mean()。"))
    return Term(Kind.FRAME, "{0}.astype(float)", (term,), ATOM, (ATOM,)) if term.kind is Kind.TRUTH else term


def condition(node: ast.expr, term: Term) -> Term:
    """Returns what can be a condition: a series is true where it is 1, as the BOOL of an input is."""
    if term.kind is Kind.TRUTH:
        return term
    if term.kind is Kind.FRAME:
        one = Term(Kind.NUMBER, "1", value=1)
        return Term(Kind.TRUTH, "{0} == {1}", (term, one), COMPARE, (OR, OR))
    raise invalid(node, Text("A condition is needed, such as {a} > 0.", "此处需要条件，例如 {a} > 0。"))


def common_kind(node: ast.expr, *operands: Term) -> Kind:
    """Returns what an operation over terms gives; a value a day and a series don't mix."""
    kinds = {operand.kind for operand in operands} - {Kind.NUMBER}
    if kinds == {Kind.DAY, Kind.FRAME}:
        raise invalid(
            node,
            Text(
                "A series and a value a day are joined by .sub(…, axis=0), .div(…, axis=0) and so on.",
                "序列与每日一个值之间的运算请写 .sub(…, axis=0)、.div(…, axis=0) 等。",
            ),
        )
    return next(iter(kinds)) if len(kinds) == 1 else Kind.NUMBER


def _literal(node: ast.expr, value: int | float) -> Term:
    if abs(value) > _LARGEST if isinstance(value, int) else not math.isfinite(value):
        raise invalid(node, Text("The number is too large.", "数值过大。"))
    form = repr(value).replace("e+", "e")
    return Term(Kind.NUMBER, form, binding=SIGN if form.startswith("-") else ATOM, value=value)
