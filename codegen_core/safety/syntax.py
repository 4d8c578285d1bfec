"""Parsing, and the part of Python's syntax that strategies may use."""

from __future__ import annotations

import ast
import warnings

from codegen_core.safety.findings import SyntaxFault
from codegen_core.safety.library import words

ALLOWED_NODES: frozenset[type[ast.AST]] = frozenset(
    getattr(ast, name)
    for name in words(
        "FunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For While If With Raise Try Assert Import",
        "ImportFrom Global Nonlocal Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set",
        "ListComp SetComp DictComp GeneratorExp Yield YieldFrom Compare Call FormattedValue JoinedStr Constant",
        "Attribute Subscript Starred Name List Tuple Slice ExceptHandler arg keyword alias withitem comprehension",
    )
)
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
