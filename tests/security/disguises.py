"""Other dress for code: the same meaning under another syntax tree, chosen by a random source."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable

Disguise = Callable[[str, random.Random], str]

_NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])


def _first_of(container: ast.expr, key: int | str) -> ast.Subscript:
    return ast.Subscript(container, ast.Constant(key), ast.Load())


def _called(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


_ROUNDABOUT: tuple[Callable[[ast.expr, int], ast.expr], ...] = (
    lambda node, _: node,
    lambda node, _: ast.IfExp(ast.Constant(True), node, node),
    lambda node, _: ast.BoolOp(ast.Or(), [node, node]),
    lambda node, _: ast.BoolOp(ast.And(), [ast.Constant(1), node]),
    lambda node, _: _first_of(ast.List([node], ast.Load()), 0),
    lambda node, _: _first_of(ast.Tuple([node], ast.Load()), 0),
    lambda node, _: _first_of(ast.Dict([ast.Constant("k")], [node]), "k"),
    lambda node, n: ast.NamedExpr(ast.Name(f"kept_{n}", ast.Store()), node),
    lambda node, _: ast.Call(ast.Lambda(_NO_ARGUMENTS, node), [], []),
    lambda node, _: _called("next", _called("iter", ast.List([node], ast.Load()))),
    lambda node, _: _called("max", ast.List([node], ast.Load())),
)
"""Ways to write a value that come to the value."""


class _Values(ast.NodeTransformer):
    """Writes functions that are called, their arguments and the objects of attributes in a roundabout way."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def _other(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred) or self._source.random() < 0.6:
            return node
        return self._source.choice(_ROUNDABOUT)(node, self._source.randrange(9))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.func = self._other(node.func)
        node.args = [self._other(argument) for argument in node.args]
        return self._other(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and self._source.random() < 0.1:
            return _called("getattr", node.value, ast.Constant(node.attr))
        node.value = self._other(node.value)
        return node


class _Hoisting(ast.NodeTransformer):
    """Binds a function, an argument or an object to a name before the statement that uses it."""

    def __init__(self, source: random.Random) -> None:
        self._source, self._count = source, 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [part for statement in block for part in self._split(statement)])
        return node

    def _split(self, statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, ast.Expr | ast.Return | ast.Assign) or statement.value is None:
            return [statement]
        scopes = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        inner = {id(c) for s in ast.walk(statement) if isinstance(s, scopes) for c in ast.walk(s)}
        calls = [c for c in ast.walk(statement) if isinstance(c, ast.Call) and id(c) not in inner]
        return [*self._bound(self._source.choice(calls)), statement] if calls else [statement]

    def _bound(self, call: ast.Call) -> list[ast.stmt]:
        self._count += 1
        name = f"held_{self._count}"
        kind = self._source.randrange(3)
        if kind == 0 and call.args and not isinstance(call.args[0], ast.Starred):
            value, call.args[0] = call.args[0], ast.Name(name, ast.Load())
            return [ast.Assign([ast.Name(name, ast.Store())], value)]
        if kind == 1 and isinstance(call.func, ast.Attribute):
            value, call.func.value = call.func.value, ast.Name(name, ast.Load())
            target = ast.Tuple([ast.Name(name, ast.Store())], ast.Store())
            return [ast.Assign([target], ast.List([value], ast.Load()))]
        value, call.func = call.func, ast.Name(name, ast.Load())
        return [ast.Assign([ast.Name(name, ast.Store())], value)]


def _by(transformer: type[_Values] | type[_Hoisting]) -> Disguise:
    def disguise(code: str, source: random.Random) -> str:
        return ast.unparse(ast.fix_missing_locations(transformer(source).visit(ast.parse(code)))) + "\n"

    return disguise


in_a_roundabout_way, with_names_for_parts = _by(_Values), _by(_Hoisting)
DISGUISES: tuple[Disguise, ...] = (in_a_roundabout_way, with_names_for_parts)


def can_run(code: str) -> bool:
    """Whether Python takes the code at all: not every disguise fits every place."""
    try:
        compile(code, "<attack>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
