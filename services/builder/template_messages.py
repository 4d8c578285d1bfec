"""Node templates as messages: the row's facts, and of a system template the texts in the caller's language."""

from __future__ import annotations

from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import by_id
from codegen_core.nodes.schema import localised_schema
from repo.records import TemplateRecord
from services.runtime.json_messages import from_json, to_struct, to_timestamp


def stored_template(record: TemplateRecord, language: str) -> pb.NodeTemplate:
    """Returns a stored template as a message."""
    message = pb.NodeTemplate(
        id=record.id,
        name=record.name,
        display_name=record.display_name,
        description=record.description,
        node_type=record.node_type,
        category=record.category,
        parameter_schema=to_struct(record.parameter_schema),
        default_parameters=to_struct(record.default_parameters),
        input_ports=[from_json(port, pb.NodeTemplate.InputPort()) for port in record.input_ports],
        output_ports=[from_json(port, pb.NodeTemplate.OutputPort()) for port in record.output_ports],
        validation_rules=to_struct(record.validation_rules),
        execution_hints=to_struct(record.execution_hints),
        is_system_template=record.is_system_template,
        user_id=record.user_id,
        usage_count=record.usage_count,
        icon=record.icon,
        color=record.color,
        version=record.version,
        created_at=to_timestamp(record.created_at),
        updated_at=to_timestamp(record.updated_at),
    )
    declared = by_id(record.id)
    if declared is not None:
        _speak(message, declared, language)
    return message


def declared_template(template: NodeTemplate, language: str) -> pb.NodeTemplate:
    """Returns a declaration as a message; it has no row's facts, such as usage_count."""
    message = pb.NodeTemplate(
        id=template.id,
        name=template.name,
        node_type=template.node_type.value,
        category=template.category,
        default_parameters=to_struct(template.default_parameters),
        input_ports=[
            pb.NodeTemplate.InputPort(
                name=port.name, type="|".join(port.types), required=port.required, multiple=port.multiple
            )
            for port in template.inputs
        ],
        output_ports=[pb.NodeTemplate.OutputPort(name=port.name, type=port.type) for port in template.outputs],
        execution_hints=to_struct(template.execution_hints),
        is_system_template=template.is_system,
        user_id=template.user_id,
        icon=template.icon,
        color=template.color,
        version=template.version,
    )
    _speak(message, template, language)
    return message


def _speak(message: pb.NodeTemplate, template: NodeTemplate, language: str) -> None:
    message.display_name = template.display_name.in_language(language)
    message.description = template.description.in_language(language)
    message.parameter_schema.CopyFrom(to_struct(localised_schema(template, language)))
