"""Which nodes compute the same thing: each gets a number, and equal numbers mean equal values on every day."""

from __future__ import annotations

import json
from collections.abc import Mapping

from codegen_core.flow.model import ResolvedNode
from codegen_core.json_value import JsonValue

Numbers = Mapping[str, int]


def value_numbers(nodes: tuple[ResolvedNode, ...]) -> Numbers:
    """Returns node id to number, for nodes in topological order."""
    seen: dict[tuple[object, ...], int] = {}
    numbers: dict[str, int] = {}
    for node in nodes:
        numbers[node.id] = seen.setdefault(_key(node, numbers), len(seen))
    return numbers


def operand(node: ResolvedNode, port: str, numbers: Numbers) -> tuple[object, ...] | None:
    """Returns what stands at an input: the numbers of its sources, else its fallback's value, else None."""
    if port in node.inputs:
        return tuple(sorted((numbers[source.node_id], source.port) for source in node.inputs[port]))
    fallback = next((each.fallback for each in node.template.inputs if each.name == port), None)
    return None if fallback is None else ("constant", _text(node.parameters.get(fallback)))


def _key(node: ResolvedNode, numbers: Numbers) -> tuple[object, ...]:
    fallbacks = {port.fallback for port in node.template.inputs}
    values = {name: value for name, value in node.parameters.items() if name not in fallbacks}
    operands = tuple((port.name, operand(node, port.name, numbers)) for port in node.template.inputs)
    return (node.template.id, _text(values), operands)


def _text(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
