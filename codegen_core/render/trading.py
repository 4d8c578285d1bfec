"""How a flow trades: its position, signals and rules, sorted by the part that each plays in a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from codegen_core.flow.exits import has_effect
from codegen_core.flow.model import ResolvedFlow, ResolvedNode
from codegen_core.nodes.declaration import NodeType
from codegen_core.nodes.positions import TOP_K_DROPOUT
from codegen_core.nodes.risk_rules import DRAWDOWN_HALT, EXPOSURE_CAP, TURNOVER_CAP, WEIGHT_CAP

Nodes = tuple[ResolvedNode, ...]

_ROOTS = {NodeType.POSITION, NodeType.STOP_LOSS, NodeType.STOP_PROFIT, NodeType.RISK_MANAGEMENT}


def used_nodes(flow: ResolvedFlow) -> Nodes:
    """Returns the nodes that the position and its rules hang on, in topological order; others would be dead code.

    Rules that bind nothing are left out, and so are scores of BUY nodes where the position ranks by its own alone.
    """
    nodes = _without_unread_scores(flow.nodes)
    used = {node.id for node in nodes if node.template.node_type in _ROOTS and has_effect(node, nodes)}
    for node in reversed(nodes):
        if node.id in used:
            used |= {source.node_id for sources in node.inputs.values() for source in sources}
    return tuple(node for node in nodes if node.id in used)


@dataclass(frozen=True)
class TradingNodes:
    """The nodes of a flow by the part that they play, each tuple in topological order.

    Attributes:
        entries: BUY nodes that feed the position.
        exits: SELL nodes that feed the position.
        stops: What sells before any signal is heard: halts, then stop losses, then stop profits.
        limits: Risk rules that say what may be bought or sold, the halts left out.
    """

    position: ResolvedNode
    entries: Nodes
    exits: Nodes
    stops: Nodes
    limits: Nodes

    @cached_property
    def scores(self) -> Nodes:
        """The entries that have a score."""
        return tuple(node for node in self.entries if "score" in node.inputs)

    @property
    def ranks_by_own_score(self) -> bool:
        """Whether entries are ranked by the position's own score."""
        return "score" in self.position.inputs and not self.scores

    @property
    def drops(self) -> bool:
        """Whether holdings drop out for better ones."""
        return self.position.template.name == TOP_K_DROPOUT.name

    @property
    def reads_account(self) -> bool:
        """Whether the day's account value is needed for more than the targets."""
        named = {node.template.name for node in (*self.stops, *self.limits)}
        return bool(named & {DRAWDOWN_HALT.name, WEIGHT_CAP.name, TURNOVER_CAP.name, EXPOSURE_CAP.name})


def trading_nodes(nodes: Nodes) -> TradingNodes:
    """Returns the parts that nodes play.

    Raises:
        ValueError: If there is no single position, or nothing to buy.
    """
    positions = _of_types(nodes, NodeType.POSITION)
    if len(positions) != 1:
        raise ValueError(f"a flow needs one position, this one has {len(positions)}")
    position = positions[0]
    entries = _feeding(nodes, position, "entry")
    if not entries and position.template.name != TOP_K_DROPOUT.name:
        raise ValueError("a flow needs an entry")
    rules = _of_types(nodes, NodeType.RISK_MANAGEMENT)
    halts = tuple(node for node in rules if node.template.name == DRAWDOWN_HALT.name)
    return TradingNodes(
        position=position,
        entries=entries,
        exits=_feeding(nodes, position, "exit"),
        stops=(*halts, *_of_types(nodes, NodeType.STOP_LOSS), *_of_types(nodes, NodeType.STOP_PROFIT)),
        limits=tuple(node for node in rules if node not in halts),
    )


def _feeding(nodes: Nodes, position: ResolvedNode, port: str) -> Nodes:
    connected = {source.node_id for source in position.inputs.get(port, ())}
    return tuple(node for node in nodes if node.id in connected)


def _of_types(nodes: Nodes, *types: NodeType) -> Nodes:
    return tuple(node for node in nodes if node.template.node_type in types)


def _without_unread_scores(nodes: Nodes) -> Nodes:
    positions = (node for node in nodes if node.template.name == TOP_K_DROPOUT.name)
    unread = {source.node_id for position in positions for source in position.inputs.get("entry", ())}
    return tuple(_without_score(node) if node.id in unread else node for node in nodes)


def _without_score(node: ResolvedNode) -> ResolvedNode:
    return replace(node, inputs={port: sources for port, sources in node.inputs.items() if port != "score"})
