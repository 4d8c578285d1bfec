"""Qlib expressions: a chain of Qlib indicators as one expression, in code and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter

from codegen_core.flow.model import ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.literals import Code
from codegen_core.names import Identifier, parameter_name

_FIELD = re.compile(r"[a-z_][a-z0-9_]*")


def is_expression(node: ResolvedNode) -> bool:
    """Returns whether the node is a Qlib expression, to be composed with those it feeds."""
    return node.template.expression is not None


def in_code(node: ResolvedNode, nodes: Mapping[str, ResolvedNode], names: Mapping[str, Identifier]) -> Code:
    """Returns the whole expression as a literal; numbers are read from the strategy, formatted as numbers."""

    def attribute(owner: ResolvedNode, parameter: str, value: JsonValue) -> str:
        return f"{{self.{parameter_name(names[owner.id], parameter)}:{'d' if isinstance(value, int) else '.17g'}}}"

    text = _composed(node, nodes, attribute)
    return Code(f'f"{text}"' if "{" in text else f'"{text}"')


def in_words(node: ResolvedNode, nodes: Mapping[str, ResolvedNode]) -> str:
    """Returns the whole expression with the flow's own numbers."""
    return _composed(node, nodes, lambda _owner, _parameter, value: str(value))


def inner_nodes(node: ResolvedNode, nodes: Mapping[str, ResolvedNode]) -> list[ResolvedNode]:
    """Returns the nodes composed into the node's expression, from the inside out, itself last."""
    sources = [source.node_id for port in sorted(node.inputs) for source in node.inputs[port]]
    return [inner for source in sources for inner in inner_nodes(nodes[source], nodes)] + [node]


def _composed(
    node: ResolvedNode,
    nodes: Mapping[str, ResolvedNode],
    number: Callable[[ResolvedNode, str, JsonValue], str],
) -> str:
    parts = []
    for text, placeholder, _, _ in Formatter().parse(node.template.expression or ""):
        parts.append(text)
        if placeholder is not None:
            parts.append(_filled(placeholder, node, nodes, number))
    return "".join(parts)


def _filled(
    placeholder: str,
    node: ResolvedNode,
    nodes: Mapping[str, ResolvedNode],
    number: Callable[[ResolvedNode, str, JsonValue], str],
) -> str:
    sources = node.inputs.get(placeholder, ())
    if sources:
        return _composed(nodes[sources[0].node_id], nodes, number)
    fallbacks = {port.name: port.fallback for port in node.template.inputs if port.fallback is not None}
    parameter = fallbacks.get(placeholder, placeholder)
    value = node.parameters[parameter]
    if not isinstance(value, str):
        return number(node, parameter, value)
    if not _FIELD.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a field")
    return f"${value}" if placeholder in fallbacks else value
