"""A flow while it is drawn: nodes with parameters, and edges that name their ports or leave them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from hypothesis import strategies as st

from codegen_core.nodes.declaration import NodeTemplate, PortType
from tests.functional.random_flows.own_parts import template_of
from tests.functional.random_flows.parameters import drawn_parameters

LABELS = (
    None, "Fast average", "Fast average", "close", "快线", "for", "np", "self", 'Entry: 1 % over the "band"', "x" * 60,
    "days", "2nd {input}",
)  # fmt: skip


GENERAL = ("talib_function", "qlib_expression", "factor", "custom_series", "custom_condition")
"""Nodes whose parameters decide what their inputs and other parameters are."""


@dataclass(frozen=True)
class Output:
    """A port of a node on the canvas.

    Attributes:
        unit: What its numbers are like; decides which constants they are compared with.
        is_qlib: Whether Qlib operators may read it.
    """

    node_id: str
    handle: str
    unit: str = ""
    is_qlib: bool = False


@dataclass
class Canvas:
    """Collects what is drawn."""

    draw: Any
    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    templates: dict[str, NodeTemplate] = field(default_factory=dict)

    def add(self, name: str, **given: Any) -> str:
        """Adds a node and returns its id; parameters that aren't given are drawn, or left to their defaults."""
        template, node_id = template_of(name), f"n{len(self.nodes) + 1}"
        drawn = given if name in GENERAL else drawn_parameters(self.draw, template, given)
        node: dict[str, Any] = {"id": node_id, "type": template.node_type.value, "template_id": template.id}
        label = self.draw(st.sampled_from(LABELS))
        if label is not None:
            node["label"] = label
        requested = {key for key in drawn if self.draw(st.integers(0, 5)) == 0}
        node["data"] = {"parameters": {key: value for key, value in drawn.items() if key not in requested}}
        if requested:
            self.parameters[node_id] = {key: drawn[key] for key in sorted(requested)}
        self.nodes.append(node)
        self.templates[node_id] = template
        return node_id

    def connect(self, source: Output, target: str, port: str) -> None:
        """Adds an edge; where the ports' types leave no choice, its handles are left out now and then."""
        edge = {"id": f"e{len(self.edges) + 1}", "source": source.node_id, "target": target}
        if not (self._is_plain(source.node_id, target) and self.draw(st.booleans())):
            edge |= {"source_handle": source.handle, "target_handle": port}
        self.edges.append(edge)

    def flow(self) -> dict[str, Any]:
        """Returns the flow's JSON, its nodes and edges in a drawn order."""
        return {
            "nodes": self.draw(st.permutations(self.nodes)),
            "edges": self.draw(st.permutations(self.edges)),
        }

    def _is_plain(self, source: str, target: str) -> bool:
        """Says whether exactly one pair of ports fits."""
        if self.templates[target].name in GENERAL or not self.templates[target].is_system:
            return False
        pairs = product(self.templates[source].outputs, self.templates[target].inputs)
        fitting = [
            (output, taken)
            for output, taken in pairs
            if output.type in taken.types and (output.side is None or taken.side in {None, output.side})
        ]
        return len(fitting) == 1 and PortType.SERIES not in fitting[0][1].types[1:]
