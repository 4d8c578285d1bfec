"""Conditions that never change or exclude each other: warnings, since a drawing may be meant as a start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.sameness import Numbers, operand, value_numbers
from codegen_core.flow.model import ResolvedNode
from codegen_core.nodes.conditions import ALL_OF, ANY_OF, COMPARE, CROSSES_ABOVE, CROSSES_BELOW, NEGATE
from codegen_core.nodes.declaration import NodeType, Side, Text
from codegen_core.problems import Problem

Nodes = tuple[ResolvedNode, ...]

_SAME_OPERANDS = Text("left and right are the same series", "左右两侧是同一序列")
_ALWAYS_TRUE = Text("it holds a condition and its opposite", "其中包含一个条件及其相反条件")

_HOLDS: Mapping[str, frozenset[str]] = {
    ">": frozenset({">"}),
    ">=": frozenset({">", "="}),
    "<": frozenset({"<"}),
    "<=": frozenset({"<", "="}),
    "==": frozenset({"="}),
    "!=": frozenset({"<", ">"}),
}
"""Operator to the orders of left and right in which it is true."""

_MIRROR = {">": "<", "<": ">", "=": "="}


def check_conditions(context: Context, nodes: Nodes) -> tuple[Problem, ...]:
    """Returns constant conditions, conditions joined by "and" that exclude each other, and entries that are exits."""
    numbers = value_numbers(nodes)
    by_id = {node.id: node for node in nodes}
    return (
        *_constant(context, nodes, numbers),
        *_opposed(context, by_id, numbers),
        *_cancelled(context, nodes, numbers),
    )


def _constant(context: Context, nodes: Nodes, numbers: Numbers) -> Iterator[Problem]:
    for node in nodes:
        left, right = operand(node, "left", numbers), operand(node, "right", numbers)
        if node.template.node_type is NodeType.CONDITION and left is not None and left == right:
            yield _constant_problem(context, node.id, _SAME_OPERANDS)


def _constant_problem(context: Context, node_id: str, reason: Text) -> Problem:
    text = reason.in_language(context.language)
    return context.say(Code.CONSTANT_CONDITION, reason=text, node_id=node_id, field=context.node_path(node_id))


def _opposed(context: Context, nodes: Mapping[str, ResolvedNode], numbers: Numbers) -> Iterator[Problem]:
    for node in nodes.values():
        joined = [nodes[source.node_id] for source in node.inputs.get("conditions", ())]
        if node.template.name == ANY_OF.name and any(_negates(*pair, numbers) for pair in combinations(joined, 2)):
            yield _constant_problem(context, node.id, _ALWAYS_TRUE)
        if node.template.name == ALL_OF.name:
            for first, second in combinations(joined, 2):
                if _exclude(first, second, numbers):
                    yield _contradiction(context, node.id, first, second)


def _contradiction(context: Context, node_id: str, first: ResolvedNode, second: ResolvedNode) -> Problem:
    field = context.node_path(node_id)
    return context.say(Code.CONTRADICTORY_CONDITIONS, first=first.id, second=second.id, node_id=node_id, field=field)


def _exclude(first: ResolvedNode, second: ResolvedNode, numbers: Numbers) -> bool:
    """Returns whether two conditions are never true on the same day."""
    one, other = _true_orders(first, numbers), _true_orders(second, numbers)
    if one is not None and other is not None and one[0] == other[0]:
        return not one[1] & other[1]
    return _negates(first, second, numbers)


def _negates(first: ResolvedNode, second: ResolvedNode, numbers: Numbers) -> bool:
    return _is_negation(first, second, numbers) or _is_negation(second, first, numbers)


def _is_negation(node: ResolvedNode, of: ResolvedNode, numbers: Numbers) -> bool:
    sources = node.inputs.get("condition", ()) if node.template.name == NEGATE.name else ()
    return any(numbers[source.node_id] == numbers[of.id] for source in sources)


def _true_orders(node: ResolvedNode, numbers: Numbers) -> tuple[tuple[str, str], frozenset[str]] | None:
    """Returns a comparison's two operands, in a fixed order, and the orders of their values in which it may be true."""
    holds = _orders_by_kind(node)
    if holds is None:
        return None
    left, right = repr(operand(node, "left", numbers)), repr(operand(node, "right", numbers))
    if left <= right:
        return (left, right), holds
    return (right, left), frozenset(_MIRROR[order] for order in holds)


def _orders_by_kind(node: ResolvedNode) -> frozenset[str] | None:
    if node.template.name == COMPARE.name:
        return _HOLDS[str(node.parameters["operator"])]
    return {CROSSES_ABOVE.name: _HOLDS[">"], CROSSES_BELOW.name: _HOLDS["<"]}.get(node.template.name)


def _cancelled(context: Context, nodes: Nodes, numbers: Numbers) -> Iterator[Problem]:
    """Yields exits that read the same condition as an entry: what is marked SELL isn't bought."""
    entries = {_condition(node, numbers): node for node in reversed(nodes) if _side(node) is Side.BUY}
    for node in nodes:
        condition = _condition(node, numbers)
        entry = entries.get(condition) if _side(node) is Side.SELL else None
        if entry is not None and condition is not None:
            field = context.node_path(node.id)
            yield context.say(Code.ENTRY_EQUALS_EXIT, entry=entry.id, exit=node.id, node_id=node.id, field=field)


def _side(node: ResolvedNode) -> Side | None:
    is_signal = node.template.node_type is NodeType.SIGNAL
    return next((port.side for port in node.template.outputs), None) if is_signal else None


def _condition(node: ResolvedNode, numbers: Numbers) -> tuple[object, ...] | None:
    return operand(node, "condition", numbers)
