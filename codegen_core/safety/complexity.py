"""Complexity: cyclomatic as radon counts it, cognitive as the package cognitive_complexity does, nesting of blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.findings import FunctionComplexity

_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try)
_BRANCHES = ast.If | ast.For | ast.While | ast.IfExp | ast.ExceptHandler


def functions_of(module: ast.Module) -> list[FunctionComplexity]:
    """Returns the figures of every function and method, in the order written."""
    return [_figures(name, node) for name, node in _named_functions(module)]


def _named_functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    stack: list[tuple[str, ast.AST]] = [("", module)]
    while stack:
        prefix, node = stack.pop()
        if isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            prefix = f"{prefix}{node.name}."
        stack.extend((prefix, child) for child in reversed(list(ast.iter_child_nodes(node))) if _may_hold(child))


def _may_hold(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt | ast.ExceptHandler)


def _figures(name: str, node: ast.FunctionDef) -> FunctionComplexity:
    return FunctionComplexity(name, node.lineno, cyclomatic(node), cognitive(node), nesting(node))


def cyclomatic(function: ast.FunctionDef) -> int:
    """Returns 1 + the decisions of the body; functions and classes inside count for themselves."""
    total = 1
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        total += _decisions(node)
        if not isinstance(node, ast.Assert):
            stack.extend(ast.iter_child_nodes(node))
    return total


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.While() | ast.AsyncFor():
            return 1 + bool(node.orelse)
        case ast.comprehension():
            return 1 + len(node.ifs)
    return 0


def cognitive(function: ast.FunctionDef) -> int:
    """Returns the effort of following the function: a branch costs one, and one more for each level it is nested in.

    A function that only defines and returns another (a decorator) costs what that one does; recursion costs one.
    """
    while (
        len(function.body) == 2
        and isinstance(function.body[0], ast.FunctionDef)
        and isinstance(function.body[1], ast.Return)
    ):
        function = function.body[0]
    total = int(_calls_itself(function))
    stack: list[tuple[ast.AST, int]] = [(node, 0) for node in function.body]
    while stack:
        node, level = stack.pop()
        cost, inner = _effort(node, level)
        total += cost
        if not isinstance(node, ast.BoolOp):
            stack.extend((child, inner) for child in ast.iter_child_nodes(node))
    return total


def _effort(node: ast.AST, level: int) -> tuple[int, int]:
    """Returns what the node costs and the level of what is inside it."""
    match node:
        case ast.If(orelse=[ast.If()]):
            return max(1, level), level
        case ast.If(orelse=[_, *_]) | ast.For(orelse=[_, *_]) | ast.While(orelse=[_, *_]):
            return level + 2, level + 1
        case ast.If() | ast.For() | ast.While() | ast.IfExp() | ast.ExceptHandler():
            return level + 1, level + 1
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return 0, level + 1
        case ast.BoolOp():
            return sum(isinstance(n, ast.BoolOp) for n in ast.walk(node)), level
    return 0, level


def _calls_itself(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == function.name
        for n in ast.walk(function)
    )


def nesting(function: ast.FunctionDef) -> int:
    """Returns the deepest nesting of blocks; ``elif`` is no deeper than its ``if``."""
    deepest = 0
    stack: list[tuple[ast.AST, int]] = [(node, 0) for node in function.body]
    while stack:
        node, level = stack.pop()
        if isinstance(node, _BLOCKS):
            level += 1
            deepest = max(deepest, level)
        for child in ast.iter_child_nodes(node):
            is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
            if _may_hold(child):
                stack.append((child, level - 1 if is_elif else level))
    return deepest
