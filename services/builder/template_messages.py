"""Node templates as messages: what a template does comes from its declaration, what the table counts from its row."""

from __future__ import annotations

from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import localised_schema
from services.runtime.json_messages import to_struct


def declared_template(template: NodeTemplate, language: str) -> pb.NodeTemplate:
    """Returns a declaration as a message, in the caller's language."""
    return pb.NodeTemplate(
        id=template.id,
        name=template.name,
        display_name=template.display_name.in_language(language),
        description=template.description.in_language(language),
        node_type=pb.NodeTemplate.NodeType.Value(template.node_type.value),
        category=template.category,
        parameter_schema=to_struct(localised_schema(template, language)),
        default_parameters=to_struct(template.default_parameters),
        input_ports=[
            pb.NodeTemplate.InputPort(
                name=port.name, type="|".join(port.types), required=port.required, multiple=port.multiple
            )
            for port in template.inputs
        ],
        output_ports=[pb.NodeTemplate.OutputPort(name=port.name, type=port.type) for port in template.outputs],
        is_system_template=template.is_system,
        user_id=template.user_id,
        icon=template.icon,
        color=template.color,
        version=template.version,
    )
