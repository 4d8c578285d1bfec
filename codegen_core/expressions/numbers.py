"""Arithmetic over the numbers of an expression: what windows and lags come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Number = int | float

_MOST = 1e300


def compute(operation: str, operands: Sequence[Number]) -> Number:
    """Returns what an operation makes of numbers.

    Raises:
        ArithmeticError, ValueError: If there is no such number, or it is beyond what is sensible.
    """
    result = _OPERATIONS[operation](*operands)
    if not abs(result) <= _MOST:
        raise OverflowError(operation)
    return result


def _power(base: Number, exponent: Number) -> Number:
    result = float(base) ** exponent
    if isinstance(result, complex):
        raise ValueError("a root of a negative number")
    return base**exponent if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0 else result


_OPERATIONS: Mapping[str, Callable[..., Number]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
    "**": _power,
    "negative": lambda operand: -operand,
    "abs": abs,
    "sqrt": math.sqrt,
    "log": math.log,
    "log1p": math.log1p,
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "expm1": math.expm1,
    "square": lambda operand: operand * operand,
    "sign": lambda operand: float((operand > 0) - (operand < 0)),
    "floor": lambda operand: float(math.floor(operand)),
    "ceil": lambda operand: float(math.ceil(operand)),
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "arctan": math.atan,
    "maximum": max,
    "minimum": min,
    "fmax": max,
    "fmin": min,
}
