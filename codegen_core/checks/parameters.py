"""The PARAMETER layer: every node's values against its template's schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.rules import code_of, expectation
from codegen_core.checks.values import canonical_parameters, is_finite
from codegen_core.checks.wording import cut, shortened
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.schema import schemas_of
from codegen_core.problems import Problem


def check_parameters(context: Context) -> tuple[Problem, ...]:
    """Returns parameters that are unknown, missing or against their schema, and those given to unknown nodes."""
    validators = _validators(context)
    connected = {(each.edge.target, each.input.name) for each in context.bound}
    found = list(_unknown_nodes(context))
    for node_id, node in context.nodes.items():
        found += _refused(context, node_id)
        found += _schema_problems(context, node_id, validators[node.template_id])
        if context.is_complete:
            found += _missing(context, node_id, connected)
    return tuple(found)


def effective_parameters(context: Context, node_id: str) -> dict[str, JsonValue]:
    """Returns a node's values, canonical, with the precedence request, node data, template default.

    Values that the template doesn't know, or that no double can hold, are left out; they have a problem of their own.
    """
    template = context.templates[node_id]
    values = {**template.default_parameters, **_given(context, node_id)}
    schemas = schemas_of(template)
    usable = {name: values[name] for name in schemas if name in values and is_finite(values[name])}
    return canonical_parameters(template, usable)


def _given(context: Context, node_id: str) -> dict[str, JsonValue]:
    return {**context.nodes[node_id].parameters, **context.request.get(node_id, {})}


def _validators(context: Context) -> dict[str, Draft202012Validator]:
    """Returns template id to the validator of its parameters."""
    used = {context.nodes[node_id].template_id: template for node_id, template in context.templates.items()}
    return {template_id: _compiled(json.dumps(template.parameter_schema)) for template_id, template in used.items()}


@lru_cache(maxsize=512)
def _compiled(schema: str) -> Draft202012Validator:
    """Returns the validator of a schema; its empty registry keeps a ``$ref`` from reading files or the network."""
    registry: Registry[bool | Mapping[str, Any]] = Registry()
    return Draft202012Validator(json.loads(schema), registry=registry)


def _unknown_nodes(context: Context) -> Iterator[Problem]:
    for node_id in sorted(context.request):
        if not context.is_known(node_id):
            node = cut(node_id)
            yield context.say(Code.UNKNOWN_PARAMETER_NODE, node=node, node_id=node, field=f"parameters.{node}")


def _refused(context: Context, node_id: str) -> Iterator[Problem]:
    """Yields the given values that no schema is asked about: unknown names, and numbers that no double can hold."""
    template = context.templates[node_id]
    known = schemas_of(template)
    for name, value in sorted(_given(context, node_id).items()):
        where = {"name": cut(name), "node_id": node_id, "field": _field(context, node_id, name)}
        if name not in known:
            expected = ", ".join(known) or "-"
            yield context.say(Code.UNKNOWN_PARAMETER, template=template.name, expected=expected, **where)
        elif not is_finite(value):
            yield context.say(Code.PARAMETER_NOT_FINITE, received=shortened(value), **where)


def _schema_problems(context: Context, node_id: str, validator: Draft202012Validator) -> Iterator[Problem]:
    values = effective_parameters(context, node_id)
    errors = [error for error in validator.iter_errors(values) if _counts(error)]
    mistyped = {_name(error) for error in errors if error.validator == "type"}
    for error in errors:
        if error.validator == "type" or _name(error) not in mistyped:
            yield _broken_rule(context, node_id, error)


def _counts(error: ValidationError) -> bool:
    """Whether the error is one that only the schema tells: unknown and missing names are found without it."""
    return bool(error.absolute_path) or error.validator not in {"required", "additionalProperties"}


def _name(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "parameters"


def _broken_rule(context: Context, node_id: str, error: ValidationError) -> Problem:
    name, *rest = map(str, error.absolute_path or ["parameters"])
    return context.say(
        code_of(error),
        name=_name(error),
        rule=error.validator,
        node_id=node_id,
        field=".".join([_field(context, node_id, name), *rest]),
        expected=expectation(error, context.language),
        received=shortened(error.instance),
    )


def _missing(context: Context, node_id: str, connected: set[tuple[str, str]]) -> Iterator[Problem]:
    """Yields required values that nobody gives, and inputs that are neither connected nor replaced by a value."""
    template = context.templates[node_id]
    values = template.default_parameters.keys() | _given(context, node_id).keys()
    for name in _required(template):
        if name not in values:
            yield context.say(Code.MISSING_PARAMETER, name=name, node_id=node_id, field=f"parameters.{node_id}.{name}")
    for port in template.inputs:
        is_open = port.fallback is not None and port.fallback not in values
        if is_open and (node_id, port.name) not in connected and node_id not in context.unsure_inputs:
            yield context.say(
                Code.INPUT_OR_PARAMETER_REQUIRED,
                port=port.name,
                name=port.fallback,
                node_id=node_id,
                field=f"parameters.{node_id}.{port.fallback}",
            )


def _required(template: NodeTemplate) -> Iterable[str]:
    required = template.parameter_schema.get("required")
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []


def _field(context: Context, node_id: str, name: str) -> str:
    """Returns where a value came from: the request's parameters, or else the node's own data."""
    if name in context.request.get(node_id, {}):
        return f"parameters.{node_id}.{cut(name)}"
    return f"{context.node_path(node_id)}.data.parameters.{cut(name)}"
