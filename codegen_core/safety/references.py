"""What a name or an attribute refers to: values followed through imports, aliases and definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from codegen_core.safety.library import Member, MemberKind, member, module_members
from codegen_core.safety.tree import Binding, BindingKind, FunctionNode, ModuleTree, Scope, ScopeKind

_MAX_STEPS = 12
"""Aliases of aliases that are followed."""


@dataclass(frozen=True, slots=True)
class Module:
    """A listed module."""

    path: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in, by name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class LocalClass:
    """A class of the module's own."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True, eq=False)
class LocalFunction:
    """A function of the module's own."""

    node: FunctionNode


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else: a value that comes about while the code runs."""


Reference: TypeAlias = Module | Member | Builtin | LocalClass | LocalFunction | Unknown
_UNKNOWN = Unknown()
_NOTHING_KNOWN: tuple[Reference, ...] = (_UNKNOWN,)
CLASS_KINDS = frozenset({MemberKind.CLASS, MemberKind.TYPE, MemberKind.BASE})


class References:
    """Follows expressions of one module."""

    def __init__(self, tree: ModuleTree) -> None:
        self._tree = tree
        self._known: dict[ast.expr | tuple[Scope, str], tuple[Reference, ...]] = {}
        self._lineages: dict[ast.ClassDef, list[ast.ClassDef]] = {}

    def of(self, node: ast.expr, steps: int = _MAX_STEPS) -> tuple[Reference, ...]:
        """Returns everything that the expression may refer to; at least one."""
        key = (self._tree.scopes[node], node.id) if type(node) is ast.Name else node
        known = self._known.get(key)
        if known is None:
            self._known[key] = _NOTHING_KNOWN  # A name that is bound to itself.
            found = list(self._follow(node, steps))
            known = tuple(found) if len(found) == 1 else tuple(dict.fromkeys(found)) or _NOTHING_KNOWN
            self._known[key] = known
        return known

    def member(self, node: ast.expr) -> Member | None:
        """Returns the library member that the expression surely is, or None."""
        found = self.of(node)
        return found[0] if len(found) == 1 and isinstance(found[0], Member) else None

    def is_enumeration(self, owner: ast.ClassDef) -> bool:
        """Whether a class inherits from one of ``enum``, directly or not."""
        return self._inherits(owner, "enum.")

    def _inherits(self, owner: ast.ClassDef, path: str) -> bool:
        bases = (base for node in self.lineage(owner) for base in node.bases)
        return any(isinstance(r, Member) and r.path.startswith(path) for base in bases for r in self.of(base))

    def is_qlib_data(self, node: ast.expr) -> bool:
        """Whether the expression is surely Qlib's ``D``."""
        found = self.member(node)
        return found is not None and found.path in ("qlib.data.D", "qlib.data.data.D")

    def local_class(self, node: ast.expr) -> ast.ClassDef | None:
        """Returns the class of the module's own that the expression surely is, or None."""
        found = self.of(node)
        return found[0].node if len(found) == 1 and isinstance(found[0], LocalClass) else None

    def _follow(self, node: ast.expr, steps: int) -> Iterator[Reference]:
        if steps == 0:
            yield _UNKNOWN
        elif isinstance(node, ast.Name):
            bindings = self._tree.bindings(node)
            if not bindings:
                yield Builtin(node.id)
            for binding in bindings:
                yield from self._bound(binding, steps - 1)
        elif isinstance(node, ast.Attribute):
            for base in self.of(node.value, steps - 1):
                yield self._attribute(base, node.attr)
        elif isinstance(node, ast.Lambda):
            yield LocalFunction(node)
        elif isinstance(node, ast.NamedExpr):
            yield from self.of(node.value, steps - 1)
        elif isinstance(node, ast.Subscript):
            yield from self._parameterised(node, steps - 1)
        else:
            yield _UNKNOWN

    def _parameterised(self, node: ast.Subscript, steps: int) -> Iterator[Reference]:
        """``Box[int]`` is the class Box still; an item of anything else, of an enumeration too, may be anything."""
        for reference in self.of(node.value, steps):
            is_class = (isinstance(reference, LocalClass) and not self.is_enumeration(reference.node)) or (
                isinstance(reference, Member) and reference.kind in CLASS_KINDS
            )
            yield reference if is_class else _UNKNOWN

    def _bound(self, binding: Binding, steps: int) -> Iterator[Reference]:
        node = binding.node
        if binding.kind is BindingKind.IMPORT and isinstance(node, ast.alias):
            yield self._imported(node)
        elif isinstance(node, ast.ClassDef):
            yield LocalClass(node)
        elif isinstance(node, ast.FunctionDef):
            yield LocalFunction(node)
        elif binding.kind is BindingKind.ASSIGN and binding.value is not None:
            if not is_none(binding.value):
                yield from self.of(binding.value, steps)
        elif binding.kind is BindingKind.PARAMETER and isinstance(node, ast.arg):
            yield self._parameter(node)
        elif binding.kind is not BindingKind.ANNOTATE:
            yield _UNKNOWN

    def _imported(self, alias: ast.alias) -> Reference:
        statement = self._tree.parent(alias)
        if isinstance(statement, ast.Import):
            path = alias.name if alias.asname else alias.name.split(".")[0]
            return Module(path) if module_members(path) is not None else _UNKNOWN
        module = statement.module if isinstance(statement, ast.ImportFrom) and not statement.level else None
        found = member(module, alias.name) if module else None
        return self._of_member(found) if found else _UNKNOWN

    def _parameter(self, node: ast.arg) -> Reference:
        """The first parameter of a class method is the class."""
        function = self._tree.parent(node)
        if isinstance(function, ast.FunctionDef) and decorator_names(function) & {"classmethod"}:
            owner = self._tree.owner_class(function)
            positional = [*function.args.posonlyargs, *function.args.args]
            if owner is not None and positional[:1] == [node]:
                return LocalClass(owner)
        return _UNKNOWN

    @staticmethod
    def _of_member(found: Member) -> Reference:
        return Module(found.path) if found.kind is MemberKind.MODULE else found

    def _attribute(self, base: Reference, name: str) -> Reference:
        if isinstance(base, Module):
            found = member(base.path, name)
            return self._of_member(found) if found else _UNKNOWN
        return _UNKNOWN

    def is_instance(self, node: ast.expr) -> bool:
        """Whether the expression is surely ``self``, or surely an instance that a class of the module's own made.

        ``self`` is sure because a method can be reached through its class only as a static or class method.
        """
        if isinstance(node, ast.Name):
            bindings = self._tree.bindings(node)
            return bool(bindings) and all(self._binds_instance(b) for b in bindings)
        return self._makes_instance(node)

    def _binds_instance(self, binding: Binding) -> bool:
        if binding.kind is BindingKind.PARAMETER and isinstance(binding.node, ast.arg):
            return self._is_self(binding.node)
        value = binding.value if binding.kind is BindingKind.ASSIGN else None
        return value is not None and (is_none(value) or self._makes_instance(value))

    def _makes_instance(self, value: ast.expr) -> bool:
        owner = self.local_class(value.func) if isinstance(value, ast.Call) else None
        return owner is not None and not self._is_dictionary(owner)

    def _is_dictionary(self, owner: ast.ClassDef) -> bool:
        """Whether what a class makes is a plain dictionary."""
        return self._inherits(owner, "typing.TypedDict")

    def lineage(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Returns the class and every class of the module's own that it may inherit from, each once."""
        if owner not in self._lineages:
            found, waiting = {owner: None}, [owner]
            while waiting:
                bases = waiting.pop().bases
                parents = [r for base in bases for r in self.of(base)]
                self._tree.spend(1 + len(parents))
                own = dict.fromkeys(r.node for r in parents if isinstance(r, LocalClass))
                new = [parent for parent in own if parent not in found]
                found.update(dict.fromkeys(new))
                waiting += new
            self._lineages[owner] = list(found)
        return self._lineages[owner]

    def _is_self(self, node: ast.arg) -> bool:
        function = self._tree.parent(node)
        if not isinstance(function, ast.FunctionDef) or self._tree.owner_class(function) is None:
            return False
        positional = [*function.args.posonlyargs, *function.args.args]
        return positional[:1] == [node] and all(self._leaves_self(d) for d in function.decorator_list)

    def _leaves_self(self, decorator: ast.expr) -> bool:
        """Whether a decorated method still gets the instance first."""
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        if self.is_property_setter(node):
            return True
        return all(
            (isinstance(r, Builtin) and r.name == "property")
            or (isinstance(r, Member) and r.kind is MemberKind.DECORATOR)
            for r in self.of(node)
        )

    def is_property_setter(self, node: ast.expr) -> bool:
        """Whether the expression is ``name.setter`` (or getter) of a property of the same class."""
        if not (
            isinstance(node, ast.Attribute) and node.attr in ("setter", "getter") and isinstance(node.value, ast.Name)
        ):
            return False
        return all(
            isinstance(b.node, ast.FunctionDef)
            and any(
                self._tree.is_builtin(d, "property")
                or (isinstance(d, ast.Attribute) and d.attr in ("setter", "getter"))
                for d in b.node.decorator_list
            )
            for b in self._tree.bindings(node.value)
        )

    def class_scope_function(self, node: ast.Name) -> bool:
        """Whether the name finds a method in its own class body, where it is still a plain function."""
        return any(
            scope.kind is ScopeKind.CLASS and any(isinstance(b.node, ast.FunctionDef) for b in scope.bindings[node.id])
            for scope in self._tree.homes(node)
        )


def is_none(node: ast.AST) -> bool:
    """Whether the node is None, whose attributes nobody can use."""
    return isinstance(node, ast.Constant) and node.value is None


def decorator_names(function: ast.FunctionDef) -> set[str]:
    """Returns the last part of each decorator's name; anything else counts as ``?``."""
    return {_last_name(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else "?"
