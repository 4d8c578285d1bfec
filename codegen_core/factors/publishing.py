"""What a factor must keep to be published: grammar, no look at later days, parameters that its expression uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from codegen_core.custom import CustomDefinition, check_definition
from codegen_core.custom.parameters import properties_of
from codegen_core.custom.wording import FieldCode, field_problem
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeType
from codegen_core.problems import FieldProblem

_FIELDS = {"execution_hints.expression": "expression", "output_ports[0].type": "output_type"}
_PREFIXES = {"parameter_schema": "parameters", "default_parameters": "parameters.properties"}


def check_factor(
    name: str, expression: str, output_type: str, parameters: Mapping[str, JsonValue], language: str = "en"
) -> tuple[FieldProblem, ...]:
    """Returns everything that keeps a factor from being published.

    Args:
        name: Its name, for messages alone; what names may be is the caller's rule.
        expression: In Qlib's syntax, over fields and the numbers among ``parameters``.
        output_type: SERIES or BOOL.
        parameters: JSON Schema of its parameters; each number's ``default`` is the value that a node starts with.
        language: Of the messages.
    """
    definition = CustomDefinition(
        name=name,
        node_type=NodeType.CUSTOM,
        parameter_schema=parameters,
        output_ports=({"name": "value", "type": output_type},),
        execution_hints={"language": "QLIB", "expression": expression},
    )
    found = (*check_definition(definition, language), *_taken_names(parameters, language))
    return tuple(_told(each) for each in found)


def _taken_names(parameters: Mapping[str, JsonValue], language: str) -> Iterator[FieldProblem]:
    """Yields parameters that are called as the two that every factor's node has."""
    for name in properties_of(parameters):
        if name in {"source", "factor"}:
            field = f"parameter_schema.properties.{name}"
            yield field_problem(language, FieldCode.DUPLICATE_NAME, field, name=name)


def _told(found: FieldProblem) -> FieldProblem:
    field = _renamed(found.field)
    return replace(found, field=field, message=found.message.replace(found.field, field))


def _renamed(field: str) -> str:
    """Returns where the field of a template's definition stands in a factor's."""
    first, _, rest = field.partition(".")
    if field in _FIELDS or first not in _PREFIXES:
        return _FIELDS.get(field, field)
    return f"{_PREFIXES[first]}.{rest}" if rest else _PREFIXES[first]
