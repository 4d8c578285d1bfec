"""Complexity: cyclomatic as radon counts it, cognitive as the package cognitive_complexity does, nesting of blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from codegen_core.safety.findings import FunctionComplexity
from codegen_core.safety.tree import ModuleTree

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = frozenset({ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match})
_SCORED = frozenset({ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler, ast.BoolOp, ast.Lambda, *_FUNCTIONS})
_WITHOUT_BLOCKS = frozenset({ast.Name, ast.Constant, ast.arg, ast.alias})
_DECIDING = frozenset(
    {ast.Try, ast.BoolOp, ast.If, ast.IfExp, ast.Assert, ast.For, ast.While, ast.AsyncFor, ast.comprehension, ast.Match}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: how deep for each figure, and which figures still count it.

    Attributes:
        level: Branches and functions around it, as cognitive complexity counts them.
        depth: Blocks around it.
        decides: Whether it belongs to the function itself, not to one inside, as cyclomatic complexity asks.
        in_condition: Whether it is part of a condition, where only further conditions cost effort.
    """

    level: int = 0
    depth: int = 0
    decides: bool = True
    in_condition: bool = False


_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Step: TypeAlias = tuple[ast.AST, _Place]


def functions_of(tree: ModuleTree) -> list[FunctionComplexity]:
    """Returns the figures of every function and method, in the order written."""
    return [_figures(tree, name, node) for name, node in _named_functions(tree)]


def _named_functions(tree: ModuleTree) -> Iterator[tuple[str, _Function]]:
    nodes = [*tree.of_kind(ast.FunctionDef), *tree.of_kind(ast.AsyncFunctionDef)]
    for node in sorted(nodes, key=lambda f: (f.lineno, f.col_offset)):
        if isinstance(node, _FUNCTIONS):
            around = [a.name for a in tree.ancestors(node) if isinstance(a, (ast.ClassDef, *_FUNCTIONS))]
            yield ".".join([*reversed(around), node.name]), node


def _figures(tree: ModuleTree, name: str, function: _Function) -> FunctionComplexity:
    cyclomatic, effort, deepest = 1, 0, 0
    recursive = False
    for node, place in _steps(tree, function):
        deepest = max(deepest, place.depth + (type(node) in _BLOCKS))
        if place.decides and type(node) in _DECIDING:
            cyclomatic += _decisions(node)
        if type(node) in _SCORED:
            effort += _effort(node, place)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
            recursive = True
    if (inner := _decorated(function)) is not None:
        return FunctionComplexity(name, function.lineno, cyclomatic, _figures(tree, name, inner).cognitive, deepest)
    return FunctionComplexity(name, function.lineno, cyclomatic, effort + recursive, deepest)


def _steps(tree: ModuleTree, function: _Function) -> Iterator[_Step]:
    stack: list[_Step] = [(node, _Place()) for node in function.body]
    while stack:
        node, place = stack.pop()
        yield node, place
        inner = _inside(node, place)
        for child in tree.children.get(node, ()):
            if type(child) in _WITHOUT_BLOCKS:
                continue
            is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
            stack.append((child, _Place(inner.level, place.depth, inner.decides) if is_elif else inner))


def _inside(node: ast.AST, place: _Place) -> _Place:
    """The place of what is inside a node."""
    kind = type(node)
    if kind not in _SCORED and kind not in _BLOCKS and kind not in (ast.Assert, ast.ClassDef):
        return place
    scored = kind in _SCORED and kind is not ast.BoolOp and not _has_elif(node)
    return _Place(
        place.level + scored,
        place.depth + (kind in _BLOCKS),
        place.decides and kind not in (*_FUNCTIONS, ast.ClassDef, ast.Assert),
        place.in_condition or kind is ast.BoolOp,
    )


def _decorated(function: _Function) -> ast.FunctionDef | None:
    """The function that this one only defines and returns, as a decorator does: its effort is that one's."""
    match function.body:
        case [ast.FunctionDef() as inner, ast.Return()]:
            return inner
    return None


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.Match():
            return max(0, len(node.cases) - any(_takes_anything(case.pattern) for case in node.cases))
        case ast.For() | ast.While() | ast.AsyncFor():
            return 1 + bool(node.orelse)
        case ast.comprehension():
            return 1 + len(node.ifs)
    return 1


def _takes_anything(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _effort(node: ast.AST, place: _Place) -> int:
    """What a node costs: a branch one, and one more for each level it is nested in; a condition one."""
    if isinstance(node, ast.BoolOp):
        return 1
    if place.in_condition or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return 0
    if _has_elif(node):
        return max(1, place.level)
    has_else = isinstance(node, ast.If | ast.For | ast.While) and bool(node.orelse)
    return place.level + 1 + has_else


def _has_elif(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
