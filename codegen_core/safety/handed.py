"""What the module itself hands to a parameter: callers outside are trusted, those inside could put a text together."""

from __future__ import annotations

import ast

from codegen_core.safety.policy import Policy
from codegen_core.safety.references import LocalClass


def handed_to(policy: Policy, parameter: ast.arg) -> list[ast.expr] | None:
    """Returns what calls in the module give the parameter; None where one of them hides it."""
    function = policy.tree.parent(parameter)
    if not isinstance(function, ast.FunctionDef):
        return None
    owner = policy.tree.owner_class(function)
    found: list[ast.expr] = []
    for use in _uses(policy, function, owner):
        policy.tree.spend()
        call = policy.tree.parent(use)
        if not isinstance(call, ast.Call):
            return None  # Handed on, to be called with anything.
        if call.func is not use or _hides(call):
            return None
        position = _position(function, parameter, bound=owner is not None)
        found += call.args[position : position + 1] if position is not None else []
        found += [k.value for k in call.keywords if k.arg == parameter.arg]
    return found


def _uses(policy: Policy, function: ast.FunctionDef, owner: ast.ClassDef | None) -> list[ast.expr]:
    if owner is None:
        return [use for use in policy.tree.uses_of(function) if isinstance(use.ctx, ast.Load)]
    if function.name != "__init__":
        return list(policy.own.uses(function.name))
    family = set(policy.family(owner))
    calls = policy.tree.of_kind(ast.Call)
    policy.tree.spend(len(calls))
    return [c.func for c in calls if any(isinstance(r, LocalClass) and r.node in family for r in _called(policy, c))]


def _called(policy: Policy, call: ast.Call) -> tuple[object, ...]:
    return policy.references.of(call.func) if isinstance(call.func, ast.Name | ast.Subscript) else ()


def _hides(call: ast.Call) -> bool:
    return any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords)


def _position(function: ast.FunctionDef, parameter: ast.arg, *, bound: bool) -> int | None:
    positional = [*function.args.posonlyargs, *function.args.args]
    if bound and not any(getattr(d, "id", "") == "staticmethod" for d in function.decorator_list):
        positional = positional[1:]
    return next((i for i, other in enumerate(positional) if other is parameter), None)
