"""Functions that are passed to what applies them: by their name only where that is on the list."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.attributes import is_own
from codegen_core.safety.given import given_to
from codegen_core.safety.guarded import AGGREGATES, FUNCTION_TAKERS
from codegen_core.safety.library import Member
from codegen_core.safety.ownership import has_one_name
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Unknown, decorator_names

_MAX_DEPTH = 8
_FUNCTION_POSITIONS = {
    "pivot_table": 3,
    "pandas.pivot_table": 4,
    "pandas.crosstab": 5,
    "pandas.NamedAgg": 1,
}
"""Where a function is expected, where that isn't the first argument."""


def check_function_argument(policy: Policy, node: ast.Call) -> None:
    """Checks what is passed to a method or function that applies functions."""
    found = policy.references.member(node.func)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else (found.path.rpartition(".")[2] if found else "")
    key = found.path if found else name
    for value in _function_values(node, name, _FUNCTION_POSITIONS.get(key, 0)):
        _check_function(policy, value, 0)


def _function_values(node: ast.Call, name: str, position: int) -> Iterator[ast.expr]:
    named = {k.arg: k.value for k in node.keywords}
    given = [*node.args[position : position + 1], *(named.pop(key) for key in ("aggfunc", "func") if key in named)]
    yield from given
    if name in ("agg", "aggregate") and not any(_is_surely_given(value) for value in given):
        for value in named.values():
            is_pair = isinstance(value, ast.Tuple) and len(value.elts) == 2
            yield value.elts[1] if is_pair and isinstance(value, ast.Tuple) else value


def _is_surely_given(value: ast.expr) -> bool:
    """Whether a function's value surely isn't None, which would make functions of the keywords."""
    if isinstance(value, ast.Constant):
        return value.value is not None
    return isinstance(value, ast.List | ast.Tuple | ast.Dict | ast.Lambda)


def _check_function(policy: Policy, value: ast.expr, depth: int) -> None:
    match value:
        case ast.Constant(value=str(text)):
            if text not in AGGREGATES:
                policy.report("FUNCTION_BY_NAME", value, f'"{text}" isn\'t on the list of functions chosen by name.')
        case ast.Constant() | ast.Lambda():
            return
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                _check_function(policy, part, depth + 1)
        case ast.Dict(values=values):
            for part in values:
                _check_function(policy, part, depth + 1)
        case _ if depth >= _MAX_DEPTH or not is_function(policy, value, depth):
            policy.report("FUNCTION_BY_NAME", value, "What is passed as a function can't be followed to one.")


def is_function(policy: Policy, value: ast.expr, depth: int) -> bool:
    """Whether a value is surely a function, or a text that passes."""
    if isinstance(value, ast.Call):
        found = policy.references.of(value.func)
        if isinstance(value.func, ast.Attribute) and value.func.attr == "NamedAgg":
            return not policy.own.sets("NamedAgg")
        return all(isinstance(r, Member) and r.path == "functools.partial" for r in found)
    if isinstance(value, ast.IfExp):
        return all(is_function(policy, v, depth + 1) for v in (value.body, value.orelse))
    if isinstance(value, ast.Attribute) and is_own(policy, value.value):
        method = policy.own.method(value.attr)
        return method is not None and decorator_names(method) <= {"staticmethod", "classmethod"}
    found = policy.references.of(value)
    if any(isinstance(r, Unknown) for r in found):
        return isinstance(value, ast.Name) and _is_followed(policy, value, depth)
    return True


def _is_followed(policy: Policy, value: ast.Name, depth: int) -> bool:
    """Whether a name is surely bound to functions, or to texts and containers of them that pass."""
    bindings = policy.tree.bindings(value)
    given = given_to(policy, bindings[0]) if len(bindings) == 1 else None
    if given is not None:
        return depth < _MAX_DEPTH and all(_passes(policy, one, depth + 1) for one in given)
    values = [b.value for b in bindings if b.value is not None and b.kind.value == "assign"]
    if len(values) != len(bindings):
        return False
    for bound in values:
        if not isinstance(bound, ast.Constant | ast.Dict | ast.List | ast.Tuple | ast.Lambda | ast.IfExp):
            return False
        fixed = isinstance(bound, ast.Constant | ast.Lambda)
        if not fixed and not (has_one_name(policy.tree, bound) and _only_read(policy, value)):
            return False
        _check_function(policy, bound, depth + 1)
    return True


def _passes(policy: Policy, value: ast.expr, depth: int) -> bool:
    """Whether what is given to a parameter may be applied."""
    if isinstance(value, ast.Constant):
        return value.value is None or value.value in AGGREGATES
    if not isinstance(value, ast.Name | ast.Attribute | ast.Lambda):
        return False
    return isinstance(value, ast.Lambda) or is_function(policy, value, depth)


def _only_read(policy: Policy, name: ast.Name) -> bool:
    return all(_is_taken(policy, policy.tree.parent(use)) for use in policy.tree.loads(name))


def _is_taken(policy: Policy, user: ast.AST) -> bool:
    """Whether a list or dictionary of functions is handed to what applies them, which doesn't change it."""
    call = policy.tree.parent(user) if isinstance(user, ast.keyword) else user
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in FUNCTION_TAKERS and not policy.own.sets(call.func.attr)
    found = policy.references.member(call.func)
    return found is not None and found.path.rpartition(".")[2] in FUNCTION_TAKERS
