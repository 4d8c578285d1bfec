"""Where a class may stand: a class that gets about as a plain value could be patched, or called with any self."""

from __future__ import annotations

import ast

from codegen_core.safety.library import Member, MemberKind, builtins_by_kind, words
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import CLASS_KINDS, Builtin, LocalClass, Unknown
from codegen_core.safety.signal_classes import check_alias
from codegen_core.safety.tree import ScopeKind

_MAKERS = words("map filter apply agg astype partial defaultdict cast")
"""Functions whose first argument may be a class: they make instances of it, or look at it."""

_GOES_THROUGH = ("list", "tuple", "sorted", "set", "len", "enumerate", "reversed")
_DESCRIBERS = words("NewType TypeVar")
_TYPED = words(
    "array asarray asanyarray ascontiguousarray zeros ones full empty zeros_like ones_like full_like empty_like arange",
    "linspace eye identity fromiter Series DataFrame Index to_numpy astype sum mean std var prod cumsum cumprod nansum",
    "nanmean nanstd integers get_dummies",
)
_ORDER_GENERATORS = frozenset(
    f"qlib.contrib.strategy.order_generator.{name}" for name in ("OrderGenWInteract", "OrderGenWOInteract")
)
_KEYWORDS = {
    "dtype": _TYPED,
    "default_factory": words("field"),
    "bound": words("TypeVar"),
    "category": words("warn filterwarnings simplefilter"),
}
"""Keywords that take a class, and whose: any other function might hand it on."""


def check_class(policy: Policy, node: ast.expr, reference: LocalClass | Member) -> None:
    """Checks one mention of a class."""
    kind = reference.kind if isinstance(reference, Member) else None
    name = reference.path if isinstance(reference, Member) else reference.node.name
    if _is_plain_scalar(reference):
        return
    if isinstance(reference, LocalClass):
        check_alias(policy, node, reference.node)
    parent = policy.tree.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        if kind in (MemberKind.TYPE, MemberKind.BASE) and not name.startswith("typing."):
            policy.report("FORBIDDEN_MEMBER", node, f"{name} serves as a type here and may not be called.")
        elif isinstance(reference, LocalClass) and makes_class(policy, reference.node, parent):
            policy.report("CLASS_AS_VALUE", node, f"{name} called with more than a value makes a class from texts.")
    elif not (policy.in_type_position(node) or _may_stand(policy, node, parent, reference)):
        policy.report("CLASS_AS_VALUE", node, f"The class {name} is used as a plain value.")


def makes_class(policy: Policy, owner: ast.ClassDef, call: ast.Call) -> bool:
    """Whether a call of an enumeration makes another one instead of finding a member."""
    plain = len(call.args) <= 1 and not call.keywords and not any(isinstance(a, ast.Starred) for a in call.args)
    return not plain and policy.derives_from(owner, "enum.")


def is_decorating(policy: Policy, node: ast.expr) -> bool:
    """Whether the node stands as the decorator of a function."""
    parent = policy.tree.parent(node)
    return isinstance(parent, ast.FunctionDef) and node in parent.decorator_list


def only_compares_types(policy: Policy, node: ast.Compare) -> bool:
    """Whether a comparison can't hand a class to a method of an object: by identity, or with other types alone."""
    if all(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops):
        return True
    return all(_is_type(policy, part) for part in (node.left, *node.comparators))


def _is_plain_scalar(reference: LocalClass | Member) -> bool:
    """NumPy's scalar types are data like the built-in ones: they can't be changed and have no file methods."""
    return (
        isinstance(reference, Member)
        and reference.kind is MemberKind.CLASS
        and reference.path.count(".") == 1
        and (reference.path.startswith("numpy."))
    )


def _is_type(policy: Policy, node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(_is_type(policy, part) for part in node.elts)
    if isinstance(node, ast.Call):
        return policy.tree.is_builtin(node.func, "type")
    classes = builtins_by_kind("classes") | builtins_by_kind("exceptions")
    return all(
        isinstance(r, LocalClass)
        or (isinstance(r, Member) and r.kind in CLASS_KINDS)
        or (isinstance(r, Builtin) and r.name in classes)
        for r in policy.references.of(node)
    )


def _may_stand(policy: Policy, node: ast.expr, parent: ast.AST, reference: LocalClass | Member) -> bool:
    if _goes_through_members(policy, node, parent, reference):
        return True
    match parent:
        case ast.Attribute() | ast.Raise() | ast.keyword(arg="metaclass"):
            return True
        case ast.keyword(arg=name):
            call = policy.tree.parent(parent)
            if is_order_generator(policy, parent):
                return True
            return isinstance(call, ast.Call) and _takes_keyword(policy, name or "", call, reference)
        case ast.Call():
            return _takes_argument(policy, node, parent, reference)
        case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()):
            return policy.tree.scope_of(node).kind is ScopeKind.MODULE
        case ast.Compare():
            return only_compares_types(policy, parent)
        case ast.Subscript() | ast.BinOp() | ast.Tuple() | ast.List() | ast.Set():
            return _in_alias(policy, parent)
    return False


