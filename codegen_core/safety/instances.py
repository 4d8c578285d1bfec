"""Values that are surely made by the module's own classes: on attributes of self, in containers, in loops over them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from enum import Enum

from codegen_core.safety.members import OwnMembers
from codegen_core.safety.numbers import SET_BY_QLIB
from codegen_core.safety.ownership import has_one_name
from codegen_core.safety.references import Builtin, References, is_none
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree, Scope

_MAX_STEPS = 12
_READING = frozenset(
    {"len", "list", "tuple", "sorted", "reversed", "enumerate", "zip", "iter", "bool", "sum", "any", "all"}
)
_SAME_ELEMENTS = frozenset({"list", "tuple", "sorted", "reversed"})
_READING_METHODS = frozenset({"items", "values", "keys", "get", "pop", "clear", "copy", "popleft", "index", "count"})
_ADDING = frozenset({"append", "appendleft", "add"})


class Part(Enum):
    """What of a value is asked for."""

    ITSELF = "itself"
    ELEMENTS = "what a loop over it gives"
    VALUES = "the values of a dictionary"


class Instances:
    """Follows values of one module to instances of its classes."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers) -> None:
        """Takes what is known about the module."""
        self._tree, self._references, self._own = tree, references, own
        self._active: set[tuple[ast.expr, Part]] = set()
        self._known: dict[ast.expr | tuple[Scope, str], bool] = {}

    def is_instance(self, node: ast.expr) -> bool:
        """Whether the value is surely ``self`` or made by a class of the module's own, or None."""
        key = (self._tree.scopes[node], node.id) if type(node) is ast.Name else node
        known = self._known.get(key)
        if known is None:
            plain = isinstance(node, ast.Constant | ast.Lambda)
            known = self._references.is_instance(node) or (not plain and self._guarded(node, Part.ITSELF))
            self._known[key] = known
        return known

    def _guarded(self, node: ast.expr, part: Part) -> bool:
        self._tree.spend()
        asked = (node, part)
        if asked in self._active:
            return True  # A value made from itself is one if the others that it is made from are.
        if len(self._active) > _MAX_STEPS:
            return False
        self._active.add(asked)
        try:
            return self._is(node) if part is Part.ITSELF else self._holds(node, part)
        finally:
            self._active.discard(asked)

    def _each(self, nodes: Sequence[ast.expr | None], part: Part) -> bool:
        """Whether all are known and are, or hold, instances; None, which has no attributes, may be among them."""
        self._tree.spend(len(nodes))
        some = [node for node in nodes if node is not None and not is_none(node)]
        whole = None not in nodes and bool(some)
        return whole and all(self._one(n) if part is Part.ITSELF else self._guarded(n, part) for n in some)

    def _one(self, node: ast.expr) -> bool:
        return self._references.is_instance(node) or self._guarded(node, Part.ITSELF)

    def _is(self, node: ast.expr) -> bool:
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                return self._each([body, orelse], Part.ITSELF)
            case ast.BoolOp(values=parts):
                return self._each(parts, Part.ITSELF)
            case ast.NamedExpr(value=value):
                return self._one(value)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self._guarded(value, Part.ELEMENTS) or self._guarded(value, Part.VALUES)
            case ast.Call(func=ast.Attribute(value=value, attr="get" | "pop"), args=[_]):
                return self._guarded(value, Part.VALUES)
            case ast.Attribute():
                return self._is_attribute(node, Part.ITSELF)
            case ast.Name():
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(self._binds(binding) for binding in bindings)
        return False

    def _binds(self, binding: Binding) -> bool:
        value = binding.value
        if binding.kind is BindingKind.ASSIGN and value is not None:
            return is_none(value) or self._one(value)
        if binding.kind is BindingKind.LOOP and value is not None:
            return self._guarded(value, Part.ELEMENTS)
        return binding.kind is BindingKind.UNPACK and self._is_second(binding)

    def _is_second(self, binding: Binding) -> bool:
        """``for i, x in enumerate(xs)``, ``for key, x in table.items()``."""
        pair = self._tree.parent(binding.node)
        if not (isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and pair.elts[1] is binding.node):
            return False
        match self._tree.parent(pair):
            case ast.For(iter=ast.Call() as call) | ast.comprehension(iter=ast.Call() as call):
                return self._pairs(call)
        return False

    def _pairs(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Attribute(value=table, attr="items") if not call.args:
                return self._guarded(table, Part.VALUES)
            case ast.Name() as function if self._tree.is_builtin(function, "enumerate") and call.args:
                return self._guarded(call.args[0], Part.ELEMENTS)
        return False

    def _is_attribute(self, node: ast.Attribute, part: Part) -> bool:
        name = node.attr
        if self._own.is_method(name) or self._own.is_given(name) or name in SET_BY_QLIB:
            return False
        if not self._one(node.value):
            return False
        stores = self._own.stores(name)
        if not stores or not self._each(stores, part):
            return False
        return part is Part.ITSELF or self._kept(stores, self._own.uses(name))

    # Containers

    def _holds(self, node: ast.expr, part: Part) -> bool:
        match node:
            case ast.Attribute():
                return self._is_attribute(node, part)
            case ast.Name():
                values = [b.value if b.kind is BindingKind.ASSIGN else None for b in self._tree.bindings(node)]
                return self._each(values, part) and self._kept(values, self._tree.loads(node))
        return self._holds_values(node) if part is Part.VALUES else self._holds_elements(node)

    def _holds_values(self, node: ast.expr) -> bool:
        match node:
            case ast.Dict(keys=keys, values=values):
                return None not in keys and all(map(self._one, values))
            case ast.DictComp(value=value):
                return self._one(value)
        return False

    def _holds_elements(self, node: ast.expr) -> bool:
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return all(map(self._one, parts))
            case ast.ListComp(elt=element) | ast.SetComp(elt=element):
                return self._one(element)
            case ast.Call(func=ast.Attribute(value=value, attr="values")):
                return self._guarded(value, Part.VALUES)
            case ast.Call(func=function, args=[first]):
                found = self._references.of(function)
                same = all(isinstance(r, Builtin) and r.name in _SAME_ELEMENTS for r in found)
                return same and self._guarded(first, Part.ELEMENTS)
        return False

    def _kept(self, values: list[ast.expr | None], uses: Sequence[ast.expr]) -> bool:
        """Whether nothing but instances is ever put into containers that go by a name."""
        if all(isinstance(value, ast.Tuple) for value in values):
            return True
        self._tree.spend(len(uses))
        alone = all(value is None or is_none(value) or has_one_name(self._tree, value) for value in values)
        return alone and all(self._leaves(use) for use in uses)

    def _leaves(self, use: ast.expr) -> bool:
        user = self._tree.parent(use)
        match user:
            case ast.For() | ast.comprehension() | ast.If() | ast.UnaryOp():
                return True
            case ast.Compare():
                return not self._own.has_operators
            case ast.Subscript(ctx=ast.Load(), value=value):
                return value is use
            case ast.Subscript(ctx=ast.Store(), value=value) if value is use:
                assigned = self._tree.parent(user)
                return (
                    isinstance(assigned, ast.Assign)
                    and not isinstance(user.slice, ast.Slice)
                    and self._one(assigned.value)
                )
            case ast.Attribute(attr=attr):
                call = self._tree.parent(user)
                called = isinstance(call, ast.Call) and call.func is user
                adds = attr in _ADDING and isinstance(call, ast.Call) and all(map(self._one, call.args))
                return called and (adds or attr in _READING_METHODS)
            case ast.Call(func=function):
                found = self._references.of(function)
                alone = len(user.args) == 1 or not self._own.has_operators
                return alone and all(isinstance(r, Builtin) and r.name in _READING for r in found)
        return False
