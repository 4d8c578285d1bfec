"""How a ready-made strategy is drawn: nodes at places, joined by edges that name their ports."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid5

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import TEMPLATE_NAMESPACE, Text
from codegen_core.nodes.registry import by_name

COLUMN_WIDTH = 260
ROW_HEIGHT = 140


@dataclass(frozen=True, slots=True)
class ReadyStrategy:
    """A complete flow with what the editor says about it; its parameters are in the nodes' data."""

    name: str
    category: str
    display_name: Text
    description: Text
    logic_flow: dict[str, JsonValue]

    @property
    def id(self) -> str:
        """The strategy template's id, the same in every installation."""
        return str(uuid5(TEMPLATE_NAMESPACE, f"strategy:{self.name}"))


def drawing(nodes: list[JsonValue], *edges: str) -> dict[str, JsonValue]:
    """Returns a flow; each edge is written ``node.port > node.port``."""
    return {"nodes": nodes, "edges": [_edge(*each.split(" > ")) for each in edges]}


def node(node_id: str, template: str, label: str, place: tuple[int, int], **parameters: JsonValue) -> JsonValue:
    """Returns a node of the system template called ``template`` at ``place``, given as column and row of the canvas."""
    declared = by_name(template)
    column, row = place
    return {
        "id": node_id,
        "type": declared.node_type.value,
        "template_id": declared.id,
        "label": label,
        "position": {"x": column * COLUMN_WIDTH, "y": row * ROW_HEIGHT},
        "data": {"parameters": parameters},
    }


def _edge(source: str, target: str) -> JsonValue:
    source_id, _, source_handle = source.partition(".")
    target_id, _, target_handle = target.partition(".")
    return {
        "id": f"{source_id}-{target_id}-{target_handle}",
        "source": source_id,
        "target": target_id,
        "source_handle": source_handle,
        "target_handle": target_handle,
    }
