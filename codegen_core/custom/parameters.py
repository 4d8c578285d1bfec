"""Whether the parameters of a user's template have a sound schema, and defaults that satisfy it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry

from codegen_core.checks.values import canonical, is_finite
from codegen_core.checks.wording import shortened
from codegen_core.custom.definition import CustomDefinition
from codegen_core.custom.ports import NAME_LIMIT, is_name
from codegen_core.custom.wording import FieldCode, Say
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Text
from codegen_core.problems import FieldProblem

MOST_CHARACTERS = 32_000
MOST_PARAMETERS = 64

_SCHEMA, _DEFAULTS = "parameter_schema", "default_parameters"
_REFUSED = ("$ref", "$dynamicRef", "$recursiveRef", "pattern", "patternProperties", "propertyNames")
"""Other documents, endless rules, and texts matched at length."""

Schema = Mapping[str, JsonValue]


def check_parameters(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    """Yields what is wrong with the schema, or else with the defaults."""
    found = list(_check_schema(definition.parameter_schema, say))
    yield from found
    if not found:
        yield from _check_defaults(definition, say)


def properties_of(schema: Schema) -> dict[str, dict[str, JsonValue]]:
    """Returns parameter name to its schema."""
    declared = schema.get("properties")
    entries = declared.items() if isinstance(declared, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def numbers_of(schema: Schema) -> frozenset[str]:
    """Returns the parameters that are numbers: those that an expression may use."""
    return frozenset(
        name for name, entry in properties_of(schema).items() if entry.get("type") in ("integer", "number")
    )


def defaults_of(definition: CustomDefinition) -> dict[str, JsonValue]:
    """Returns the defaults, canonical: those given, else those that the schema tells."""
    properties = properties_of(definition.parameter_schema)
    told = {name: entry["default"] for name, entry in properties.items() if "default" in entry}
    given = {**told, **definition.default_parameters}
    return {name: canonical(value, properties.get(name)) for name, value in given.items()}


def _check_schema(schema: Schema, say: Say) -> Iterator[FieldProblem]:
    reason = _unsound(schema)
    if reason is not None:
        yield say(FieldCode.INVALID_SCHEMA, _SCHEMA, reason=reason)
        return
    for name in properties_of(schema):
        if not is_name(name):
            field = f"{_SCHEMA}.properties.{name[:NAME_LIMIT]}"
            yield say(FieldCode.INVALID_NAME, field, limit=str(NAME_LIMIT), received=shortened(name))


def _unsound(schema: Schema) -> Text | None:
    """Returns why a schema can't be used."""
    if not schema:
        return None
    if len(json.dumps(schema, ensure_ascii=False)) > MOST_CHARACTERS:
        return Text(f"it is longer than {MOST_CHARACTERS} characters", f"超过 {MOST_CHARACTERS} 个字符")
    if schema.get("type") != "object":
        return Text("its type must be object", "类型必须是 object")
    declared = schema.get("properties", {})
    if not isinstance(declared, dict) or len(properties_of(schema)) != len(declared):
        return Text("properties must be an object of schemas", "properties 必须是由模式组成的对象")
    if len(declared) > MOST_PARAMETERS:
        return Text(f"it has more than {MOST_PARAMETERS} properties", f"属性超过 {MOST_PARAMETERS} 个")
    refused = next((word for word in _REFUSED if word in _keywords(schema)), None)
    if refused is not None:
        return Text(f"{refused} is not supported", f"不支持 {refused}")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path)) or "/"
        return Text(f"{place} is wrong", f"{place} 有误")
    return None


def _keywords(schema: JsonValue | Schema) -> set[str]:
    """Returns the keywords used anywhere in a schema; the names of properties are none."""
    if isinstance(schema, list):
        return {word for each in schema for word in _keywords(each)}
    if not isinstance(schema, Mapping):
        return set()
    found = set(schema)
    for word, value in schema.items():
        is_named = word in {"properties", "$defs", "definitions", "dependentSchemas"} and isinstance(value, dict)
        inner = list(value.values()) if is_named and isinstance(value, dict) else value
        found |= _keywords(inner) if word not in {"default", "const", "enum", "examples"} else set()
    return found


def _check_defaults(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    known = properties_of(definition.parameter_schema)
    registry: Registry[Any] = Registry()
    for name, value in defaults_of(definition).items():
        is_sound = name in known and is_finite(value)
        if not is_sound or not Draft202012Validator(known[name], registry=registry).is_valid(value):
            shown = name[:NAME_LIMIT]
            yield say(FieldCode.INVALID_DEFAULT, f"{_DEFAULTS}.{shown}", name=shown, received=shortened(value))
