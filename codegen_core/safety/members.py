"""What the module's own classes define: methods, fields, and where attributes are set and used."""

from __future__ import annotations

import ast

from codegen_core.safety.library import words
from codegen_core.safety.library_bases import given_by_bases
from codegen_core.safety.references import References
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree

_OPERATORS = words(
    "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__",
    "__truediv__",
)


def _sets_by_name(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in ("setattr", "__setattr__")


class OwnMembers:
    """Attributes by name, over all classes of the module."""

    def __init__(self, tree: ModuleTree, references: References) -> None:
        """Takes the tree and reads all of it."""
        self._references = references
        self._methods: dict[str, list[ast.FunctionDef]] = {}
        self._fields: set[str] = set()
        self._stores: dict[str, list[ast.expr | None]] = {}
        self._uses: dict[str, list[ast.expr]] = {}
        self._given: set[str] = set()
        for owner in tree.of_kind(ast.ClassDef):
            self._add_class(owner, tree)
        for attribute in tree.of_kind(ast.Attribute):
            self._add_attribute(attribute, tree)
        for call in tree.of_kind(ast.Call):
            self._add_call(call, tree)

    def defines(self, name: str) -> bool:
        """Whether a class of the module defines or sets the attribute."""
        return name in self._fields or name in self._methods

    def sets(self, name: str) -> bool:
        """Whether the module defines the attribute, or sets it on any object: then it may be anything on an own one."""
        return self.defines(name) or name in self._stores

    def is_given(self, name: str) -> bool:
        """Whether a library class gives the attribute to one of the module's, which may never have set it itself."""
        return name in self._given

    @property
    def has_operators(self) -> bool:
        """Whether a class of the module defines an operator, which is handed whatever stands on its other side."""
        return any(name in self._methods for name in _OPERATORS)

    def is_method(self, name: str) -> bool:
        """Whether a class of the module defines a method or property of that name."""
        return name in self._methods

    def method(self, name: str) -> ast.FunctionDef | None:
        """Returns the method of that name where there is exactly one and nothing else sets the name."""
        found = self._methods.get(name, [])
        return found[0] if len(found) == 1 and name not in self._stores else None

    def stores(self, name: str) -> list[ast.expr | None]:
        """Returns every value that the attribute is set to, on any object; None for one that isn't written out."""
        return self._stores.get(name, [])

    def uses(self, name: str) -> list[ast.expr]:
        """Returns every place that reads the attribute, on any object, also by ``getattr``."""
        return self._uses.get(name, [])

    def _add_call(self, call: ast.Call, tree: ModuleTree) -> None:
        if len(call.args) < 2 or not isinstance(call.args[1], ast.Constant):
            return
        name = str(call.args[1].value)
        if len(call.args) == 3 and _sets_by_name(call.func):
            self._stores.setdefault(name, []).append(None)
        elif tree.is_builtin(call.func, "getattr"):
            self._uses.setdefault(name, []).append(call)

    def _add_class(self, node: ast.ClassDef, tree: ModuleTree) -> None:
        """Fields without a value, and those of a class with bases or decorators, may be set by whoever makes it."""
        if node.bases:
            self._given.update(given_by_bases(self._references, node))
        made_elsewhere = bool(node.decorator_list or node.bases)
        if self._references.is_enumeration(node):
            for name in tree.scope_of(node.body[0]).bindings:
                self._stores.setdefault(name, []).append(None)  # A member, which shows itself as it likes.
        for name, bindings in tree.scope_of(node.body[0]).bindings.items():
            for binding in bindings:
                if isinstance(binding.node, ast.FunctionDef):
                    self._methods.setdefault(name, []).append(binding.node)
                else:
                    self._add_field(name, binding, tree, made_elsewhere)

    def _add_field(self, name: str, binding: Binding, tree: ModuleTree, made_elsewhere: bool) -> None:
        self._fields.add(name)
        stores = self._stores.setdefault(name, [])
        stores.append(binding.value if binding.kind is BindingKind.ASSIGN else None)
        if made_elsewhere and isinstance(tree.parent(binding.node), ast.AnnAssign):
            stores.append(None)

    def _add_attribute(self, node: ast.Attribute, tree: ModuleTree) -> None:
        if isinstance(node.ctx, ast.Load):
            self._uses.setdefault(node.attr, []).append(node)
            return
        if isinstance(node.value, ast.Name) and tree.enclosing_class(node) is not None:
            self._fields.add(node.attr)
        match tree.parent(node):
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                self._stores.setdefault(node.attr, []).append(value)
            case ast.AnnAssign(value=ast.expr() as value):
                self._stores.setdefault(node.attr, []).append(value)
            case ast.AnnAssign():
                return
            case _:
                self._stores.setdefault(node.attr, []).append(None)
