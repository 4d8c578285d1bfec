"""Building the flattened tree: one pass with a stack of our own, so that no input can exhaust Python's."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen_core.safety.tree import COMPREHENSIONS, Binding, BindingKind, ModuleTree, Scope, ScopeKind


def build_tree(module: ast.Module) -> ModuleTree:
    """Flattens ``module``; ``depth`` of the result is that of the deepest node."""
    tree = ModuleTree(module, Scope(ScopeKind.MODULE, module, None))
    _Builder(tree).run()
    return tree


_LEAVES = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "type_comment", "kind"})
_BINDING = frozenset(
    {ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.ExceptHandler}
    | {ast.MatchAs, ast.MatchStar, ast.MatchMapping}
)


class _Builder:
    def __init__(self, tree: ModuleTree) -> None:
        self._tree = tree
        self._stack: list[tuple[ast.AST, Scope, int]] = []
        self._nonlocal: list[tuple[Scope, str, Binding]] = []

    def run(self) -> None:
        tree, stack = self._tree, self._stack
        tree.scopes[tree.module] = tree.root
        self._push(tree.module, tree.module.body, tree.root, 0)
        nodes, scopes, by_kind, deepest = tree.nodes, tree.scopes, tree.by_kind, 0
        while stack:
            node, scope, depth = stack.pop()
            nodes.append(node)
            scopes[node] = scope
            if depth > deepest:
                deepest = depth
            kind = type(node)
            if kind in by_kind:
                by_kind[kind].append(node)
            else:
                by_kind[kind] = [node]
            if kind is not ast.Constant:
                self._enter(node, kind, scope, depth + 1)
        tree.depth = deepest
        for scope, name, binding in self._nonlocal:
            _outer_scope(scope, name).bindings.setdefault(name, []).append(binding)

    def _push(self, parent: ast.AST, children: Sequence[ast.AST], scope: Scope, depth: int) -> None:
        parents, stack = self._tree.parents, self._stack
        known = self._tree.children
        if parent in known:
            known[parent].extend(children)
        else:
            known[parent] = list(children)
        for child in reversed(children):
            parents[child] = parent
            stack.append((child, scope, depth))

    def _enter(self, node: ast.AST, kind: type[ast.AST], scope: Scope, depth: int) -> None:
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
                self._bind_node(node, scope)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            self._enter_function(node, scope, depth)
        elif isinstance(node, ast.ClassDef):
            self._bind(scope, node.name, Binding(BindingKind.DEFINITION, node))
            inner = Scope(ScopeKind.CLASS, node, scope)
            self._push(node, node.body, inner, depth)
            outer = [*node.decorator_list, *_type_parameters(node), *node.bases, *node.keywords]
            self._push(node, outer, scope, depth)
        elif isinstance(node, ast.comprehension) and scope.parent is not None and _is_first(node, scope.node):
            self._push(node, [node.target, *node.ifs], scope, depth)
            self._push(node, [node.iter], scope.parent, depth)
        else:
            if kind in _BINDING:
                self._bind_node(node, scope)
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
            inner.bindings[parameter.arg] = [Binding(BindingKind.PARAMETER, parameter)]
        outer: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
        if isinstance(node, ast.Lambda):
            self._push(node, [node.body], inner, depth)
        else:
            self._bind(scope, node.name, Binding(BindingKind.DEFINITION, node))
            outer = [*node.decorator_list, *_type_parameters(node), *outer, *([node.returns] if node.returns else [])]
            self._push(node, list(node.body), inner, depth)
        self._push(node, [*outer, *parameters], scope, depth)

    def _bind(self, scope: Scope, name: str, binding: Binding) -> None:
        """Binds a name where its scope says: a nonlocal one only once every scope is known."""
        if name in scope.declared_nonlocal:
            self._nonlocal.append((scope, name, binding))
            return
        target = self._tree.root if name in scope.declared_global else scope
        target.bindings.setdefault(name, []).append(binding)

    def _bind_node(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name():
                kind, value = _how_bound(node, self._tree)
                inner = scope.function() if isinstance(self._tree.parents[node], ast.NamedExpr) else scope
                self._bind(inner, node.id, Binding(kind, node, value))
            case ast.Global():
                scope.declared_global.update(node.names)
            case ast.Nonlocal():
                scope.declared_nonlocal.update(node.names)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    name = alias.asname or (alias.name.split(".")[0] if isinstance(node, ast.Import) else alias.name)
                    self._bind(scope, name, Binding(BindingKind.IMPORT, alias))
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() if node.name:
                self._bind(scope, node.name, Binding(BindingKind.OTHER, node))
            case ast.MatchMapping() if node.rest:
                self._bind(scope, node.rest, Binding(BindingKind.OTHER, node))


def _is_first(node: ast.comprehension, owner: ast.AST) -> bool:
    """Whether this is the first loop of a comprehension: what it loops over is evaluated outside."""
    return isinstance(owner, COMPREHENSIONS) and owner.generators[0] is node


def _type_parameters(node: ast.AST) -> list[ast.AST]:
    """The type parameters that Python 3.12 knows."""
    return list(getattr(node, "type_params", ()))


def _outer_scope(scope: Scope, name: str) -> Scope:
    outer = scope.parent
    while outer is not None and (outer.kind is ScopeKind.CLASS or name not in outer.bindings):
        outer = outer.parent
    return outer or scope


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes inside, but for operators and contexts, which say nothing that their parents don't."""
    found: list[ast.AST] = []
    for name in _fields(type(node)):
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(name for name in kind._fields if name not in _LEAVES)
    return _FIELDS[kind]


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


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
