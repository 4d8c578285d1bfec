"""Rows of tables that are written out at the top of a module: ``for name, codes in SECTORS.items()``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import Binding, BindingKind

_READING = frozenset({"items", "keys", "values"})
_TAKING = ("len", "sorted", "list", "tuple", "set", "enumerate", "sum", "max", "min")


def parts_of(policy: Policy, node: ast.Name) -> Sequence[ast.expr]:
    """Returns what the name of a loop over a written table may be; nothing where that can't be told.

    Neither the table nor its rows may be used otherwise than by reading them, at least before any function runs.
    """
    bindings = policy.tree.bindings(node)
    if len(bindings) != 1 or not all(_only_reads(policy, use) for use in policy.tree.loads(node)):
        return ()
    table = _table(policy, bindings[0])
    return table if table is not None else ()


def _table(policy: Policy, binding: Binding) -> list[ast.expr] | None:
    taken = policy.tree.taken_from(binding)
    looped = isinstance(policy.tree.parent(taken), ast.For | ast.comprehension) if taken is not None else False
    if taken is None or not looped:
        return None
    if binding.kind is BindingKind.LOOP:
        if isinstance(taken, ast.Call) and isinstance(taken.func, ast.Attribute) and taken.func.attr == "values":
            return _values(policy, taken.func.value)
        return _elements(policy, taken)
    pair = policy.tree.parent(binding.node)
    is_second = isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and pair.elts[1] is binding.node
    if not is_second or not isinstance(policy.tree.parent(pair), ast.For | ast.comprehension):
        return None
    match taken:
        case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[]):
            return _values(policy, table)
        case ast.Call(func=function, args=[table]) if policy.tree.is_builtin(function, "enumerate"):
            return _elements(policy, table)
    return None


def _values(policy: Policy, table: ast.expr) -> list[ast.expr] | None:
    shown = _written(policy, table)
    return list(shown.values) if isinstance(shown, ast.Dict) and None not in shown.keys else None


def _elements(policy: Policy, table: ast.expr) -> list[ast.expr] | None:
    shown = _written(policy, table)
    return list(shown.elts) if isinstance(shown, ast.List | ast.Tuple) else None


def _written(policy: Policy, table: ast.expr) -> ast.expr | None:
    """The display that a table is, if it is only read."""
    if not isinstance(table, ast.Name):
        return table
    bindings = policy.tree.bindings(table)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGN:
        return None
    return bindings[0].value if all(_only_reads(policy, use) for use in policy.tree.loads(table)) else None


def _only_reads(policy: Policy, use: ast.Name) -> bool:
    if policy.tree.scope_of(use).in_function:
        return True  # What may be called at import has no loops and adds nothing.
    user = policy.tree.parent(use)
    match user:
        case ast.For() | ast.comprehension():
            return True
        case ast.Attribute(attr=attr):
            return attr in _READING
        case ast.Compare():
            return not policy.own.has_operators
        case ast.Call(func=function, args=[_]):
            return any(policy.tree.is_builtin(function, name) for name in _TAKING)
    return False
