"""A flow that holds every indicator and condition at once, each taking part in the strategy."""

from __future__ import annotations

from typing import Any

from codegen_core.nodes.declaration import NodeTemplate, PortType
from codegen_core.nodes.registry import by_name
from tests.unit.core.drawing import Json, edge, flow, node


class Drawing:
    """Nodes and edges put together one by one; a node's variables in the code begin with its id."""

    def __init__(self) -> None:
        """Starts with nothing."""
        self.nodes: list[Json] = []
        self.edges: list[Json] = []
        self.conditions: list[str] = []

    def add(self, node_id: str, template: str, *, connect: dict[str, str] | None = None, **parameters: Any) -> None:
        """Adds a node; ``connect`` is input port to the end of the edge. Every output is used by a condition."""
        declared = by_name(template)
        self.nodes.append(node(node_id, declared, **parameters) | {"label": node_id})
        self.edges += [edge(source, f"{node_id}.{port}") for port, source in (connect or {}).items()]
        self._use(node_id, declared)

    def finished(self) -> Json:
        """Returns the flow: it buys where any condition holds."""
        nodes = [
            node("any", "any_of"),
            node("enter", "buy"),
            node("size", "equal_weight"),
            node("stop", "stop_loss_percent"),
        ]
        edges = [edge(condition, "any.conditions") for condition in self.conditions]
        edges += [edge("any", "enter.condition"), edge("enter", "size.entry"), edge("size", "stop.position")]
        return flow([*self.nodes, *nodes], [*self.edges, *edges])

    def _use(self, node_id: str, declared: NodeTemplate) -> None:
        for port in declared.outputs:
            if port.type is PortType.BOOL:
                self.conditions.append(node_id)
                continue
            name = f"{node_id} {port.name} above"
            self.nodes.append(node(name, "compare", operator=">", value=0.0))
            self.edges.append(edge(f"{node_id}.{port.name}", f"{name}.left"))
            self.conditions.append(name)
