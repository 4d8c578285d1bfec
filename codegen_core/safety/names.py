"""Names: what a bare name may refer to, and where guarded functions and classes may stand."""

from __future__ import annotations

import ast
import builtins

from codegen_core.safety.imports import module_used_as_value
from codegen_core.safety.library import Member, MemberKind, builtins_by_kind
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin, LocalClass, Module, Reference, Unknown
from codegen_core.safety.tree import ScopeKind

_ALLOWED_BUILTINS = frozenset(
    name
    for kind in ("functions", "guarded", "classes", "decorators", "exceptions", "values")
    for name in builtins_by_kind(kind)
)
_ALL_BUILTINS = frozenset(dir(builtins))
_CLASS_TAKERS = frozenset(
    {"map", "apply", "agg", "astype", "filter", "cast", "partial", "defaultdict", "NewType", "TypeVar"}
)
_CLASS_KEYWORDS = frozenset({"dtype", "type", "default_factory", "bound", "category"})
_CLASS_KINDS = frozenset({MemberKind.CLASS, MemberKind.TYPE, MemberKind.BASE})
_MODULE_DUNDERS = frozenset({"__all__", "__version__", "__author__", "__slots__"})


def check_name(policy: Policy, node: ast.Name) -> None:
    """Checks one bare name."""
    if node.id.startswith("__") and not _is_plain_dunder(policy, node):
        policy.report("DUNDER_NAME", node, f"{node.id} belongs to Python's own machinery.")
    elif isinstance(node.ctx, ast.Load):
        _check_load(policy, node)


def check_reference(policy: Policy, node: ast.Name | ast.Attribute, reference: Reference) -> None:
    """Checks that what is referred to may stand where it stands."""
    if isinstance(reference, Builtin) and reference.name in builtins_by_kind("guarded"):
        _check_guarded(policy, node, reference.name)
    elif isinstance(reference, Member) and reference.kind is MemberKind.GUARDED:
        _check_guarded(policy, node, reference.path)
    elif isinstance(reference, Member) and reference.kind in _CLASS_KINDS:
        _check_class(policy, node, reference.path, reference.kind)
    elif isinstance(reference, LocalClass):
        _check_class(policy, node, reference.node.name, None)


def _check_load(policy: Policy, node: ast.Name) -> None:
    scope = policy.tree.resolve(node.id, policy.tree.scope_of(node))
    if scope is None:
        if node.id not in _ALLOWED_BUILTINS and not node.id.startswith("__"):
            policy.report("FORBIDDEN_NAME", node, f"{node.id} is neither defined here nor a built-in on the list.")
            return
    elif scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS) and may_not_be_rebound(node.id):
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
    return name in _ALL_BUILTINS and (name not in _ALLOWED_BUILTINS or name in builtins_by_kind("guarded"))


def _is_plain_dunder(policy: Policy, node: ast.Name) -> bool:
    if node.id in _MODULE_DUNDERS:
        return isinstance(node.ctx, ast.Store)
    if node.id != "__name__" or not isinstance(node.ctx, ast.Load):
        return False
    parent = policy.tree.parent(node)
    return isinstance(parent, ast.Compare | ast.Call) and "__name__" not in policy.tree.root.bindings


def _is_decorator_part(policy: Policy, node: ast.Name) -> bool:
    parent = policy.tree.parent(node)
    return isinstance(parent, ast.Attribute) and policy.references.is_property_setter(parent)


def _check_guarded(policy: Policy, node: ast.expr, name: str) -> None:
    parent = policy.tree.parent(node)
    if not (isinstance(parent, ast.Call) and parent.func is node):
        policy.report("GUARDED_CALL", node, f"{name} is used without calling it, so its arguments can't be followed.")


def _check_class(policy: Policy, node: ast.expr, name: str, kind: MemberKind | None) -> None:
    parent = policy.tree.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        if kind in (MemberKind.TYPE, MemberKind.BASE) and not name.startswith("typing."):
            policy.report("FORBIDDEN_MEMBER", node, f"{name} serves as a type here and may not be called.")
        return
    if not (policy.in_type_position(node) or _takes_class(policy, node, parent)):
        policy.report("CLASS_AS_VALUE", node, f"The class {name} is used as a plain value.")


def _takes_class(policy: Policy, node: ast.expr, parent: ast.AST) -> bool:
    match parent:
        case ast.Attribute() | ast.Raise():
            return True
        case ast.keyword(arg="metaclass"):
            return True
        case ast.keyword(arg=name):
            call = policy.tree.parent(parent)
            return name in _CLASS_KEYWORDS and isinstance(call, ast.Call) and _is_librarys(policy, call.func)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return (name in _CLASS_TAKERS or name == "super") and _is_librarys(policy, parent.func)
        case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()):
            return policy.tree.scope_of(node).kind is ScopeKind.MODULE
        case ast.Subscript() | ast.BinOp() | ast.Tuple() | ast.List():
            return _in_alias(policy, parent)
        case ast.Compare() | ast.Return():
            return isinstance(parent, ast.Compare)
    return False


def _is_librarys(policy: Policy, function: ast.expr) -> bool:
    """Whether what is called surely isn't a function of the module's own, which could do anything with a class."""
    if isinstance(function, ast.Attribute) and policy.own.is_method(function.attr):
        return False
    found = policy.references.of(function)
    is_method = isinstance(function, ast.Attribute) and all(isinstance(r, Unknown) for r in found)
    return is_method or all(isinstance(r, Member | Builtin) for r in found)


def _in_alias(policy: Policy, node: ast.AST) -> bool:
    """Whether the node is part of a type alias at the top of the module, or a subscripted type that is called."""
    for parent in policy.tree.ancestors(node):
        if isinstance(parent, ast.Assign | ast.AnnAssign):
            return policy.tree.scope_of(parent).kind is ScopeKind.MODULE and isinstance(node, ast.Subscript | ast.BinOp)
        if isinstance(parent, ast.Call):
            taken = isinstance(parent.func, ast.Name) and parent.func.id in _CLASS_TAKERS
            return parent.func is node or (taken and _is_librarys(policy, parent.func))
        if not isinstance(parent, ast.Subscript | ast.BinOp | ast.Tuple | ast.List):
            return False
        node = parent
    return False
