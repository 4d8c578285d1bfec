"""Several values under one: a row of a table that is taken apart, a function that returns more than one."""

from __future__ import annotations

import ast

from codegen_core.safety.changes import Changes, is_distinct, is_row
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.ownership import has_one_name
from codegen_core.safety.references import LocalFunction, References
from codegen_core.safety.shapes import Shapes
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree

_PLAIN_DECORATORS = ("staticmethod", "classmethod")


class Rows:
    """Tells which of several values a name gets."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers, shapes: Shapes) -> None:
        """Takes what is known about the module."""
        self._tree, self._references, self._own, self._shapes = tree, references, own, shapes

    def returned(self, binding: Binding) -> list[ast.expr]:
        """Returns what ``a, b = function()`` gives the name, one for each return; none where it isn't that.

        Each call makes the values anew, so they are the caller's alone, if no name stands twice in what is returned.
        """
        place = self._place(binding)
        statement = self._tree.parent(place[1]) if place else None
        if place is None or not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            return []
        if len(statement.targets) != 1:
            return []
        function = self._called(statement.value)
        if function is None or not all(self._is_plain(d) for d in function.decorator_list):
            return []
        found = list(ast.walk(function))
        self._tree.spend(len(found))
        results = [n.value for n in found if isinstance(n, ast.Return)]
        rows = [r for r in results if isinstance(r, ast.Tuple) and is_row(r, len(place[1].elts))]
        plain = not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in found) and all(map(is_distinct, rows))
        return [row.elts[place[0]] for row in rows] if plain and len(rows) == len(results) else []

    def column(self, binding: Binding, changes: Changes) -> list[ast.expr] | None:
        """Returns what stands at the name's position in each row of the written table that a loop goes through.

        Also for ``a, b = zip(*TABLE)``. None where it isn't that, or where something is added to the table.
        """
        place, value = self._place(binding), self._tree.taken_from(binding)
        if place is None or value is None:
            return None
        table = self._transposed(value) if self.is_transposed(value) else value
        shown = self._written(table, changes)
        if shown is None or not (isinstance(self._loop(place[1]), ast.For | ast.comprehension) or table is not value):
            return None
        self._tree.spend(len(shown.elts))
        rows = [row for row in shown.elts if isinstance(row, ast.Tuple) and is_row(row, len(place[1].elts))]
        return [row.elts[place[0]] for row in rows] if rows and len(rows) == len(shown.elts) else None

    def is_transposed(self, value: ast.expr) -> bool:
        """Whether the value is ``zip(*table)`` and nothing else."""
        return (
            isinstance(value, ast.Call)
            and self._tree.is_builtin(value.func, "zip")
            and len(value.args) == 1
            and isinstance(value.args[0], ast.Starred)
            and not value.keywords
            and isinstance(self._tree.parent(value), ast.Assign)
        )

    @staticmethod
    def _transposed(value: ast.expr) -> ast.expr:
        assert isinstance(value, ast.Call)
        assert isinstance(value.args[0], ast.Starred)
        return value.args[0].value

    def _place(self, binding: Binding) -> tuple[int, ast.Tuple] | None:
        """The name's position among the targets, where they are plain names in one row."""
        targets = self._tree.parent(binding.node)
        if binding.kind is not BindingKind.UNPACK or not isinstance(targets, ast.Tuple):
            return None
        if not all(isinstance(target, ast.Name) for target in targets.elts):
            return None
        return next(i for i, target in enumerate(targets.elts) if target is binding.node), targets

    def _loop(self, targets: ast.Tuple) -> ast.AST:
        return self._tree.parent(targets)

    def _written(self, table: ast.expr, changes: Changes) -> ast.List | ast.Tuple | None:
        """The display that a table is, if nothing is added to it."""
        if isinstance(table, ast.List | ast.Tuple):
            return table
        bindings = self._tree.bindings(table) if isinstance(table, ast.Name) else ()
        if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGN or not isinstance(table, ast.Name):
            return None
        value = bindings[0].value
        if not isinstance(value, ast.List | ast.Tuple) or not has_one_name(self._tree, value):
            return None
        if self._shapes.is_fixed(value):
            return value
        return None if list(changes.added([value], self._tree.loads(table), table.id, maker=None)) else value

    def _called(self, call: ast.Call) -> ast.FunctionDef | None:
        if isinstance(call.func, ast.Attribute):
            known = self._references.is_instance(call.func.value)
            return self._own.method(call.func.attr) if known and self._own.is_method(call.func.attr) else None
        found = self._references.of(call.func)
        function = found[0].node if len(found) == 1 and isinstance(found[0], LocalFunction) else None
        return function if isinstance(function, ast.FunctionDef) else None

    def _is_plain(self, decorator: ast.expr) -> bool:
        return any(self._tree.is_builtin(decorator, name) for name in _PLAIN_DECORATORS)
