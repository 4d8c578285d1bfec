"""A module's syntax tree, flattened once: nodes in source order, parents, scopes with what they bind and use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias, TypeVar, cast


class ScopeKind(Enum):
    """What opened a scope."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    COMPREHENSION = "comprehension"


class BindingKind(Enum):
    """How a name came to be bound."""

    ASSIGN = "assign"
    AUGMENT = "augment"
    ANNOTATE = "annotate"
    UNPACK = "unpack"
    LOOP = "loop"
    PARAMETER = "parameter"
    IMPORT = "import"
    DEFINITION = "definition"
    OTHER = "other"


class TooMuchWork(Exception):  # noqa: N818 - named for what happened
    """Following the code's values takes more steps than are granted."""


Kind = TypeVar("Kind", bound=ast.AST)
FunctionNode: TypeAlias = ast.FunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name.

    Attributes:
        node: The binding node: a Name, arg, alias, FunctionDef, ClassDef or ExceptHandler.
        value: What is bound (ASSIGN, AUGMENT), iterated (LOOP) or unpacked (UNPACK).
    """

    kind: BindingKind
    node: ast.AST
    value: ast.expr | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A lexical scope."""

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    in_function: bool = False

    def __post_init__(self) -> None:
        """Sees whether a call has to happen before anything in here is evaluated."""
        self.in_function = self.kind is ScopeKind.FUNCTION or (self.parent is not None and self.parent.in_function)

    def function(self) -> Scope:
        """Returns the nearest enclosing scope that is not a comprehension: where a walrus binds."""
        scope = self
        while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True)
class ModuleTree:
    """The flattened tree."""

    module: ast.Module
    root: Scope
    nodes: list[ast.AST] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    children: dict[ast.AST, list[ast.AST]] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    by_kind: dict[type[ast.AST], list[ast.AST]] = field(default_factory=dict)
    depth: int = 0
    work: int = 1_000_000
    _uses: dict[tuple[Scope, str], list[ast.Name]] = field(default_factory=dict)
    _homes: dict[tuple[Scope, str], list[Scope]] = field(default_factory=dict)

    def spend(self, steps: int = 1) -> None:
        """Takes steps off what is granted for following values: names may refer to each other without end.

        Raises:
            TooMuchWork: Where none are left.
        """
        self.work -= steps
        if self.work < 0:
            raise TooMuchWork

    def parent(self, node: ast.AST) -> ast.AST:
        """Returns the parent; the module is its own."""
        return self.parents.get(node, self.module)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yields the parent, its parent and so on, up to the module."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def inside(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yields the node and everything in it, but for operators and contexts."""
        stack = [node]
        while stack:
            node = stack.pop()
            yield node
            stack += self.children.get(node, ())

    def scope_of(self, node: ast.AST) -> Scope:
        """Returns the scope that the node is evaluated in."""
        return self.scopes[node]

    def resolve(self, name: str, scope: Scope) -> Scope | None:
        """Returns the scope whose binding a use of ``name`` in ``scope`` finds; None for a built-in."""
        current: Scope | None = scope
        first = True
        while current is not None:
            if name in current.declared_global:
                return self.root if name in self.root.bindings else None
            if name in current.bindings and (first or current.kind is not ScopeKind.CLASS):
                return current
            first = first and current.kind is ScopeKind.COMPREHENSION
            current = current.parent
        return None

    def homes(self, node: ast.Name) -> list[Scope]:
        """Returns the scopes whose bindings this use may see; none for a built-in.

        A name that a class body binds may still be the one outside: the body may not have got there yet, and what is
        in a comprehension never sees it.
        """
        used = (self.scopes[node], node.id)
        found = self._homes.get(used)
        if found is None:
            found = self._homes[used] = list(self._seen_from(*used))
        return found

    def _seen_from(self, scope: Scope, name: str) -> Iterator[Scope]:
        home = self.resolve(name, scope)
        while home is not None:
            yield home
            outer = home.parent if home.kind is ScopeKind.CLASS else None
            home = self.resolve(name, outer) if outer is not None else None

    def uses(self, scope: Scope, name: str) -> list[ast.Name]:
        """Returns every mention of a name that may find what the scope binds."""
        if not self._uses:
            for node in self.of_kind(ast.Name):
                for home in self.homes(node):
                    self._uses.setdefault((home, node.id), []).append(node)
        return self._uses.get((scope, name), [])

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """Returns the nodes of exactly one kind, in source order."""
        return cast("list[Kind]", self.by_kind.get(kind, []))

    def bindings(self, node: ast.Name) -> tuple[Binding, ...]:
        """Returns every binding that this use may see; empty for a built-in."""
        homes = self.homes(node)
        if len(homes) == 1:
            found = tuple(homes[0].bindings[node.id])
        else:
            found = tuple(binding for scope in homes for binding in scope.bindings[node.id])
        self.spend(1 + len(found))
        return found

    def loads(self, node: ast.Name) -> list[ast.Name]:
        """Returns every use that reads what this name is bound to; empty for a built-in."""
        found = [use for scope in self.homes(node) for use in self.uses(scope, node.id)]
        self.spend(1 + len(found))
        return [use for use in found if isinstance(use.ctx, ast.Load)]

    def taken_from(self, binding: Binding) -> ast.expr | None:
        """Returns what the name of a loop or of an unpacking is an element of."""
        target: ast.AST = binding.node
        while isinstance(self.parent(target), ast.Tuple | ast.List | ast.Starred):
            target = self.parent(target)
        match self.parent(target):
            case ast.For(iter=value) | ast.comprehension(iter=value) | ast.Assign(value=value):
                return value
        return None

    def uses_of(self, function: ast.FunctionDef) -> list[ast.Name]:
        """Returns every use of the function's name."""
        scope = self.resolve(function.name, self.scopes[function])
        return self.uses(scope, function.name) if scope else []

    def is_builtin(self, node: ast.AST, name: str) -> bool:
        """Whether ``node`` is a use of the built-in ``name`` itself."""
        return isinstance(node, ast.Name) and node.id == name and not self.homes(node)

    def enclosing_function(self, node: ast.AST) -> FunctionNode | None:
        """Returns the function whose body the node is in, or None at module or class level."""
        scope: Scope | None = self.scopes[node]
        while scope is not None and scope.kind is not ScopeKind.FUNCTION:
            scope = scope.parent
        return scope.node if scope and isinstance(scope.node, ast.FunctionDef | ast.Lambda) else None

    def enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        """Returns the innermost class that the node is written in."""
        return next((a for a in self.ancestors(node) if isinstance(a, ast.ClassDef)), None)

    def owner_class(self, function: FunctionNode) -> ast.ClassDef | None:
        """Returns the class that ``function`` is a method of, or None."""
        parent = self.parents.get(function)
        return parent if isinstance(parent, ast.ClassDef) else None
