"""Where a value goes: whether it is only read."""

from __future__ import annotations

import ast

from codegen_core.safety.library import Member
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin

_MAX_STEPS = 8


def only_read(policy: Policy, node: ast.expr, steps: int = _MAX_STEPS) -> bool:
    """Whether the value ends in comparisons, arithmetic and library functions: never kept, changed or handed on."""
    parent = policy.tree.parent(node)
    match parent:
        case ast.Compare() | ast.BinOp() | ast.UnaryOp() | ast.FormattedValue():
            return True
        case ast.If(test=test) | ast.IfExp(test=test) if test is node:
            return True
        case ast.BoolOp() | ast.IfExp():
            return steps > 0 and only_read(policy, parent, steps - 1)
        case ast.Call(args=arguments) if node in arguments:
            return all(isinstance(r, Member | Builtin) for r in policy.references.of(parent.func))
        case ast.Assign(targets=[ast.Name() as target]):
            return _name_only_read(policy, target, steps)
        case ast.Tuple() | ast.List():
            return _loop_only_reads(policy, parent, steps)
    return False


def _loop_only_reads(policy: Policy, container: ast.expr, steps: int) -> bool:
    match policy.tree.parent(container):
        case ast.For(iter=iterable, target=ast.Name() as target) if iterable is container:
            return _name_only_read(policy, target, steps)
        case ast.comprehension(iter=iterable, target=ast.Name() as target) if iterable is container:
            return _name_only_read(policy, target, steps)
    return False


def _name_only_read(policy: Policy, name: ast.Name, steps: int) -> bool:
    return steps > 0 and all(only_read(policy, use, steps - 1) for use in policy.tree.loads(name))
