"""Classes whose making loads what it is given: they keep their one name, so that each call of one is seen."""

from __future__ import annotations

import ast

from codegen_core.safety.library import Member
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import LocalClass

_MESSAGE = "A signal strategy is defined once, outside other classes, so that what it is made with can be checked."
_RECORDS = frozenset({"dataclasses.dataclass"})


def check_signal_class(policy: Policy, node: ast.ClassDef) -> None:
    """Checks where a signal strategy is defined, and that nothing but a call of its name makes it."""
    if not policy.takes_signal(node):
        return
    if isinstance(policy.tree.parent(node), ast.ClassDef) or _is_bound_again(policy, node):
        policy.report("OBJECT_BY_CONFIGURATION", node, _MESSAGE)
    for owner in policy.own_bases(node):
        for decorator in owner.decorator_list:
            if _makes_record(policy, decorator):
                message = "A strategy's constructor can't be made by a dataclass, whose copies take any value."
                policy.report("FORBIDDEN_DECORATOR", decorator, message)


def makes_signal_class(policy: Policy, function: ast.expr) -> bool:
    """Whether what is called may be a signal strategy of the module's own."""
    return any(isinstance(r, LocalClass) and policy.takes_signal(r.node) for r in policy.references.of(function))


def check_alias(policy: Policy, node: ast.expr, owner: ast.ClassDef) -> None:
    """Refuses a second alias of a signal strategy: chains of them, and choices, get out of sight."""
    parent = policy.tree.parent(node)
    if not isinstance(parent, ast.Assign | ast.AnnAssign) or not policy.takes_signal(owner):
        return
    known = isinstance(node, ast.Name) and [b.node for b in policy.tree.bindings(node)] == [owner]
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    once = all(isinstance(t, ast.Name) and len(policy.tree.bindings(t)) == 1 for t in targets)
    if not (known and once):
        policy.report("OBJECT_BY_CONFIGURATION", node, _MESSAGE)


def _is_bound_again(policy: Policy, node: ast.ClassDef) -> bool:
    scope = policy.tree.resolve(node.name, policy.tree.scope_of(node))
    return scope is None or len(scope.bindings[node.name]) != 1


def _makes_record(policy: Policy, decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return any(isinstance(r, Member) and r.path in _RECORDS for r in policy.references.of(named))
