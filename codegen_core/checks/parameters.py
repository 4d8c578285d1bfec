"""The PARAMETER layer: every node's values against its template's schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.general import given_values, told_fault
from codegen_core.checks.rules import broken_rule, broken_rules
from codegen_core.checks.values import canonical_parameters, is_finite
from codegen_core.checks.wording import cut, shortened
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Fault, NodeTemplate
from codegen_core.nodes.schema import schemas_of
from codegen_core.problems import Problem


def check_parameters(context: Context) -> tuple[Problem, ...]:
    """Returns parameters that are unknown, missing or against their schema, and those given to unknown nodes."""
    connected = {(each.edge.target, each.input.name) for each in context.bound}
    schemas = _schemas(context)
    found = [*_unknown_nodes(context), *context.misfits]
    for node_id in context.nodes:
        found += _refused(context, node_id)
        found += _schema_problems(context, node_id, schemas[node_id])
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
    return given_values(context.nodes[node_id], context.request)


def _unknown_nodes(context: Context) -> Iterator[Problem]:
    for node_id in sorted(context.request):
        if not context.is_known(node_id):
            node = cut(node_id)
            yield context.say(Code.UNKNOWN_PARAMETER_NODE, node=node, node_id=node, field=f"parameters.{node}")


def _refused(context: Context, node_id: str) -> Iterator[Problem]:
    """Yields the given values that no schema is asked about: unknown names, and numbers that no double can hold."""
    template = context.templates[node_id]
    known = schemas_of(template)
    refused = {
        name: value for name, value in _given(context, node_id).items() if name not in known or not is_finite(value)
    }
    for name, value in sorted(refused.items()):
        where = {"name": cut(name), "node_id": node_id, "field": context.value_path(node_id, name)}
        if name not in known:
            expected = ", ".join(known) or "-"
            yield context.say(Code.UNKNOWN_PARAMETER, template=template.name, expected=expected, **where)
        else:
            yield context.say(Code.PARAMETER_NOT_FINITE, received=shortened(value), **where)


def _schemas(context: Context) -> dict[str, str]:
    """Returns node id to its template's schema as JSON, that of each template written once."""
    templates = {id(template): template for template in context.templates.values()}
    texts = {key: json.dumps(template.parameter_schema) for key, template in templates.items()}
    return {node_id: texts[id(template)] for node_id, template in context.templates.items()}


def _schema_problems(context: Context, node_id: str, schema: str) -> Iterator[Problem]:
    template = context.templates[node_id]

    def place(name: str) -> str:
        return context.value_path(node_id, name)

    values = effective_parameters(context, node_id)
    found = broken_rules(schema, values)
    yield from (broken_rule(context.say, context.language, error, node_id, place) for error in found)
    if not found:
        yield from (_fault(context, node_id, each) for each in template.examine(values) if _counts(context, each))


def _counts(context: Context, fault: Fault) -> bool:
    """Whether the fault is more than that something is still missing from a drawing."""
    return context.is_complete or fault.code != Code.NO_EXPRESSION.name


def _fault(context: Context, node_id: str, fault: Fault) -> Problem:
    path = context.value_path(node_id, fault.parameter) if fault.parameter else context.node_path(node_id)
    template = context.templates[node_id].name
    return told_fault(context.say, context.language, fault, template=template, node_id=node_id, field=path)


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
