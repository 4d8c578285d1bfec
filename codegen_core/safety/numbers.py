"""Following values to numbers: whether a value is surely one."""

from __future__ import annotations

import ast

from codegen_core.safety.library import words
from codegen_core.safety.members import OwnMembers
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
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(self._binds_number(b) for b in bindings)
            case ast.Attribute():
                return self._is_number_attribute(node)
        return False

    def _makes_number(self, node: ast.Call, function: ast.Name) -> bool:
        found = self._references.of(function)
        if len(found) != 1 or not isinstance(found[0], Builtin):
            return False
        if found[0].name in _MAKES_NUMBERS:
            return True
        keeps = found[0].name in _KEEPS_NUMBERS and bool(node.args) and not node.keywords
        return keeps and all(self.is_number(argument) for argument in node.args)

    def _is_number_attribute(self, node: ast.Attribute) -> bool:
        if not self._references.is_instance(node.value) or self._own.is_method(node.attr) or node.attr in SET_BY_QLIB:
            return False
        stores = self._own.stores(node.attr)
        self._tree.spend(len(stores))
        return bool(stores) and all(value is not None and self.is_number(value) for value in stores)

    def _binds_number(self, binding: Binding) -> bool:
        value = binding.value
        if value is None:
            return False
        if binding.kind in (BindingKind.ASSIGN, BindingKind.AUGMENT):
            return self.is_number(value)
        return binding.kind is BindingKind.LOOP and self._yields_numbers(value)

    def _yields_numbers(self, node: ast.expr) -> bool:
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return all(self.is_number(part) for part in parts)
            case ast.Call(func=function):
                return self._tree.is_builtin(function, "range")
            case ast.Name():
                return self._holds_numbers(node)
        return False

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
        return all(self._only_reads(use) for use in self._tree.loads(node))

    def _only_reads(self, use: ast.Name) -> bool:
        match self._tree.parent(use):
            case ast.Compare():
                return not self._own.has_operators
            case ast.For() | ast.comprehension() | ast.Subscript(ctx=ast.Load()):
                return True
            case ast.Call(func=ast.Name() as function):
                found = self._references.of(function)
                return all(isinstance(r, Builtin) and r.name in _READS for r in found)
        return False
