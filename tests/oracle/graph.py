"""A flow as the interpreter walks it: nodes with their effective parameters, and who feeds which input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Own:
    """What a user's template means: an expression in a language, that of a condition or of a series."""

    language: str
    expression: str
    is_condition: bool


@dataclass(frozen=True)
class OwnParts:
    """What a user brings along, by name: templates and published factors, and the defaults of the factors' numbers."""

    templates: Mapping[str, Own] = field(default_factory=dict)
    factors: Mapping[str, Own] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


class Graph:
    """Nodes and edges of a flow's JSON."""

    def __init__(
        self,
        flow: dict[str, Any],
        parameters: dict[str, dict[str, Any]],
        names: dict[str, str],
        order: list[str],
        own: OwnParts | None = None,
    ):
        """Takes the flow, each node's effective parameters, each template id's name and the topological order."""
        self.own = own or OwnParts()
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

    def expression(self, node_id: str) -> Own | None:
        """Returns what a node of a user's own expression means, None for all other nodes."""
        name, parameters = self.name(node_id), self.parameters[node_id]
        if name in {"custom_series", "custom_condition"}:
            return Own(parameters["language"], parameters["expression"], name == "custom_condition")
        if name == "factor" and parameters["source"] == "CUSTOM":
            return self.own.factors[parameters["factor"]]
        return self.own.templates.get(name)

    def is_condition(self, node_id: str) -> bool:
        """Says whether a node gives a truth value."""
        own = self.expression(node_id)
        return own.is_condition if own else bool(self.nodes[node_id]["type"] == "CONDITION")

    def bound_signals(self) -> set[str]:
        """Returns the BUY and SELL nodes that feed the POSITION."""
        return {edge["source"] for edge in self.edges if self.name(edge["source"]) in {"buy", "sell"}}

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
        if self.is_condition(edge["source"]):
            return LONE_INPUTS.get(name, "condition")
        return {"buy": "score", "score_weighted": "score", "top_k_dropout": "score"}.get(name, "input")


def _handle(edge: dict[str, Any], end: str) -> str:
    return str(edge.get(f"{end}_handle") or edge.get(f"{end}Handle") or "")
