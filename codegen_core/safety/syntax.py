"""Parsing, and the part of Python's syntax that strategies may use."""

from __future__ import annotations

import ast
import warnings

from codegen_core.safety.findings import SyntaxFault

ALLOWED_NODES = (
    ast.FunctionDef, ast.ClassDef, ast.Return, ast.Delete, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.If,
    ast.With, ast.Raise, ast.Try, ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Expr, ast.Pass,
    ast.Break, ast.Continue, ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Yield, ast.YieldFrom, ast.Compare, ast.Call,
    ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Attribute, ast.Subscript, ast.Starred, ast.Name, ast.List, ast.Tuple,
    ast.Slice, ast.ExceptHandler, ast.arg, ast.keyword, ast.alias, ast.withitem, ast.comprehension,
)  # fmt: skip
"""Nodes of the tree that may occur; everything else (async, match, type aliases, ...) is refused."""


def parse(text: str) -> ast.Module | SyntaxFault:
    """Parses the text as Python does, its checks of returns, breaks and names included."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
            compile(module, "<strategy>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return SyntaxFault(error.lineno or 1, max(error.offset or 1, 1), error.msg or "invalid syntax")
    except (ValueError, OverflowError) as error:
        return SyntaxFault(1, 1, str(error))
    return module
