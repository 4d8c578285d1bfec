"""Building the flattened tree: one pass with a stack of our own, so that no input can exhaust Python's."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen_core.safety.tree import COMPREHENSIONS, Binding, BindingKind, ModuleTree, Scope, ScopeKind


def build_tree(module: ast.Module) -> ModuleTree:
    """Flattens ``module``; ``depth`` of the result is that of the deepest node."""
    tree = ModuleTree(module, Scope(ScopeKind.MODULE, module, None))
    _Builder(tree).run()
    for node in tree.nodes:
        if isinstance(node, ast.Name):
            scope = tree.resolve(node.id, tree.scopes[node])
            if scope is not None:
                tree.uses.setdefault((scope, node.id), []).append(node)
    return tree


_LEAVES = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "type_comment", "kind"})
_BINDING = frozenset({ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.Name})


class _Builder:
    def __init__(self, tree: ModuleTree) -> None:
        self._tree = tree
        self._stack: list[tuple[ast.AST, Scope, int]] = []

    def run(self) -> None:
        tree, stack = self._tree, self._stack
        tree.scopes[tree.module] = tree.root
        self._push(tree.module, tree.module.body, tree.root, 0)
        while stack:
            node, scope, depth = stack.pop()
            tree.nodes.append(node)
            tree.scopes[node] = scope
            if depth > tree.depth:
                tree.depth = depth
            self._enter(node, scope, depth + 1)

    def _push(self, parent: ast.AST, children: Sequence[ast.AST], scope: Scope, depth: int) -> None:
        parents, stack = self._tree.parents, self._stack
        self._tree.children.setdefault(parent, []).extend(children)
        for child in reversed(children):
            parents[child] = parent
            stack.append((child, scope, depth))

    def _enter(self, node: ast.AST, scope: Scope, depth: int) -> None:
        kind = type(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            self._enter_function(node, scope, depth)
        elif isinstance(node, ast.ClassDef):
            _bind(scope, node.name, BindingKind.DEFINITION, node)
            inner = Scope(ScopeKind.CLASS, node, scope)
            self._push(node, node.body, inner, depth)
            self._push(node, [*node.decorator_list, *node.bases, *node.keywords], scope, depth)
        elif kind is not ast.Constant:
            if kind in _BINDING:
                _bind_node(node, scope, self._tree)
            inner = Scope(ScopeKind.COMPREHENSION, node, scope) if kind in COMPREHENSIONS else scope
            children = _children(node)
            if children:
                self._push(node, children, inner, depth)

    def _enter_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope, depth: int
    ) -> None:
        inner = Scope(ScopeKind.FUNCTION, node, scope)
        arguments = node.args
        parameters = _parameters(arguments)
        for parameter in parameters:
            _bind(inner, parameter.arg, BindingKind.PARAMETER, parameter)
        outer: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
        if isinstance(node, ast.Lambda):
            self._push(node, [node.body], inner, depth)
        else:
            _bind(scope, node.name, BindingKind.DEFINITION, node)
            outer = [*node.decorator_list, *outer, *([node.returns] if node.returns else [])]
            self._push(node, list(node.body), inner, depth)
        self._push(node, [*outer, *parameters], scope, depth)


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes inside, but for operators and contexts, which say nothing that their parents don't."""
    found: list[ast.AST] = []
    for name in node._fields:
        if name in _LEAVES:
            continue
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def _bind(scope: Scope, name: str, kind: BindingKind, node: ast.AST, value: ast.expr | None = None) -> None:
    scope.bindings.setdefault(name, []).append(Binding(kind, node, value))


def _bind_node(node: ast.AST, scope: Scope, tree: ModuleTree) -> None:
    match node:
        case ast.Global():
            scope.declared_global.update(node.names)
        case ast.Nonlocal():
            scope.declared_nonlocal.update(node.names)
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                name = alias.asname or (alias.name.split(".")[0] if isinstance(node, ast.Import) else alias.name)
                _bind(_target_scope(scope, name, tree), name, BindingKind.IMPORT, alias)
        case ast.ExceptHandler() if node.name:
            _bind(_target_scope(scope, node.name, tree), node.name, BindingKind.OTHER, node)
        case ast.Name(ctx=ast.Store() | ast.Del()):
            _bind_name(node, scope, tree)


def _target_scope(scope: Scope, name: str, tree: ModuleTree) -> Scope:
    if name in scope.declared_global:
        return tree.root
    if name in scope.declared_nonlocal:
        outer = scope.parent
        while outer is not None and (outer.kind is ScopeKind.CLASS or name not in outer.bindings):
            outer = outer.parent
        return outer or scope
    return scope


def _bind_name(node: ast.Name, scope: Scope, tree: ModuleTree) -> None:
    kind, value = _how_bound(node, tree)
    inner = scope.function() if isinstance(tree.parents[node], ast.NamedExpr) else scope
    _bind(_target_scope(inner, node.id, tree), node.id, kind, node, value)


def _how_bound(node: ast.Name, tree: ModuleTree) -> tuple[BindingKind, ast.expr | None]:
    match tree.parents[node]:
        case ast.Assign(value=value) | ast.NamedExpr(value=value):
            return BindingKind.ASSIGN, value
        case ast.AnnAssign(value=None):
            return BindingKind.ANNOTATE, None
        case ast.AnnAssign(value=value):
            return BindingKind.ASSIGN, value
        case ast.AugAssign(value=value):
            return BindingKind.AUGMENT, value
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            return BindingKind.LOOP, iterable
        case ast.Tuple(elts=targets) as pair:
            return _unpacked(targets.index(node), pair, tree.parents.get(pair))
    return BindingKind.UNPACK, None


def _unpacked(position: int, targets: ast.Tuple, statement: ast.AST | None) -> tuple[BindingKind, ast.expr | None]:
    """``a, b = x, y`` binds each name to its own value."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple):
        values = statement.value.elts
        plain = not any(isinstance(part, ast.Starred) for part in [*targets.elts, *values])
        if plain and len(values) == len(targets.elts):
            return BindingKind.ASSIGN, values[position]
    return BindingKind.UNPACK, None