def _goes_through_members(policy: Policy, node: ast.expr, parent: ast.AST, reference: LocalClass | Member) -> bool:
    """``for side in Side``, ``Side["BUY"]``, ``list(Side)``, ``x in Side``: Python itself hands out the members."""
    if not isinstance(reference, LocalClass) or not policy.references.is_enumeration(reference.node):
        return False
    match parent:
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            return iterable is node
        case ast.Subscript(value=value, ctx=ast.Load()):
            return value is node
        case ast.Call(func=function, args=[argument], keywords=[]):
            return argument is node and any(policy.tree.is_builtin(function, name) for name in _GOES_THROUGH)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return right is node
    return False


def _takes_keyword(policy: Policy, name: str, call: ast.Call, reference: LocalClass | Member) -> bool:
    takes = _name_of(call) in _KEYWORDS.get(name, ()) and _is_librarys(policy, call.func)
    return takes and _may_be_made(policy, reference, call)


def is_order_generator(policy: Policy, keyword: ast.keyword) -> bool:
    """``super().__init__(order_generator_cls_or_obj=OrderGenWInteract)`` where that reaches Qlib's own strategy."""
    call, found = policy.tree.parent(keyword), policy.references.member(keyword.value)
    owner = policy.tree.enclosing_class(keyword)
    if keyword.arg != "order_generator_cls_or_obj" or found is None or found.path not in _ORDER_GENERATORS:
        return False
    if owner is None or not owner.bases or not all(policy.references.member(base) for base in owner.bases):
        return False
    if any(node is not owner and owner in policy.own_bases(node) for node in policy.classes):
        return False  # An heir's other bases may come between.
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=function), attr="__init__")):
            return policy.tree.is_builtin(function, "super")
    return False


def _takes_argument(policy: Policy, node: ast.expr, call: ast.Call, reference: LocalClass | Member) -> bool:
    name = _name_of(call)
    if policy.tree.is_builtin(call.func, "super"):
        return True
    if not _is_librarys(policy, call.func) or node not in call.args:
        return False
    if name in _DESCRIBERS:
        return isinstance(policy.references.of(call.func)[0], Member)
    return name in _MAKERS and call.args[0] is node and _may_be_made(policy, reference, call)


def _may_be_made(policy: Policy, reference: LocalClass | Member, call: ast.Call) -> bool:
    """Whether a library function may make instances: not of what loads its arguments or makes classes of them."""
    if isinstance(reference, Member):
        return True
    if policy.takes_signal(reference.node):
        return False
    return (len(call.args) <= 2 and not call.keywords) or not policy.derives_from(reference.node, "enum.")


def _name_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_librarys(policy: Policy, function: ast.expr) -> bool:
    """Whether what is called surely isn't a function of the module's own, which could do anything with a class."""
    if isinstance(function, ast.Attribute) and (policy.own.defines(function.attr) or policy.own.stores(function.attr)):
        return False
    found = policy.references.of(function)
    is_method = isinstance(function, ast.Attribute) and all(isinstance(r, Unknown) for r in found)
    return is_method or all(isinstance(r, Member | Builtin) for r in found)


def _in_alias(policy: Policy, node: ast.AST) -> bool:
    """Whether the node is part of a type alias at the top of the module, of a called type, or of a comparison."""
    for parent in policy.tree.ancestors(node):
        if isinstance(parent, ast.Assign | ast.AnnAssign):
            return policy.tree.scope_of(parent).kind is ScopeKind.MODULE and isinstance(node, ast.Subscript | ast.BinOp)
        if isinstance(parent, ast.Compare):
            return only_compares_types(policy, parent)
        if isinstance(parent, ast.Call):
            is_cast = _name_of(parent) == "cast" and parent.args[:1] == [node] and _is_librarys(policy, parent.func)
            return parent.func is node or is_cast
        if not isinstance(parent, ast.Subscript | ast.BinOp | ast.Tuple | ast.List) or _is_taken_out(parent, node):
            return False
        node = parent
    return False


def _is_taken_out(parent: ast.AST, node: ast.AST) -> bool:
    """``[A, B][0]``: an item of a list, not a type with its arguments."""
    return isinstance(parent, ast.Subscript) and parent.value is node and isinstance(node, ast.Tuple | ast.List)
