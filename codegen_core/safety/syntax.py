"""Parsing, and the part of Python's syntax that strategies may use."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import TypeVar

from codegen_core.safety.findings import SyntaxFault
from codegen_core.safety.library import words

Parsed = TypeVar("Parsed")

ALLOWED_NODES: frozenset[type[ast.AST]] = frozenset(
    getattr(ast, name)
    for name in words(
        "FunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For While If With Raise Try Assert Import",
        "ImportFrom Global Nonlocal Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set",
        "ListComp SetComp DictComp GeneratorExp Yield YieldFrom Compare Call FormattedValue JoinedStr Constant",
        "Attribute Subscript Starred Name List Tuple Slice ExceptHandler arg keyword alias withitem comprehension",
        "Match match_case MatchValue MatchSingleton MatchOr MatchAs",
        "MatchSequence MatchMapping MatchClass MatchStar",
    )
)
"""Nodes of the tree that may occur; the rest (async, type aliases, ...) is refused; patterns.py says what may match."""


def parse(text: str) -> ast.Module | SyntaxFault:
    """Parses the text."""
    return _tried(lambda: ast.parse(text))


def compile_fault(module: ast.Module) -> SyntaxFault | None:
    """Returns what Python finds only when it compiles: a return outside a function, a name bound twice, ..."""
    found = _tried(lambda: compile(module, "<strategy>", "exec", dont_inherit=True))
    return found if isinstance(found, SyntaxFault) else None


def _tried(attempt: Callable[[], Parsed]) -> Parsed | SyntaxFault:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return attempt()
    except SyntaxError as error:
        return SyntaxFault(error.lineno or 1, max(error.offset or 1, 1), error.msg or "invalid syntax")
    except (ValueError, OverflowError) as error:
        return SyntaxFault(1, 1, str(error))
