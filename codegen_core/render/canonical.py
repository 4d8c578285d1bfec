"""The canonical form of a flow: what it means, and nothing of how it was drawn or sent."""

from __future__ import annotations

import json

from codegen_core.flow.model import ResolvedFlow, ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate


def canonical_flow(flow: ResolvedFlow) -> dict[str, JsonValue]:
    """Returns ids, labels, templates with versions, edges and effective parameters, each list in one fixed order.

    Of a user's template, and of a factor, it has the expression too: the same name may mean another one tomorrow.
    """
    nodes = sorted(flow.nodes, key=lambda node: node.id)
    return {"nodes": [_node(node) for node in nodes], "edges": [edge for node in nodes for edge in _edges(node)]}


def canonical_json(flow: dict[str, JsonValue]) -> str:
    """Returns the one way to write a canonical flow: sorted keys, no spaces, ASCII alone."""
    return json.dumps(flow, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def canonical_value(template: NodeTemplate, name: str, value: JsonValue) -> JsonValue:
    """Returns a parameter's value as its schema has it: of a ``number`` the float, so that 5 and 5.0 are one flow."""
    if isinstance(value, int) and not isinstance(value, bool) and _declared_type(template, name) == "number":
        return float(value)
    return value


def own_label(node: ResolvedNode) -> str | None:
    """Returns the label that the user gave, None for a template's display name in whatever language."""
    name = node.template.display_name
    return None if node.label in {"", name.en, name.zh} else node.label


def _declared_type(template: NodeTemplate, name: str) -> JsonValue:
    properties = template.parameter_schema.get("properties")
    declared = properties.get(name) if isinstance(properties, dict) else None
    return declared.get("type") if isinstance(declared, dict) else None


def _node(node: ResolvedNode) -> JsonValue:
    template = node.template
    label = own_label(node)
    return {
        "id": node.id,
        "type": str(template.node_type),
        "template_id": template.id,
        "template_name": template.name,
        "template_version": template.version,
        "parameters": {name: canonical_value(template, name, value) for name, value in node.parameters.items()},
        **({} if label is None else {"label": label}),
        **({"execution_hints": dict(template.execution_hints)} if template.execution_hints else {}),
    }


def _edges(node: ResolvedNode) -> list[JsonValue]:
    return [
        {"source": source.node_id, "source_handle": source.port, "target": node.id, "target_handle": port}
        for port in sorted(node.inputs)
        for source in sorted(node.inputs[port], key=lambda each: (each.node_id, each.port))
    ]
