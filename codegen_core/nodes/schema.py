"""How a declaration states its parameters: one value gives the JSON Schema, the defaults and the texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import (
    BarFunction,
    InputPort,
    NodeTemplate,
    NodeType,
    OutputPort,
    Parameters,
    Text,
    no_look_back,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a node kind.

    Attributes:
        schema: Its type and limits in JSON Schema's words, such as ``{"type": "integer", "minimum": 1}``.
        default: None for a parameter that may stay unset.
    """

    name: str
    title: Text
    help: Text
    schema: Mapping[str, JsonValue]
    default: JsonValue = None


def declare(
    *,
    name: str,
    node_type: NodeType,
    category: str,
    display_name: Text,
    description: Text,
    jinja_template: str,
    inputs: tuple[InputPort, ...] = (),
    outputs: tuple[OutputPort, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    look_back: Callable[[Parameters], int] = no_look_back,
    expression: str | None = None,
    bar_function: BarFunction | None = None,
    reads: tuple[str, ...] = (),
    icon: str = "node",
    color: str = "#607D8B",
) -> NodeTemplate:
    """Returns a system template whose schema, defaults and texts all come from ``parameters``."""
    return NodeTemplate(
        name=name,
        node_type=node_type,
        category=category,
        display_name=display_name,
        description=description,
        inputs=inputs,
        outputs=outputs,
        jinja_template=jinja_template,
        parameter_schema=_object_schema(parameters),
        default_parameters={each.name: each.default for each in parameters if each.default is not None},
        schema_texts={each.name: (each.title, each.help) for each in parameters},
        look_back=look_back,
        expression=expression,
        bar_function=bar_function,
        reads=reads,
        icon=icon,
        color=color,
    )


def schemas_of(template: NodeTemplate) -> Mapping[str, JsonValue]:
    """Returns parameter name to its schema, in the order declared."""
    properties = template.parameter_schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def localised_schema(template: NodeTemplate, language: str) -> dict[str, JsonValue]:
    """Returns the template's parameter schema with titles and descriptions in ``language``."""
    properties = schemas_of(template)
    localised: dict[str, JsonValue] = {
        name: _with_texts(entry, template.schema_texts.get(name), language) for name, entry in properties.items()
    }
    return {**template.parameter_schema, "properties": localised}


def _with_texts(entry: JsonValue, texts: tuple[Text, Text] | None, language: str) -> JsonValue:
    if texts is None or not isinstance(entry, dict):
        return entry
    title, explanation = texts
    return entry | {"title": title.in_language(language), "description": explanation.in_language(language)}


def _object_schema(parameters: tuple[Parameter, ...]) -> dict[str, JsonValue]:
    required: list[JsonValue] = [each.name for each in parameters if each.default is not None]
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {each.name: _property(each) for each in parameters},
        "required": required,
        "additionalProperties": False,
    }


def _property(parameter: Parameter) -> JsonValue:
    entry: dict[str, JsonValue] = dict(parameter.schema)
    entry |= {"title": parameter.title.en, "description": parameter.help.en}
    return entry if parameter.default is None else entry | {"default": parameter.default}
