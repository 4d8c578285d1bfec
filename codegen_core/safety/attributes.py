"""Attributes: what may be read from, called on and written to an object, and whose."""

from __future__ import annotations

import ast

from codegen_core.safety.asked import is_asked
from codegen_core.safety.guarded import GUARDED_METHODS
from codegen_core.safety.library import (
    data_attributes,
    foreign_attributes,
    library_attributes,
    member,
    strategy_attributes,
    words,
)
from codegen_core.safety.names import check_reference
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import LocalClass, Module, Reference, Unknown

_WRITABLE = frozenset({"columns", "index", "name", "names"})
"""Attributes that may be set on an object that can't be followed: the labels of frames and series."""

_ORDER_FIELDS = frozenset({"amount", "direction", "factor", "start_time", "end_time", "stock_id"})
_NAMED_TUPLE = frozenset({"_asdict", "_replace", "_fields"})
"""What named tuples offer under private names, so as not to hide fields."""

_LIVE = words(
    "trade_exchange _trade_exchange trade_position trade_calendar executor level_infra common_infra _reset",
    "outer_trade_decision",
)
"""What Qlib keeps on a strategy: the live account, exchange and calendar."""


_INSTEAD = {
    "current_position": "; read self.trade_position",
    "ix": "; write loc or iloc",
    "applymap": "; write map",
}
"""What to write for names that are often asked for."""

ASKED_BY_QLIB = frozenset({"get_support_infra"})
"""Methods that Qlib's live objects call on what they are updated with."""


def check_attribute(policy: Policy, node: ast.Attribute) -> None:
    """Checks one attribute, whatever is done with it."""
    for reference in policy.references.of(node.value):
        if isinstance(reference, Module):
            _check_member(policy, node, reference)
        else:
            _check_on_object(policy, node, reference)
    for reference in policy.references.of(node):
        check_reference(policy, node, reference)


def _check_member(policy: Policy, node: ast.Attribute, module: Module) -> None:
    if not isinstance(node.ctx, ast.Load):
        policy.report("FORBIDDEN_WRITE", node, f"{module.path} is a module, which may not be changed.")
    found = member(module.path, node.attr)
    if found is None:
        policy.report(
            "FORBIDDEN_MEMBER",
            node,
            f"{node.attr} isn't on the list of {module.path}{policy.near(module.path, node.attr)}.",
        )
    elif isinstance(policy.references.of(node)[0], Module):
        parent = policy.tree.parent(node)
        if not (isinstance(parent, ast.Attribute) and parent.value is node):
            policy.report("MODULE_AS_VALUE", node, f"The module {found.path} is used as a value.")


def _check_on_object(policy: Policy, node: ast.Attribute, reference: Reference) -> None:
    if is_dunder(node.attr) or (node.attr.startswith("__") and not is_own(policy, node.value)):
        if not _is_plain_dunder(policy, node):
            policy.report("DUNDER_ATTRIBUTE", node, f"{node.attr} belongs to Python's own machinery.")
    elif isinstance(node.ctx, ast.Load):
        check_read(policy, node, node.value, node.attr, reference)
    else:
        check_write(policy, node, node.value, node.attr)


def check_read(
    policy: Policy, node: ast.AST, receiver: ast.expr, name: str, reference: Reference | None = None
) -> None:
    """Checks that ``name`` may be read from ``receiver``; ``node`` is where a finding is reported."""
    own = is_own(policy, receiver)
    if isinstance(reference, LocalClass) and _is_instance_method(policy, reference, name):
        message = f"{name} is called through its class, with any object as self; call it on an instance."
        policy.report("GUARDED_CALL", node, message)
    elif own and (_has(policy, reference, name) or name in strategy_attributes()):
        return
    elif name.startswith("_") and name not in _NAMED_TUPLE:
        policy.report("PRIVATE_ATTRIBUTE", node, f"{name} is private to an object that isn't the strategy's own.")
    elif name in GUARDED_METHODS:
        _check_called(policy, node, name)
    elif name not in library_attributes() | _NAMED_TUPLE and not (
        _may_be_record(reference) and _is_data(policy, node, name)
    ):
        _refuse(policy, node, name)


def _has(policy: Policy, reference: Reference | None, name: str) -> bool:
    """Whether the name is of the module's own making; of a class, whether one of its family's bodies binds it."""
    if not isinstance(reference, LocalClass):
        return policy.own.defines(name)
    return any(name in policy.tree.scope_of(owner.body[0]).bindings for owner in policy.family(reference.node))


