"""How often loops at the top of a module run."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from codegen_core.safety.parts import parts_of
from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import COMPREHENSIONS, Binding, BindingKind

MAX_STEPS = 10_000
"""Steps that a comprehension or loop at the top of the module may take."""

_UNKNOWN_STEPS = MAX_STEPS + 1
_MAX_DEPTH = 12
_SAME_LENGTH = ("enumerate", "zip", "sorted", "list", "reversed")


def total_steps(policy: Policy, node: ast.AST, iterable: ast.expr) -> int:
    """Steps of this loop times those around it; more than MAX_STEPS stands for any larger number."""
    steps = steps_of(policy, iterable)
    for parent in policy.tree.ancestors(node):
        if isinstance(parent, ast.For):
            steps *= max(steps_of(policy, parent.iter), 1)
        elif isinstance(parent, COMPREHENSIONS):
            if parent.generators[0] is not node and parent is policy.tree.parent(node):
                return 0  # Counted with the first of its generators.
            steps *= product_of_steps(policy, [g for g in parent.generators if g is not node])
    return steps


def product_of_steps(policy: Policy, generators: list[ast.comprehension], depth: int = 0) -> int:
    """Steps of loops inside each other."""
    total = 1
    for generator in generators:
        total *= max(steps_of(policy, generator.iter, depth), 1)
        if total > MAX_STEPS:
            break
    return total


def steps_of(policy: Policy, node: ast.expr, depth: int = 0) -> int:
    """How often a loop over the value runs; more than MAX_STEPS where that can't be told."""
    policy.tree.spend()
    match node:
        case _ if depth > _MAX_DEPTH:
            return _UNKNOWN_STEPS
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return len(parts)
        case ast.Constant(value=str(text)):
            return len(text)
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values")):
            return steps_of(policy, value, depth + 1)
        case ast.Call(func=ast.Name() | ast.Attribute() as function):
            return _steps_of_call(policy, node, function, depth)
        case ast.Name():
            bindings = policy.tree.bindings(node)
            values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and b.value is not None]
            if not bindings or len(values) != len(bindings):
                return steps_of_part(policy, node, depth)
            return max(steps_of(policy, value, depth + 1) for value in values)
        case ast.BinOp(op=ast.Add() | ast.BitOr(), left=left, right=right):
            return steps_of(policy, left, depth + 1) + steps_of(policy, right, depth + 1)
        case ast.ListComp(generators=generators) | ast.SetComp(generators=generators):
            return product_of_steps(policy, generators, depth + 1)
        case ast.DictComp(generators=generators):
            return product_of_steps(policy, generators, depth + 1)
    return _UNKNOWN_STEPS


def steps_of_part(policy: Policy, node: ast.Name, depth: int) -> int:
    """How often a loop runs over a row of a written table, or over the members of an enumeration."""
    owner = policy.references.local_class(node)
    if owner is not None and policy.references.is_enumeration(owner):
        return len(owner.body)
    parts = parts_of(policy, node)
    return max((steps_of(policy, part, depth + 1) for part in parts), default=_UNKNOWN_STEPS)


def whole_number(policy: Policy, node: ast.expr, depth: int = 0) -> int | None:
    """Returns the whole number that the value is, the largest of several, or None where that can't be told."""
    policy.tree.spend()
    match node:
        case ast.Constant(value=int(number)):
            return number
        case _ if depth > _MAX_DEPTH:
            return None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = whole_number(policy, operand, depth + 1)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            return _combined(op, whole_number(policy, left, depth + 1), whole_number(policy, right, depth + 1))
        case ast.Call(func=function, args=[argument]) if policy.tree.is_builtin(function, "len"):
            return steps_of(policy, argument, depth + 1)
        case ast.Name():
            return _largest([_bound_number(policy, binding, depth + 1) for binding in policy.tree.bindings(node)])
    return None


def _largest(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return max(known, key=abs) if known and len(known) == len(numbers) else None


def _bound_number(policy: Policy, binding: Binding, depth: int) -> int | None:
    """The largest number that one binding may give a name."""
    value = binding.value
    if binding.kind is BindingKind.ASSIGN and value is not None:
        return whole_number(policy, value, depth)
    if binding.kind is not BindingKind.LOOP:
        return None
    match value:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return _largest([whole_number(policy, part, depth) for part in parts])
        case ast.Call(func=function, args=parts) if policy.tree.is_builtin(function, "range"):
            return _largest([whole_number(policy, part, depth) for part in parts])
        case ast.Name():
            bound = policy.tree.bindings(value)
            inner = [b.value for b in bound if b.kind is BindingKind.ASSIGN and b.value is not None]
            if depth > _MAX_DEPTH or len(inner) != len(bound):
                return None
            return _largest([_bound_number(policy, Binding(binding.kind, binding.node, v), depth + 1) for v in inner])
        case ast.ListComp(elt=element):
            return whole_number(policy, element, depth)
    return None


def _combined(op: ast.operator, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    return left * right if isinstance(op, ast.Mult) else left + right if isinstance(op, ast.Add) else left - right


def _steps_of_call(policy: Policy, node: ast.Call, function: ast.expr, depth: int) -> int:
    if policy.tree.is_builtin(function, "range"):
        numbers = [whole_number(policy, argument) for argument in node.args]
        known = [abs(number) for number in numbers if number is not None]
        return sum(known) if len(known) == len(numbers) else _UNKNOWN_STEPS
    if any(policy.tree.is_builtin(function, name) for name in _SAME_LENGTH):
        return max((steps_of(policy, argument, depth + 1) for argument in node.args), default=0)
    found = policy.references.member(function)
    if found is None or node.keywords:
        return _UNKNOWN_STEPS
    each = [steps_of(policy, argument, depth + 1) for argument in node.args]
    match found.path:
        case "itertools.product":
            return min(math.prod(each), _UNKNOWN_STEPS)
        case "itertools.chain":
            return sum(each)
        case "itertools.pairwise" | "itertools.accumulate" | "itertools.islice":
            return each[0] if each else 0
    return size_of_array(policy, node, found.path) if found.path in ARRAYS else _UNKNOWN_STEPS


ARRAYS = frozenset(
    f"numpy.{name}" for name in ("linspace", "arange", "zeros", "ones", "full", "empty", "eye", "identity")
)
"""Functions that make an array of the size that they are given."""


def size_of_array(policy: Policy, node: ast.Call, path: str) -> int:
    """Elements of the array; more than MAX_STEPS where that can't be told."""
    if node.keywords and path != "numpy.linspace":
        given = [k.value for k in node.keywords if k.arg not in ("dtype", "fill_value")]
    else:
        given = [k.value for k in node.keywords if k.arg == "num"]
    sizes = node.args[2:3] if path == "numpy.linspace" else node.args[:1] if path == "numpy.full" else node.args
    parts = [part for size in (*sizes, *given) for part in (size.elts if isinstance(size, ast.Tuple) else [size])]
    numbers = [whole_number(policy, part) for part in parts]
    known = [abs(number) for number in numbers if number is not None]
    if len(known) != len(numbers):
        return _UNKNOWN_STEPS
    if path == "numpy.arange":
        return sum(known)
    return math.prod(known) ** (2 if path in ("numpy.eye", "numpy.identity") else 1) if known else 50
