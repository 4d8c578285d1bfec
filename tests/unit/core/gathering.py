"""A flow that holds many indicators and conditions at once, each taking part in the strategy."""

from __future__ import annotations

from typing import Any

from codegen_core.nodes.declaration import NodeTemplate, PortType
from codegen_core.nodes.registry import by_name
from tests.unit.core.drawing import Json, edge, flow, node


class Gathering:
    """Nodes and edges put together one by one."""

    def __init__(self) -> None:
        """Starts with nothing."""
        self._nodes: list[Json] = []
        self._edges: list[Json] = []
        self._conditions: list[str] = []

    def add(
        self,
        node_id: str,
        template: str | NodeTemplate,
        *,
        connect: dict[str, str] | None = None,
        label: str = "",
        **parameters: Any,
    ) -> None:
        """Adds a node; ``connect`` is input port to the end of the edge. A condition of its own uses each series."""
        declared = by_name(template) if isinstance(template, str) else template
        self._nodes.append(node(node_id, declared, **parameters) | {"label": label})
        self._edges += [edge(source, f"{node_id}.{port}") for port, source in (connect or {}).items()]
        self._use(node_id, declared)

    def finished(self) -> Json:
        """Returns the flow: it buys where any condition holds."""
        tail = [("any", "any_of"), ("enter", "buy"), ("size", "equal_weight"), ("stop", "stop_loss_percent")]
        edges = [edge(condition, "any.conditions") for condition in self._conditions]
        edges += [edge("any", "enter.condition"), edge("enter", "size.entry"), edge("size", "stop.position")]
        return flow([*self._nodes, *(node(*each) for each in tail)], [*self._edges, *edges])

    def _use(self, node_id: str, declared: NodeTemplate) -> None:
        for port in declared.outputs:
            if port.type is PortType.BOOL:
                self._conditions.append(node_id)
                continue
            name = f"{node_id} {port.name} above"
            self._nodes.append(node(name, "compare", operator=">", value=0.0))
            self._edges.append(edge(f"{node_id}.{port.name}", f"{name}.left"))
            self._conditions.append(name)
