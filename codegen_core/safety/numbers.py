"""Following values to numbers: whether a value is surely one."""

from __future__ import annotations

import ast

from codegen_core.safety.library import words
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.ownership import has_one_name
from codegen_core.safety.references import Builtin, References
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree

SET_BY_QLIB = words(
    "signal risk_degree topk n_drop hold_thresh method_sell method_buy only_tradable outer_trade_decision",
    "level_infra common_infra order_generator",
)
"""Attributes that Qlib's strategies set themselves, from what whoever makes them gives."""

_MAX_STEPS = 60
_MAKES_NUMBERS = frozenset({"int", "float", "len"})
_KEEPS_NUMBERS = frozenset({"max", "min", "abs"})
_CHOOSES_NUMBERS = frozenset({"max", "min", "sum", "abs"})
_SAME = ("sorted", "reversed", "list", "tuple", "set")
_READS = frozenset({"len", "list", "tuple", "zip", "enumerate", "sorted", "max", "min", "sum", "set"})


class Numbers:
    """Follows expressions of one module to numbers."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers) -> None:
        """Takes what is known about the module."""
        self._tree, self._references, self._own = tree, references, own
        self._active: set[ast.expr] = set()

    def is_number(self, node: ast.expr) -> bool:
        """Whether the value is surely a number of Python's own (or the code raises)."""
        self._tree.spend()
        if node in self._active:
            return True  # A value made from itself is one if the others that it is made from are.
        if len(self._active) > _MAX_STEPS:
            return False
        self._active.add(node)
        try:
            return self._is_number(node)
        finally:
            self._active.discard(node)

    def _is_number(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=value):
                return isinstance(value, int | float)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_number(operand)
            case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                return self.is_number(left) and self.is_number(right)
            case ast.Call(func=ast.Name() as function):
                return self._makes_number(node, function)
            case ast.Name():
                bindings = [b for b in self._tree.bindings(node) if not self._is_replaced(b, node)]
                return bool(bindings) and all(self._binds_number(b) for b in bindings)
            case ast.Attribute():
                return self._is_number_attribute(node)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self._yields_numbers(value) or self._has_number_under(value, index)
        return False

    def _is_replaced(self, binding: Binding, use: ast.Name) -> bool:
        """``n = int(n)``, one of the first statements of a function: nothing behind it sees what was given."""
        function = self._tree.parent(binding.node)
        if binding.kind is not BindingKind.PARAMETER or not isinstance(function, ast.FunctionDef):
            return False
        for statement in function.body:
            match statement:
                case ast.Expr(value=ast.Constant()):
                    continue
                case ast.Assign(targets=[ast.Name(id=name)]) if name != use.id:
                    continue
                case ast.Assign(targets=[ast.Name()], end_lineno=line):
                    return line is not None and use.lineno > line
            return False
        return False

    def _makes_number(self, node: ast.Call, function: ast.Name) -> bool:
        found = self._references.of(function)
        if len(found) != 1 or not isinstance(found[0], Builtin):
            return False
        if found[0].name in _MAKES_NUMBERS:
            return True
        if found[0].name in _CHOOSES_NUMBERS and len(node.args) == 1 and not node.keywords:
            return self._yields_numbers(node.args[0]) or (found[0].name == "abs" and self.is_number(node.args[0]))
        keeps = found[0].name in _KEEPS_NUMBERS and bool(node.args) and not node.keywords
        return keeps and all(self.is_number(argument) for argument in node.args)

    def _is_number_attribute(self, node: ast.Attribute) -> bool:
        stores = self._stores(node)
        return bool(stores) and all(value is not None and self.is_number(value) for value in stores)

    def _stores(self, node: ast.Attribute) -> list[ast.expr | None]:
        """What an attribute of an own object or class is set to; nothing where others may set it too."""
        own = self._references.is_instance(node.value) or self._references.local_class(node.value) is not None
        if not own or self._own.is_method(node.attr) or node.attr in SET_BY_QLIB or self._own.is_given(node.attr):
            return []
        stores = self._own.stores(node.attr)
        self._tree.spend(len(stores))
        return stores

    def _has_number_under(self, table: ast.expr, key: ast.expr) -> bool:
        """Whether a dictionary that is written out, and only read, has numbers under a written key."""
        bindings = self._tree.bindings(table) if isinstance(table, ast.Name) else ()
        shown = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.Dict)]
        if len(shown) != 1 or len(bindings) != 1 or not isinstance(key, ast.Constant) or None in shown[0].keys:
            return False
        assert isinstance(table, ast.Name)
        if not has_one_name(self._tree, shown[0]):
            return False
        pairs = zip(shown[0].keys, shown[0].values, strict=True)
        plain = all(isinstance(k, ast.Constant) for k in shown[0].keys)
        found = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key.value]
        return plain and bool(found) and all(map(self.is_number, found)) and self._is_only_read(table)

    def _is_only_read(self, table: ast.Name) -> bool:
        return all(self._only_reads(use) for use in self._tree.loads(table))

    def _binds_number(self, binding: Binding) -> bool:
        value = binding.value
        if binding.kind is BindingKind.UNPACK:
            return self._unpacks_number(binding)
        if value is None:
            return False
        if binding.kind in (BindingKind.ASSIGN, BindingKind.AUGMENT):
            return self.is_number(value)
        return binding.kind is BindingKind.LOOP and self._yields_numbers(value)

    def _unpacks_number(self, binding: Binding) -> bool:
        """``for i, n in enumerate(numbers)``, ``for a, b in zip(numbers, others)``."""
        names, call = self._tree.parent(binding.node), self._tree.taken_from(binding)
        if not isinstance(names, ast.Tuple) or not isinstance(call, ast.Call) or call.keywords:
            return False
        if not isinstance(self._tree.parent(names), ast.For | ast.comprehension):
            return False
        if any(isinstance(part, ast.Starred) for part in (*names.elts, *call.args)):
            return False
        place = next(i for i, name in enumerate(names.elts) if name is binding.node)
        if self._tree.is_builtin(call.func, "enumerate") and len(names.elts) == 2 and len(call.args) == 1:
            return place == 0 or self._yields_numbers(call.args[0])
        paired = self._tree.is_builtin(call.func, "zip") and len(names.elts) == len(call.args)
        return paired and self._yields_numbers(call.args[place])

    def _yields_numbers(self, node: ast.expr) -> bool:
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return all(self.is_number(part) for part in parts)
            case ast.Call(func=function) if self._tree.is_builtin(function, "range"):
                return True
            case ast.Call(func=function, args=[inner]):
                return any(self._tree.is_builtin(function, n) for n in _SAME) and self._yields_numbers(inner)
            case ast.Name():
                return self._holds_numbers(node)
            case ast.Attribute():
                return self._keeps_numbers(node)
        return False

    def _keeps_numbers(self, node: ast.Attribute) -> bool:
        """Whether an attribute is set to sequences of numbers alone, to which nothing is added."""
        stores = self._stores(node)
        shown = [value for value in stores if isinstance(value, ast.List | ast.Tuple)]
        if not stores or len(shown) != len(stores) or not all(self._yields_numbers(value) for value in shown):
            return False
        if all(isinstance(value, ast.Tuple) for value in shown):
            return True
        alone = all(has_one_name(self._tree, value) for value in shown)
        return alone and all(self._only_reads(use) for use in self._own.uses(node.attr))

    def _holds_numbers(self, node: ast.Name) -> bool:
        """Whether a name is bound to sequences of numbers alone, to which nothing is added."""
        bindings = self._tree.bindings(node)
        shown = [
            b.value for b in bindings if b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.List | ast.Tuple)
        ]
        if not bindings or len(shown) != len(bindings) or not all(self._yields_numbers(value) for value in shown):
            return False
        if all(isinstance(value, ast.Tuple) for value in shown):
            return True
        alone = all(has_one_name(self._tree, value) for value in shown)
        return alone and all(self._only_reads(use) for use in self._tree.loads(node))

    def _only_reads(self, use: ast.expr) -> bool:
        match self._tree.parent(use):
            case ast.Compare():
                return not self._own.has_operators
            case ast.Subscript(ctx=ast.Load(), value=value):
                return value is use
            case ast.For() | ast.comprehension():
                return True
            case ast.Call(func=ast.Name() as function):
                found = self._references.of(function)
                return all(isinstance(r, Builtin) and r.name in _READS for r in found)
        return False
