"""Who else may change a value: a container that goes by one name is changed where that name stands, and only there."""

from __future__ import annotations

import ast

from codegen_core.safety.library import words
from codegen_core.safety.tree import ModuleTree, ScopeKind

MADE_ANEW = words(
    "typing.final typing.overload abc.abstractmethod functools.wraps functools.total_ordering dataclasses.dataclass"
)
"""Decorators of the library under which each call still makes its own result."""


def has_one_name(tree: ModuleTree, value: ast.expr) -> bool:
    """Whether the value is assigned to one target, and so goes by its name alone until that is handed on.

    ``a = b = [...]`` and ``g(a := [...])`` are two ways to a second name.
    """
    parent = tree.parent(value)
    if isinstance(parent, ast.Tuple):
        parent = tree.parent(parent)  # a, b = x, y
    match parent:
        case ast.Assign(targets=targets):
            return len(targets) == 1
        case ast.NamedExpr():
            return isinstance(tree.parent(parent), ast.Expr)
    return isinstance(parent, ast.AnnAssign | ast.AugAssign)


def is_rest(tree: ModuleTree, target: ast.AST) -> bool:
    """Whether the name takes what an unpacking leaves over: a list of its own, made by nothing that is written."""
    return isinstance(tree.parent(target), ast.Starred)


def maker_of(tree: ModuleTree, name: ast.Name) -> ast.AST | None:
    """Returns the function of which each call binds the name anew, or None."""
    scope = tree.resolve(name.id, tree.scope_of(name))
    return scope.node if scope is not None and scope.kind is ScopeKind.FUNCTION else None
