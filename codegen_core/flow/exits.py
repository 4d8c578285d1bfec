"""The ways out of a holding that a flow draws, told from its nodes."""

from __future__ import annotations

from collections.abc import Iterable

from codegen_core.flow.model import ResolvedNode
from codegen_core.nodes.declaration import NodeType, Side
from codegen_core.nodes.positions import TOP_K_DROPOUT
from codegen_core.nodes.risk_rules import COOLDOWN, DRAWDOWN_HALT, MIN_HOLDING_DAYS


def is_stop(node: ResolvedNode) -> bool:
    """Returns whether the node is a stop, for a loss or for a gain."""
    return node.template.node_type in {NodeType.STOP_LOSS, NodeType.STOP_PROFIT}


def hears_signals(node: ResolvedNode) -> bool:
    """Returns whether the node is a POSITION that sells by SELL signals or by dropout."""
    takes_exit = any(port.side is Side.SELL and port.name in node.inputs for port in node.template.inputs)
    return takes_exit or (node.template.name == TOP_K_DROPOUT.name and node.parameters["n_drop"] != 0)


def can_leave(node: ResolvedNode) -> bool:
    """Returns whether something sells by the node."""
    return is_stop(node) or hears_signals(node) or node.template.name == DRAWDOWN_HALT.name


def has_effect(node: ResolvedNode, nodes: Iterable[ResolvedNode]) -> bool:
    """Returns False for a rule about exits that none of ``nodes`` makes; rules are bound to the one POSITION."""
    if node.template.name == COOLDOWN.name:
        return any(map(is_stop, nodes))
    if node.template.name == MIN_HOLDING_DAYS.name:
        return any(map(hears_signals, nodes))
    return True
