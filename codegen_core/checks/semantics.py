"""The SEMANTIC layer: whether the whole is a strategy, and what in it can't be meant."""

from __future__ import annotations

from collections.abc import Iterator

from codegen_core.checks.codes import Code
from codegen_core.checks.conditions import check_conditions
from codegen_core.checks.context import Context
from codegen_core.checks.expressions import check_expressions
from codegen_core.flow.exits import can_leave, has_effect
from codegen_core.flow.model import ResolvedNode
from codegen_core.nodes.declaration import NodeType, PortType, Side
from codegen_core.nodes.positions import TOP_K_DROPOUT
from codegen_core.problems import Problem

Nodes = tuple[ResolvedNode, ...]

_ENDS = {PortType.POSITION, PortType.RULE}


def check_semantics(context: Context, nodes: Nodes) -> tuple[Problem, ...]:
    """Returns what keeps the flow from being a strategy, else what in it is likely a mistake.

    Args:
        context: The flow, without a problem in the earlier layers.
        nodes: Its nodes, resolved, in topological order.
    """
    if not nodes:
        return (context.say(Code.EMPTY_FLOW, field="logic_flow.nodes"),)
    errors = tuple(_errors(context, nodes))
    return errors or (*_warnings(context, nodes), *check_conditions(context, nodes))


def is_end(node: ResolvedNode) -> bool:
    """Returns whether a flow may end with the node: it is the sizing rule, or a rule bound to it."""
    return any(port.type in _ENDS for port in node.template.outputs)


def _errors(context: Context, nodes: Nodes) -> Iterator[Problem]:
    positions = [node for node in nodes if node.template.node_type is NodeType.POSITION]
    if not positions:
        yield context.say(Code.NO_POSITION, field="logic_flow.nodes", expected="1", received="0")
    if len(positions) > 1:
        received = ", ".join(sorted(node.id for node in positions))
        yield context.say(Code.MANY_POSITIONS, field="logic_flow.nodes", expected="1", received=received)
    for node in positions:
        if not _can_enter(node):
            yield context.say(Code.NO_ENTRY, node_id=node.id, field=context.node_path(node.id))
    yield from check_expressions(context, nodes)


def _can_enter(position: ResolvedNode) -> bool:
    """Returns whether something buys: an entry signal, or a score that the POSITION picks by."""
    return any(
        port.name in position.inputs and (port.side is Side.BUY or PortType.SERIES in port.types)
        for port in position.template.inputs
    )


def _warnings(context: Context, nodes: Nodes) -> Iterator[Problem]:
    if not any(map(can_leave, nodes)):
        position = next(node for node in nodes if node.template.node_type is NodeType.POSITION)
        yield context.say(Code.NO_EXIT, node_id=position.id, field=context.node_path(position.id))
    yield from _unread_scores(context, nodes)
    used = {source.node_id for node in nodes for sources in node.inputs.values() for source in sources}
    for node in nodes:
        if node.id not in used and not is_end(node):
            is_signal = node.template.node_type is NodeType.SIGNAL
            code = Code.SIGNAL_NOT_USED if is_signal else Code.DISCONNECTED_NODE
            yield context.say(code, node_id=node.id, field=context.node_path(node.id))
        if not has_effect(node, nodes):
            yield context.say(Code.RULE_WITHOUT_EFFECT, node_id=node.id, field=context.node_path(node.id))


def _unread_scores(context: Context, nodes: Nodes) -> Iterator[Problem]:
    by_id = {node.id: node for node in nodes}
    for position in nodes:
        for source in position.inputs.get("entry", ()) if position.template.name == TOP_K_DROPOUT.name else ():
            if "score" in by_id[source.node_id].inputs:
                node_id, name = source.node_id, position.template.name
                yield context.say(Code.SCORE_NOT_READ, template=name, node_id=node_id, field=context.node_path(node_id))
