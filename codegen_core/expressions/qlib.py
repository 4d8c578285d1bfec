"""Users' expressions in Qlib's syntax: parsed under our own grammar, made canonical, measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from codegen_core.expressions.faults import INVALID, LOOK_AHEAD, ExpressionFault
from codegen_core.nodes.declaration import Parameters, Text
from codegen_core.safety import Expression, ExpressionProblem, parse_expression

_SPACE = re.compile(r"\s+", re.ASCII)
_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)
_CHINESE: Mapping[str, str] = {
    "SYNTAX": "语法不符",
    "LENGTH": "表达式过长",
    "DEPTH": "嵌套过深",
    "OPERATOR": "不是可用的算子",
    "ARITY": "算子的参数个数不对",
    "ARGUMENT": "算子的参数不对",
    "LOOK_AHEAD": "会读取未来数据",
    "PLACEHOLDER": "花括号中的名称既不是输入也不是数值参数",
    "NO_FIELD": "没有读取任何行情字段或输入",
}


@dataclass(frozen=True, slots=True)
class QlibExpression:
    """An expression that has been let through.

    Attributes:
        text: Without white space: the same for every way of spacing it.
        names: The inputs and parameters that it refers to, sorted; ``numbers`` are those that are parameters.
        fields: The fields it reads itself, such as ``$close``, sorted.
        bars: Bars before the current one that it reads; an unknown number of bars counts as one.
    """

    text: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    fields: tuple[str, ...]
    bars: int

    def measure(self, values: Parameters) -> int | tuple[ExpressionFault, ...]:
        """Returns how many bars before the current one are read with these numbers, or what is wrong with them.

        A number that isn't among ``values`` counts as unknown: it is taken as right, and as 1.
        """
        if not self.numbers:
            return self.bars
        pieces, owners = _substituted(self.text, {name: values[name] for name in self.numbers if name in values})
        unknown = frozenset(self.numbers).difference(values)
        parsed = _parsed("".join(pieces), frozenset(self.names) - unknown, unknown)
        if isinstance(parsed, Expression):
            return parsed.look_back
        return tuple(_fault(each, self.text, _owner(each.position, pieces, owners)) for each in parsed)


@lru_cache(maxsize=1024)
def read_qlib(
    text: str, inputs: frozenset[str], numbers: frozenset[str]
) -> QlibExpression | tuple[ExpressionFault, ...]:
    """Reads an expression whose ``{name}`` are series (``inputs``) and numbers that aren't known yet."""
    parsed = parse_expression(text, inputs=inputs, numbers=numbers)
    if isinstance(parsed, Expression):
        used = tuple(name for name in parsed.placeholders if name in numbers)
        return QlibExpression(_SPACE.sub("", text), parsed.placeholders, used, parsed.fields, parsed.look_back)
    causes = [each for each in parsed if each.code != "NO_FIELD"] or parsed
    return tuple(_fault(each, text) for each in causes)


def format_number(value: int | float) -> str:
    """Returns a number as an expression holds it."""
    return f"{value:d}" if isinstance(value, int) else f"{value:.17g}"


@lru_cache(maxsize=4096)
def _parsed(text: str, inputs: frozenset[str], numbers: frozenset[str]) -> Expression | list[ExpressionProblem]:
    return parse_expression(text, inputs=inputs, numbers=numbers)


def _substituted(text: str, values: Parameters) -> tuple[list[str], list[str | None]]:
    """Returns the text in pieces, its numbers filled in, and of each piece the number that it is."""
    pieces = _PLACEHOLDER.split(text)
    owners: list[str | None] = [None] * len(pieces)
    for index in range(1, len(pieces), 2):
        name, value = pieces[index], values.get(pieces[index])
        if isinstance(value, int | float):
            pieces[index], owners[index] = format_number(value), name
        else:
            pieces[index] = f"{{{name}}}"
    return pieces, owners


def _owner(position: int, pieces: list[str], owners: list[str | None]) -> str | None:
    """Returns the number that stands at a position; where none does, the first one."""
    end = 0
    for piece, owner in zip(pieces, owners, strict=True):
        end += len(piece)
        if owner is not None and position < end:
            return owner
    return next((owner for owner in owners if owner), None)


def _fault(problem: ExpressionProblem, text: str, number: str | None = None) -> ExpressionFault:
    code = LOOK_AHEAD if problem.code == "LOOK_AHEAD" else INVALID
    here = text[problem.position : problem.position + 12].split()
    shown = f"（“{here[0]}”处）" if here and number is None else ""
    return ExpressionFault(code, Text(problem.message, f"{_CHINESE[problem.code]}{shown}。"), problem.position, number)
