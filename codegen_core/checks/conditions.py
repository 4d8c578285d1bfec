"""Conditions that never change or exclude each other: warnings, since a drawing may be meant as a start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen_core.checks.bounds import bounds_of, outside_each_other
from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.sameness import Numbers, operand, value_numbers
from codegen_core.flow.model import ResolvedNode
from codegen_core.nodes.conditions import ALL_OF, ANY_OF, COMPARE, CROSSES_ABOVE, CROSSES_BELOW, NEGATE
from codegen_core.nodes.declaration import NodeType, Side, Text
from codegen_core.nodes.rank_conditions import BOTTOM_QUANTILE, TOP_QUANTILE
from codegen_core.nodes.series_conditions import BETWEEN, FALLING, RISING
from codegen_core.problems import Problem

Nodes = tuple[ResolvedNode, ...]

_SAME_OPERANDS = Text("left and right are the same series", "左右两侧是同一序列")
_SAME_BOUNDS = Text("both bounds are the series itself", "上下界都是该序列本身")
_EMPTY_BOUNDS = Text("the lower bound is above the upper one", "下界高于上界")
_EVERY_MEMBER = Text("every member that is ranked is chosen", "所有参与排名的成分都被选中")
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

_SHARES = {TOP_QUANTILE.name, BOTTOM_QUANTILE.name}
_RUNS = {RISING.name, FALLING.name}
_DAY_BEFORE = "the day before"
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
        reason = _constant_reason(node, numbers) if node.template.node_type is NodeType.CONDITION else None
        if reason is not None:
            yield _constant_problem(context, node.id, reason)


def _constant_reason(node: ResolvedNode, numbers: Numbers) -> Text | None:
    if node.template.system_name == BETWEEN.name:
        bounds = bounds_of(node)
        value, low, high = (operand(node, port, numbers) for port in ("input", "low", "high"))
        if bounds is not None and bounds.is_empty:
            return _EMPTY_BOUNDS
        return _SAME_BOUNDS if value == low == high else None
    if node.template.system_name in _SHARES:
        return _EVERY_MEMBER if node.parameters["fraction"] == 1 else None
    left, right = operand(node, "left", numbers), operand(node, "right", numbers)
    return _SAME_OPERANDS if left is not None and left == right else None


def _constant_problem(context: Context, node_id: str, reason: Text) -> Problem:
    text = reason.in_language(context.language)
    return context.say(Code.CONSTANT_CONDITION, reason=text, node_id=node_id, field=context.node_path(node_id))


def _opposed(context: Context, nodes: Mapping[str, ResolvedNode], numbers: Numbers) -> Iterator[Problem]:
    for node in nodes.values():
        joined = [nodes[source.node_id] for source in node.inputs.get("conditions", ())]
        if node.template.system_name == ANY_OF.name and any(_negations(joined, numbers)):
            yield _constant_problem(context, node.id, _ALWAYS_TRUE)
        if node.template.system_name == ALL_OF.name:
            pairs = (*_exclusive(joined, numbers), *outside_each_other(joined, numbers), *_negations(joined, numbers))
            for first, second in {(first.id, second.id): (first, second) for first, second in pairs}.values():
                yield _contradiction(context, node.id, first, second)


def _contradiction(context: Context, node_id: str, first: ResolvedNode, second: ResolvedNode) -> Problem:
    field = context.node_path(node_id)
    return context.say(Code.CONTRADICTORY_CONDITIONS, first=first.id, second=second.id, node_id=node_id, field=field)


def _negations(joined: list[ResolvedNode], numbers: Numbers) -> Iterator[tuple[ResolvedNode, ResolvedNode]]:
    """Yields each condition with the node that negates it."""
    by_number = {numbers[node.id]: node for node in reversed(joined)}
    for node in joined:
        for source in node.inputs.get("condition", ()) if node.template.system_name == NEGATE.name else ():
            if numbers[source.node_id] in by_number:
                yield by_number[numbers[source.node_id]], node


def _exclusive(joined: list[ResolvedNode], numbers: Numbers) -> Iterator[tuple[ResolvedNode, ResolvedNode]]:
    """Yields comparisons of the same two operands that are never true on the same day."""
    seen: dict[tuple[str, str], dict[frozenset[str], ResolvedNode]] = {}
    for node in joined:
        orders = _true_orders(node)
        if orders is not None:
            operands, is_mirrored = _operands(node, numbers)
            orders = frozenset(_MIRROR[order] for order in orders) if is_mirrored else orders
            others = seen.setdefault(operands, {})
            yield from ((other, node) for known, other in others.items() if not known & orders)
            others.setdefault(orders, node)


def _operands(node: ResolvedNode, numbers: Numbers) -> tuple[tuple[str, str], bool]:
    """Returns what a comparison compares, in a fixed order, and whether that turns left and right around."""
    if node.template.system_name in _RUNS:
        return (repr(operand(node, "input", numbers)), _DAY_BEFORE), False
    left, right = repr(operand(node, "left", numbers)), repr(operand(node, "right", numbers))
    return ((left, right), False) if left <= right else ((right, left), True)


def _true_orders(node: ResolvedNode) -> frozenset[str] | None:
    """Returns the orders of left and right in which a comparison may be true; None for any other node."""
    if node.template.system_name == COMPARE.name:
        return _HOLDS[str(node.parameters["operator"])]
    if node.template.system_name in {CROSSES_ABOVE.name, RISING.name}:
        return _HOLDS[">"]
    return _HOLDS["<"] if node.template.system_name in {CROSSES_BELOW.name, FALLING.name} else None


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