def check_write(policy: Policy, node: ast.AST, receiver: ast.expr, name: str) -> None:
    """Checks that ``name`` may be set on ``receiver``."""
    if is_dunder(name) or name in ASKED_BY_QLIB or (name in _LIVE and not _is_plain_self(policy, receiver)):
        policy.report("FORBIDDEN_WRITE", node, f"{name} is Qlib's own and may not be changed.")
    elif policy.instances.is_instance(receiver):
        return
    elif _is_class_or_function(policy, receiver):
        policy.report("FORBIDDEN_WRITE", node, f"{name} is set on a class or function, which changes it for all.")
    elif name not in _WRITABLE and not _is_own_field(policy, name):
        policy.report("FORBIDDEN_WRITE", node, f"{name} is set on an object that can't be followed to one of your own.")


def _is_plain_self(policy: Policy, receiver: ast.expr) -> bool:
    """Whether the receiver is ``self`` of a class that has nothing of Qlib's."""
    owner = policy.tree.enclosing_class(receiver)
    return owner is not None and policy.references.is_instance(receiver) and not policy.derives_from(owner, "qlib")


def is_own(policy: Policy, receiver: ast.expr) -> bool:
    """Whether the receiver is surely an instance of a class of the module's own, such a class, or ``super()``."""
    if policy.instances.is_instance(receiver) or policy.references.local_class(receiver) is not None:
        return True
    if isinstance(receiver, ast.Name) and is_asked(policy, receiver):
        return True
    return isinstance(receiver, ast.Call) and policy.tree.is_builtin(receiver.func, "super")


def is_dunder(name: str) -> bool:
    """Whether a name is of Python's own machinery, not only private to a class."""
    return name.startswith("__") and name.endswith("__")


def _is_plain_dunder(policy: Policy, node: ast.Attribute) -> bool:
    if not isinstance(node.ctx, ast.Load):
        return False
    parent = policy.tree.parent(node)
    if node.attr == "__class__":
        return isinstance(parent, ast.Attribute) and parent.attr == "__name__"
    if node.attr in ("__init__", "__post_init__"):
        is_super = isinstance(node.value, ast.Call) and policy.tree.is_builtin(node.value.func, "super")
        return is_super and isinstance(parent, ast.Call) and parent.func is node
    if node.attr == "__setattr__":
        return isinstance(parent, ast.Call) and parent.func is node and _sets_own(policy, node.value, parent)
    return node.attr == "__name__"


def _sets_own(policy: Policy, receiver: ast.expr, call: ast.Call) -> bool:
    """``object.__setattr__(self, "name", value)``, by which a frozen dataclass sets its own fields."""
    match call.args:
        case [instance, ast.Constant(value=str(name)), _] if not call.keywords:
            allowed = not is_dunder(name) and name not in ASKED_BY_QLIB | _LIVE
            return policy.tree.is_builtin(receiver, "object") and policy.references.is_instance(instance) and allowed
    return False


def _is_instance_method(policy: Policy, owner: LocalClass, name: str) -> bool:
    if not policy.own.is_method(name):
        return False
    free = {"staticmethod", "classmethod"}
    for statement in owner.node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            return not any(policy.tree.is_builtin(d, kind) for d in statement.decorator_list for kind in free)
    return True


def _check_called(policy: Policy, node: ast.AST, name: str) -> None:
    parent = policy.tree.parent(node)
    if not (isinstance(parent, ast.Call) and parent.func is node):
        policy.report("GUARDED_CALL", node, f"{name} is used without calling it, so its arguments can't be followed.")


def _may_be_record(reference: Reference | None) -> bool:
    """Whether a value may keep data under any name: functions and classes of libraries don't."""
    return reference is None or isinstance(reference, Unknown | LocalClass)


def _is_data(policy: Policy, node: ast.AST, name: str) -> bool:
    """Whether the name is plain data, or no library object has it: then it can only be the module's own."""
    parent = policy.tree.parent(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    if name in foreign_attributes():
        return False
    return policy.own.defines(name) or not called


def _refuse(policy: Policy, node: ast.AST, name: str) -> None:
    if name in data_attributes():
        message = f"{name} may be read as data; it isn't a method on the list."
    elif policy.own.defines(name):
        message = (
            f"{name} is also an attribute of library objects, and this object can't be followed to one of your own; "
            f"rename it, to own_{name} for instance."
        )
    else:
        message = f"{name} isn't on the list of attributes{_INSTEAD.get(name, '')}."
    policy.report("FORBIDDEN_ATTRIBUTE", node, message)


def _is_class_or_function(policy: Policy, receiver: ast.expr) -> bool:
    found = policy.references.of(receiver)
    is_type_call = isinstance(receiver, ast.Call) and policy.tree.is_builtin(receiver.func, "type")
    return is_type_call or any(type(reference).__name__ != "Unknown" for reference in found)


def _is_own_field(policy: Policy, name: str) -> bool:
    if not policy.own.defines(name) or name.startswith("_"):
        return False
    harmless = name in data_attributes() or name in _ORDER_FIELDS
    return harmless or (name not in foreign_attributes() and name not in library_attributes())
