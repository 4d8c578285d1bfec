"""A user's Python expression over whole panels, walked over its syntax tree.

Inside an expression truth is pandas': a comparison with NaN is false, and a panel of numbers is true where it is 1.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
import pandas as pd

_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power", ast.Gt: "greater",
    ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal", ast.Eq: "equal", ast.NotEq: "not_equal",
}  # fmt: skip


def python_series(text: str, inputs: dict[str, Any]) -> pd.DataFrame:
    """Returns the series of an expression whose ``{name}`` are the inputs; NaN where it isn't finite."""
    found: pd.DataFrame = _numbers(_value(text, inputs))
    return found.where(np.isfinite(found))


def python_condition(text: str, inputs: dict[str, Any]) -> pd.DataFrame:
    """Returns the truth of an expression: unknown where it, or any input, has no value."""
    found: pd.DataFrame = _numbers(_value(text, inputs))
    known = found.notna()
    for panel in inputs.values():
        known &= panel.notna() if isinstance(panel, pd.DataFrame) else True
    return found.eq(1).astype(float).where(known)


def _value(text: str, inputs: dict[str, Any]) -> Any:
    tree = ast.parse(re.sub(r"\{\s*(\w+)\s*\}", r"input_\1", text.strip()), mode="eval").body
    with np.errstate(all="ignore"):
        return _Walk({f"input_{name}": value for name, value in inputs.items()}).value(tree)


class _Walk:
    """Evaluates a tree."""

    def __init__(self, inputs: dict[str, Any]):
        self.inputs = inputs

    def value(self, tree: ast.expr) -> Any:
        """Returns what a part of the expression gives: a panel, a value a day, or a number."""
        match tree:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.inputs[name]
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                return ~_truth(self.value(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -_numbers(self.value(operand))
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                return _truth(self.value(left)) & _truth(self.value(right))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return _truth(self.value(left)) | _truth(self.value(right))
            case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
                operation = getattr(np, _BINARY[type(sign)])
                return operation(_numbers(self.value(left)), _numbers(self.value(right)))
            case ast.Call():
                return self._call(tree)
        raise ValueError(f"not an expression of ours: {ast.unparse(tree)}")

    def _call(self, tree: ast.Call) -> Any:
        arguments = [self.value(argument) for argument in tree.args]
        match tree.func:
            case ast.Name(id="where"):
                condition, yes, no = arguments
                return _chosen(_truth(condition), yes, no)
            case ast.Name(id=name):
                return getattr(np, name)(*(_numbers(argument) for argument in arguments))
            case ast.Attribute(value=target, attr=name):
                named = {str(keyword.arg): self.value(keyword.value) for keyword in tree.keywords}
                if name in {"where", "mask"}:
                    arguments[0] = _truth(arguments[0])
                return getattr(_numbers(self.value(target)), name)(*arguments, **named)
        raise ValueError(f"not a function of ours: {ast.unparse(tree)}")


def _chosen(condition: pd.DataFrame, yes: Any, no: Any) -> pd.DataFrame:
    return pd.DataFrame(np.where(condition, yes, no), index=condition.index, columns=condition.columns)


def _truth(value: Any) -> Any:
    return value if value.to_numpy().dtype.kind == "b" else value.eq(1)


def _numbers(value: Any) -> Any:
    return value.astype(float) if isinstance(value, pd.DataFrame) else value
