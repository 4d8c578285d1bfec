"""What parameters of the module's own helpers are given, where every call of the helper is in sight."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import Binding


def given_to(policy: Policy, binding: Binding) -> Sequence[ast.expr] | None:
    """Returns what each call gives a parameter, its default included; None where that can't be told.

    The function stands at the top of the module, undecorated and under a name of its own, and is nowhere handed on,
    so that nothing but these calls reaches it; it doesn't call itself.
    """
    function, parameter = policy.tree.parent(binding.node), binding.node
    if not isinstance(function, ast.FunctionDef) or not isinstance(parameter, ast.arg):
        return None
    alone = policy.tree.scope_of(function) is policy.tree.root and len(policy.tree.root.bindings[function.name]) == 1
    if parameter in (function.args.vararg, function.args.kwarg) or not alone or function.decorator_list:
        return None
    uses = policy.tree.uses_of(function)
    policy.tree.spend(len(uses))
    found = [_argument(policy, use, function, parameter) for use in uses]
    known = [value for value in found if value is not None]
    return known if known and len(known) == len(found) else None


def _argument(policy: Policy, use: ast.Name, function: ast.FunctionDef, parameter: ast.arg) -> ast.expr | None:
    """What one use of the function's name gives the parameter, if it is a plain call."""
    call = policy.tree.parent(use)
    if not isinstance(call, ast.Call) or call.func is not use or function in policy.tree.ancestors(use):
        return None
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return None
    positional = [*function.args.posonlyargs, *function.args.args]
    given = {a.arg: value for a, value in zip(positional, call.args, strict=False)}
    if parameter not in function.args.posonlyargs:
        given |= {k.arg: k.value for k in call.keywords if k.arg is not None}
    return given.get(parameter.arg) or policy.default_of(parameter)
