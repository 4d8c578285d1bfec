"""From a user's stored template to the declaration that checks and generation work with."""

from __future__ import annotations

from dataclasses import replace

from codegen_core.custom.checks import check_definition, expression_of, language_of, read_definition
from codegen_core.custom.definition import CustomDefinition
from codegen_core.custom.parameters import defaults_of, properties_of
from codegen_core.custom.ports import inputs_of, outputs_of
from codegen_core.expressions.templates import with_expression
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Fault, NodeTemplate, NodeType, Parameters, Text
from codegen_core.nodes.schema import DIALECT


def declaration_of(definition: CustomDefinition) -> NodeTemplate:
    """Returns the declaration of a stored template.

    Raises:
        ValueError: If it is not sound: ``check_definition`` tells why.
    """
    found = check_definition(definition)
    if found:
        raise ValueError(f"the template {definition.name} is not sound: {found[0].message}")
    template = NodeTemplate(
        name=definition.name,
        node_type=NodeType(definition.node_type),
        category=definition.category,
        display_name=_same(definition.display_name or definition.name),
        description=_same(definition.description),
        inputs=inputs_of(definition),
        outputs=outputs_of(definition),
        jinja_template="",
        parameter_schema=_schema(definition),
        default_parameters=defaults_of(definition),
        execution_hints=_hints(definition),
        icon=definition.icon or "node",
        color=definition.color or "#607D8B",
        version=definition.version,
        is_system=False,
        user_id=definition.user_id,
        stored_id=definition.id or None,
    )
    return _with_meaning(template, definition)


def _with_meaning(template: NodeTemplate, definition: CustomDefinition) -> NodeTemplate:
    if not expression_of(definition):
        return replace(template, examine=_nothing_to_run)
    expression = read_definition(definition)
    if isinstance(expression, tuple):
        raise TypeError("the expression of a sound definition can be read")
    return with_expression(template, expression, "")


def _nothing_to_run(_parameters: Parameters) -> tuple[Fault, ...]:
    return (Fault("", "NO_EXPRESSION"),)


def _hints(definition: CustomDefinition) -> dict[str, JsonValue]:
    text = expression_of(definition)
    return {"language": str(language_of(definition)), "expression": text} if text else {}


def _schema(definition: CustomDefinition) -> dict[str, JsonValue]:
    """Returns the schema under which a node must have a value for each parameter that the expression reads."""
    names: list[JsonValue] = list(properties_of(definition.parameter_schema))
    whole: dict[str, JsonValue] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }
    required = {"required": names} if expression_of(definition) else {}
    return whole | dict(definition.parameter_schema) | required


def _same(text: str) -> Text:
    return Text(text, text)
