"""Parameter values made canonical by their schema, so that equal flows are equal before hashing and rendering."""

from __future__ import annotations

from math import isfinite

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate, Parameters
from codegen_core.nodes.schema import schemas_of

_LARGEST = 1e308


def is_finite(value: JsonValue) -> bool:
    """Returns whether every number in ``value`` is one that a double can hold."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= _LARGEST
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    return all(map(is_finite, value)) if isinstance(value, list) else True


def canonical_parameters(template: NodeTemplate, parameters: Parameters) -> dict[str, JsonValue]:
    """Returns the values that the template's schema knows, each canonical, in the schema's order."""
    schemas = schemas_of(template)
    return {name: canonical(parameters[name], schema) for name, schema in schemas.items() if name in parameters}


def canonical(value: JsonValue, schema: JsonValue) -> JsonValue:
    """Returns ``value`` with the numbers its schema asks for: 5.0 as the integer 5, 5 as the number 5.0."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _canonical_number(value, _types(schema))
    if isinstance(value, list):
        return [canonical(item, schema.get("items")) for item in value]
    if isinstance(value, dict):
        properties = schema.get("properties")
        known = properties if isinstance(properties, dict) else {}
        return {name: canonical(item, known.get(name)) for name, item in value.items()}
    return value


def _types(schema: dict[str, JsonValue]) -> list[JsonValue]:
    declared = schema.get("type")
    return declared if isinstance(declared, list) else [declared]


def _canonical_number(value: int | float, types: list[JsonValue]) -> int | float:
    if "number" in types:
        return float(value) + 0.0  # -0.0 becomes 0.0: they are one number
    if "integer" in types and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
