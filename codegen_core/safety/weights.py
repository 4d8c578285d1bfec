"""How large a value made while the module is imported can become: characters, elements and words of its numbers."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable

from codegen_core.safety.library import Member
from codegen_core.safety.loops import ARRAYS, product_of_steps, size_of_array, steps_of, whole_number
from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import COMPREHENSIONS, Scope

MAX_WEIGHT = 1_000_000
"""What a value at the top of a module may weigh: more characters than the longest text that is taken on."""

_OVER = MAX_WEIGHT + 1
_WORD_BITS = 30
_SIZED = re.compile(r"[<>=|]?[SUVa](\d{1,12})")
_FROM_ARGUMENTS = re.compile(r"%[^a-zA-Z%]*\*|\{[^{}]*\{")
"""A width or precision that one of the values says."""

_WIDTH = re.compile(r"\d+")
_GROWING = frozenset({"append", "extend", "insert", "update", "setdefault", "add"})
_NOT_ALONE = ast.Mult | ast.Pow | ast.LShift | ast.MatMult


class Weights:
    """Weighs expressions of one module; what can't be weighed weighs too much."""

    def __init__(self, policy: Policy) -> None:
        """Takes what is known about the module."""
        self._policy, self._tree = policy, policy.tree
        self._known: dict[ast.AST, int] = {}
        self._active: set[ast.AST] = set()
        self._looked_at: set[ast.AST] = set()
        self._names: dict[tuple[Scope, str], int] = {}

    def is_too_heavy(self, node: ast.AST) -> bool:
        """Whether the value, or what a loop keeps of it, may weigh more than MAX_WEIGHT."""
        if isinstance(node, ast.Assign):
            kept = any(isinstance(target, ast.Subscript) for target in node.targets)
            return kept and self.of(node.value) * self._rounds(node) > MAX_WEIGHT
        kept = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING
        return self.of(node) * (self._rounds(node) if kept else 1) > MAX_WEIGHT

    def _rounds(self, node: ast.AST) -> int:
        loops = (a for a in self._tree.ancestors(node) if isinstance(a, ast.For))
        return math.prod(max(steps_of(self._policy, loop.iter), 1) for loop in loops)

    def of(self, node: ast.AST) -> int:
        """Returns the weight, MAX_WEIGHT + 1 standing for any larger one."""
        if node not in self._known:
            self._tree.spend()
            if node in self._active or len(self._active) > 60:
                return _OVER
            self._active.add(node)
            self._known[node] = min(self._weigh(node), _OVER)
            self._active.discard(node)
        return self._known[node]

    def _sum(self, nodes: Iterable[ast.AST | None]) -> int:
        return min(sum(self.of(node) for node in nodes if node is not None), _OVER)

    def _weigh(self, node: ast.AST) -> int:
        match node:
            case ast.Constant(value=value):
                return _of_constant(value)
            case ast.BinOp(left=left, op=op, right=right):
                return self._combined(left, op, right)
            case ast.AugAssign(target=target, op=op, value=value):
                return self._grown(target, op, value)
            case ast.Name():
                return self._bound(node)
            case ast.JoinedStr(values=parts):
                return self._sum(parts)
            case ast.FormattedValue(value=value, format_spec=spec):
                return self.of(value) + (self._width(spec) if spec is not None else 0)
            case ast.Call():
                return self._called(node)
            case ast.Attribute(attr=name):
                return self._sum(self._policy.own.stores(name)) or 1
            case ast.Lambda():
                return 1
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                made = self._sum([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
                return product_of_steps(self._policy, node.generators) * made
        return 1 + self._sum(self._tree.children.get(node, ()))

    def _bound(self, node: ast.Name) -> int:
        """A number that is counted up grows by a bit a line; anything else made from itself may double each time."""
        if self._is_made_of_itself(node) and self._policy.following.is_number(node):
            return 1
        homes = self._tree.homes(node)
        if not homes:
            return 1
        named = (homes[0], node.id)
        if named not in self._names:
            self._names[named] = _OVER
            bindings = self._tree.bindings(node)
            bound = self._sum(self._tree.taken_from(b) if b.value is None else b.value for b in bindings)
            self._names[named] = min(bound + sum(self._added(use) for use in self._tree.loads(node)), _OVER)
        return self._names[named] or 1

    def _added(self, use: ast.Name) -> int:
        """What a use of a container at the top of the module puts into it."""
        if self._tree.scope_of(use).in_function:
            return 0
        user = self._tree.parent(use)
        outer = self._tree.parent(user)
        match user, outer:
            case ast.Subscript(ctx=ast.Store()), ast.Assign(value=value) | ast.AugAssign(value=value):
                added = self.of(value)
            case ast.Attribute(attr=attr), ast.Call(args=arguments) if attr in _GROWING:
                added = self._sum(arguments)
            case _:
                return 0
        return added * self._rounds(use)

    def _combined(self, left: ast.expr, op: ast.operator, right: ast.expr) -> int:
        together = self.of(left) + self.of(right)
        match op:
            case ast.Pow():
                return self._power(left, right)
            case ast.LShift():
                bits = whole_number(self._policy, right)
                return _OVER if bits is None else together + bits // _WORD_BITS
            case ast.Mult():
                return self._product(left, right)
            case ast.Mod() if isinstance(left, ast.Constant) and isinstance(left.value, str):
                return together + _widest(left.value)
        return self.of(left) * self.of(right) if self._is_array(left) and self._is_array(right) else together

    def _power(self, base: ast.expr, exponent: ast.expr) -> int:
        if self._is_fraction(base) or self._is_fraction(exponent):
            return 1
        count = whole_number(self._policy, exponent)
        return _OVER if count is None else max(self.of(base) * abs(count), 1)

    def _is_fraction(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether a number is surely a float, which can't grow."""
        match node:
            case ast.Constant(value=float()):
                return True
            case ast.BinOp(op=ast.Div()):
                return self._policy.following.is_number(node)
            case ast.BinOp(left=left, right=right):
                return depth < 8 and (self._is_fraction(left, depth + 1) or self._is_fraction(right, depth + 1))
            case ast.UnaryOp(operand=operand):
                return self._is_fraction(operand, depth)
            case ast.Call(func=function):
                return self._tree.is_builtin(function, "float")
            case ast.Name() if depth < 8:
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(b.value and self._is_fraction(b.value, depth + 1) for b in bindings)
        return False

    def _product(self, left: ast.expr, right: ast.expr) -> int:
        if self._is_made_of_itself(left) or self._is_made_of_itself(right):
            return _OVER
        numbers = self._policy.following
        if numbers.is_number(left) and numbers.is_number(right):
            return self.of(left) + self.of(right)
        for value, times in ((left, right), (right, left)):
            count = whole_number(self._policy, times)
            if count is not None and not numbers.is_number(value):
                return self.of(value) * max(count, 1)
        known = numbers.is_number(left) or numbers.is_number(right)
        return self.of(left) + self.of(right) if known and self._has_array(left, right) else _OVER

    def _grown(self, target: ast.expr, op: ast.operator, value: ast.expr) -> int:
        """``x += y`` once; in a loop only numbers may grow."""
        if isinstance(op, _NOT_ALONE):
            return _OVER
        in_loop = any(isinstance(a, ast.For | ast.While) for a in self._tree.ancestors(target))
        return self.of(value) if not in_loop or self._policy.following.is_number(value) else _OVER

    def _is_made_of_itself(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and any(b.value in self._active for b in self._tree.bindings(node))

    def _width(self, spec: ast.expr) -> int:
        parts = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
        total = 0
        for part in parts:
            if isinstance(part, ast.FormattedValue):
                number = whole_number(self._policy, part.value)
                total += _OVER if number is None else number
            else:
                total += _widest(str(part.value)) if isinstance(part, ast.Constant) else _OVER
        return total

    def _called(self, node: ast.Call) -> int:
        given = self._sum([*node.args, *(k.value for k in node.keywords)]) * _element_width(node)
        if isinstance(node.func, ast.Attribute):
            return self._of_method(node, node.func, given)
        if self._tree.is_builtin(node.func, "range"):
            return steps_of(self._policy, node)
        if self._tree.is_builtin(node.func, "sum") and len(node.args) > 1:
            return given * given
        return given + 1

    def _of_method(self, node: ast.Call, function: ast.Attribute, given: int) -> int:
        found = self._policy.references.member(function)
        if found is not None and found.path == "pandas.DataFrame":
            return math.prod(max(self.of(part), 1) for part in [*node.args, *(k.value for k in node.keywords)])
        if found is not None:
            size = size_of_array(self._policy, node, found.path) if found.path in ARRAYS else given + 1
            return size * _element_width(node)
        receiver = self.of(function.value)
        if function.attr == "join":
            return given * (1 + receiver)
        text = function.value.value if isinstance(function.value, ast.Constant) else ""
        return receiver + given + (_widest(str(text)) if function.attr == "format" else 0)

    def _has_array(self, *nodes: ast.expr) -> bool:
        return any(self._is_array(node) for node in nodes)

    def _is_array(self, node: ast.expr) -> bool:
        match node:
            case ast.Call():
                return any(
                    isinstance(r, Member) and r.path.startswith(("numpy.", "pandas."))
                    for r in self._policy.references.of(node.func)
                )
            case ast.BinOp(left=left, right=right):
                return self._has_array(left, right)
            case ast.Subscript(value=value):
                return self._is_array(value)
            case ast.Name():
                values = [b.value for b in self._tree.bindings(node) if b.value is not None]
                return any(v not in self._looked_at and self._is_made_array(v) for v in values)
        return False

    def _is_made_array(self, value: ast.expr) -> bool:
        self._tree.spend()
        self._looked_at.add(value)
        try:
            return self._is_array(value)
        finally:
            self._looked_at.discard(value)


def _of_constant(value: object) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    return abs(value).bit_length() // _WORD_BITS + 1 if isinstance(value, int) else 1


def _element_width(node: ast.Call) -> int:
    """Characters of an array's elements where a dtype such as ``"S20"`` says how many."""
    texts = [
        n.value
        for part in [*node.args, *(k.value for k in node.keywords if k.arg == "dtype")]
        for n in [part]
        if isinstance(n, ast.Constant)
    ]
    widths = [int(m[1]) for t in texts if isinstance(t, str) and (m := _SIZED.fullmatch(t))]
    return max([1, *widths])


def _widest(text: str) -> int:
    """The numbers of a format together: none of its fields is padded to more."""
    if _FROM_ARGUMENTS.search(text):
        return _OVER
    return sum(int(number[:9]) for number in _WIDTH.findall(text))


GROWING = (ast.BinOp, ast.AugAssign, ast.JoinedStr, ast.Call, ast.List, ast.Tuple, ast.Set, ast.Dict, *COMPREHENSIONS)
"""Nodes that may make more than was written."""
