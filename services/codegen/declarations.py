"""Declarations as this server has them, told from the templates that Builder resolved."""

from __future__ import annotations

from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.custom import CustomDefinition, declaration_of
from codegen_core.factors import Factor, Factors
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate, PortType, Text
from codegen_core.nodes.general.factor import factor_parameters
from codegen_core.nodes.registry import by_id
from services.runtime.errors import Internal
from services.runtime.json_messages import to_json


def declaration(template: pb.NodeTemplate, parameters: dict[str, JsonValue]) -> NodeTemplate:
    """Returns what a node's template is here.

    A system template is this server's own declaration; both must be of one version, or the code would be another. A
    general kind is made the node's own again by the node's parameters. A user's template is what the message says.

    Raises:
        Internal: This server and Builder don't agree on the template.
    """
    if not template.is_system_template:
        return declaration_of(_definition(template))
    known = by_id(template.id)
    if known is None or known.version != template.version:
        raise _differing(template)
    if known.specialising is None:
        return known
    made = known.specialising.make({**known.default_parameters, **parameters}, _factors(template, parameters))
    if isinstance(made, tuple):
        raise _differing(template)
    return made


def _differing(template: pb.NodeTemplate) -> Internal:
    return Internal(f"Builder and CodeGen differ on the template {template.name} {template.version}.")


def _definition(template: pb.NodeTemplate) -> CustomDefinition:
    return CustomDefinition(
        id=template.id,
        name=template.name,
        display_name=template.display_name,
        description=template.description,
        node_type=pb.NodeTemplate.NodeType.Name(template.node_type),
        category=template.category,
        parameter_schema=to_json(template.parameter_schema, "parameter_schema"),
        default_parameters=to_json(template.default_parameters, "default_parameters"),
        input_ports=[{"name": port.name, "type": port.type} for port in template.input_ports],
        output_ports=[{"name": port.name, "type": port.type} for port in template.output_ports],
        execution_hints=to_json(template.execution_hints, "execution_hints"),
        icon=template.icon,
        color=template.color,
        version=template.version,
        user_id=template.user_id,
    )


def _factors(template: pb.NodeTemplate, parameters: dict[str, JsonValue]) -> Factors:
    """Returns the factor that a ``factor`` node names, as Builder had it; nothing for any other kind."""
    hints = to_json(template.execution_hints, "execution_hints")
    source, name = parameters.get("source"), parameters.get("factor")
    if not (isinstance(source, str) and isinstance(name, str) and "expression" in hints):
        return {}
    schema = to_json(template.parameter_schema, "parameter_schema")
    nothing = Text("", "")
    factor = Factor(
        name=name,
        source=source,
        display_name=nothing,
        description=nothing,
        category=template.category,
        expression=str(hints["expression"]),
        parameters=factor_parameters(schema),
        output_type=PortType(template.output_ports[0].type),
    )
    return {factor.key: factor}
