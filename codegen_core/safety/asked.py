"""Parameters whose class the code has asked for: ``isinstance(other, Money) and other._cents``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import BindingKind


def is_asked(policy: Policy, node: ast.Name) -> bool:
    """Whether the name is a parameter that is never bound anew, and surely an own instance where it stands."""
    bindings = policy.tree.bindings(node)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.PARAMETER:
        return False
    function = policy.tree.parent(bindings[0].node)
    if not isinstance(function, ast.FunctionDef) or policy.tree.enclosing_function(node) is not function:
        return False
    return any(_asks(policy, test, node.id) for test in _known_here(policy, node, function))


def _known_here(policy: Policy, node: ast.AST, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yields conditions that surely hold where the node is evaluated."""
    child = node
    for parent in policy.tree.ancestors(node):
        policy.tree.spend()
        match parent:
            case ast.BoolOp(op=ast.And(), values=values) if isinstance(child, ast.expr) and child in values:
                yield from values[: values.index(child)]
            case ast.If(test=test, body=body) if child in body:
                yield test
            case ast.IfExp(test=test, body=body) if child is body:
                yield test
            case ast.FunctionDef(body=body) if parent is function and child in body:
                yield from _left_early(body[: body.index(child)])
        if parent is function:
            return
        child = parent


def _left_early(statements: list[ast.stmt]) -> Iterator[ast.expr]:
    """``if not isinstance(other, Money): return NotImplemented``."""
    for statement in statements:
        match statement:
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), body=[ast.Return() | ast.Raise()], orelse=[]):
                yield test


def _asks(policy: Policy, test: ast.expr, name: str) -> bool:
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_asks(policy, value, name) for value in values)
        case ast.Call(func=function, args=[ast.Name(id=asked), kind], keywords=[]):
            owner = policy.references.local_class(kind) if isinstance(kind, ast.Name) else None
            plain = owner is not None and all(_is_plain(policy, node) for node in policy.own_bases(owner))
            return asked == name and plain and policy.tree.is_builtin(function, "isinstance")
    return False


def _is_plain(policy: Policy, owner: ast.ClassDef) -> bool:
    """Whether only real instances count as such: a protocol takes whatever has its attributes."""
    own = all(policy.references.local_class(b) or policy.tree.is_builtin(b, "object") for b in owner.bases)
    return own and not owner.keywords
