"""Values of whole Qlib expressions: nothing is rounded inside, float32 at the end."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.market import Market
from tests.oracle.qlib_operators import OPERATORS
from tests.oracle.qlib_syntax import FIELD_PREFIX, parsed

_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "Add", ast.Sub: "Sub", ast.Mult: "Mul", ast.Div: "Div", ast.Pow: "Power", ast.BitAnd: "And",
    ast.BitOr: "Or", ast.Gt: "Gt", ast.GtE: "Ge", ast.Lt: "Lt", ast.LtE: "Le", ast.Eq: "Eq", ast.NotEq: "Ne",
}  # fmt: skip


class QlibValues:
    """Evaluates expressions over a market, instrument by instrument; what was evaluated once is remembered."""

    def __init__(self, market: Market):
        self.market = market
        self._known: dict[tuple[str, str], Any] = {}
        self._panels: dict[str, pd.DataFrame] = {}

    def panel(self, expression: str) -> pd.DataFrame:
        """Returns what ``D.features`` says, as float64, a row a day: NaN where ``all.txt`` doesn't list a code."""
        if expression not in self._panels:
            tree, days = parsed(expression), self.market.days
            columns = {code: self._column(tree, code) for code in self.market.codes}
            panel = pd.DataFrame(columns, index=days).where(self.market.listed)
            self._panels[expression] = panel.astype("float64")
        return self._panels[expression]

    def _column(self, tree: ast.expr, code: str) -> np.ndarray:
        with np.errstate(all="ignore"):
            series = self._value(tree, code)
        first, count = self.market.span(code)
        column = np.full(len(self.market.days), np.nan, np.float32)
        column[first : first + count] = series.astype(np.float32)
        return column

    def _value(self, tree: ast.expr, code: str) -> Any:
        if isinstance(tree, ast.Constant):
            return tree.value
        key = ast.dump(tree), code
        if key not in self._known:
            self._known[key] = self._operation(tree, code)
        return self._known[key]

    def _operation(self, tree: ast.expr, code: str) -> Any:
        match tree:
            case ast.Name(id=name):
                return self.market.series(code, name.removeprefix(FIELD_PREFIX))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return OPERATORS[name](*(self._value(argument, code) for argument in arguments))
            case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
                found = OPERATORS[_BINARY[type(sign)]](self._value(left, code), self._value(right, code))
                return found if isinstance(found, pd.Series) else found.item()
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
        raise ValueError(f"not a Qlib expression: {ast.unparse(tree)}")
