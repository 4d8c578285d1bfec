"""Whether a number may be negative: through names, attributes, defaults, loops and containers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import Binding, BindingKind

_MAX_DEPTH = 6
_NEGATING = ast.USub | ast.Invert


def is_negative(policy: Policy, node: ast.expr, depth: int = 0) -> bool:
    """Whether the value may be a negative number, as far as it is written out; ``-n`` counts as one."""
    policy.tree.spend()
    if depth > _MAX_DEPTH:
        return False
    known = constant_number(node)
    if known is not None:
        return known < 0
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=operand):
            return not is_negative(policy, operand, depth + 1)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand) | ast.Starred(value=operand):
            return is_negative(policy, operand, depth + 1)
        case ast.BinOp(op=ast.Sub(), left=ast.Constant(value=0)):
            return True
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return is_negative(policy, left, depth + 1) != is_negative(policy, right, depth + 1)
        case ast.Call(func=ast.Name(id="int" | "float" | "round" | "max" | "min"), args=parts):
            return any(is_negative(policy, part, depth + 1) for part in parts)
    return any(is_negative(policy, value, depth + 1) for value in _values(policy, node))


def constant_number(node: ast.expr) -> float | None:
    """Returns the number that a sum or product of written numbers is, or None."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = constant_number(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            first, second = constant_number(left), constant_number(right)
            if first is None or second is None:
                return None
            return (
                first + second
                if isinstance(op, ast.Add)
                else first - second
                if isinstance(op, ast.Sub)
                else first * second
            )
    return None


def _values(policy: Policy, node: ast.expr) -> Iterator[ast.expr]:
    """What a value may be: the bindings of a name, the parts of a container, both sides of a choice."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            yield from parts
        case ast.NamedExpr(value=value):
            yield value
        case ast.Subscript(value=ast.Dict() as table) | ast.Subscript(value=ast.Name() as table):
            yield from _taken(policy, table, node.slice)
        case ast.Call(func=function, args=parts) if policy.tree.is_builtin(function, "range"):
            yield from parts
        case ast.Name():
            for binding in policy.tree.bindings(node):
                yield from _bound(policy, binding)
        case ast.Attribute(attr=attr):
            yield from (value for value in policy.own.stores(attr) if value is not None)


def _bound(policy: Policy, binding: Binding) -> Iterator[ast.expr]:
    if binding.kind is BindingKind.PARAMETER and isinstance(binding.node, ast.arg):
        default = policy.default_of(binding.node)
        if default is not None:
            yield default
    elif binding.kind in (BindingKind.ASSIGN, BindingKind.LOOP) and binding.value is not None:
        yield binding.value


def _taken(policy: Policy, table: ast.expr, key: ast.expr) -> Iterator[ast.expr]:
    """What stands in a dictionary under a written key, or in a list."""
    shown = [table] if isinstance(table, ast.Dict) else [b.value for b in policy.tree.bindings(table) if b.value]  # type: ignore[arg-type]
    for value in shown:
        if isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            yield from (v for k, v in pairs if isinstance(k, ast.Constant) and _same(k, key))
        elif isinstance(value, ast.List | ast.Tuple):
            yield from value.elts


def _same(key: ast.Constant, asked: ast.expr) -> bool:
    return isinstance(asked, ast.Constant) and asked.value == key.value
