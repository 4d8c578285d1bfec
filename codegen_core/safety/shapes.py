"""What kind of value an expression gives: surely one text, surely a sequence, surely nothing that can grow."""

from __future__ import annotations

import ast

from codegen_core.safety.members import OwnMembers
from codegen_core.safety.numbers import SET_BY_QLIB
from codegen_core.safety.references import References
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree


class Shapes:
    """Tells the shapes of one module's values."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers) -> None:
        """Takes what is known about the module."""
        self._tree, self._references, self._own = tree, references, own
        self._active: set[Binding] = set()

    def is_text(self, node: ast.expr) -> bool:
        """Whether the value is surely one text, not a container of some."""
        match node:
            case ast.Constant(value=value):
                return isinstance(value, str)
            case ast.JoinedStr() | ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
                return True
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self.is_text(left) and self.is_text(right)
            case ast.Call(func=function):
                return self._tree.is_builtin(function, "str")
            case ast.Name():
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(self._binds_text(b) for b in bindings)
        return False

    def _binds_text(self, binding: Binding) -> bool:
        value = binding.value
        if value is None or binding in self._active:
            return False
        if binding.kind is BindingKind.ASSIGN:
            self._active.add(binding)
            try:
                return self.is_text(value)
            finally:
                self._active.discard(binding)
        return binding.kind is BindingKind.LOOP and self._yields_texts(value)

    def _yields_texts(self, node: ast.expr) -> bool:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        if not isinstance(node, ast.Name):
            return False
        bindings = self._tree.bindings(node)
        shown = [
            b.value for b in bindings if b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.List | ast.Tuple)
        ]
        return bool(shown) and len(shown) == len(bindings) and all(self._yields_texts(value) for value in shown)

    def is_sequence(self, node: ast.expr) -> bool:
        """Whether the value is surely a list or a tuple."""
        match node:
            case ast.List() | ast.Tuple() | ast.ListComp():
                return True
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self.is_sequence(left) or self.is_sequence(right)
            case ast.Call(func=ast.Name() as function):
                return any(self._tree.is_builtin(function, name) for name in ("list", "sorted", "tuple"))
            case ast.Name():
                values = [b.value for b in self._tree.bindings(node) if b.kind is BindingKind.ASSIGN]
                shown = [v for v in values if isinstance(v, ast.List | ast.Tuple | ast.ListComp)]
                return bool(shown) and len(shown) == len(self._tree.bindings(node))
            case ast.Attribute(value=owner, attr=name):
                known = self._references.is_instance(owner) or self._references.local_class(owner) is not None
                stores = self._own.stores(name)
                plain = known and name not in SET_BY_QLIB and not self._own.is_method(name) and bool(stores)
                return plain and all(isinstance(v, ast.List | ast.Tuple | ast.ListComp) for v in stores)
        return False

    def is_fixed(self, value: ast.expr) -> bool:
        """Whether nothing can be added to the value: a text, a number, or a tuple of such."""
        if isinstance(value, ast.Tuple):
            return all(self.is_fixed(element) for element in value.elts)
        return isinstance(value, ast.Constant) or self.is_text(value)
