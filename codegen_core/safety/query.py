"""The grammar of pandas queries: comparisons of columns and constants."""

from __future__ import annotations

import ast
import warnings

from codegen_core.safety.library import words

_MAX_LENGTH = 1000
_PLAIN: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name)
    for name in words(
        "Expression BoolOp And Or UnaryOp Not Invert USub BinOp BitAnd BitOr Add Sub Mult Div Compare cmpop Name Load",
        "Constant List Tuple",
    )
)


def query_problem(text: str) -> str | None:
    """Returns what is wrong with a query, or None: no calls, no attributes, no items, no local variables."""
    if len(text) > _MAX_LENGTH:
        return f"there are more than {_MAX_LENGTH} characters"
    if "@" in text or "`" in text:
        return "a variable or a quoted name is used"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "the syntax is not that of a comparison"
    for node in ast.walk(tree):
        if not isinstance(node, _PLAIN) or (isinstance(node, ast.Name) and node.id.startswith("_")):
            return f"{type(node).__name__} is more than a comparison of columns"
    return None
