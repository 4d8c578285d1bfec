"""A resolved flow's nodes as templates see them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from codegen_core.flow.model import ResolvedFlow, ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.literals import Code, Prose, comment, literal, prose, string
from codegen_core.names import Identifier, Nameable, assign_names, parameter_name
from codegen_core.nodes.declaration import NodeType, PortType
from codegen_core.render.canonical import canonical_value, own_label
from codegen_core.render.context import Number, Operand, Parameter, RenderNode
from codegen_core.render.expressions import in_words, is_expression

_ROOTS = {NodeType.POSITION, NodeType.STOP_LOSS, NodeType.STOP_PROFIT, NodeType.RISK_MANAGEMENT}
_CLOSE = "$close"


def used_nodes(flow: ResolvedFlow) -> tuple[ResolvedNode, ...]:
    """Returns the nodes that the position and its rules hang on, in topological order; others would be dead code."""
    used = {node.id for node in flow.nodes if node.template.node_type in _ROOTS}
    for node in reversed(flow.nodes):
        if node.id in used:
            used |= {source.node_id for sources in node.inputs.values() for source in sources}
    return tuple(node for node in flow.nodes if node.id in used)


def numeric_parameters(node: ResolvedNode) -> dict[str, int | float]:
    """Returns the parameters that become keyword arguments: numbers that no connected input stands in for."""
    replaced = {port.fallback for port in node.template.inputs if node.inputs.get(port.name)}
    values = {name: canonical_value(node.template, name, node.parameters[name]) for name in sorted(node.parameters)}
    return {name: value for name, value in values.items() if isinstance(value, int | float) and name not in replaced}


def name_nodes(nodes: tuple[ResolvedNode, ...]) -> Mapping[str, Identifier]:
    """Returns node id to identifier, the same in every language."""
    return assign_names(
        Nameable(
            node.id,
            own_label(node) or node.template.display_name.en,
            node.template.name,
            tuple(numeric_parameters(node)),
        )
        for node in nodes
    )


def keyword_arguments(nodes: tuple[ResolvedNode, ...], names: Mapping[str, Identifier]) -> tuple[Parameter, ...]:
    """Returns the strategy's keyword arguments, node by node."""
    return tuple(
        Parameter(parameter_name(names[node.id], name), Code(type(value).__name__), literal(value))
        for node in nodes
        for name, value in numeric_parameters(node).items()
    )


def render_nodes(
    nodes: tuple[ResolvedNode, ...], names: Mapping[str, Identifier], language: str
) -> dict[str, RenderNode]:
    """Returns node id to its view, in the order of ``nodes``."""
    resolved = {node.id: node for node in nodes}
    views: dict[str, RenderNode] = {}
    for node in nodes:
        views[node.id] = _view(node, names[node.id], views, resolved, language)
    return views


def _view(
    node: ResolvedNode,
    name: Identifier,
    views: Mapping[str, RenderNode],
    resolved: Mapping[str, ResolvedNode],
    language: str,
) -> RenderNode:
    kind = node.template.display_name.in_language(language)
    label = own_label(node) or kind
    numbers = _numbers(node, name)
    inputs = {
        port.name: tuple(views[source.node_id] for source in node.inputs.get(port.name, ()))
        for port in node.template.inputs
    }
    return RenderNode(
        id=string(node.id),
        name=name,
        label=prose(label),
        comment=comment(label),
        reference=Code(f'NODES["{name}"]'),
        kind=prose(kind),
        numbers=numbers,
        choices=_choices(node),
        inputs=inputs,
        operands=_operands(node, inputs, numbers),
        mark=Code(f"{name} == 1" if _is_condition(node) else name),
        source=_source(node, name, resolved),
        formula=prose(in_words(node, resolved), limit=200) if is_expression(node) else Prose(""),
    )


def _numbers(node: ResolvedNode, name: Identifier) -> dict[str, Number]:
    return {
        parameter: Number(
            code=Code(f"self.{parameter_name(name, parameter)}"),
            words=Prose(literal(value)),
            percent=Prose(f"{(Decimal(repr(value)) * 100).normalize():f}%"),
        )
        for parameter, value in numeric_parameters(node).items()
    }


def _operands(
    node: ResolvedNode, inputs: Mapping[str, tuple[RenderNode, ...]], numbers: Mapping[str, Number]
) -> dict[str, Operand]:
    operands = {}
    for port in node.template.inputs:
        connected, fallback = inputs[port.name], numbers.get(port.fallback or "")
        if len(connected) == 1:
            operands[port.name] = Operand(Code(connected[0].name), connected[0].label, is_panel=True)
        elif not connected and fallback is not None:
            operands[port.name] = Operand(fallback.code, fallback.words, is_panel=False)
    return operands


def _choices(node: ResolvedNode) -> dict[str, str]:
    return {name: value for name, value in node.parameters.items() if isinstance(value, str) and _is_choice(node, name)}


def _is_choice(node: ResolvedNode, name: str) -> bool:
    properties = node.template.parameter_schema.get("properties")
    declared: JsonValue = properties.get(name) if isinstance(properties, dict) else None
    choices = declared.get("enum") if isinstance(declared, dict) else None
    return isinstance(choices, list) and node.parameters[name] in choices


def _is_condition(node: ResolvedNode) -> bool:
    return any(port.type is PortType.BOOL for port in node.template.outputs)


def is_close(node: ResolvedNode, resolved: Mapping[str, ResolvedNode]) -> bool:
    """Returns whether the node is the close itself, which every strategy reads anyway."""
    return is_expression(node) and in_words(node, resolved) == _CLOSE


def _source(node: ResolvedNode, name: Identifier, resolved: Mapping[str, ResolvedNode]) -> Code:
    if not is_expression(node):
        return Code("")
    return Code("self.close" if is_close(node, resolved) else f'self.panel(features["{name}"])')
