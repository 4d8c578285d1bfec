"""A JSON Schema rule that a value breaks, told as one of our problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from codegen_core.checks.codes import Code, Say
from codegen_core.checks.wording import cut, shortened, type_name
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Text
from codegen_core.problems import Problem

_CODES: dict[str, Code] = {
    "type": Code.PARAMETER_TYPE,
    "enum": Code.PARAMETER_CHOICE,
    "const": Code.PARAMETER_CHOICE,
    "minimum": Code.PARAMETER_RANGE,
    "maximum": Code.PARAMETER_RANGE,
    "exclusiveMinimum": Code.PARAMETER_RANGE,
    "exclusiveMaximum": Code.PARAMETER_RANGE,
    "multipleOf": Code.PARAMETER_RANGE,
    "minLength": Code.PARAMETER_LENGTH,
    "maxLength": Code.PARAMETER_LENGTH,
    "minItems": Code.PARAMETER_LENGTH,
    "maxItems": Code.PARAMETER_LENGTH,
    "pattern": Code.PARAMETER_PATTERN,
}

_LIMITS: dict[str, str] = {
    "minimum": ">= {}",
    "exclusiveMinimum": "> {}",
    "maximum": "<= {}",
    "exclusiveMaximum": "< {}",
}
_MULTIPLE = Text("a multiple of {}", "为 {} 的倍数")
_AND = Text(" and ", " 且 ")
_CHARACTERS = Text("{} characters", "{} 个字符")
_ITEMS = Text("{} items", "{} 项")
_SHORT = 1000


def broken_rules(schema: str, values: Mapping[str, JsonValue]) -> tuple[ValidationError, ...]:
    """Returns what of a schema, given as JSON, the values break; unknown and missing names are found without it."""
    text = json.dumps(values)
    return _remembered(schema, text) if len(text) <= _SHORT else _broken(schema, text)


def _broken(schema: str, values: str) -> tuple[ValidationError, ...]:
    errors = [error for error in _compiled(schema).iter_errors(json.loads(values)) if _counts(error)]
    mistyped = {_name(error) for error in errors if error.validator == "type"}
    return tuple(error for error in errors if error.validator == "type" or _name(error) not in mistyped)


_remembered = lru_cache(maxsize=4096)(_broken)
"""An editor sends the same nodes again and again, and large flows hold many that are alike."""


def broken_rule(say: Say, language: str, error: ValidationError, node_id: str, place: Callable[[str], str]) -> Problem:
    """Returns a broken rule as a problem of a node; ``place`` gives the path of a parameter."""
    name, *rest = map(str, error.absolute_path or ["parameters"])
    return say(
        code_of(error),
        name=_name(error),
        rule=error.validator,
        node_id=node_id,
        field=".".join([place(name), *rest]),
        expected=expectation(error, language),
        received=shortened(error.instance),
    )


@lru_cache(maxsize=1024)
def _compiled(schema: str) -> Draft202012Validator:
    """Returns the validator of a schema; its empty registry keeps a ``$ref`` from reading files or the network."""
    registry: Registry[bool | Mapping[str, Any]] = Registry()
    return Draft202012Validator(json.loads(schema), registry=registry)


def _counts(error: ValidationError) -> bool:
    return bool(error.absolute_path) or error.validator not in {"required", "additionalProperties"}


def _name(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "parameters"


def code_of(error: ValidationError) -> Code:
    """Returns the problem code of a broken rule."""
    return _CODES.get(str(error.validator), Code.PARAMETER_INVALID)


def expectation(error: ValidationError, language: str) -> str | None:
    """Returns what the schema would have accepted, in ``language``."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    match code_of(error):
        case Code.PARAMETER_TYPE:
            return _type_text(error.validator_value, language)
        case Code.PARAMETER_CHOICE:
            return _choices(error)
        case Code.PARAMETER_RANGE:
            return _range(schema, language)
        case Code.PARAMETER_LENGTH:
            return _length(schema, language)
        case Code.PARAMETER_PATTERN:
            return cut(str(error.validator_value))
    return None


def _type_text(declared: Any, language: str) -> str:
    types = declared if isinstance(declared, list) else [declared]
    return " | ".join(type_name(str(each), language) for each in types)


def _choices(error: ValidationError) -> str:
    value: Any = error.validator_value
    choices = value if error.validator == "enum" else [value]
    return ", ".join(cut(json.dumps(choice, ensure_ascii=False)) for choice in choices)


def _range(schema: Mapping[str, Any], language: str) -> str:
    limits = [text.format(schema[rule]) for rule, text in _LIMITS.items() if rule in schema]
    if "multipleOf" in schema:
        limits.append(_MULTIPLE.in_language(language).format(schema["multipleOf"]))
    return _AND.in_language(language).join(limits)


def _length(schema: Mapping[str, Any], language: str) -> str:
    is_text = "minLength" in schema or "maxLength" in schema
    low, high = ("minLength", "maxLength") if is_text else ("minItems", "maxItems")
    limits = [f"{sign} {schema[rule]}" for sign, rule in ((">=", low), ("<=", high)) if rule in schema]
    unit = _CHARACTERS if is_text else _ITEMS
    return unit.in_language(language).format(_AND.in_language(language).join(limits))
