"""A flow as the interpreter walks it: nodes with their effective parameters, and who feeds which input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LONE_INPUTS = {
    "all_of": "conditions", "any_of": "conditions", "negate": "condition", "true_for_days": "condition",
    "sell": "condition",
}  # fmt: skip
"""The inputs that an edge without a handle can mean where a node has one that fits whatever its source is."""


@dataclass(frozen=True)
class Source:
    """Where an edge comes from; ``handle`` "" is the only output of its node."""

    node_id: str
    handle: str


class Graph:
    """Nodes and edges of a flow's JSON."""

    def __init__(
        self, flow: dict[str, Any], parameters: dict[str, dict[str, Any]], names: dict[str, str], order: list[str]
    ):
        """Takes the flow, each node's effective parameters, each template id's name and the topological order."""
        self.nodes = {node["id"]: node for node in flow["nodes"]}
        self.edges = flow["edges"]
        self.parameters = parameters
        self.names = names
        self.order = order

    def name(self, node_id: str) -> str:
        """Returns the name of a node's template."""
        return self.names[self.nodes[node_id]["template_id"]]

    def named(self, *names: str) -> list[str]:
        """Returns the nodes of these templates in topological order."""
        return [node_id for node_id in self.order if self.name(node_id) in names]

    def sources(self, node_id: str, port: str) -> list[Source]:
        """Returns what is connected to an input, in the order of the nodes' ids."""
        found = [
            Source(edge["source"], _handle(edge, "source"))
            for edge in self.edges
            if edge["target"] == node_id and self._port(edge) == port
        ]
        return sorted(found, key=lambda source: source.node_id)

    def source(self, node_id: str, port: str) -> Source | None:
        """Returns what is connected to an input that takes one edge, None where nothing is."""
        return next(iter(self.sources(node_id, port)), None)

    def _port(self, edge: dict[str, Any]) -> str:
        """The input an edge goes into; where it names none, the one that its source's kind leaves."""
        named = _handle(edge, "target")
        if named:
            return named
        name, source = self.name(edge["target"]), self.name(edge["source"])
        if source in {"buy", "sell"}:
            return "entry" if source == "buy" else "exit"
        if self.nodes[edge["source"]]["type"] == "POSITION":
            return "position"
        if self.nodes[edge["source"]]["type"] == "CONDITION" or source == "custom_condition":
            return LONE_INPUTS.get(name, "condition")
        return {"buy": "score", "score_weighted": "score", "top_k_dropout": "score"}.get(name, "input")


def _handle(edge: dict[str, Any], end: str) -> str:
    return str(edge.get(f"{end}_handle") or edge.get(f"{end}Handle") or "")
