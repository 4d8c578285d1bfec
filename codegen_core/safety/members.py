"""What the module's own classes define: methods, fields, and where attributes are set and used."""

from __future__ import annotations

import ast

from codegen_core.safety.tree import ModuleTree


class OwnMembers:
    """Attributes by name, over all classes of the module."""

    def __init__(self, tree: ModuleTree) -> None:
        self._methods: dict[str, list[ast.FunctionDef]] = {}
        self._fields: set[str] = set()
        self._stores: dict[str, list[ast.expr | None]] = {}
        self._uses: dict[str, list[ast.Attribute]] = {}
        for node in tree.nodes:
            if isinstance(node, ast.ClassDef):
                self._add_class(node)
            elif isinstance(node, ast.Attribute):
                self._add_attribute(node, tree)
            elif isinstance(node, ast.Call) and tree.is_builtin(node.func, "setattr") and len(node.args) == 3:
                name = node.args[1]
                if isinstance(name, ast.Constant):
                    self._stores.setdefault(str(name.value), []).append(None)

    @property
    def names(self) -> set[str]:
        """Every attribute that a class of the module defines or sets."""
        return self._fields | self._methods.keys()

    def defines(self, name: str) -> bool:
        """Whether a class of the module defines or sets the attribute."""
        return name in self._fields or name in self._methods

    def is_method(self, name: str) -> bool:
        """Whether a class of the module defines a method of that name."""
        return name in self._methods

    def method(self, name: str) -> ast.FunctionDef | None:
        """Returns the method of that name where there is exactly one and nothing else sets the name."""
        found = self._methods.get(name, [])
        return found[0] if len(found) == 1 and name not in self._stores else None

    def property_of(self, name: str) -> ast.FunctionDef | None:
        """Returns the one method of that name (a property, where the attribute is read without a call)."""
        return self._methods[name][0] if len(self._methods.get(name, [])) == 1 else None

    def stores(self, name: str) -> list[ast.expr | None]:
        """Returns every value that the attribute is set to, on any object; None for one that isn't written out."""
        return self._stores.get(name, [])

    def uses(self, name: str) -> list[ast.Attribute]:
        """Returns every place that reads the attribute, on any object."""
        return self._uses.get(name, [])

    def _add_class(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            match statement:
                case ast.FunctionDef(name=name):
                    self._methods.setdefault(name, []).append(statement)
                case ast.AnnAssign(target=ast.Name(id=name), value=value):
                    # A field without a value, or of a decorated class, is set by whoever makes the object.
                    self._fields.add(name)
                    made = [None] if value is None or node.decorator_list or node.bases else []
                    self._stores.setdefault(name, []).extend([*([value] if value else []), *made])
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            self._fields.add(target.id)
                            self._stores.setdefault(target.id, []).append(value)

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
