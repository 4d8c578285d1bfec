"""Names: what a bare name may refer to, and where guarded functions and classes may stand."""

from __future__ import annotations

import ast
import builtins

from codegen_core.safety.class_values import check_class, is_decorating
from codegen_core.safety.imports import module_used_as_value
from codegen_core.safety.library import Member, MemberKind, builtins_by_kind
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import CLASS_KINDS, Builtin, LocalClass, LocalFunction, Module, Reference, Unknown
from codegen_core.safety.tree import ScopeKind

_ALLOWED_BUILTINS = frozenset(
    name
    for kind in ("functions", "guarded", "classes", "decorators", "exceptions", "values")
    for name in builtins_by_kind(kind)
)
_GUARDED = builtins_by_kind("guarded")
_ALL_BUILTINS = frozenset(dir(builtins))
_DECORATE_ONLY = frozenset({"classmethod", "staticmethod"})
"""Called elsewhere they would hand a class to a function that isn't known to take one."""

_OUTSIDE_FUNCTIONS = frozenset({ScopeKind.MODULE, ScopeKind.CLASS})
_MODULE_DUNDERS = frozenset({"__all__", "__version__", "__author__", "__slots__"})


def check_name(policy: Policy, node: ast.Name) -> None:
    """Checks one bare name."""
    if node.id.startswith("__") and not _is_plain_dunder(policy, node):
        policy.report("DUNDER_NAME", node, f"{node.id} belongs to Python's own machinery.")
    elif isinstance(node.ctx, ast.Load):
        _check_load(policy, node)


def check_reference(policy: Policy, node: ast.Name | ast.Attribute, reference: Reference) -> None:
    """Checks that what is referred to may stand where it stands."""
    if isinstance(reference, Unknown | LocalFunction):
        return
    if isinstance(reference, Builtin):
        _check_builtin(policy, node, reference.name)
    elif isinstance(reference, LocalClass):
        check_class(policy, node, reference)
    elif isinstance(reference, Member):
        _check_member(policy, node, reference)


def _check_builtin(policy: Policy, node: ast.expr, name: str) -> None:
    if name in _GUARDED:
        _check_guarded(policy, node, name)
    elif name in _DECORATE_ONLY:
        _check_decorates(policy, node, name)


def _check_member(policy: Policy, node: ast.expr, found: Member) -> None:
    if found.kind is MemberKind.GUARDED:
        _check_guarded(policy, node, found.path)
    elif found.kind in CLASS_KINDS:
        check_class(policy, node, found)
    elif found.path == "functools.wraps":
        _check_wraps(policy, node)


def _check_load(policy: Policy, node: ast.Name) -> None:
    homes = policy.tree.homes(node)
    if not homes:
        if node.id not in _ALLOWED_BUILTINS and not node.id.startswith("__"):
            policy.report("FORBIDDEN_NAME", node, f"{node.id} is neither defined here nor a built-in on the list.")
            return
    elif homes[0].kind in _OUTSIDE_FUNCTIONS and may_not_be_rebound(node.id):
        policy.report("BUILTIN_REBOUND", node, f"{node.id} may still be the built-in, whatever it is bound to here.")
        return
    if policy.references.class_scope_function(node) and not _is_decorator_part(policy, node):
        policy.report("GUARDED_CALL", node, f"The method {node.id} is used as a plain function in its class.")
    for reference in policy.references.of(node):
        if isinstance(reference, Module):
            if module_used_as_value(policy, node):
                policy.report("MODULE_AS_VALUE", node, f"The module {reference.path} is used as a value.")
        else:
            check_reference(policy, node, reference)


def may_not_be_rebound(name: str) -> bool:
    """Whether a built-in is refused or guarded, so that no binding but a function's own may hide it."""
    return name in _ALL_BUILTINS and (name not in _ALLOWED_BUILTINS or name in _GUARDED)


def _is_plain_dunder(policy: Policy, node: ast.Name) -> bool:
    if node.id in _MODULE_DUNDERS:
        told = node.id != "__slots__" and policy.tree.homes(node) == [policy.tree.root]
        return isinstance(node.ctx, ast.Store) or (told and isinstance(node.ctx, ast.Load))
    if node.id != "__name__" or not isinstance(node.ctx, ast.Load):
        return False
    parent = policy.tree.parent(node)
    return isinstance(parent, ast.Compare | ast.Call) and "__name__" not in policy.tree.root.bindings


def _is_decorator_part(policy: Policy, node: ast.Name) -> bool:
    parent = policy.tree.parent(node)
    return isinstance(parent, ast.Attribute) and policy.references.is_property_setter(parent)


def _check_guarded(policy: Policy, node: ast.expr, name: str) -> None:
    parent = policy.tree.parent(node)
    is_called = isinstance(parent, ast.Call) and parent.func is node
    if not is_called and not (name == "type" and policy.in_type_position(node)):
        policy.report("GUARDED_CALL", node, f"{name} is used without calling it, so its arguments can't be followed.")


def _check_decorates(policy: Policy, node: ast.expr, name: str) -> None:
    if not (isinstance(node, ast.Name) and node.id == name and is_decorating(policy, node)):
        policy.report("GUARDED_CALL", node, f"{name} is used otherwise than as a decorator under its own name.")


def _check_wraps(policy: Policy, node: ast.expr) -> None:
    """``wraps`` copies attributes by name, so it may only take the function that a decorator wraps."""
    call = policy.tree.parent(node)
    plain = isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 and not call.keywords
    if not (plain and isinstance(call, ast.Call) and is_decorating(policy, call)):
        policy.report("GUARDED_CALL", node, "wraps may only be used as @wraps(function).")
